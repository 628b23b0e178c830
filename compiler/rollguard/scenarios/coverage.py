"""Criterion coverage: which criteria the scenarios have shown to fire, and which to stay quiet."""

from __future__ import annotations

from dataclasses import dataclass

from rollguard.plan.model import GuardPlan
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


_NOTHING = Shown()
#: What is shown of each criterion, by policy and criterion id.
Coverage = dict[tuple[str, str], Shown]


def note(coverage: Coverage, played: Played) -> None:
    """Add what one scenario shows of each criterion."""
    for id, signal in played.signals.items():
        states = {change.state for change in signal.timeline.changes if change.at <= played.end}
        key = played.guard.policy, id
        coverage[key] = coverage.get(key, _NOTHING) | Shown("ALARM" in states, states == {"OK"})


def nothing_shown(guard: GuardPlan) -> Coverage:
    """The coverage of a policy without scenarios: all of its criteria, of which nothing is shown."""
    return {(guard.policy, criterion.id): _NOTHING for criterion in guard.criteria}


def percent(coverage: Coverage) -> float:
    """How much is covered: of two things for each criterion, those that are shown. 100 where there is no criterion."""
    if not coverage:
        return 100.0
    return 100 * sum(one.fires + one.quiet for one in coverage.values()) / (2 * len(coverage))
