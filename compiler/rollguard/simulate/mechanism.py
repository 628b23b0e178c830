"""What a deployment mechanism does with alarms: the small interface that every mechanism's model implements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from rollguard.simulate.model import Timeline

What = Literal[
    "started",
    "shifted",
    "baking",
    "succeeded",
    "stopped",
    "rollback started",
    "rollback succeeded",
    "rollback failed",
    "rollback impossible",
]
Status = Literal["succeeded", "stopped", "in progress"]
Reason = Literal["red before the start", "alarm", "alarms unreadable"]

#: Spans [from, until) in seconds in which the mechanism cannot read the state of any alarm.
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """What happened at `at` seconds, and the share of the traffic on the new version from then on, in percent."""

    at: int
    what: What
    traffic: float


@dataclass(frozen=True, slots=True)
class Rollback:
    """Why and when a deployment was taken back.

    `alarms` are the names that the mechanism saw red; empty when it could not read them. `traffic_percent` is what the new version had
    when the rollback started, and `ended_at` is None where the simulation ends before the rollback does. `ambiguous`: not documented.
    """

    started_at: int
    alarms: tuple[str, ...]
    traffic_percent: float
    reason: Reason
    ended_at: int | None
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Deployment:
    """What became of one deployment. `ended_at` is when its alarms stopped counting: success, stop, or None where it goes on."""

    events: tuple[Event, ...]
    rollback: Rollback | None
    status: Status
    ended_at: int | None


Guarded = TypeVar("Guarded", contravariant=True)


class Mechanism(Protocol[Guarded]):
    """The model of one mechanism, for what it deploys (such as `plan.model.CodeDeployGroup`)."""

    def share(self, guarded: Guarded, elapsed: float, lasts: int | None) -> float:
        """The new version's share of the traffic, in percent, `elapsed` seconds after the start of a deployment that nothing stops."""
        ...

    def duration(self, guarded: Guarded, lasts: int | None) -> int:
        """Seconds from the start of a deployment that nothing stops to the moment from which alarms no longer roll it back."""
        ...

    def deploy(
        self,
        guarded: Guarded,
        alarms: Mapping[str, Timeline],
        *,
        start: int,
        lasts: int | None,
        end: int,
        earlier_revision: bool = True,
        unreadable: Spans = (),
    ) -> Deployment:
        """Deploy at `start` seconds with these alarms' states; nothing after `end` happens.

        `lasts` is how long the hosts take, in seconds, where the mechanism cannot say so itself; None: as long as the policy expects.
        """
        ...
