"""A complaint of PyYAML's, with what stands around the place that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.tokens import (
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
    Token,
)

from rollguard.document.places import Mark, Places
from rollguard.source import Diagnostic, Note, Span


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the parser says: where it could not go on, and where the thing began that it was reading, if it knows."""

    places: Places
    problem: str
    at: Mark
    context: str
    began: Mark | None

    @property
    def line(self) -> str:
        return self.places.lines[self.at.line] if self.at.line < len(self.places.lines) else ""

    @property
    def before(self) -> str:
        """What stands before the place, in its line."""
        return self.line[: self.at.column]

    @property
    def character(self) -> str:
        return self.line[self.at.column : self.at.column + 1]

    @property
    def word(self) -> str:
        """What stands at the place, short enough for a sentence."""
        word = self.places.word(self.at)
        return short(word.removesuffix(":") or word)

    def says(self, code: str, message: str, help: str = "", *, place: Span | None = None, note: str = "") -> Diagnostic:
        where = place or self.places.at(self.at, max(1, len(self.places.word(self.at))))
        notes = (Note(note, self.places.at(self.began)),) if note and self.began else ()
        return Diagnostic(code, "error", message, where, help, notes)

    def line_above(self) -> tuple[int, str]:
        """The nearest line above that says something."""
        for row in range(self.at.line - 1, -1, -1):
            line = self.places.lines[row]
            if line.strip() and not line.lstrip().startswith("#"):
                return row, line
        return 0, ""

    def scalar_before(self) -> Mark | None:
        """Where the last scalar before the place begins."""
        begins: Mark | None = None
        for token in self._tokens_before():
            if isinstance(token, ScalarToken):
                begins = token.start_mark
        return begins

    def innermost_open(self) -> Mark | None:
        """Where the last bracket begins that is not closed before the place."""
        opened: list[Mark | None] = []
        for token in self._tokens_before():
            if isinstance(token, FlowSequenceStartToken | FlowMappingStartToken):
                opened.append(token.start_mark)
            elif isinstance(token, FlowSequenceEndToken | FlowMappingEndToken) and opened:
                opened.pop()
        return opened[-1] if opened else None

    def _tokens_before(self) -> Iterator[Token]:
        parser = CParser(self.places.text.encode())
        try:
            while (token := parser.get_token()) is not None:
                start = token.start_mark
                if start is None or (start.line, start.column) >= (self.at.line, self.at.column):
                    return
                yield token
        except YAMLError:
            return


def short(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"
