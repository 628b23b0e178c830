"""What only shows when a scenario is about to be played: times after a length that nobody stated."""

from __future__ import annotations

from rollguard.document import Document
from rollguard.language import durations
from rollguard.scenarios.model import Scenario
from rollguard.source import Diagnostic
from rollguard.validation import shapes
from rollguard.validation.part import Findings, Part
from rollguard.validation.scenarios import after_end


def check(document: Document, scenario: Scenario, length: int) -> list[Diagnostic]:
    """The faults of one scenario of a sound policy, which lasts `length` seconds."""
    if scenario.length is not None:
        return []
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
