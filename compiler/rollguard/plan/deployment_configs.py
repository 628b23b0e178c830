"""How traffic moves: CodeDeploy's predefined deployment configurations where one is equal, else one per shape."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rollguard import conventions, limits
from rollguard.language import durations
from rollguard.plan.model import DeploymentConfig, Platform, TrafficShift
from rollguard.plan.place import Findings, Place

#: CodeDeploy user guide, "Working with deployment configurations" (aws-facts 2.3): (kind, percent, minutes) -> name.
_PREDEFINED: dict[Platform, dict[tuple[str, int, int], str]] = {
    "ECS": {
        ("linear", 10, 1): "ECSLinear10PercentEvery1Minutes",
        ("linear", 10, 3): "ECSLinear10PercentEvery3Minutes",
        ("canary", 10, 5): "ECSCanary10Percent5Minutes",
        ("canary", 10, 15): "ECSCanary10Percent15Minutes",
        ("allAtOnce", 0, 0): "ECSAllAtOnce",
    },
    "Lambda": {
        ("canary", 10, 5): "LambdaCanary10Percent5Minutes",
        ("canary", 10, 10): "LambdaCanary10Percent10Minutes",
        ("canary", 10, 15): "LambdaCanary10Percent15Minutes",
        ("canary", 10, 30): "LambdaCanary10Percent30Minutes",
        ("linear", 10, 1): "LambdaLinear10PercentEvery1Minute",
        ("linear", 10, 2): "LambdaLinear10PercentEvery2Minutes",
        ("linear", 10, 3): "LambdaLinear10PercentEvery3Minutes",
        ("linear", 10, 10): "LambdaLinear10PercentEvery10Minutes",
        ("allAtOnce", 0, 0): "LambdaAllAtOnce",
    },
    "Server": {("allAtOnce", 0, 0): "AllAtOnce"},
}


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
        return DeploymentConfig(value, platform, TrafficShift("named"), predefined=True)
    if kind == "healthyHosts":
        ((how, hosts),) = value.items()
        type_ = "FLEET_PERCENT" if how == "atLeastPercent" else "HOST_COUNT"
        shape = f"server-healthy-{hosts}{'pct' if how == 'atLeastPercent' else 'hosts'}"
        name = conventions.deployment_config(environment, shape, include)
        shift = TrafficShift("healthyHosts", healthy_hosts=(type_, hosts))  # type: ignore[arg-type]  # one of the two literals
        return DeploymentConfig(name, platform, shift, predefined=False)
    percent = value["percent"] if kind != "allAtOnce" else 0
    minutes = int(durations.seconds(value["interval"])) // 60 if kind != "allAtOnce" else 0
    _shift_fits(kind, percent, minutes, place / kind, findings)
    shift = TrafficShift(kind, percent, minutes)  # type: ignore[arg-type]  # the schema leaves canary, linear and allAtOnce
    predefined = _PREDEFINED[platform].get((kind, percent, minutes))
    if predefined:
        return DeploymentConfig(f"CodeDeployDefault.{predefined}", platform, shift, predefined=True)
    shape = f"{platform.lower()}-{kind}-{percent}pct-{minutes}m"
    return DeploymentConfig(
        conventions.deployment_config(environment, shape, include), platform, shift, predefined=False
    )


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
