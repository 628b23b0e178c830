"""From a loaded project to the plan of one environment."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rollguard import conventions
from rollguard.failure import Failure
from rollguard.plan import words
from rollguard.plan.accounts import check_accounts
from rollguard.plan.across_environments import across_environments
from rollguard.plan.applications import Claim, applications, claims, custom_configs
from rollguard.plan.environment import Environment, channels, read_environments
from rollguard.plan.events import check_rules, guard_rules
from rollguard.plan.guard import guard
from rollguard.plan.model import EnvironmentPlan, Foundation, GuardPlan, RegionPlan
from rollguard.plan.place import Findings, Variables
from rollguard.plan.policy import PolicyHere, check_scenarios
from rollguard.plan.recorder import recorder
from rollguard.presets import Catalogue
from rollguard.project import PolicySource, Project
from rollguard.source import Checked, in_order

FOUNDATION = "foundation"


def plan(project: Project, environment: str, include: Sequence[str] = ()) -> Checked[EnvironmentPlan]:
    """The plan of one environment, or the part of it that `include` names (`foundation` and path patterns below `policies/`).

    The diagnostics are all that concern this part: of its policies, of environments and presets, and of what they share with others. With
    an error among them there is no value. Raises Failure for an unknown environment and for an `include` that matches nothing.
    """
    if project.environments is None:
        return Checked(None, project.diagnostics)
    environments = read_environments(project.environments)
    if environment not in environments:
        hint = words.nearest(environment, environments) or words.there_are(environments)
        raise Failure(f"there is no environment `{environment}` in policies/environments.yaml", hint)
    findings = Findings()
    check_accounts(environments.values(), findings)
    for source in project.policies:
        across_environments(source, environments, findings)
    made = compile_environment(project, environments, environment, tuple(include), findings)
    found = in_order([*project.diagnostics, *findings.found])
    if include:
        others = {source.path for source in project.policies} - _paths(project, environment, tuple(include))
        found = tuple(one for one in found if {one.span.path, *(note.span.path for note in one.notes)} - others)
    return Checked(None if any(one.severity == "error" for one in found) else made, found)


def _paths(project: Project, environment: str, include: tuple[str, ...]) -> set[str]:
    chosen = _Chosen(include, _policies(project, environment))
    return {source.path for source in project.policies if chosen.policy(source.path)}


def _policies(project: Project, environment: str) -> list[PolicySource]:
    return [
        source
        for source in project.policies
        if source.plannable is not None and environment in source.plannable.data["spec"]["environments"]
    ]


def compile_environment(
    project: Project, environments: dict[str, Environment], name: str, include: tuple[str, ...], findings: Findings
) -> EnvironmentPlan:
    """As `plan`, but with whatever could be planned, errors or not: what the site shows."""
    environment = environments[name]
    policies = _policies(project, name)
    chosen = _Chosen(include, policies)
    regions = []
    for region, variables in regions_of(environment, findings):
        regions.append(_region(project, environment, region, variables, policies, chosen, findings))
    return EnvironmentPlan(
        environment=name,
        account=environment.account,
        site=environment.site,
        disarmed=environment.disarmed,
        include=include,
        regions=tuple(regions),
        templates=tuple(sorted(project.templates.sources.items())),
        unreadable_templates=tuple(sorted(project.templates.unreadable.items())),
    )


def regions_of(environment: Environment, findings: Findings) -> Iterator[tuple[str, Variables]]:
    """Each Region with the variables that hold in it; `findings` know then where they are."""
    findings.environment = environment.name
    every = dict(environment.regions())
    for region, variables in every.items():
        findings.region = region
        findings.elsewhere = frozenset(name for other in every.values() for name in other if name not in variables)
        yield region, variables


def _region(
    project: Project,
    environment: Environment,
    region: str,
    variables: Variables,
    policies: list[PolicySource],
    chosen: _Chosen,
    findings: Findings,
) -> RegionPlan:
    every_channel = channels(environment, region, variables, findings)
    made_once = Foundation(
        key_alias=conventions.key_alias(environment.name),
        channels=every_channel,
        recorder=recorder(environment, region, every_channel, findings),
        permissions_boundary=environment.iam("permissionsBoundary"),
        iam_path=environment.iam("path") or "/",
        protect=environment.protect,
        tags=environment.tags(),
    )
    guards: list[GuardPlan] = []
    every_claim: list[Claim] = []
    for source in policies:
        included = chosen.policy(source.path)
        made, claimed = guard_here(
            source,
            environment,
            region,
            variables,
            project.catalogue,
            findings,
            include=chosen.include,
            included=included,
        )
        every_claim += claimed
        if made is not None and included:
            guards.append(made)
    check_rules(environment, every_channel, made_once.recorder, every_claim, findings)
    return RegionPlan(
        region=region,
        recorder=made_once.recorder.names,
        foundation=made_once if chosen.foundation else None,
        channels=every_channel,
        applications=applications(environment.name, every_claim, findings),
        deployment_configs=custom_configs(environment, every_claim, findings),
        guards=tuple(guards),
        rules=guard_rules(environment.name, chosen.include, guards),
        tags=environment.tags(),
    )


def guard_here(
    source: PolicySource,
    environment: Environment,
    region: str,
    variables: Variables,
    catalogue: Catalogue,
    findings: Findings,
    *,
    include: tuple[str, ...] = (),
    included: bool = True,
) -> tuple[GuardPlan | None, tuple[Claim, ...]]:
    """A policy's part of the plan in one environment and Region, and what it takes for itself there; all faults are reported.

    None where a fault of the policy leaves no part. `include` and `included` say what the stack in hand holds, and whether this policy.
    """
    assert source.plannable is not None
    here = PolicyHere(source.plannable, environment, whole=source.sound and environment.whole)
    check_scenarios(here, findings)
    made = guard(here, region, variables, catalogue, include, findings)
    if made is None or not source.sound:
        return None, ()
    return made, claims(made, [place for _, _, place in here.deployments()], included)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The part of an environment that one stack holds."""

    include: tuple[str, ...]
    policies: list[PolicySource]

    def __post_init__(self) -> None:
        for pattern in self.include:
            if pattern != FOUNDATION and not any(_matches(pattern, source.path) for source in self.policies):
                paths = words.listed(sorted(source.path for source in self.policies)[:10])
                raise Failure(f"`{pattern}` in `include` matches no policy of this environment", f"there are {paths}")

    @property
    def foundation(self) -> bool:
        return not self.include or FOUNDATION in self.include

    def policy(self, path: str) -> bool:
        return not self.include or any(_matches(pattern, path) for pattern in self.include if pattern != FOUNDATION)


def _matches(pattern: str, path: str) -> bool:
    """Patterns are relative to `policies/`; a folder's name stands for all below it."""
    inside = path.removeprefix("policies/")
    wanted = pattern.removeprefix("policies/").rstrip("/")
    return fnmatch.fnmatchcase(inside, wanted) or inside.startswith(f"{wanted}/")
