"""A hand-written Pulumi program that makes the same resources, components too: a loop over rows, with nothing of Rollguard in it.

`python -m tests.bench.rival ROWS.json` runs it without an engine. Each row is
`[type, name, parent, inputs, [those that it waits for]]`; a resource is known by its type and name.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from tests.bench.unplugged import run

KINDS: dict[str, Any] = {
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": aws.cloudwatch.CompositeAlarm,
    "aws:cloudwatch/metricAlarm:MetricAlarm": aws.cloudwatch.MetricAlarm,
    "aws:codedeploy/application:Application": aws.codedeploy.Application,
    "aws:codedeploy/deploymentConfig:DeploymentConfig": aws.codedeploy.DeploymentConfig,
    "aws:codedeploy/deploymentGroup:DeploymentGroup": aws.codedeploy.DeploymentGroup,
    "aws:iam/role:Role": aws.iam.Role,
    "aws:iam/rolePolicy:RolePolicy": aws.iam.RolePolicy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": aws.iam.RolePolicyAttachment,
    "aws:kms/alias:Alias": aws.kms.Alias,
    "aws:kms/key:Key": aws.kms.Key,
    "aws:sns/topic:Topic": aws.sns.Topic,
    "aws:sns/topicPolicy:TopicPolicy": aws.sns.TopicPolicy,
    "aws:sns/topicSubscription:TopicSubscription": aws.sns.TopicSubscription,
}


def program(rows: list[Any]) -> None:
    """Make one resource per row, in their order."""
    made: dict[str, Any] = {}
    provider = None
    for kind, name, parent, inputs, waits in rows:
        options = pulumi.ResourceOptions(
            parent=made.get(parent), provider=provider, depends_on=[made[other] for other in waits]
        )
        arguments = {re.sub("([A-Z])", r"_\1", key).lower(): value for key, value in inputs.items()}
        if kind == "pulumi:providers:aws":  # the protocol carries a provider's inputs as JSON in texts
            arguments = {key: value if key == "region" else json.loads(value) for key, value in arguments.items()}
            provider = made[f"{kind} {name}"] = aws.Provider(name, **arguments)
        elif kind in KINDS:
            made[f"{kind} {name}"] = KINDS[kind](name, opts=options, **arguments)
        else:
            made[f"{kind} {name}"] = pulumi.ComponentResource(kind, name, opts=options)


def main() -> None:
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    run(lambda: program(rows))


if __name__ == "__main__":
    main()
