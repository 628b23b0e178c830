"""The component that an environment's policies share in one Region: one key, one topic per channel, the recorder and its records."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pulumi
from pulumi_aws import chatbot, kms, lambda_, s3, sns

from rollguard.plan import model
from rollguard.targets import names, notifications, records
from rollguard.targets.recorder import recorder
from rollguard.targets.scope import Scope


class Foundation(pulumi.ComponentResource):
    """`topics` holds the topics by channel; channels that name an existing topic and those of PagerDuty have none here."""

    key: kms.Key
    topics: dict[str, sns.Topic]
    slack: tuple[chatbot.SlackChannelConfiguration, ...]
    subscriptions: tuple[notifications.Pending, ...]
    bucket: s3.Bucket
    recorder: lambda_.Function
    records: tuple[pulumi.Resource, ...]
    """the bucket and its settings: what stands before anything is put into it"""

    def __init__(
        self,
        plan: model.Foundation,
        scope: Scope,
        opts: pulumi.ResourceOptions | None = None,
        elsewhere: Mapping[str, Foundation] = MappingProxyType({}),
    ) -> None:
        """`elsewhere` are the foundations of other Regions, by Region, that the plan's Slack configurations also show."""
        super().__init__(names.FOUNDATION, names.shared("foundation", scope.region), {}, opts)
        self.key = notifications.key(plan, scope, self)
        self.topics = {}
        pending: list[notifications.Pending] = []
        slack: list[chatbot.SlackChannelConfiguration] = []
        for channel in plan.channels:
            if not channel.topic_name:
                continue
            topic = notifications.topic(channel, plan, self.key, scope, self)
            self.topics[channel.name] = topic
            pending.extend(notifications.subscriptions(channel, topic, scope, self))
            if channel.slack is not None:
                shown = [
                    topic.arn if region == scope.region else elsewhere[region].topics[channel.name].arn
                    for region in channel.slack.topic_regions
                ]
                slack.append(notifications.slack(channel, channel.slack, plan, shown, scope, self))
        self.subscriptions = tuple(pending)
        self.slack = tuple(slack)
        self.bucket, settings = records.bucket(plan, scope, self)
        self.records = (self.bucket, *settings)
        self.recorder = recorder(plan, self.key, self.topics, self.records, scope, self)
        self.register_outputs(
            {
                "keyArn": self.key.arn,
                "topics": {name: one.arn for name, one in self.topics.items()},
                "bucket": self.bucket.id,
                "recorder": self.recorder.arn,
            }
        )
