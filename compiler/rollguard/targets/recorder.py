"""The recorder as AWS runs it: a function with its log, the queue of what it could not take, and the alarms on both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import cloudwatch, kms, lambda_, sns, sqs

from rollguard import conventions
from rollguard.plan.model import Foundation, Recorder
from rollguard.recorder.settings import BUCKET, ENVIRONMENT, HANDLER
from rollguard.targets import alarms, documents, events, iam, names
from rollguard.targets.archive import RUNTIME, recorder_archive
from rollguard.targets.scope import Scope

#: Seconds that a lost event waits for somebody to look at it: the longest that SQS keeps a message (SetQueueAttributes).
LOST_EVENTS_KEPT = 14 * 86_400


def recorder(
    foundation: Foundation,
    encryption: kms.Key,
    topics: Mapping[str, sns.Topic],
    records: Sequence[pulumi.Resource],
    scope: Scope,
    parent: pulumi.Resource,
) -> lambda_.Function:
    """The function and everything around it. `records` are the bucket and its settings, `topics` those made here by channel."""
    plan = foundation.recorder
    name = names.shared("recorder", scope.region)
    queue = _lost_events(plan, foundation, scope, parent)
    log = cloudwatch.LogGroup(
        name,
        name=conventions.log_group(plan.names.function),
        region=scope.region,
        retention_in_days=plan.log_retention,
        tags=dict(foundation.tags) or None,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    role, allowed = iam.recorder_role(name, plan, foundation, encryption.arn, scope, parent)
    function = lambda_.Function(
        name,
        name=plan.names.function,
        region=scope.region,
        description="Records rollbacks and tells of them; made by Rollguard",
        role=role.arn,
        runtime=RUNTIME,
        handler=HANDLER,
        code=recorder_archive(),
        memory_size=plan.memory,
        timeout=plan.timeout,
        reserved_concurrent_executions=plan.reserved_concurrency,
        environment=lambda_.FunctionEnvironmentArgs(
            variables={BUCKET: plan.names.bucket, ENVIRONMENT: plan.environment}
        ),
        # EventBridge counts an event as delivered once Lambda has it; what the code fails on then is Lambda's to keep.
        dead_letter_config=lambda_.FunctionDeadLetterConfigArgs(target_arn=queue.arn),
        tags=dict(foundation.tags) or None,
        opts=pulumi.ResourceOptions(parent=parent, depends_on=[log, *allowed, *records]),
    )
    events_role, may_call = iam.events_role(names.shared("events", scope.region), plan, foundation, scope, parent)
    callable = [function, queue, events_role, may_call]
    for rule in plan.rules:
        events.recorder_rule(rule, plan.names, foundation.tags, scope, parent, callable)
    for channel in foundation.channels:
        if channel.pagerduty is not None:
            events.pagerduty(channel, channel.pagerduty, plan.names, scope, parent, callable)
    _alarms(plan, foundation, topics, scope, parent)
    return function


def _lost_events(plan: Recorder, foundation: Foundation, scope: Scope, parent: pulumi.Resource) -> sqs.Queue:
    name = names.shared("lost-events", scope.region)
    queue = sqs.Queue(
        name,
        name=plan.names.queue,
        region=scope.region,
        message_retention_seconds=LOST_EVENTS_KEPT,
        sqs_managed_sse_enabled=True,
        tags=dict(foundation.tags) or None,
        opts=pulumi.ResourceOptions(parent=parent),
    )
    rules = scope.arn("events", f"rule/{plan.rule_names}")
    sqs.QueuePolicy(
        name,
        queue_url=queue.url,
        region=scope.region,
        policy=documents.queue_policy(plan.names.queue_arn, rules, scope),
        opts=pulumi.ResourceOptions(parent=parent),
    )
    return queue


def _alarms(
    plan: Recorder, foundation: Foundation, topics: Mapping[str, sns.Topic], scope: Scope, parent: pulumi.Resource
) -> None:
    """The alarms on the recorder tell its operators themselves: nothing of ours stands in between that could fail too."""
    arns = {channel.name: channel.topic_arn for channel in foundation.channels}
    told = scope.values.texts(arns[name] for name in plan.alarm_channels)
    after = [topics[name] for name in plan.alarm_channels if name in topics]
    for alarm in plan.alarms:
        alarms.metric_alarm(
            names.shared(alarm.name, scope.region),
            alarm,
            scope,
            pulumi.ResourceOptions(parent=parent, depends_on=after),
            actions=told,
        )
