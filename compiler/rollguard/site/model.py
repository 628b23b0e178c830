"""What the pages are made from: plans regrouped by policy, beside what did not compile, the presets and the environments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rollguard.document import Document
from rollguard.plan.model import Channel, EnvironmentPlan, GuardPlan
from rollguard.scenarios.failure_mode_catalogue import FailureModes, packaged
from rollguard.scenarios.shapes import CsvFiles
from rollguard.scenarios.traces import Traced
from rollguard.site.past_rollbacks import PastRollbacks

#: Environments whose names begin like this come first: they are what most readers ask about.
_FOREMOST = ("prod", "live")


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment as people know it. `disarmed` says why nothing rolls back in it, or is empty."""

    name: str
    title: str
    account: str = ""
    regions: tuple[str, ...] = ()
    disarmed: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """A policy in one environment, in those of its Regions where it reads the same."""

    environment: Environment
    regions: tuple[str, ...]
    guard: GuardPlan
    channels: tuple[Channel, ...]
    alone: bool
    """whether all Regions of the environment read the same"""

    @property
    def label(self) -> str:
        return self.environment.title if self.alone else f"{self.environment.title}, {', '.join(self.regions)}"

    @property
    def key(self) -> str:
        """What tells the place from the policy's others in an anchor: `prod`, or `prod/eu-west-1`. No name holds a slash."""
        return self.environment.name if self.alone else f"{self.environment.name}/{self.regions[0]}"

    @property
    def armed(self) -> bool:
        """Whether a red criterion can roll back a deployment here."""
        return any(criterion.attached for criterion in self.guard.criteria) and not self.environment.disarmed


@dataclass(frozen=True, slots=True)
class Tests:
    """The scenarios of a policy as its document has them, and what reads the CSV files that they name."""

    document: Document
    csv: CsvFiles


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that compiles, in every environment it applies to; never without a placement. `yaml` is its file."""

    placements: tuple[Placement, ...]
    yaml: str = ""
    tests: Tests | None = None

    @property
    def guard(self) -> GuardPlan:
        """The plan of the foremost environment: what is the same everywhere is read from it."""
        return self.placements[0].guard

    @property
    def name(self) -> str:
        return self.guard.policy


@dataclass(frozen=True, slots=True)
class Broken:
    """A policy that does not compile. `messages` are its diagnostics as the command line prints them."""

    name: str
    source: str
    messages: str
    title: str = ""
    owner: str = ""
    yaml: str = ""


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset as its file has it. `name` is what `uses` says, `local` ones belong to the project.

    `replaces` are local ones that stand in place of one of ours.
    """

    name: str
    data: Mapping[str, Any]
    service_title: str
    source: str
    local: bool = False
    replaces: bool = False
    traces: tuple[Traced, ...] = ()
    untraced: str = ""
    """why its traces cannot be shown, or empty"""


@dataclass(frozen=True, slots=True)
class Publication:
    """Everything that is published. `problems` are the diagnostics that stand in no policy, as the command line prints them."""

    policies: tuple[Policy, ...] = ()
    broken: tuple[Broken, ...] = ()
    environments: tuple[Environment, ...] = ()
    presets: tuple[Preset, ...] = ()
    problems: str = ""
    schemas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """JSON Schemas by the kind that they describe: `policy`, `environments`, `preset`"""
    codes: tuple[tuple[str, str, str], ...] = ()
    """diagnostic codes: code, title, help"""
    failure_modes: FailureModes = field(default_factory=packaged)
    """the incidents that every policy is held against"""
    limits: Mapping[str, Any] = field(default_factory=dict)
    """AWS's limits as `limits.yaml` has them"""
    past: PastRollbacks | None = None
    """the rollbacks that there have been; None where nobody gave records"""


def foremost_first(environments: Iterable[Environment]) -> tuple[Environment, ...]:
    """Production first, then the order they came in."""
    return tuple(sorted(environments, key=lambda environment: not environment.name.startswith(_FOREMOST)))


def regroup(
    plans: Iterable[EnvironmentPlan],
    titles: Mapping[str, str],
    yaml: Mapping[str, str],
    tests: Mapping[str, Tests] | None = None,
) -> tuple[tuple[Environment, ...], tuple[Policy, ...]]:
    """The environments and the policies of some plans; policies are sorted by owner and title.

    `titles` gives environments a name for people, `yaml` the text of each policy's file by its path, `tests` its scenarios.
    """
    by_name = {plan.environment: plan for plan in plans}
    environments = foremost_first(
        Environment(
            name=plan.environment,
            title=titles.get(plan.environment) or plan.environment,
            account=plan.account,
            regions=tuple(region.region for region in plan.regions),
            disarmed=plan.disarmed,
        )
        for plan in by_name.values()
    )
    placements: dict[str, list[Placement]] = {}
    for environment in environments:
        for name, placed in _placements(environment, by_name[environment.name]).items():
            placements.setdefault(name, []).extend(placed)
    policies = [
        Policy(tuple(placed), yaml.get(source := placed[0].guard.source, ""), (tests or {}).get(source))
        for placed in placements.values()
    ]
    return environments, tuple(
        sorted(policies, key=lambda policy: (policy.guard.owner, policy.guard.title, policy.name))
    )


def _placements(environment: Environment, plan: EnvironmentPlan) -> dict[str, list[Placement]]:
    groups: dict[str, dict[object, list[tuple[str, GuardPlan, tuple[Channel, ...]]]]] = {}
    for region in plan.regions:
        for guard in region.guards:
            alike = groups.setdefault(guard.policy, {})
            alike.setdefault(_reading(guard), []).append((region.region, guard, region.channels))
    return {
        name: [
            Placement(environment, tuple(region for region, _, _ in group), group[0][1], group[0][2], len(alike) == 1)
            for group in alike.values()
        ]
        for name, alike in groups.items()
    }


def _reading(guard: GuardPlan) -> object:
    """What a reader sees of a guard: two Regions with the same reading share one place on the page."""
    return (
        guard.mode,
        guard.trigger.sentence,
        guard.notify,
        guard.rollback_within,
        tuple((criterion.id, criterion.mode, criterion.attached, criterion.readable) for criterion in guard.criteria),
        tuple(
            (group.application, group.group, group.managed_by, group.config, group.bake_minutes)
            for group in guard.deployments
        ),
    )
