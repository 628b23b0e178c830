"""A report for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from rollguard.reports import tables
from rollguard.reports.model import IncidentReport, Overview
from rollguard.reports.tables import Table

_GAP = "  "
#: Words up to this length stay whole as long as there is room.
_WORD = 26


def incident_as_text(report: IncidentReport, width: int = 100) -> str:
    """The report in at most `width` columns, without a line break at the end."""
    return "\n".join(_incident(report, width))


def overview_as_text(report: Overview, width: int = 100) -> str:
    """The overview in at most `width` columns, without a line break at the end."""
    lines = ["Rollbacks", "", *tables.in_short(report)]
    for table in tables.of_overview(report):
        lines += ["", *_table(table, width)]
    return "\n".join(lines)


def _incident(report: IncidentReport, width: int) -> Iterator[str]:
    yield from wrap(f"{report.incident}: {report.headline}", width)
    yield ""
    for sentence in report.summary:
        yield from wrap(sentence, width)
    yield ""
    yield from _terms(report.facts, width)
    yield from ("", *_table(tables.timeline(report), width))
    yield from ("", *_table(tables.criteria(report), width))
    for each in report.criteria:
        if each.drawing is not None:
            said = f"{each.id}, minutes from {each.drawing.minute_zero} UTC: {each.drawing.description}"
            yield from wrap(said, width, initial_indent=_GAP, subsequent_indent=_GAP * 2)
    yield from ("", *wrap(f"Trigger: {report.trigger}", width), *wrap(tables.agreed(report), width))
    yield from ("", *_table(tables.times(report), width), *wrap(report.promise.sentence, width))
    yield from ("", *_table(tables.told(report), width))
    yield from ("", *_table(tables.verdicts(report), width))
    if report.questions:
        yield from ("", "Open questions")
        for question in report.questions:
            yield from wrap(question, width, initial_indent="- ", subsequent_indent="  ")
    if report.links:
        yield ""
        yield from _terms(report.links, 10_000)


def _terms(pairs: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    widest = max((len(term) for term, _ in pairs), default=0)
    for term, value in pairs:
        start = f"{term.ljust(widest)}{_GAP}"
        yield from wrap(value, width, initial_indent=start, subsequent_indent=" " * len(start), break_on_hyphens=False)


def _table(table: Table, width: int) -> Iterator[str]:
    """A title and aligned columns; the widest is folded until all fit."""
    yield table.title
    if not table.rows:
        yield f"{_GAP}{table.nothing}"
        return
    rows = [table.head, *table.rows]
    widths = _widths(rows, width - len(_GAP) * len(table.head))
    for row in rows:
        folded = [wrap(cell, size, break_on_hyphens=False) or [""] for cell, size in zip(row, widths, strict=True)]
        for line in range(max(map(len, folded))):
            cells = (part[line] if line < len(part) else "" for part in folded)
            yield (_GAP + _GAP.join(cell.ljust(size) for cell, size in zip(cells, widths, strict=True))).rstrip()
    for note in table.notes:
        yield from wrap(note, width, initial_indent=_GAP, subsequent_indent=_GAP * 2, break_on_hyphens=False)


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Columns as wide as their cells; where that is too much, the widest give way, at first not below their longest word."""
    columns = list(zip(*rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    words = [min(_WORD, max(len(word) for cell in column for word in (*cell.split(), " "))) for column in columns]
    for least in (words, [1] * len(words)):
        while sum(widths) > room and any(width > low for width, low in zip(widths, least, strict=True)):
            widest = max(range(len(widths)), key=lambda index: widths[index] - least[index] and widths[index])
            widths[widest] -= 1
    return widths
