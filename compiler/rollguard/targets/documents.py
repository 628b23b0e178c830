"""Policy documents of things that others use: the key, topics, the queue, the bucket. Each lets in whom it must, and nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rollguard.targets.scope import Scope

Statement = dict[str, object]

#: What SNS puts into a topic's policy for its owner, but for `Publish`. Setting any policy replaces it, so we state it again
#: (docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html).
TOPIC_OWNER_ACTIONS = (
    "SNS:AddPermission",
    "SNS:DeleteTopic",
    "SNS:GetTopicAttributes",
    "SNS:ListSubscriptionsByTopic",
    "SNS:RemovePermission",
    "SNS:SetTopicAttributes",
    "SNS:Subscribe",
)


def document(statements: Iterable[Statement]) -> str:
    """A policy document with sorted keys, so that the same statements are the same text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True)


def key_policy(scope: Scope) -> str:
    """The account administers the key, and lets its roles use it by their own policies: the recorder's does.

    CloudWatch is a service and has no role: the alarms on the recorder need it named (SNS guide, key management).
    """
    return document(
        (
            {
                "Sid": "Account",
                "Effect": "Allow",
                "Principal": {"AWS": _root(scope)},
                "Action": "kms:*",
                "Resource": "*",
            },
            {
                "Sid": "RecorderAlarmsPublish",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": scope.account}},
            },
        )
    )


def topic_policy(topic_arn: str, recorder_role_arn: str, alarm_arns: Sequence[str], scope: Scope) -> str:
    """The account owns the topic, but nobody in it publishes save the recorder; and `alarm_arns`, the alarms on the recorder itself.

    In its own account a role's policy is enough to publish, whatever the topic says: only a denial keeps the others out. Services of AWS
    are not meant by it, as they have no ARN to compare.
    """
    statements: list[Statement] = [
        {
            "Sid": "Owner",
            "Effect": "Allow",
            "Principal": {"AWS": _root(scope)},
            "Action": list(TOPIC_OWNER_ACTIONS),
            "Resource": topic_arn,
        },
        {
            "Sid": "OnlyTheRecorderPublishes",
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "SNS:Publish",
            "Resource": topic_arn,
            "Condition": {
                "ArnNotEquals": {"aws:PrincipalArn": recorder_role_arn},
                "Bool": {"aws:PrincipalIsAWSService": "false"},
            },
        },
    ]
    if alarm_arns:
        statements.append(
            {
                "Sid": "RecorderAlarmsPublish",
                "Effect": "Allow",
                "Principal": {"Service": "cloudwatch.amazonaws.com"},
                "Action": "SNS:Publish",
                "Resource": topic_arn,
                "Condition": {
                    "ArnLike": {"aws:SourceArn": list(alarm_arns)},
                    "StringEquals": {"aws:SourceAccount": scope.account},
                },
            }
        )
    return document(statements)


def queue_policy(queue_arn: str, rule_arns: str, scope: Scope) -> str:
    """The environment's rules may leave events here that they could not deliver; nothing comes or goes in clear text."""
    return document(
        (
            {
                "Sid": "RulesLeaveLostEvents",
                "Effect": "Allow",
                "Principal": {"Service": "events.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {
                    "ArnLike": {"aws:SourceArn": rule_arns},
                    "StringEquals": {"aws:SourceAccount": scope.account},
                },
            },
            _only_encrypted("sqs:*", queue_arn),
        )
    )


def bucket_policy(bucket: str, scope: Scope) -> str:
    arn = f"arn:{scope.partition}:s3:::{bucket}"
    return document([_only_encrypted("s3:*", [arn, f"{arn}/*"])])


def _only_encrypted(action: str, resource: str | list[str]) -> Statement:
    return {
        "Sid": "OnlyEncrypted",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": action,
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _root(scope: Scope) -> str:
    return f"arn:{scope.partition}:iam::{scope.account}:root"
