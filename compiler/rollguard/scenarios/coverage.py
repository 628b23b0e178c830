"""Criterion coverage: which criteria the scenarios have shown to fire, and which to stay quiet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rollguard.scenarios.model import Played


@dataclass(frozen=True, slots=True)
class Shown:
    """What the scenarios of a policy show of one criterion.

    `fires`: its alarm turns red in one. `quiet`: in one it stays green all the time.
    """

    fires: bool = False
    quiet: bool = False

    def __or__(self, other: Shown) -> Shown:
        return Shown(self.fires or other.fires, self.quiet or other.quiet)


#: What is shown of each criterion, by policy and criterion id.
Coverage = dict[tuple[str, str], Shown]


def shown(played: Played) -> dict[str, Shown]:
    """What one scenario shows of each criterion."""
    found = {}
    for id, signal in played.signals.items():
        states = {change.state for change in signal.timeline.changes if change.at <= played.end}
        found[id] = Shown("ALARM" in states, states == {"OK"})
    return found


def merge(parts: Iterable[tuple[str, Mapping[str, Shown]]]) -> Coverage:
    """The coverage of many scenarios, each with its policy's name."""
    found: Coverage = {}
    for policy, each in parts:
        for id, one in each.items():
            found[policy, id] = found.get((policy, id), Shown()) | one
    return found


def percent(coverage: Coverage) -> float:
    """How much is covered: of two things for each criterion, those that are shown. 100 where there is no criterion."""
    if not coverage:
        return 100.0
    return 100 * sum(one.fires + one.quiet for one in coverage.values()) / (2 * len(coverage))
