"""Rules of CodeDeploy: traffic shifts, healthy hosts, alarm and rollback settings, ECS groups (aws-facts 2.1 to 2.4)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from rollguard.sandbox.aws.constraints import constraint
from rollguard.sandbox.aws.rules import Complaint, Rule, Site
from rollguard.sandbox.aws.rules.plain import is_number
from rollguard.sandbox.aws.terms import UNKNOWN

_BLOCKS = {"TimeBasedCanary": "timeBasedCanary", "TimeBasedLinear": "timeBasedLinear"}
_ECS_PAIR = (
    "A deployment group associated with an application that uses the ECS compute platform must contain a valid pair of target groups "
    "that identify a load balancer"
)


def traffic_shift(site: Site) -> Iterator[Complaint]:
    """Canary and linear: 1 to 99 percent, at least a minute, at most two days from the first shift to the last."""
    platform = site.get("computePlatform")
    if platform == "Server":
        if site.stated("trafficRoutingConfig"):
            yield Complaint(
                "The traffic routing configuration is for the compute platforms Lambda and ECS only",
                ("trafficRoutingConfig",),
            )
        return
    if platform in ("Lambda", "ECS") and not site.stated("trafficRoutingConfig"):
        yield Complaint(
            f"A deployment configuration for {platform} needs a traffic routing configuration",
            ("trafficRoutingConfig",),
        )
        return
    kind = site.get("trafficRoutingConfig.type")
    for of, block in _BLOCKS.items():
        path = f"trafficRoutingConfig.{block}"
        place = ("trafficRoutingConfig", block)
        if kind == of and not site.stated(path):
            yield Complaint(f"The traffic routing type {of} needs {block}", place)
        elif kind is not None and kind != of and site.stated(path):
            yield Complaint(f"The traffic routing type {kind} cannot be combined with {block}", place)
        elif kind == of:
            yield from _steps(site, block, place)


def healthy_hosts(site: Site) -> Iterator[Complaint]:
    platform = site.get("computePlatform")
    if platform == "Server":
        kind, value = site.get("minimumHealthyHosts.type"), site.get("minimumHealthyHosts.value")
        place = ("minimumHealthyHosts", "value")
        if not site.stated("minimumHealthyHosts"):
            yield Complaint(
                "A deployment configuration for Server needs the minimum of healthy hosts", ("minimumHealthyHosts",)
            )
        elif is_number(value) and value < 0:
            yield Complaint(f"The minimum of healthy hosts must not be negative, got {value}", place)
        elif kind == "FLEET_PERCENT" and is_number(value) and value > site.arguments["percent"]:
            yield Complaint(
                f"The minimum of healthy hosts must be between 0 and {site.arguments['percent']} percent, got {value}",
                place,
            )
    elif platform in ("Lambda", "ECS") and site.stated("minimumHealthyHosts"):
        yield Complaint(
            "The minimum of healthy hosts is for the compute platform Server only", ("minimumHealthyHosts",)
        )


def only_server(site: Site) -> Iterator[Complaint]:
    if site.get("computePlatform") in ("Lambda", "ECS"):
        yield Complaint()


def alarm_configuration(site: Site) -> Iterator[Complaint]:
    """Enabled only with alarms, each once, within the environment's limit."""
    if not isinstance(site.value, dict):
        return
    alarms = site.value.get("alarms", [])
    place = (*site.path, "alarms")
    if alarms == [] and site.value.get("enabled") is True:
        yield Complaint("The alarm configuration is enabled, but the alarm list is empty.", place)
    if not isinstance(alarms, list):
        return
    if len(alarms) > site.limits.codedeploy_alarms:
        words = f"The maximum number of alarms for a deployment group ({site.limits.codedeploy_alarms}) was exceeded."
        yield Complaint(f"{words[:-1]}: {len(alarms)}", place, "AlarmsLimitExceededException")
    known = [alarm for alarm in alarms if isinstance(alarm, str) and alarm != UNKNOWN]
    for index, alarm in enumerate(alarms):
        if not isinstance(alarm, str) or alarm == UNKNOWN:
            continue
        if not 1 <= len(alarm) <= 255:
            yield Complaint("The alarm name is empty or null or exceeds the limit of 255 characters.", (*place, index))
        elif known.count(alarm) > 1 and alarms.index(alarm) < index:
            yield Complaint(f"Two alarms with the same name have been specified: {alarm}", (*place, index))


def auto_rollback(site: Site) -> Iterator[Complaint]:
    if isinstance(site.value, dict) and site.value.get("enabled") is True and not site.value.get("events"):
        yield Complaint("Automatic rollback is enabled, but no event types were listed.", (*site.path, "events"))


def ecs_group(site: Site) -> Iterator[Complaint]:
    """A group that names an ECS service: blue/green with traffic control, two target groups, one listener."""
    if not site.stated("ecsService"):
        return
    for name, needed in (("deploymentType", "BLUE_GREEN"), ("deploymentOption", "WITH_TRAFFIC_CONTROL")):
        path = f"deploymentStyle.{name}"
        value = site.get(path)
        if not site.stated(path) or value not in (None, needed):
            words = constraint(value, path, f"Member must satisfy enum value set: [{needed}]")
            yield Complaint(
                f"{words} (an ECS service is deployed blue/green with traffic control)",
                ("deploymentStyle", name),
                "InvalidDeploymentStyleException",
            )
    pair = ("loadBalancerInfo", "targetGroupPairInfo")
    if not site.stated("loadBalancerInfo.targetGroupPairInfo"):
        yield Complaint(_ECS_PAIR, pair if site.stated("loadBalancerInfo") else ("loadBalancerInfo",))
        return
    groups = site.get("loadBalancerInfo.targetGroupPairInfo.targetGroups")
    if not site.stated("loadBalancerInfo.targetGroupPairInfo.targetGroups") or (
        groups is not None and len(groups) != 2
    ):
        yield Complaint(f"{_ECS_PAIR}: exactly two target groups, got {len(groups or ())}", (*pair, "targetGroups"))
    elif groups is not None and groups[0] == groups[1]:
        yield Complaint(
            f"{_ECS_PAIR}: the two target groups must differ, both are {groups[0].get('name')}", (*pair, "targetGroups")
        )
    listeners = site.get("loadBalancerInfo.targetGroupPairInfo.prodTrafficRoute.listenerArns")
    if not site.stated("loadBalancerInfo.targetGroupPairInfo.prodTrafficRoute.listenerArns") or (
        listeners is not None and len(listeners) != 1
    ):
        words = f"{_ECS_PAIR}: exactly one listener for production traffic, got {len(listeners or ())}"
        yield Complaint(words, (*pair, "prodTrafficRoute", "listenerArns"))


def _steps(site: Site, block: str, place: tuple[str, str]) -> Iterator[Complaint]:
    percent = site.get(f"trafficRoutingConfig.{block}.percentage")
    interval = site.get(f"trafficRoutingConfig.{block}.interval")
    most = site.arguments["percent"]
    good = True
    for name, value, limit in (("percentage", percent, most), ("interval", interval, site.arguments["shift"])):
        if not site.stated(f"trafficRoutingConfig.{block}.{name}"):
            yield Complaint(
                constraint(None, f"trafficRoutingConfig.{block}.{name}", "Member must not be null"), (*place, name)
            )
            good = False
        elif not is_number(value) or not 1 <= value <= limit:
            good = False
            if value is not None:
                unit = "percent" if name == "percentage" else "minutes"
                yield Complaint(
                    f"The {name} of a traffic shift must be between 1 and {limit} {unit}, got {value}", (*place, name)
                )
    if good and block == "timeBasedLinear":
        total = (math.ceil(100 / percent) - 1) * interval
        if total > site.arguments["shift"]:
            words = f"The time between the first and the last traffic shift must not exceed {site.arguments['shift']} minutes"
            yield Complaint(f"{words}, got {total} ({percent} percent every {interval} minutes)", (*place, "interval"))


RULES: dict[str, Rule] = {
    "trafficShift": traffic_shift,
    "healthyHosts": healthy_hosts,
    "onlyServer": only_server,
    "alarmConfiguration": alarm_configuration,
    "autoRollback": auto_rollback,
    "ecsGroup": ecs_group,
}
