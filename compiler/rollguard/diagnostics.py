"""Show a diagnostic to a person: the message, the place, the line with carets below it, the cure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from rollguard.clear_text import masked
from rollguard.document.text import lines_of
from rollguard.source import Diagnostic, Severity, Span

TextOf = Callable[[str], str | None]

#: Columns of a source line that are shown; of a longer line, what surrounds the place.
WIDTH = 120
_BEFORE = 40
_TAB = "    "

_STYLES = {"error": "1;31", "warning": "1;33", "note": "1;36", "help": "1;36", "frame": "1;34", "bold": "1"}
_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
_JOINERS = "\u200c\u200d"  # invisible, but letters of some scripts and many emoji need them

_lines = lru_cache(maxsize=8)(lines_of)


def render(found: Diagnostic, text_of: TextOf, *, color: bool = False) -> str:
    """Several lines without a line break at the end.

    `text_of` gives the text of a file by its path, or None where there is none to show; then the frame is left out.
    Whatever came from a file is made harmless: no character of it moves a terminal's cursor, changes its colours or
    turns its reading direction.
    """
    gutter = len(str(max(span.line for span in (found.span, *(note.span for note in found.notes)))))

    def paint(style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if color else text

    def frame(span: Span, style: str) -> Iterator[str]:
        yield f"{' ' * gutter}{paint('frame', '-->')} {visible(span.path)}:{span.line}:{span.column}"
        lines = _lines(text_of(span.path) or "") if text_of(span.path) is not None else []
        if span.line <= len(lines):
            shown, before, length = _window(masked(lines[span.line - 1]), span)
            bar = paint("frame", "|")
            yield f"{' ' * gutter} {bar}"
            yield f"{paint('frame', str(span.line).rjust(gutter))} {bar} {shown}".rstrip()
            yield f"{' ' * gutter} {bar} {' ' * before}{paint(style, '^' * length)}"

    out = [paint(found.severity, f"{found.severity}[{found.code}]") + paint("bold", f": {visible(found.message)}")]
    out += frame(found.span, found.severity)
    if found.help:
        out.append(f"{' ' * gutter} {paint('frame', '=')} {paint('help', 'help')}: {visible(found.help)}")
    for note in found.notes:
        out += [f"{paint('note', 'note')}: {visible(note.message)}", *frame(note.span, "note")]
    return "\n".join(out)


def summary(found: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 note`, the gravest first; empty if nothing was found."""
    severities = [diagnostic.severity for diagnostic in found]
    counts = ((severities.count(severity), severity) for severity in _SEVERITIES)
    return ", ".join(f"{count} {severity}{'' if count == 1 else 's'}" for count, severity in counts if count)


def visible(text: str) -> str:
    """The text on one line, with a visible sign for each character that a terminal would act upon or hide."""
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character == "\t":
        return _TAB
    if character < " ":
        return chr(0x2400 + ord(character))
    if character == "\x7f":
        return "\u2421"
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in _JOINERS
    return "\ufffd" if hidden else character


def _columns(shown: str) -> int:
    """Columns that a terminal needs: two for wide East Asian characters, none for marks that combine."""
    if shown.isascii():
        return len(shown)
    return sum(
        0 if character in _JOINERS or unicodedata.category(character) in ("Mn", "Me")
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in shown
    )  # fmt: skip


def _window(line: str, span: Span) -> tuple[str, int, int]:
    """What to show of a line, and the column and length of the carets below it. Of several lines the first is marked."""
    start = min(span.column - 1, len(line))
    end = len(line.rstrip()) if span.end_line > span.line else min(span.end_column - 1, len(line))
    first, last = max(0, start - WIDTH), min(len(line), start + WIDTH)
    cells = [_shown(character) for character in line[first:last]]
    widths = [_columns(cell) for cell in cells]
    left, right = 0, len(cells)
    if first or last < len(line) or sum(widths) > WIDTH:
        left = right = start - first
        while left and sum(widths[left - 1 : start - first]) <= _BEFORE:
            left -= 1
        while right < len(cells) and sum(widths[left : right + 1]) <= WIDTH:
            right += 1
    head = "…" if first + left else ""
    tail = "…" if first + right < len(line) else ""
    marked = sum(widths[start - first : min(end - first, right)])
    before = len(head) + sum(widths[left : start - first])
    return head + "".join(cells[left:right]) + tail, before, max(1, marked)
