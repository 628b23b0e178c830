"""What only shows when a scenario is about to be played: times after a length that nobody stated."""

from __future__ import annotations

from rollguard.document import Document
from rollguard.language import durations
from rollguard.scenarios.model import Scenario
from rollguard.source import Diagnostic
from rollguard.validation import shapes
from rollguard.validation.part import Findings, Part


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
    end = durations.text(length)
    help = f"give the scenario a `length`; without one it ends 15m after the deployment, at {end}"
    expect = whole.get(*scenario.path, "expect")
    for id in scenario.expect.get("alarms") or () if expect else ():
        states = whole.get(*scenario.path, "expect", "alarms", id)
        for _, state in states.entries() if states else ():
            at = state.get("at")
            if at is not None and durations.seconds(at.value) > length:
                at.error("S122", f"`at: {at.value}` is after the scenario's end at {end}", help)
    within = whole.get(*scenario.path, "expect", "rollback", "within")
    if within is not None and durations.seconds(within.value) > length:
        within.error("S122", f"`within: {within.value}` is longer than the scenario, {end}", help)
    if scenario.deploy is not None and scenario.delivery is not None and scenario.delivery >= length:
        late = whole.get(*scenario.path, "delivery")
        if late is not None:
            late.error(
                "S122", f"with `delivery: {late.value}` no datapoint arrives before the scenario's end at {end}", help
            )
    return findings.found
