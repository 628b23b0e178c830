"""CodeDeploy applications that we own: one each, however many policies share it, and never two owners for one group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rollguard.plan.model import Application, CodeDeployGroup, DeploymentConfig, GuardPlan, Value
from rollguard.plan.place import Findings, Place
from rollguard.source import Note


@dataclass(frozen=True, slots=True)
class Guarded:
    """A planned policy with the places of its deployments, in the same order; `included` says whether this stack makes it."""

    plan: GuardPlan
    places: tuple[Place, ...]
    included: bool


def applications(guards: Iterable[Guarded], findings: Findings) -> tuple[Application, ...]:
    """The applications this stack makes, each once. Reports conflicting uses, and one that policies of other stacks use too."""
    users: dict[str, list[tuple[Guarded, CodeDeployGroup, Place]]] = {}
    groups: dict[tuple[str, str], tuple[Guarded, Place]] = {}
    services: dict[tuple[Value, Value], tuple[Guarded, Place]] = {}
    for guarded in sorted(guards, key=lambda guarded: guarded.plan.policy):
        for deployment, place in zip(guarded.plan.deployments, guarded.places, strict=True):
            key = (deployment.application, deployment.group)
            if key in groups:
                first, first_place = groups[key]
                findings.error(
                    "R050",
                    f"group `{deployment.group}` of application `{deployment.application}` is guarded twice",
                    place.span,
                    "one policy guards a group; put the criteria together",
                    [Note(f"`{first.plan.policy}` guards it here", first_place.span)],
                )
                continue
            groups[key] = (guarded, place)
            if deployment.ecs_cluster is not None and deployment.ecs_service is not None:
                service = (deployment.ecs_cluster, deployment.ecs_service)
                first, first_place = services.setdefault(service, (guarded, place))
                if first_place is not place:
                    findings.error(
                        "R055",
                        f"ECS service `{service[1]}` of cluster `{service[0]}` is deployed by two groups",
                        place.span,
                        "CodeDeploy takes one group for a service",
                        [Note(f"`{first.plan.policy}` deploys it here", first_place.span)],
                    )
            users.setdefault(deployment.application, []).append((guarded, deployment, place))
    return tuple(made for name in sorted(users) if (made := _application(name, users[name], findings)) is not None)


def _application(
    name: str, users: list[tuple[Guarded, CodeDeployGroup, Place]], findings: Findings
) -> Application | None:
    first_guard, first, first_place = users[0]
    for _, deployment, place in users[1:]:
        note = [Note(f"`{first_guard.plan.policy}` uses it here", first_place.span)]
        if deployment.platform != first.platform:
            message = f"application `{name}` is of platform {first.platform} for `{first_guard.plan.policy}`, here of {deployment.platform}"
            findings.error("R051", message, place.span, "an application has one platform; use another name", note)
        if (deployment.managed_by == "rollguard") != (first.managed_by == "rollguard"):
            message = (
                f"application `{name}` is managed by {first.managed_by} for `{first_guard.plan.policy}`, "
                f"here by {deployment.managed_by}"
            )
            findings.error("R052", message, place.span, "one tool owns an application and its groups", note)
    ours = [(guarded, deployment) for guarded, deployment, _ in users if deployment.managed_by == "rollguard"]
    inside = [
        place for guarded, deployment, place in users if deployment.managed_by == "rollguard" and guarded.included
    ]
    if not inside:
        return None
    outside = next((user for user in users if not user[0].included), None)
    if outside is not None:
        findings.error(
            "R053",
            f"application `{name}` is also used by `{outside[0].plan.policy}`, which this stack does not include",
            inside[0].span,
            "two stacks cannot own one application: include both policies in one, or use an application for each",
            [Note(f"`{outside[0].plan.policy}` uses it here", outside[2].span)],
        )
    retired = all(guarded.plan.retired for guarded, _ in ours)
    return Application(
        name=name,
        platform=first.platform,
        protect=any(deployment.protect for _, deployment in ours),
        retain_on_delete=retired,
        tags=tuple((key, value) for key, value in ours[0][1].tags if key == "rollguard:environment"),
    )


def custom_configs(guards: Iterable[Guarded]) -> tuple[DeploymentConfig, ...]:
    """The deployment configurations this stack must make, each once, sorted by name."""
    made = {
        deployment.config.name: deployment.config
        for guarded in guards
        if guarded.included
        for deployment in guarded.plan.deployments
        if deployment.managed_by == "rollguard" and not deployment.config.predefined
    }
    return tuple(made[name] for name in sorted(made))
