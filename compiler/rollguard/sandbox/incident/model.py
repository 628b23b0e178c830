"""What an incident is made of: what the metrics do, what is released, and what the standing resources make of both.

Times are whole seconds from the incident's start, as everywhere in a simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollguard.plan.model import CodeDeployGroup, Metric, MetricAlarm, MetricDataQuery
from rollguard.simulate.mechanism import Deployment, Rollback
from rollguard.simulate.model import Series, State, Timeline


@dataclass(frozen=True, slots=True)
class Measured:
    """What the world outside lets an alarm see. `metric` and `queries` say what is measured, after metric math: `series` are its values.

    `timeline` instead of a series: the states of an alarm that others made, of which nothing else is known.
    """

    criterion: str
    unit: str
    metric: Metric | None = None
    queries: tuple[MetricDataQuery, ...] = ()
    series: Series | None = None
    timeline: Timeline | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of one incident, by the name of the alarm that looks at them.

    `minutes` is how long it is looked at, `delivery` how late datapoints are in seconds (None: as usual), `before` the state that every
    alarm had before it.
    """

    measured: Mapping[str, Measured]
    minutes: int
    delivery: int | None
    before: State


@dataclass(frozen=True, slots=True)
class Release:
    """What is deployed: to which groups (application and group), when, and how many seconds the hosts take where somebody says it.

    `first`: no revision has ever succeeded in these groups, so there is none to go back to. `rollback_fails`: the deployment that goes
    back fails in its turn.
    """

    policy: str
    groups: Mapping[tuple[str, str], int | None]
    start: int
    end: int
    first: bool = False
    rollback_fails: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A deployment group as it stands. `rolls_back`: a deployment that an alarm stops is rolled back, not only stopped."""

    settings: CodeDeployGroup
    rolls_back: bool


@dataclass(frozen=True, slots=True)
class Composite:
    """A composite alarm as it stands."""

    name: str
    rule: str
    policy: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One endpoint of a topic. `arrives` is False where the message is lost; `why` then says so."""

    to: str
    arrives: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What became of the release in one group. Without a `group` there is none of that name, and nothing happened."""

    application: str
    name: str
    group: Group | None = None
    deployment: Deployment | None = None

    @property
    def place(self) -> str:
        return f"{self.application}/{self.name}"

    @property
    def rollback(self) -> Rollback | None:
        return self.deployment.rollback if self.deployment is not None else None


@dataclass(frozen=True, slots=True)
class Unheard:
    """An alarm of the policy that nothing listens to: its states, and its definition where it is a metric alarm that can be read back."""

    timeline: Timeline
    alarm: MetricAlarm | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What the standing resources did: the states of every alarm that has a say, the deployments.

    `alarms` and `composites` are the definitions as they stand; `broken` says of composites why they cannot be evaluated. `unheard` are
    the policy's other alarms: those of criteria that only observe.
    """

    states: Mapping[str, Timeline]
    alarms: Mapping[str, MetricAlarm]
    composites: Mapping[str, Composite]
    deployments: tuple[Deployed, ...]
    broken: Mapping[str, str]
    unheard: Mapping[str, Unheard]

    @property
    def rolled_back(self) -> bool:
        return any(one.rollback is not None for one in self.deployments)
