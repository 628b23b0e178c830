"""What only shows when a scenario is about to be played: times after a length that nobody stated, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rollguard.document import Document
from rollguard.language import durations
from rollguard.scenarios.csv_files import CsvError
from rollguard.scenarios.model import Scenario
from rollguard.scenarios.shapes import CsvFiles
from rollguard.source import Diagnostic, Path
from rollguard.validation import shapes
from rollguard.validation.part import Findings, Part
from rollguard.validation.scenarios import after_end
from rollguard.validation.shapes import ALL


def check(document: Document, scenario: Scenario, length: int, csv: CsvFiles) -> list[Diagnostic]:
    """The faults of one scenario of a sound policy, which lasts `length` seconds."""
    found = [*_files(document, scenario, csv)]
    if scenario.length is None:
        found += _times(document, scenario, length)
    return found


def _files(document: Document, scenario: Scenario, csv: CsvFiles) -> Iterator[Diagnostic]:
    for path, name in _csv_paths(scenario.series, (*scenario.path, "series")):
        try:
            csv(name)
        except CsvError as wrong:
            yield Diagnostic("S126", "error", wrong.message, document.at(*path), wrong.help)


def _csv_paths(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, list):
        for index, inner in enumerate(data):
            yield from _csv_paths(inner, (*path, index))
    elif isinstance(data, dict):
        for key, inner in data.items():
            if key == "csv" and isinstance(inner, str):
                yield (*path, key), inner
            elif key not in ALL:
                yield from _csv_paths(inner, (*path, key))


def _times(document: Document, scenario: Scenario, length: int) -> list[Diagnostic]:
    findings = Findings(document)
    whole = Part(findings, (), document.data)
    for id in scenario.series:
        if series := whole.get(*scenario.path, "series", id):
            shapes.check(series, length, None, None, id)
    if wrong := whole.get(*scenario.path, "fault"):
        shapes.within(wrong, length)
    if stated := whole.get(*scenario.path):
        end = durations.text(length)
        after_end(
            stated, length, f"give the scenario a `length`; without one it ends 15m after the deployment, at {end}"
        )
    return findings.found
