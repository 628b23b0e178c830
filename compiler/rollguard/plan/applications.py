"""CodeDeploy applications that we own: one each, however many policies share it, and never two owners for one group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rollguard import limits
from rollguard.document import Written
from rollguard.plan.environment import Environment
from rollguard.plan.model import Application, CodeDeployGroup, DeploymentConfig, GuardPlan, Platform, Value
from rollguard.plan.place import Findings, Place
from rollguard.source import Note, Path, Span


@dataclass(frozen=True, slots=True)
class Claim:
    """What one deployment of a policy takes for itself in an account and Region, and where the policy says so.

    `included` says whether the stack in hand makes it. `config` is a deployment configuration that has to be made for it.
    """

    policy: str
    retired: bool
    included: bool
    application: str
    group: str
    platform: Platform
    managed_by: str
    protect: bool
    service: tuple[Value, Value] | None
    config: DeploymentConfig | None
    written: Written
    path: Path

    @property
    def span(self) -> Span:
        """Where the policy states the deployment."""
        return self.written.at(*self.path)


def claims(guard: GuardPlan, places: Iterable[Place], included: bool) -> tuple[Claim, ...]:
    """The claims of a planned policy; `places` are those of its deployments, in their order."""
    return tuple(
        _claim(guard, deployment, place, included) for deployment, place in zip(guard.deployments, places, strict=True)
    )


def _claim(guard: GuardPlan, group: CodeDeployGroup, place: Place, included: bool) -> Claim:
    service = None
    if group.ecs_cluster is not None and group.ecs_service is not None:
        service = (group.ecs_cluster, group.ecs_service)
    custom = group.managed_by == "rollguard" and not group.config.predefined
    return Claim(
        policy=guard.policy,
        retired=bool(guard.retired),
        included=included,
        application=group.application,
        group=group.group,
        platform=group.platform,
        managed_by=group.managed_by,
        protect=group.protect,
        service=service,
        config=group.config if custom else None,
        written=Written(place.document.source),
        path=place.path,
    )


def applications(environment: str, made: Iterable[Claim], findings: Findings) -> tuple[Application, ...]:
    """The applications this stack makes, each once. Reports conflicting uses, and one that policies of other stacks use too."""
    users: dict[str, list[Claim]] = {}
    groups: dict[tuple[str, str], Claim] = {}
    services: dict[tuple[Value, Value], Claim] = {}
    for claim in sorted(made, key=lambda claim: claim.policy):
        first = groups.setdefault((claim.application, claim.group), claim)
        if first is not claim:
            findings.error(
                "R050",
                f"group `{claim.group}` of application `{claim.application}` is guarded twice",
                claim.span,
                "one policy guards a group; put the criteria together",
                [Note(f"`{first.policy}` guards it here", first.span)],
            )
            continue
        if claim.service is not None:
            first = services.setdefault(claim.service, claim)
            if first is not claim:
                cluster, service = claim.service
                findings.error(
                    "R055",
                    f"ECS service `{service}` of cluster `{cluster}` is deployed by two groups",
                    claim.span,
                    "CodeDeploy takes one group for a service",
                    [Note(f"`{first.policy}` deploys it here", first.span)],
                )
        users.setdefault(claim.application, []).append(claim)
    every = (_application(environment, name, users[name], findings) for name in sorted(users))
    return tuple(one for one in every if one is not None)


def _application(environment: str, name: str, users: Sequence[Claim], findings: Findings) -> Application | None:
    first = users[0]
    for claim in users[1:]:
        note = [Note(f"`{first.policy}` uses it here", first.span)]
        if claim.platform != first.platform:
            message = (
                f"application `{name}` is of platform {first.platform} for `{first.policy}`, here of {claim.platform}"
            )
            findings.error("R051", message, claim.span, "an application has one platform; use another name", note)
        if (claim.managed_by == "rollguard") != (first.managed_by == "rollguard"):
            message = f"application `{name}` is managed by {first.managed_by} for `{first.policy}`, here by {claim.managed_by}"
            findings.error("R052", message, claim.span, "one tool owns an application and its groups", note)
    ours = [claim for claim in users if claim.managed_by == "rollguard"]
    inside = [claim for claim in ours if claim.included]
    if not inside:
        return None
    outside = next((claim for claim in users if not claim.included), None)
    if outside is not None:
        findings.error(
            "R053",
            f"application `{name}` is also used by `{outside.policy}`, which this stack does not include",
            inside[0].span,
            "two stacks cannot own one application: include both policies in one, or use an application for each",
            [Note(f"`{outside.policy}` uses it here", outside.span)],
        )
    return Application(
        name=name,
        platform=first.platform,
        protect=any(claim.protect for claim in ours),
        retain_on_delete=all(claim.retired for claim in ours),
        tags=(("rollguard:environment", environment),),
    )


def custom_configs(environment: Environment, made: Iterable[Claim], findings: Findings) -> tuple[DeploymentConfig, ...]:
    """The deployment configurations this stack must make, each once, sorted by name; reports more than the account may have."""
    needed = {claim.config.name: claim.config for claim in made if claim.included and claim.config is not None}
    most = environment.limit("deploymentConfigs", limits.limit("codedeploy", "deploymentConfigs"))
    if len(needed) > most and environment.known:
        findings.error(
            "X042",
            f"`{environment.name}` needs {len(needed)} deployment configurations; `limits.deploymentConfigs` is {most}",
            environment.place.key,
            "let policies share a shape, or use predefined ones",
        )
    return tuple(needed[name] for name in sorted(needed))
