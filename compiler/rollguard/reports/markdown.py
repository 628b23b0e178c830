"""A report as Markdown (CommonMark with GitHub's tables), to be pasted into a review: no mark-up of anybody's text survives in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rollguard.reports import tables
from rollguard.reports.model import Criterion, IncidentReport, Overview
from rollguard.reports.tables import Table
from rollguard.reports.words import Address

#: Whatever could begin mark-up anywhere in a line; what begins it only at a line's begin never stands there. The first four are
#: references, since not every Markdown knows that a backslash takes their meaning away.
_MARKED = re.compile(r"[&<>|\\`*_{}\[\]~$#!]")
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_LINKED = re.compile(r"(?i)(?<=https)(?=:)|(?<=http)(?=:)|(?<=www)(?=\.)|(?<=\S)(?=@)|(?<=@)(?=\S)|(?<=ftp)(?=:)")
#: Parts an address or a mention, so that it becomes no link and calls nobody; nothing is seen of it.
_APART = "<!-- -->"


def incident_as_markdown(report: IncidentReport, charts: Mapping[str, str] | None = None) -> str:
    """The report. `charts` gives the address of each criterion's chart by its id; without it the charts are told in words."""
    return "\n".join(_incident(report, charts or {})) + "\n"


def overview_as_markdown(report: Overview) -> str:
    """The overview."""
    lines = ["# Rollbacks", "", *(f"- {prose(sentence)}" for sentence in tables.in_short(report))]
    for table in tables.of_overview(report):
        lines += ["", *_table(table)]
    return "\n".join(lines) + "\n"


def prose(text: str) -> str:
    """A text of ours: what stands in backticks becomes code, the rest shows exactly what it says."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return _escaped(text)
    return "".join(_code(piece) if index % 2 else _escaped(piece) for index, piece in enumerate(pieces))


def _escaped(text: str) -> str:
    parts = _LINKED.split(text)
    return _APART.join(_MARKED.sub(lambda hit: _REFERENCES.get(hit[0], f"\\{hit[0]}"), part) for part in parts)


def _code(text: str) -> str:
    """A code span; where a bar in it would end the cell of a table, as HTML."""
    return f"<code>{_escaped(text)}</code>" if "|" in text else f"`{text if text.strip() else ' '}`"


def _incident(report: IncidentReport, charts: Mapping[str, str]) -> Iterator[str]:
    yield from (f"# {prose(report.headline)}", "")
    for sentence in report.summary:
        yield prose(sentence)
    yield from ("", "|  |  |", "| --- | --- |")
    yield f"| Incident | `{report.incident}` |"
    yield from (f"| {term} | {prose(value)} |" for term, value in report.facts)
    yield from ("", *_table(tables.timeline(report)))
    yield from ("", *_table(tables.criteria(report)))
    for each in report.criteria:
        yield from _chart(each, charts.get(each.id))
    yield from ("", f"Trigger: {prose(report.trigger)}", "", prose(tables.agreed(report)))
    yield from ("", *_table(tables.times(report)), "", prose(report.promise.sentence))
    yield from ("", *_table(tables.told(report)))
    yield from ("", *_table(tables.verdicts(report)))
    if report.questions:
        yield from ("", "## Open questions", "", *(f"- [ ] {prose(question)}" for question in report.questions))
    if report.links:
        yield from ("", "## Links", "", *(f"- {label}: <{_address(address)}>" for label, address in report.links))


def _chart(criterion: Criterion, address: str | None) -> Iterator[str]:
    drawing = criterion.drawing
    if drawing is None:
        return
    told = prose(f"`{criterion.id}`, minutes from {drawing.minute_zero} UTC: {drawing.description}")
    yield from ("", f"![{_escaped(criterion.title)}]({address})", "", told) if address else ("", told)


def _table(table: Table) -> Iterator[str]:
    yield from (f"## {prose(table.title)}", "")
    if not table.rows:
        yield prose(table.nothing)
        return
    yield f"| {' | '.join(table.head)} |"
    yield f"| {' | '.join('---' for _ in table.head)} |"
    yield from (f"| {' | '.join(_cell(cell) for cell in row)} |" for row in table.rows)
    if table.notes:
        yield from ("", *(f"- {prose(note)}" for note in table.notes))


def _cell(cell: str) -> str:
    return f"<{_address(cell)}>" if isinstance(cell, Address) else prose(cell)


def _address(address: str) -> str:
    return re.sub(r"[<>\s\\]", lambda hit: f"%{ord(hit[0]):02X}", address)
