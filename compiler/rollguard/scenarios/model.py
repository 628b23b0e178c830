"""What a scenario says, and what came of it. Times are whole seconds from the scenario's start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rollguard.plan.model import Criterion, GuardPlan
from rollguard.simulate.mechanism import Deployment
from rollguard.simulate.model import Series, Timeline, Values
from rollguard.source import Path


@dataclass(frozen=True, slots=True)
class Placed:
    """A guard, and the Regions of its environment in which alarms judge as its own do."""

    regions: tuple[str, ...]
    guard: GuardPlan


@dataclass(frozen=True, slots=True)
class Fault:
    """What the new version does wrong from `at` to `until` seconds.

    `errors` is in percent of its requests, `latency` in seconds, `traffic` in requests a minute of the whole service; None is not said.
    """

    at: int
    until: int
    errors: float | None = None
    latency: float | None = None
    traffic: float | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. `path` is its place in the policy; `deploy` is None where nobody deploys; `length` None is the default."""

    name: str
    path: Path
    deploy: int | None
    expect: Mapping[str, Any]
    lasts: int | None = None
    length: int | None = None
    before: Literal["healthy", "missing"] = "healthy"
    delivery: int | None = None
    series: Mapping[str, Any] = field(default_factory=dict)
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One criterion in one scenario: what was judged, one value a minute from minute 0, and the states of its alarm.

    `driven`: the scenario says what it does. `series` is what the alarm judges, None for an adopted alarm. `given`: the values are the
    breach itself, which cannot be computed here (anomaly bands, queries, adopted alarms). `approximate`: one-minute values can only
    estimate what CloudWatch would see.
    """

    criterion: Criterion
    values: Values
    timeline: Timeline
    driven: bool
    series: Series | None = None
    given: bool = False
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The rollback of a scenario. `elapsed` is the time from the onset (corrections 2.3); None where no criterion is the cause."""

    started_at: int
    because: tuple[str, ...]
    traffic_percent: float
    elapsed: int | None


@dataclass(frozen=True, slots=True)
class Played:
    """What happened in a scenario: every criterion by id, the rollback alarm, the deployments, and the channels that were told."""

    guard: GuardPlan
    scenario: Scenario
    end: int
    signals: Mapping[str, Signal]
    rollback_alarm: Timeline
    deployments: tuple[Deployment, ...]
    rollback: TakenBack | None
    notified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that does not hold: in words, and the place of the expectation in the policy."""

    message: str
    path: Path
    help: str = ""
