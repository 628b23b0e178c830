"""From the parser's marks to places that lie inside the file."""

from __future__ import annotations

import re
from typing import Protocol

from yaml.events import Event

from rollguard.document.text import lines_of
from rollguard.source import Span

_WORD = re.compile(r"[^\s,\[\]{}]+")


class Mark(Protocol):
    """Where PyYAML saw something; lines and columns count from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


def start_of(event: Event) -> Mark:
    """Where an event begins; the parser's own always know."""
    assert event.start_mark is not None
    return event.start_mark


class Places:
    """Makes spans of one file. Splits its text only when the first one is asked for."""

    __slots__ = ("_lines", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        if self._lines is None:
            self._lines = lines_of(self.text)
        return self._lines

    def between(self, start: Mark, end: Mark) -> Span:
        """The stretch from mark to mark without the blank lines and line breaks that the parser counts in at its end.

        The parser blames what is unfinished on the line after the last one; that becomes the end of what is written.
        """
        first, last = self._inside(start.line, start.column), self._inside(end.line, end.column)
        while last > first and (last[1] == 0 or not self.lines[last[0]][: last[1]].strip()):
            last = (last[0] - 1, len(self.lines[last[0] - 1])) if last[0] > first[0] else first
        return self._span(first, max(first, last))

    def at(self, mark: Mark, length: int = 1) -> Span:
        """`length` characters from a mark, or what is left of the line."""
        line, column = self._inside(mark.line, mark.column)
        return self._span((line, column), (line, min(column + length, max(len(self.lines[line]), column))))

    def word(self, mark: Mark) -> str:
        """What is written at a mark up to the next space or bracket: at least one character where there is one."""
        line, column = self._inside(mark.line, mark.column)
        found = _WORD.match(self.lines[line], column)
        return found[0] if found else self.lines[line][column : column + 1]

    def ends_at(self, mark: Mark) -> bool:
        """Whether only blank space follows a mark."""
        rest = self.lines[mark.line :]
        return not rest or not (rest[0][mark.column :].strip() or any(line.strip() for line in rest[1:]))

    def _inside(self, line: int, column: int) -> tuple[int, int]:
        if line >= len(self.lines) or (line == len(self.lines) - 1 and not self.lines[line]):
            line = len(self.lines) - 1
            while line and not self.lines[line].strip():
                line -= 1
            return line, len(self.lines[line])
        return line, min(column, len(self.lines[line]))

    def _span(self, first: tuple[int, int], last: tuple[int, int]) -> Span:
        return Span(self.path, first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
