"""Alarms and deployment groups as they stand in AWS's terms, read back into the simulation's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rollguard import predefined_configs
from rollguard.failure import Failure
from rollguard.plan.model import (
    CodeDeployGroup,
    DeploymentConfig,
    Metric,
    MetricAlarm,
    MetricDataQuery,
    Platform,
    TrafficShift,
)
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.model import Composite, Group

#: The event without which CodeDeploy stops a deployment on an alarm and leaves it there (AutoRollbackEvent).
STOP_ON_ALARM = "DEPLOYMENT_STOP_ON_ALARM"

#: Minutes that the original tasks may stay (aws-facts 2.4: at most 48 h).
_LONGEST_BAKE = 2880
_KINDS = {"TimeBasedCanary": "canary", "TimeBasedLinear": "linear"}


def metric_alarms(resources: Iterable[Resource]) -> dict[str, MetricAlarm]:
    """The metric alarms that are defined here, by name; of one that is only assumed to exist nothing but its state is known.

    Like the other functions here, raises Failure for a resource that somebody has edited into what AWS would never hold.
    """
    found = {}
    for one in resources:
        if one.kind == "alarm" and one.members.keys() & {"ComparisonOperator", "EvaluationPeriods"}:
            with _read(one):
                found[one.name] = _metric_alarm(one.members)
    return found


def composites(resources: Iterable[Resource]) -> dict[str, Composite]:
    """The composite alarms by name."""
    found = {}
    for one in resources:
        if one.kind == "alarm" and "AlarmRule" in one.members:
            with _read(one):
                found[one.name] = _composite(one)
    return found


def group(resources: Sequence[Resource], application: str, name: str) -> Group | None:
    """The deployment group, with its configuration, or None where there is none of that name."""
    standing = {(one.kind, one.name): one for one in resources}
    found = standing.get(("deploymentGroup", f"{application}/{name}"))
    if found is None:
        return None
    with _read(found):
        return _group(found, standing, application, name)


@contextmanager
def _read(resource: Resource) -> Iterator[None]:
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        what = f"it lacks `{wrong.args[0]}`" if isinstance(wrong, KeyError) else str(wrong)
        raise Failure(
            f"the {resource.kind} `{resource.name}` in `world.json` is none that AWS would hold: {what}",
            help="mend it with `rollguard sandbox edit`, or take the sandbox down and up again",
        ) from wrong


def _group(found: Resource, standing: Mapping[tuple[str, str], Resource], application: str, name: str) -> Group:
    members = found.members
    owner = standing.get(("application", application))
    platform: Platform = found.status.get("computePlatform") or (
        owner.members.get("computePlatform", "Server") if owner else "Server"
    )
    chosen = members.get("deploymentConfigName", "CodeDeployDefault.OneAtATime")
    config = standing.get(("deploymentConfig", chosen))
    if config is None and not chosen.startswith(predefined_configs.PREFIX):
        raise ValueError(f"there is no deployment configuration `{chosen}`")
    alarms = members.get("alarmConfiguration") or {}
    rollback = members.get("autoRollbackConfiguration") or {}
    blue_green = (members.get("deploymentStyle") or {}).get("deploymentType") == "BLUE_GREEN"
    settings = CodeDeployGroup(
        application=application,
        group=name,
        platform=platform,
        managed_by="",
        config=DeploymentConfig(chosen, platform, _traffic(config.members if config else {}), config is None),
        alarms=tuple(one["name"] for one in alarms.get("alarms") or ()),
        alarms_enabled=bool(alarms.get("enabled")),
        ignore_poll_alarm_failure=bool(alarms.get("ignorePollAlarmFailure")),
        bake_minutes=_bake(members) if blue_green else None,
        blue_green=blue_green,
        protect=False,
        retain_on_delete=False,
    )
    return Group(settings, bool(rollback.get("enabled")) and STOP_ON_ALARM in (rollback.get("events") or ()))


def _metric_alarm(members: Mapping[str, Any]) -> MetricAlarm:
    queries = tuple(_query(one) for one in members.get("Metrics") or ())
    metric = None
    if "MetricName" in members:
        statistic = members.get("Statistic") or members["ExtendedStatistic"]
        metric = _metric(members, statistic)
    periods = [one.get("Period") or (one.get("MetricStat") or {}).get("Period") for one in members.get("Metrics") or ()]
    of = int(members["EvaluationPeriods"])
    threshold = members.get("Threshold")
    return MetricAlarm(
        name=members["AlarmName"],
        description=members.get("AlarmDescription", ""),
        period=int(members.get("Period") or next((period for period in periods if period), 60)),
        evaluation_periods=of,
        datapoints_to_alarm=int(members.get("DatapointsToAlarm") or of),
        comparison=members["ComparisonOperator"],
        treat_missing_data=members.get("TreatMissingData", "missing"),
        threshold=None if threshold is None else float(threshold),
        threshold_metric_id=members.get("ThresholdMetricId"),
        metric=metric,
        queries=queries,
        evaluate_low_sample_count_percentile=members.get("EvaluateLowSampleCountPercentile"),
    )


def _query(entry: Mapping[str, Any]) -> MetricDataQuery:
    stat = entry.get("MetricStat")
    metric = _metric(stat["Metric"], stat["Stat"]) if stat else None
    return MetricDataQuery(
        entry["Id"], metric, entry.get("Expression"), entry.get("Label", ""), bool(entry.get("ReturnData", True))
    )


def _metric(members: Mapping[str, Any], statistic: str) -> Metric:
    dimensions = sorted((one["Name"], one["Value"]) for one in members.get("Dimensions") or ())
    return Metric(members.get("Namespace", ""), members["MetricName"], statistic, tuple(dimensions))


def _composite(alarm: Resource) -> Composite:
    members = alarm.members
    return Composite(
        name=alarm.name,
        rule=members["AlarmRule"],
        policy=alarm.tags.get("rollguard:policy", ""),
    )


def _traffic(config: Mapping[str, Any]) -> TrafficShift:
    """How a configuration shifts traffic; `named` for CodeDeploy's own, and for one of which only the name is known."""
    routing = config.get("trafficRoutingConfig") or {}
    kind = routing.get("type")
    if kind in _KINDS:
        word = _KINDS[kind]
        step = routing[f"timeBased{word.title()}"]
        percent, interval = int(step[f"{word}Percentage"]), int(step[f"{word}Interval"])
        if not 1 <= percent <= 99 or interval < 1:
            raise ValueError(f"its configuration shifts {percent} % every {interval} minutes")
        return TrafficShift("canary" if word == "canary" else "linear", percent, interval)
    hosts = config.get("minimumHealthyHosts")
    if hosts:
        return TrafficShift("healthyHosts", healthy_hosts=(hosts["type"], int(hosts["value"])))
    return TrafficShift("allAtOnce") if kind == "AllAtOnce" else TrafficShift("named")


def _bake(members: Mapping[str, Any]) -> int:
    stated = members.get("blueGreenDeploymentConfiguration") or {}
    ending = stated.get("terminateBlueInstancesOnDeploymentSuccess") or {}
    minutes = int(ending.get("terminationWaitTimeInMinutes") or 0)
    if not 0 <= minutes <= _LONGEST_BAKE:
        raise ValueError(f"it terminates the old tasks after {minutes} minutes")
    return minutes
