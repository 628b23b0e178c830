"""The resources of a whole environment in a world of their own: the real program, recorded, and every input given to the stand-in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rollguard.plan.model import EnvironmentPlan
from rollguard.sandbox.aws import Mark, Resource, Scope, World
from rollguard.sandbox.placeholders import secret_placeholders
from rollguard.sandbox.surroundings import assume
from rollguard.targets.program import deploy
from tests.targets.recording import SECRET, record

#: What the program looks up of other stacks and parameters.
LOOKED_UP: dict[str, dict[str, Any]] = {
    "/network/search/load-balancer": {"value": "app/search/1", "type": "String"},
    "label-printers": {"outputs": {"AutoScalingGroupName": "label-printers-1"}},
    "acme/network/prod": {"searchLoadBalancer": "app/search/2"},
}
#: What an incident has to do with; keys are not needed for it.
KINDS = (
    "Application",
    "DeploymentConfig",
    "MetricAlarm",
    "CompositeAlarm",
    "DeploymentGroup",
    "Topic",
    "TopicSubscription",
    "SlackChannelConfiguration",
    "Role",
    "RolePolicy",
    "Function",
    "Bucket",
    "BucketObjectv2",
    "EventRule",
    "EventTarget",
)


def stand(plan: EnvironmentPlan, folder: Path) -> World:
    """The world after an `up` of the plan."""
    world = World(folder)
    assume(plan, world)
    secrets = {f"rollguard:{name}": value for name, value in secret_placeholders(plan).items()}
    run = record(lambda: deploy(plan), config=secrets, looked_up=LOOKED_UP, stack_name=plan.environment)
    for kind in KINDS:
        for one in run.of(kind):
            # The recorder answers for one account, whatever the plan says.
            text = json.dumps(one.inputs).replace("222222222222", plan.account)
            inputs = json.loads(text.replace(json.dumps(SECRET), '"https://secret.example.com/"'))
            world.create(one.type, inputs, Scope(plan.account, inputs.get("region", "eu-west-1")), Mark("rollguard/x"))
    return world


def of_region(world: World, region: str) -> tuple[Resource, ...]:
    return tuple(one for one in world.resources() if one.region in (region, ""))
