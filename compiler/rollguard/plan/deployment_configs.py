"""How traffic moves: CodeDeploy's predefined deployment configurations where one is equal, else one per shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rollguard import conventions, limits, predefined_configs
from rollguard.language import durations
from rollguard.plan.model import DeploymentConfig, Platform, TrafficShift
from rollguard.plan.place import Findings, Place
from rollguard.plan.words import listed, nearest


def deployment_config(
    traffic: Mapping[str, Any],
    platform: Platform,
    environment: str,
    include: tuple[str, ...],
    place: Place,
    findings: Findings,
) -> DeploymentConfig:
    """The configuration that a policy's `traffic` means."""
    ((kind, value),) = traffic.items()
    if kind == "config":
        return _named(value, platform, place / kind, findings)
    if kind == "healthyHosts":
        ((how, hosts),) = value.items()
        type_ = "FLEET_PERCENT" if how == "atLeastPercent" else "HOST_COUNT"
        shift = TrafficShift("healthyHosts", healthy_hosts=(type_, hosts))  # type: ignore[arg-type]  # one of the two literals
        if equal := predefined_configs.equal_to(platform, type_, hosts, 0):
            return DeploymentConfig(equal, platform, shift, predefined=True)
        shape = f"server-healthy-{hosts}{'pct' if how == 'atLeastPercent' else 'hosts'}"
        name = conventions.deployment_config(environment, shape, include)
        return DeploymentConfig(name, platform, shift, predefined=False)
    percent = value["percent"] if kind != "allAtOnce" else 0
    minutes = int(durations.seconds(value["interval"])) // 60 if kind != "allAtOnce" else 0
    _shift_fits(kind, percent, minutes, place / kind, findings)
    shift = TrafficShift(kind, percent, minutes)  # type: ignore[arg-type]  # the schema leaves canary, linear and allAtOnce
    if equal := predefined_configs.equal_to(platform, kind, percent, minutes):
        return DeploymentConfig(equal, platform, shift, predefined=True)
    shape = f"{platform.lower()}-{kind}-{percent}pct-{minutes}m"
    return DeploymentConfig(
        conventions.deployment_config(environment, shape, include), platform, shift, predefined=False
    )


def _named(name: str, platform: Platform, place: Place, findings: Findings) -> DeploymentConfig:
    """A configuration that exists. Of CodeDeploy's own ones we know how they shift; of others nothing."""
    found = predefined_configs.platform_of(name)
    if name.startswith(predefined_configs.PREFIX) and found != platform:
        wrong = (
            f"CodeDeploy has no deployment configuration `{name}`"
            if found is None
            else f"`{name}` is for the compute platform {found}, but the deployment is for {platform}"
        )
        findings.error("R026", wrong, place.span, _near(name, platform))
        return DeploymentConfig("", platform, TrafficShift("named"), predefined=True)
    shift = predefined_configs.traffic_of(name) if found == platform else None
    return DeploymentConfig(name, platform, shift or TrafficShift("named"), predefined=True)


def _near(name: str, platform: Platform) -> str:
    """The nearest name by what differs, which the prefix does not."""
    prefix = predefined_configs.PREFIX
    fitting = list(predefined_configs.PREDEFINED[platform])
    near = nearest(name.removeprefix(prefix), fitting)
    return near.replace("`", f"`{prefix}", 1) if near else f"there are {listed(prefix + short for short in fitting)}"


def _shift_fits(kind: str, percent: int, minutes: int, place: Place, findings: Findings) -> None:
    steps = 1 if kind == "canary" else math.ceil(100 / percent) - 1 if kind == "linear" else 0
    longest = limits.limit("codedeploy", "shiftMinutes")
    if steps * minutes > longest:
        findings.error(
            "X030",
            f"from the first to the last traffic shift it takes {steps * minutes:,} minutes; CodeDeploy allows {longest:,}",
            place.span,
            "a shorter interval or a larger percentage",
        )
