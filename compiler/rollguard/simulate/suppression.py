"""Which actions of a composite alarm its suppressor lets through; states and rollbacks it never touches (facts 1.8).

When the composite changes, it waits for the suppressor to turn red and acts if it does not; when a suppressor that held actions back
turns green, the composite holds them for the extension period more. A change of the composite begins a new wait, and so ends either
period. The guide does not say what happens when the suppressor turns red in the second in which a period ends: here it is in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rollguard.simulate.model import State, Timeline

By = Literal["WaitPeriod", "ExtensionPeriod", "Alarm"]


@dataclass(frozen=True, slots=True)
class Action:
    """The composite does the actions of `state` at `at` seconds."""

    at: int
    state: State


@dataclass(frozen=True, slots=True)
class Hold:
    """Actions are held back from `begin` to `until`, in seconds; `until` is None where nothing ends it. `by` is `actionsSuppressedBy`."""

    begin: int
    until: int | None
    by: By


@dataclass(frozen=True, slots=True)
class Suppressed:
    actions: tuple[Action, ...]
    holds: tuple[Hold, ...]


def suppress(composite: Timeline, suppressor: Timeline, *, wait: int, extension: int) -> Suppressed:
    """What the composite does of its actions. `wait` and `extension` are the two periods, in seconds.

    The state at the start of the timeline is no change and has no action. Raises ValueError for a negative period.
    """
    if wait < 0 or extension < 0:
        raise ValueError("the wait and the extension period of a suppressor are 0 s or longer")
    run = _Run(wait, extension, composite.changes[0].state, suppressor.state_at(composite.changes[0].at) == "ALARM")
    moments = {change.at for timeline in (composite, suppressor) for change in timeline.changes[1:]}
    for at in sorted(moments):
        run.pass_to(at)
        run.suppressor_at(at, suppressor.state_at(at) == "ALARM")
        run.end_period_at(at)
        run.composite_at(at, composite.state_at(at))
    run.pass_to(None)
    return Suppressed(tuple(run.actions), tuple(run.holds))


class _Run:
    """The state machine: nothing held, held by a period that ends, or held by the suppressor."""

    def __init__(self, wait: int, extension: int, state: State, red: bool) -> None:
        self.wait = wait
        self.extension = extension
        self.state = state
        self.red = red
        self.actions: list[Action] = []
        self.holds: list[Hold] = []
        self.held: tuple[int, By] | None = None
        self.ends: int | None = None

    def pass_to(self, at: int | None) -> None:
        """Let time pass to just before `at`, or for ever."""
        if self.ends is not None and (at is None or self.ends < at):
            self.end_period_at(self.ends)
        if at is None and self.held is not None:
            self.holds.append(Hold(self.held[0], None, self.held[1]))

    def end_period_at(self, at: int) -> None:
        """Act if a period ends at `at`."""
        if self.ends == at:
            self.release(at)
            self.actions.append(Action(at, self.state))

    def suppressor_at(self, at: int, red: bool) -> None:
        if red == self.red:
            return
        self.red = red
        if self.held is None:
            return
        if red:
            self.hold(at, "Alarm", None)
        else:
            self.hold(at, "ExtensionPeriod", at + self.extension)

    def composite_at(self, at: int, state: State) -> None:
        if state == self.state:
            return
        self.state = state
        if not self.red:
            self.hold(at, "WaitPeriod", at + self.wait)
            self.end_period_at(at)
        elif self.held is None:
            self.hold(at, "Alarm", None)

    def hold(self, at: int, by: By, ends: int | None) -> None:
        self.release(at)
        self.held, self.ends = (at, by), ends

    def release(self, at: int) -> None:
        if self.held is not None and self.held[0] < at:
            self.holds.append(Hold(self.held[0], at, self.held[1]))
        self.held = self.ends = None
