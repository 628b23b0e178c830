"""Who may do what: policy documents and roles, each with the least that works."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pulumi
from pulumi_aws import iam

from rollguard.plan.model import CodeDeployGroup, Foundation, ServiceRole, SlackChannel, Tags
from rollguard.targets.scope import Scope

Statement = dict[str, object]

#: What SNS puts into a topic's policy for its owner. Setting any policy replaces it, so we state it again
#: (docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html).
TOPIC_OWNER_ACTIONS = (
    "SNS:AddPermission",
    "SNS:DeleteTopic",
    "SNS:GetTopicAttributes",
    "SNS:ListSubscriptionsByTopic",
    "SNS:Publish",
    "SNS:RemovePermission",
    "SNS:SetTopicAttributes",
    "SNS:Subscribe",
)


def document(statements: Iterable[Statement]) -> str:
    """A policy document with sorted keys, so that the same statements are the same text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True)


def key_policy(scope: Scope) -> str:
    """The account administers the key; CloudWatch may use it, for this account only (SNS guide, key management)."""
    return document(
        (
            {
                "Sid": "Account",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{scope.partition}:iam::{scope.account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "AlarmsPublish",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": scope.account}},
            },
        )
    )


def topic_policy(topic_arn: str, alarm_arn_pattern: str, scope: Scope) -> str:
    """The account owns the topic; our alarms, and no others, may publish."""
    return document(
        (
            {
                "Sid": "Owner",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{scope.partition}:iam::{scope.account}:root"},
                "Action": list(TOPIC_OWNER_ACTIONS),
                "Resource": topic_arn,
            },
            {
                "Sid": "AlarmsPublish",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "SNS:Publish",
                "Resource": topic_arn,
                "Condition": {
                    "ArnLike": {"aws:SourceArn": alarm_arn_pattern},
                    "StringEquals": {"aws:SourceAccount": scope.account},
                },
            },
        )
    )


def service_role(
    name: str, role: ServiceRole, deployment: CodeDeployGroup, scope: Scope, parent: pulumi.Resource
) -> tuple[iam.Role, iam.RolePolicy]:
    """What CodeDeploy may do for this one group; no other group can use it. It stays as long as its group does."""
    opts = pulumi.ResourceOptions(parent=parent, retain_on_delete=deployment.retain_on_delete)
    group = f"deploymentgroup:{deployment.application}/{deployment.group}"
    trust: Statement = {
        "Effect": "Allow",
        "Principal": {"Service": "codedeploy.amazonaws.com"},
        "Action": "sts:AssumeRole",
        # docs.aws.amazon.com/codedeploy/latest/userguide/security_confused_deputy.html
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:{scope.partition}:codedeploy:{scope.region}:{scope.account}:{group}"},
            "StringEquals": {"aws:SourceAccount": scope.account},
        },
    }
    made = _role(
        name,
        role.name,
        trust,
        description="CodeDeploy deploys and rolls back with this role; made by Rollguard",
        path=role.path,
        permissions_boundary=role.permissions_boundary,
        tags=role.tags,
        opts=opts,
    )
    return made, _role_policy(name, "codedeploy", made, role.statements, opts)


def slack_role(
    name: str, slack: SlackChannel, foundation: Foundation, tags: Tags, scope: Scope, parent: pulumi.Resource
) -> iam.Role:
    """What people in the Slack channel can look at: alarms and their graphs, nothing else."""
    opts = pulumi.ResourceOptions(parent=parent)
    trust: Statement = {
        "Effect": "Allow",
        "Principal": {"Service": "chatbot.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": scope.account}},
    }
    role = _role(
        name,
        slack.role_name,
        trust,
        description="Slack reads alarms with this role; made by Rollguard",
        path=foundation.iam_path,
        permissions_boundary=foundation.permissions_boundary,
        tags=tags,
        opts=opts,
    )
    # The "notification permissions" of the service's own role template.
    actions = ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"]
    _role_policy(name, "read-alarms", role, [{"Effect": "Allow", "Action": actions, "Resource": "*"}], opts)
    return role


def _role(
    name: str,
    physical: str,
    trust: Statement,
    *,
    description: str,
    path: str,
    permissions_boundary: str,
    tags: Tags,
    opts: pulumi.ResourceOptions,
) -> iam.Role:
    return iam.Role(
        name,
        name=physical,
        path=path or "/",
        description=description,
        assume_role_policy=document([trust]),
        permissions_boundary=permissions_boundary or None,
        tags=dict(tags) or None,
        opts=opts,
    )


def _role_policy(
    name: str, physical: str, role: iam.Role, statements: Iterable[Statement], opts: pulumi.ResourceOptions
) -> iam.RolePolicy:
    return iam.RolePolicy(
        name,
        name=physical,
        role=role.name,
        policy=document(statements),
        opts=opts,
    )
