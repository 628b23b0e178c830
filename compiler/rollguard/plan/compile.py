"""From a loaded project to the plan of one environment."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass

from rollguard import limits
from rollguard.failure import Failure
from rollguard.plan import words
from rollguard.plan.across_environments import across_environments
from rollguard.plan.applications import Guarded, applications, custom_configs
from rollguard.plan.environment import Environment, channels, foundation, read_environments
from rollguard.plan.guard import guard
from rollguard.plan.model import EnvironmentPlan, RegionPlan
from rollguard.plan.place import Findings, Variables
from rollguard.plan.policy import PolicyHere, check_scenarios
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
        hint = words.nearest(environment, environments) or f"there are {words.listed(environments)}"
        raise Failure(f"there is no environment `{environment}` in policies/environments.yaml", hint)
    findings = Findings()
    across_environments(project, environments, findings)
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
    findings.environment = name
    policies = _policies(project, name)
    chosen = _Chosen(include, policies)
    regions = []
    every = [variables for _, variables in environment.regions()]
    for region, variables in environment.regions():
        findings.region = region
        findings.elsewhere = frozenset(name for other in every for name in other if name not in variables)
        regions.append(_region(project, environment, region, variables, policies, chosen, findings))
    return EnvironmentPlan(
        environment=name,
        account=environment.account,
        site=environment.site,
        disarmed=environment.disarmed,
        include=include,
        regions=tuple(regions),
    )


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
    guards = []
    for source in policies:
        assert source.plannable is not None
        here = PolicyHere(source.plannable, environment, whole=source.sound and environment.whole)
        check_scenarios(here, findings)
        made = guard(here, region, variables, project.catalogue, chosen.include, findings)
        if made is not None and source.sound:
            places = tuple(place for _, _, place in here.deployments())
            guards.append(Guarded(made, places, chosen.policy(source.path)))
    configs = custom_configs(guards)
    most = environment.limit("deploymentConfigs", limits.limit("codedeploy", "deploymentConfigs"))
    if len(configs) > most and environment.known:
        findings.error(
            "X042",
            f"`{environment.name}` needs {len(configs)} deployment configurations; `limits.deploymentConfigs` is {most}",
            environment.place.key,
            "let policies share a shape, or use predefined ones",
        )
    return RegionPlan(
        region=region,
        foundation=foundation(environment, region, every_channel) if chosen.foundation else None,
        channels=every_channel,
        applications=applications(guards, findings),
        deployment_configs=configs,
        guards=tuple(guarded.plan for guarded in guards if guarded.included),
    )


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
