"""The guard sheet: everything that the recorder must know of one policy, and the index that leads from AWS's events to the policy.

Both lie in the records bucket, so the recorder's code never changes with a policy. Keys of the bucket are made here alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rollguard import conventions
from rollguard.plan.model import (
    STATUSES,
    Channel,
    CodeDeployGroup,
    Criterion,
    EnvironmentPlan,
    GuardPlan,
    Interpolated,
    Metric,
    MetricAlarm,
    RegionPlan,
    is_insights,
)
from rollguard.simulate.traffic import shift

VERSION = 1
#: The id of the one query of a plain metric alarm; CloudWatch's own console calls it so.
ONLY = "m1"


def sheet_key(policy: str) -> str:
    return f"guards/{policy}.json"


def index(guard: GuardPlan) -> dict[str, dict[str, str]]:
    """The index entries of a policy by their keys, sorted: alarms that deployments poll, those that only observe, and guarded groups.

    An alarm of others may be polled for several policies, each of which has an entry of its own: no key belongs to two stacks. One that a
    criterion only observes is in none. Nor are those of a retired policy, which nobody will arm.
    """
    policy = {"policy": guard.policy}
    polled = [one for one in guard.criteria if one.attached] if guard.wiring == "direct" else []
    alarms = {guard.rollback_alarm.name} | {one.alarm_name for one in polled if one.alarm is not None}
    entries: dict[str, dict[str, str]] = dict.fromkeys(alarms, policy)
    if not guard.retired:
        observing = [one for one in guard.criteria if one.mode == "observe" and one.alarm is not None]
        entries |= {one.alarm_name: {**policy, "observes": one.id} for one in observing}
    adopted = sorted(one.alarm_name for one in polled if one.alarm is None)
    groups = sorted({(one.application, one.group) for one in guard.deployments})
    return {
        **{f"index/adopted/{name}/{guard.policy}.json": policy for name in adopted},
        **{f"index/alarms/{name}.json": entries[name] for name in sorted(entries)},
        **{f"index/groups/{application}/{group}.json": policy for application, group in groups},
    }


def sheet(
    guard: GuardPlan, region: RegionPlan, environment: EnvironmentPlan, texts: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """The sheet as JSON-able data, but for values that only the deployment knows: those are `Interpolated` still.

    `texts` are the messages' skeletons by status. Times are seconds, percentages those of the traffic on the new version.
    """
    agreed = guard.agreed
    return {
        "version": VERSION,
        "environment": environment.environment,
        "account": environment.account,
        "region": region.region,
        "partition": conventions.partition(region.region),
        "policy": guard.policy,
        "title": guard.title,
        "owner": guard.owner,
        "runbook": guard.runbook,
        "page": guard.page,
        "agreed": agreed and {"by": list(agreed.by), "on": agreed.on, "reviewDue": agreed.review_due},
        "mode": guard.mode,
        "rollbackWithin": guard.rollback_within,
        "stillRedAfter": guard.still_red_after,
        "rollbackAlarm": guard.rollback_alarm.name,
        "trigger": guard.trigger.sentence,
        "criteria": [_criterion(one) for one in guard.criteria],
        "groups": [_group(one) for one in guard.deployments],
        "notify": {status: list(dict(guard.notify).get(status, ())) for status in STATUSES},
        "channels": _channels(guard, region.channels),
        "texts": {status: dict(text) for status, text in texts.items()},
    }


def as_text(data: Mapping[str, Any], dumps: Callable[..., Any] = json.dumps) -> Any:
    """JSON text, the same bytes for the same data. `dumps` is json's, or what takes values that only the deployment knows."""
    return dumps(data, sort_keys=True, ensure_ascii=False, allow_nan=False)


def settled(value: Any, settle: Callable[[Interpolated], Any]) -> Any:
    """The data with every value that only the deployment knows settled."""
    if isinstance(value, Interpolated):
        return settle(value)
    if isinstance(value, Mapping):
        return {key: settled(item, settle) for key, item in value.items()}
    return [settled(item, settle) for item in value] if isinstance(value, list) else value


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "why": one.why,
        "condition": one.readable.condition,
        "window": one.readable.window,
        "unit": one.unit,
        "threshold": [list(pair) for pair in one.threshold],
        "attached": one.attached,
        "missing": one.alarm.treat_missing_data if one.alarm else None,
        "alarm": one.alarm_name,
        "bypass": one.bypass.name if one.bypass else None,
        "period": one.alarm.period if one.alarm else None,
        "queries": metric_data_queries(one.alarm) if one.alarm else [],
        **({"ifArmed": one.if_armed} if one.if_armed else {}),
    }


def metric_data_queries(alarm: MetricAlarm) -> list[dict[str, Any]]:
    """What people want to see of the alarm, as GetMetricData takes it: exactly one query returns data.

    Left out is what the value is only held against: the band of an anomaly alarm, the 1 or 0 of a value that must stay between two.
    Dimensions that only the deployment knows are `Interpolated`.
    """
    if alarm.metric is not None:
        return [{"Id": ONLY, "MetricStat": _stat(alarm.metric, alarm.period), "ReturnData": True}]
    queries = []
    for query in alarm.queries:
        shown = query.id == alarm.shown if alarm.shown else query.return_data
        if query.id == alarm.threshold_metric_id or (query.return_data and not shown):
            continue
        made: dict[str, Any] = {"Id": query.id, "ReturnData": shown}
        if query.label:
            made["Label"] = query.label
        if query.metric is not None:
            made["MetricStat"] = _stat(query.metric, alarm.period)
        else:
            made["Expression"] = query.expression
            # Of metric math the metrics tell the period; a Metrics Insights query must state its own (MetricDataQuery.Period).
            made |= {"Period": alarm.period} if is_insights(query) else {}
        queries.append(made)
    return queries


def _stat(metric: Metric, period: int) -> dict[str, Any]:
    return {
        "Metric": {
            "Namespace": metric.namespace,
            "MetricName": metric.name,
            "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
        },
        "Period": period,
        "Stat": metric.statistic,
    }


def _group(group: CodeDeployGroup) -> dict[str, Any]:
    """`steps` is empty where nobody knows how traffic shifts: on hosts it follows them, and some configurations are mere names."""
    steps = shift(group, None)
    known = steps.known and group.platform != "Server"
    return {
        "application": group.application,
        "group": group.group,
        "platform": group.platform,
        "bake": None if group.bake_minutes is None else group.bake_minutes * 60,
        "steps": [[seconds, _plain(percent)] for seconds, percent in steps.steps] if known else [],
    }


def _channels(guard: GuardPlan, channels: Iterable[Channel]) -> dict[str, dict[str, Any]]:
    told = {name for _, names in guard.notify for name in names}
    return {
        one.name: {"kind": one.kind} if one.pagerduty else {"kind": one.kind, "topicArn": one.topic_arn}
        for one in channels
        if one.name in told
    }


def _plain(percent: float) -> int | float:
    return int(percent) if percent.is_integer() else percent
