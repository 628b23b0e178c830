"""The deployment configurations that CodeDeploy brings into every account, and how each moves traffic.

Source: CodeDeploy user guide, "Working with deployment configurations" (aws-facts 2.3). `HalfAtATime` deploys to up to half of the
instances at a time, rounded down, and CreateDeploymentConfig rounds `FLEET_PERCENT` up: the two are equal. `OneAtATime` is
`MOST_CONCURRENCY` 1 in GetDeploymentConfig (API_MinimumHealthyHosts), which nobody can create and which equals no number of healthy hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from rollguard.plan.model import Platform, TrafficShift

PREFIX = "CodeDeployDefault."


class Predefined(NamedTuple):
    """`amount` is percent per step, or healthy hosts in the unit of the kind; `minutes` lie between steps."""

    kind: Literal["canary", "linear", "allAtOnce", "FLEET_PERCENT", "MOST_CONCURRENCY"]
    amount: int = 0
    minutes: int = 0


#: By compute platform and by name without the prefix.
PREDEFINED: Mapping[Platform, Mapping[str, Predefined]] = {
    "ECS": {
        "ECSAllAtOnce": Predefined("allAtOnce"),
        "ECSCanary10Percent5Minutes": Predefined("canary", 10, 5),
        "ECSCanary10Percent15Minutes": Predefined("canary", 10, 15),
        "ECSLinear10PercentEvery1Minutes": Predefined("linear", 10, 1),
        "ECSLinear10PercentEvery3Minutes": Predefined("linear", 10, 3),
    },
    "Lambda": {
        "LambdaAllAtOnce": Predefined("allAtOnce"),
        "LambdaCanary10Percent5Minutes": Predefined("canary", 10, 5),
        "LambdaCanary10Percent10Minutes": Predefined("canary", 10, 10),
        "LambdaCanary10Percent15Minutes": Predefined("canary", 10, 15),
        "LambdaCanary10Percent30Minutes": Predefined("canary", 10, 30),
        "LambdaLinear10PercentEvery1Minute": Predefined("linear", 10, 1),
        "LambdaLinear10PercentEvery2Minutes": Predefined("linear", 10, 2),
        "LambdaLinear10PercentEvery3Minutes": Predefined("linear", 10, 3),
        "LambdaLinear10PercentEvery10Minutes": Predefined("linear", 10, 10),
    },
    "Server": {
        "AllAtOnce": Predefined("allAtOnce"),
        "HalfAtATime": Predefined("FLEET_PERCENT", 50),
        "OneAtATime": Predefined("MOST_CONCURRENCY", 1),
    },
}


def platform_of(name: str) -> Platform | None:
    """The compute platform of a predefined configuration (`CodeDeployDefault.…`), None for any other name."""
    if not name.startswith(PREFIX):
        return None
    return next((platform for platform, names in PREDEFINED.items() if name.removeprefix(PREFIX) in names), None)


def traffic_of(name: str) -> TrafficShift | None:
    """How a predefined configuration (`CodeDeployDefault.…`) moves traffic, None for any other name."""
    # Here and not above: the package of the plan reads this table.
    from rollguard.plan.model import TrafficShift

    platform = platform_of(name)
    if platform is None:
        return None
    kind, amount, minutes = PREDEFINED[platform][name.removeprefix(PREFIX)]
    if kind == "FLEET_PERCENT" or kind == "MOST_CONCURRENCY":
        return TrafficShift("healthyHosts", healthy_hosts=(kind, amount))
    return TrafficShift(kind, amount, minutes)


def equal_to(platform: Platform, kind: str, amount: int, minutes: int) -> str | None:
    """The full name of the predefined configuration of this shape, or None. `kind` as in `Predefined`."""
    found = next((name for name, shape in PREDEFINED[platform].items() if shape == (kind, amount, minutes)), None)
    return found and PREFIX + found
