"""What an alarm's states were at the moments that matter, from events, history and snapshots, whichever of them arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rollguard.recorder.facts import Fact


@dataclass(frozen=True, slots=True)
class Change:
    """The alarm is in `state` from `at` on; `previous` is what it was before, where that is known."""

    at: str
    state: str
    previous: str | None
    reason: str | None
    data: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one state: since when (None: longer than known), and why."""

    state: str
    since: str | None
    reason: str | None = None
    data: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class AlarmStates:
    """One alarm's changes, oldest first."""

    changes: tuple[Change, ...]

    def at(self, moment: str) -> Run | None:
        """The state at a moment; None where nothing says it."""
        before = [change for change in self.changes if change.at <= moment]
        if not before:
            after = self.changes[0] if self.changes else None
            return Run(after.previous, None) if after is not None and after.previous is not None else None
        last = before[-1]
        run = [last]
        for change in reversed(before[:-1]):
            if change.state != last.state:
                break
            run.append(change)
        first = run[-1]
        told = next((one for one in run if one.data), None) or next((one for one in run if one.reason), last)
        return Run(last.state, first.at, told.reason, told.data)

    def first_red_after(self, moment: str) -> Change | None:
        return next((change for change in self.changes if change.at > moment and change.state == "ALARM"), None)


def of(facts: Sequence[Fact], alarm: str) -> AlarmStates:
    """What the facts say of one alarm. A snapshot counts as the change into the state that it saw."""
    return AlarmStates(
        tuple(sorted(_changes(facts, alarm), key=lambda one: (one.at, one.state == "ALARM", one.reason or "")))
    )


def _changes(facts: Sequence[Fact], alarm: str) -> Iterable[Change]:
    for fact in facts:
        if fact["kind"] == "alarmState" and fact["alarm"] == alarm:
            yield Change(fact["at"], fact["value"], fact["previous"], fact["reason"], fact["reasonData"])
        elif fact["kind"] == "alarms" and alarm in fact["alarms"]:
            seen = fact["alarms"][alarm]
            yield Change(seen["since"] or fact["at"], seen["state"], None, seen["reason"], seen["reasonData"])
