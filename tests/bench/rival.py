"""A hand-written Pulumi program that makes the same resources: a loop over rows, with nothing of Rollguard in it.

`python -m tests.bench.rival ROWS.json` runs it without an engine. Each row is `[type, name, inputs, [names that it waits for]]`.
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
    "pulumi:providers:aws": aws.Provider,
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
    for kind, name, inputs, waits in rows:
        options = pulumi.ResourceOptions(provider=provider, depends_on=[made[other] for other in waits])
        arguments = {re.sub("([A-Z])", r"_\1", key).lower(): value for key, value in inputs.items()}
        made[f"{kind} {name}"] = KINDS[kind](name, opts=options, **arguments)
        if kind == "pulumi:providers:aws":
            provider = made[f"{kind} {name}"]


def main() -> None:
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    run(lambda: program(rows))


if __name__ == "__main__":
    main()
