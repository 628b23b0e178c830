"""One topic per channel: who hears of a rollback, and over which wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import chatbot, kms, sns

from rollguard.plan.model import Channel, Foundation, SlackChannel, Subscription
from rollguard.targets import documents, iam, names
from rollguard.targets.scope import Scope
from rollguard.targets.values import secrets_in

#: Days between the order to delete a key and its end; the longest that KMS takes (ScheduleKeyDeletion).
KEY_DELETION_WINDOW = 30

#: A Slack channel may do what its guardrails and its role both allow; without guardrails AWS sets AdministratorAccess.
SLACK_GUARDRAIL = "CloudWatchReadOnlyAccess"


@dataclass(frozen=True, slots=True)
class Pending:
    """A subscription that a person or a service may still have to confirm. `about` names it and holds no secret."""

    about: str
    pending: pulumi.Output[bool]


def key(foundation: Foundation, scope: Scope, parent: pulumi.Resource) -> kms.Key:
    """The key that encrypts the topics. CloudWatch cannot publish through AWS's own `alias/aws/sns` (SNS guide, key management)."""
    name = names.shared("key", scope.region)
    made = kms.Key(
        name,
        region=scope.region,
        description="Encrypts the rollback notifications of Rollguard",
        enable_key_rotation=True,
        deletion_window_in_days=KEY_DELETION_WINDOW,
        policy=documents.key_policy(scope),
        tags=dict(foundation.tags) or None,
        opts=pulumi.ResourceOptions(parent=parent, protect=scope.protected(foundation.protect)),
    )
    kms.Alias(
        name,
        name=foundation.key_alias,
        region=scope.region,
        target_key_id=made.key_id,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return made


def topic(
    channel: Channel, foundation: Foundation, encryption: kms.Key, scope: Scope, parent: pulumi.Resource
) -> sns.Topic:
    name = names.shared(channel.name, scope.region)
    recorder = foundation.recorder
    operations = channel.name in recorder.alarm_channels
    alarms = [scope.arn("cloudwatch", f"alarm:{alarm.name}") for alarm in recorder.alarms] if operations else []
    made = sns.Topic(
        name,
        name=channel.topic_name,
        region=scope.region,
        kms_master_key_id=encryption.arn,
        tags=dict(channel.tags) or None,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    sns.TopicPolicy(
        name,
        arn=made.arn,
        region=scope.region,
        policy=made.arn.apply(lambda arn: documents.topic_policy(arn, recorder.names.role_arn, alarms, scope)),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return made


def subscriptions(channel: Channel, topic: sns.Topic, scope: Scope, parent: pulumi.Resource) -> tuple[Pending, ...]:
    return tuple(_subscription(channel, one, topic, scope, parent) for one in channel.subscriptions)


def _subscription(
    channel: Channel, subscription: Subscription, topic: sns.Topic, scope: Scope, parent: pulumi.Resource
) -> Pending:
    secret = bool(secrets_in(subscription.endpoint))
    made = sns.TopicSubscription(
        names.subscription(channel.name, subscription.key, scope.region),
        topic=topic.arn,
        region=scope.region,
        protocol=subscription.protocol,
        endpoint=scope.values.text(subscription.endpoint),
        raw_message_delivery=subscription.raw_message_delivery or None,
        opts=pulumi.ResourceOptions(parent=parent, additional_secret_outputs=["endpoint"] if secret else None),
    )
    about = f"{channel.name} ({subscription.protocol} {subscription.key}) in {scope.region}"
    return Pending(about, made.pending_confirmation)


def slack(
    channel: Channel,
    slack: SlackChannel,
    foundation: Foundation,
    topics: Sequence[pulumi.Input[str]],
    scope: Scope,
    parent: pulumi.Resource,
) -> chatbot.SlackChannelConfiguration:
    """A Slack channel that shows the messages of its topics, one in each Region of the environment.

    The workspace must have been authorised once by hand, in the AWS console. Neither name holds a Region: when the environment gets another
    one, configuration and role stay; and where the configuration must move, the old one goes first, as a Slack channel has only one.
    """
    name = names.slack(channel.name)
    role = iam.slack_role(name, slack, foundation, channel.tags, scope, parent)
    return chatbot.SlackChannelConfiguration(
        name,
        region=slack.region,
        configuration_name=slack.configuration_name,
        slack_team_id=slack.workspace,
        slack_channel_id=slack.channel,
        iam_role_arn=role.arn,
        guardrail_policy_arns=[f"arn:{scope.partition}:iam::aws:policy/{SLACK_GUARDRAIL}"],
        logging_level="ERROR",
        sns_topic_arns=list(topics),
        tags=dict(channel.tags) or None,
        opts=pulumi.ResourceOptions(parent=parent, delete_before_replace=True),
    )
