"""The recorder of rollbacks in one Region of an environment: its names, its settings, what calls it, and who hears of its own failures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rollguard import conventions, limits
from rollguard.language import durations
from rollguard.plan.environment import Environment
from rollguard.plan.model import Channel, EventRule, Metric, MetricAlarm, Recorder, RecorderNames
from rollguard.plan.place import Findings
from rollguard.plan.words import listed, nearest

DAY = 86_400
MEMORY = 256
#: A claim that is older than a minute counts as abandoned and is told again, so no call may last longer.
TIMEOUT = 60
LOG_RETENTION, RECORD_RETENTION = "90d", "400d"
#: The namespace of the metrics that the recorder writes of itself.
METRICS = "Rollguard"
#: How often the recorder looks after incidents of which no event comes any more.
SWEEP = "rate(5 minutes)"


def recorder_names(environment: Environment, region: str) -> RecorderNames:
    """The names that every stack of the environment computes alike."""
    name, account, path = environment.name, environment.account, environment.iam("path")
    function, queue = conventions.recorder(name), conventions.dead_letter_queue(name)
    role, events_role = conventions.recorder_role(name, region), conventions.events_role(name, region)
    return RecorderNames(
        function=function,
        function_arn=conventions.arn("lambda", region, account, f"function:{function}"),
        role=role,
        role_arn=conventions.role_arn(region, account, path, role),
        events_role=events_role,
        events_role_arn=conventions.role_arn(region, account, path, events_role),
        queue=queue,
        queue_arn=conventions.arn("sqs", region, account, queue),
        bucket=conventions.records_bucket(name, account, region),
    )


def recorder(environment: Environment, region: str, channels: Iterable[Channel], findings: Findings) -> Recorder:
    """The recorder as the environment wants it; channels that cannot be told of its failures are reported."""
    names = recorder_names(environment, region)
    return Recorder(
        environment=environment.name,
        names=names,
        memory=_setting(environment, "recorder", "memory", MEMORY),
        timeout=TIMEOUT,
        log_retention=_days(_setting(environment, "recorder", "logRetention", LOG_RETENTION)),
        record_retention=_days(_setting(environment, "records", "retention", RECORD_RETENTION)),
        rules=_rules(environment.name),
        rule_names=conventions.event_rules(environment.name),
        alarms=_alarms(environment, names),
        alarm_channels=_operations(environment, {channel.name: channel for channel in channels}, findings),
        reserved_concurrency=_setting(environment, "recorder", "reservedConcurrency", None),
    )


def _setting(environment: Environment, group: str, key: str, otherwise: Any) -> Any:
    """A setting of `records` or `recorder`: the environment's, else the defaults', key by key."""
    for level in (environment.data, environment.defaults):
        if key in (level.get(group) or {}):
            return level[group][key]
    return otherwise


def _days(text: str) -> int:
    return int(durations.seconds(text)) // DAY


def _rules(environment: str) -> tuple[EventRule, ...]:
    pattern = {
        "source": ["aws.cloudwatch"],
        "detail-type": ["CloudWatch Alarm State Change"],
        "detail": {"alarmName": [{"prefix": conventions.alarm_prefix(environment)}]},
    }
    return (
        EventRule(
            conventions.event_rule(environment, "alarms"),
            f"Tells the recorder when an alarm of Rollguard in {environment} changes",
            pattern=json.dumps(pattern, separators=(",", ":")),
        ),
        EventRule(
            conventions.event_rule(environment, "sweep"),
            "Lets the recorder look after incidents of which it has heard nothing more",
            schedule=SWEEP,
        ),
    )


def _alarms(environment: Environment, names: RecorderNames) -> tuple[MetricAlarm, ...]:
    """One failed call, one event that nobody could take, one message that did not go out: each may be a rollback that nobody heard of.

    And no call for a quarter of an hour, though the sweep calls every five minutes. Lambda counts what it throttles neither as an error nor
    as an invocation, and keeps it for six hours before the queue of lost events sees it (Lambda guide, "Asynchronous invocation").
    """
    name, function = environment.name, (("FunctionName", names.function),)

    def alarm(what: str, description: str, metric: Metric, **others: Any) -> MetricAlarm:
        usual = {
            "period": 60,
            "evaluation_periods": 1,
            "datapoints_to_alarm": 1,
            "comparison": "GreaterThanThreshold",
            "threshold": 0.0,
            "treat_missing_data": "notBreaching",
        }
        alarm = conventions.recorder_alarm(name, what)
        return MetricAlarm(
            name=alarm, description=description, metric=metric, tags=environment.tags(), **{**usual, **others}
        )

    return (
        alarm(
            "errors",
            f"The recorder of {name} failed: a rollback may go untold. Look at the log of its function {names.function}.",
            Metric("AWS/Lambda", "Errors", "Sum", function),
        ),
        alarm(
            "lost-events",
            f"Events did not reach the recorder of {name}: they wait in the queue {names.queue}.",
            Metric("AWS/SQS", "ApproximateNumberOfMessagesVisible", "Maximum", (("QueueName", names.queue),)),
        ),
        alarm(
            "silent",
            f"Nothing has called the recorder of {name} for 15 minutes, though its sweep does every 5: it is throttled, or its "
            f"rules are off. Rollbacks go untold. Look at the function {names.function} and its rules.",
            Metric("AWS/Lambda", "Invocations", "Sum", function),
            period=300,
            evaluation_periods=3,
            datapoints_to_alarm=3,
            comparison="LessThanThreshold",
            threshold=1.0,
            treat_missing_data="breaching",
        ),
        alarm(
            "untold",
            f"A channel of {name} does not take the recorder's messages: somebody was not told of a rollback. The log of its function "
            f"{names.function} names the channel, and the record of the rollback.",
            Metric(METRICS, "DeliveryFailures", "Sum", (("Environment", name),)),
            # What a channel refuses is tried again within the hour, and the alarm should not turn back in between.
            period=300,
            evaluation_periods=12,
        ),
    )


def _operations(environment: Environment, channels: dict[str, Channel], findings: Findings) -> tuple[str, ...]:
    """The channels that hear of the recorder's own failures.

    Not stated: those that `environments.yaml` tells of a rollback that failed, as somebody must act then too; where it names none, all.
    A channel without a topic is none of them, as an alarm tells topics only; and an alarm tells five at most.
    """
    most = limits.limit("cloudwatch", "alarmActionsPerState")
    stated = _setting(environment, "recorder", "alarms", None)
    if stated is None:
        notify = environment.setting("notify", {})[0]
        failed = notify if isinstance(notify, list) else notify.get("failed", [])
        able = sorted(name for name, channel in channels.items() if channel.pagerduty is None)
        if channels and not able:
            _nobody_hears(environment, channels, findings)
        return tuple([name for name in able if name in failed] or able)[:most]
    place = environment.place if "alarms" in (environment.data.get("recorder") or {}) else environment.defaults_place
    at = place / "recorder" / "alarms"
    if len(stated) > most:
        findings.error("X041", f"`alarms` names {len(stated)} channels; an alarm can tell {most}", at.span)
    for index, name in enumerate(stated):
        if name not in channels:
            hint = nearest(name, channels) or (f"its channels are {listed(channels)}" if channels else "it has none")
            message = f"`{name}` is no channel of environment `{environment.name}`"
            findings.error("R011", message, (at / index).span, hint)
        elif channels[name].pagerduty is not None:
            findings.error(
                "E008",
                f"`{name}` is told by the recorder, so it cannot be told that the recorder fails",
                (at / index).span,
                "name a channel with a topic: `email`, `https`, `sqs`, `topic` or `slack`",
            )
    return tuple(sorted(set(stated)))


def _nobody_hears(environment: Environment, channels: dict[str, Channel], findings: Findings) -> None:
    """An environment without any channel wants nobody told of anything; one that wakes people by PagerDuty alone takes itself for safe."""
    only = f"it has only {listed(channels)}, told by the recorder itself"
    findings.warning(
        "E009",
        f"nobody hears when the recorder of environment `{environment.name}` fails: {only}",
        (environment.place / "channels").span,
        "add a channel with a topic: `email`, `https`, `sqs`, `topic` or `slack`. PagerDuty takes CloudWatch's alarms "
        "as `https`, with the address of a CloudWatch integration as a secret",
    )
