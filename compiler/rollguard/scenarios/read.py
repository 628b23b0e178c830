"""Read the scenarios of a policy's document for one environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rollguard.document import Document
from rollguard.language import durations
from rollguard.scenarios.model import Fault, Scenario
from rollguard.validation.scenarios import DEPLOY

_FOR_EVER = 3650 * 86_400


def scenarios(document: Document, environment: str) -> Iterator[Scenario]:
    """The scenarios of a sound policy that are for `environment`, in their order."""
    for index, data in enumerate(document.data["spec"].get("scenarios") or ()):
        if data.get("environment") in (None, environment):
            yield scenario(data, ("spec", "scenarios", index))


def scenario(data: Mapping[str, Any], path: tuple[str | int, ...] = ()) -> Scenario:
    """One scenario from its sound data."""
    deploy = data.get("deploy", DEPLOY)
    stated = deploy if isinstance(deploy, Mapping) else {"at": deploy}
    delivery, length, lasts = data.get("delivery"), data.get("length"), stated.get("lasts")
    return Scenario(
        name=data["name"],
        path=path,
        deploy=None if deploy == "never" else _seconds(stated["at"]),
        expect=data["expect"],
        lasts=None if lasts is None else _seconds(lasts),
        length=None if length is None else _seconds(length),
        before=data.get("before", "healthy"),
        delivery=None if delivery is None else _seconds(delivery),
        series=data.get("series") or {},
        fault=_fault(data["fault"]) if data.get("fault") else None,
    )


def _fault(data: Mapping[str, Any]) -> Fault:
    at = _seconds(data["at"])
    errors, latency, traffic = data.get("errors"), data.get("latency"), data.get("traffic")
    return Fault(
        at=at,
        until=at + (_seconds(data["for"]) if "for" in data else _FOR_EVER),
        errors=None if errors is None else float(errors.rstrip("% ")),
        latency=None if latency is None else float(durations.seconds(latency)),
        traffic=None if traffic is None else _per_minute(traffic),
    )


def _per_minute(traffic: str) -> float:
    number, _, unit = traffic.partition("/")
    return float(number) * (60 if unit == "s" else 1)


def _seconds(text: str) -> int:
    return round(durations.seconds(text))
