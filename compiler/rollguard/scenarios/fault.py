"""What a fault of the new version does to each criterion, through the share of the traffic that the new version has.

`value = (1 - share) * good + share * bad` (corrections 2.5). A criterion that looks at the new version alone sees `bad` as soon as that
has any traffic. A fault says nothing about saturation or business, nor about a criterion without a concern: those stay healthy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rollguard.language.quantities import Quantity
from rollguard.plan.model import Criterion
from rollguard.scenarios import healthy
from rollguard.scenarios.model import Fault
from rollguard.simulate.datapoints import fewest_samples

#: A traffic floor in an expression: below it there is no verdict, or a healthy one where the IF has a third argument.
_FLOOR = re.compile(r"IF\(.+?>= (?P<least>[0-9.eE+-]+),")
_COUNTS = ("Sum", "SampleCount")


@dataclass(frozen=True, slots=True)
class Effect:
    """The criterion's value while all requests are the new version's, and the floor below which `otherwise` stands for it.

    `counts`: the value is a number of requests.
    """

    bad: float
    counts: bool
    least: float = 0.0
    otherwise: float | None = None


def values(criterion: Criterion, fault: Fault, shares: Sequence[float]) -> list[float | None] | None:
    """The criterion's value in each minute; None where the fault says nothing about it.

    `shares` are the new version's shares of the traffic in percent, at the start of each minute.
    """
    good = healthy.level(criterion)
    if criterion.concern == "throughput":
        return _throughput(criterion, fault, good, len(shares))
    effect = _effect(criterion, fault)
    if effect is None:
        return None
    found: list[float | None] = []
    for minute, percent in enumerate(shares):
        at = minute * 60
        part = percent / 100 if fault.at <= at < fault.until else 0.0
        if criterion.judges == "newVersion":
            seen = 1.0 if part else 0.0
        else:
            seen, part = part, 1.0
        # Only a count depends on how many requests the new version gets; a share and a time are the same of few.
        bad = effect.bad * part if effect.counts else effect.bad
        value: float | None = (1 - seen) * good + seen * bad
        if (
            seen
            and fault.traffic is not None
            and fault.traffic * part * healthy.minutes(criterion.alarm) < effect.least
        ):
            value = effect.otherwise
        if fault.traffic == 0 and fault.at <= at < fault.until:
            value = None
        found.append(value)
    return found


def samples(criterion: Criterion, fault: Fault, shares: Sequence[float]) -> tuple[list[float], float]:
    """How many requests a percentile is made of in each minute, and before: enough while the fault does not say how many there are."""
    assert criterion.alarm is not None and criterion.alarm.metric is not None and fault.traffic is not None
    enough, alone = fewest_samples(criterion.alarm.metric.statistic), criterion.judges == "newVersion"
    found = []
    for minute, percent in enumerate(shares):
        part = percent / 100 if alone and percent else 1.0
        found.append(fault.traffic * part if fault.at <= minute * 60 < fault.until else enough)
    return found, enough


def _throughput(criterion: Criterion, fault: Fault, good: float, minutes: int) -> list[float | None] | None:
    """Requests a minute are what the fault's `traffic` says; other measures of throughput are not known from it."""
    if fault.traffic is None or healthy.statistic(criterion) not in _COUNTS:
        return None
    return [fault.traffic if fault.at <= minute * 60 < fault.until else good for minute in range(minutes)]


def _effect(criterion: Criterion, fault: Fault) -> Effect | None:
    if healthy.is_given(criterion):
        return None
    bad = None
    if criterion.concern == "errors" and fault.errors is not None:
        bad = _errors(criterion, fault.errors, fault.traffic)
    elif criterion.concern == "latency" and fault.latency is not None:
        bad = _latency(criterion, fault.latency)
    elif criterion.concern in ("errors", "latency") and fault.traffic == 0 and _is_ratio_or_time(criterion):
        bad = healthy.level(criterion)
    if bad is None:
        return None
    least, third = floor(criterion)
    counts = criterion.concern == "errors" and criterion.unit != "percent"
    return Effect(bad, counts, least, healthy.level(criterion) if third else None)


def _is_ratio_or_time(criterion: Criterion) -> bool:
    return criterion.unit == "percent" or criterion.concern == "latency"


def _errors(criterion: Criterion, percent: float, traffic: float | None) -> float | None:
    """The share of failed requests, or their number a minute where the criterion counts them and the traffic is known."""
    if criterion.unit == "percent":
        return percent
    if healthy.statistic(criterion) in _COUNTS and traffic is not None:
        return traffic * percent / 100
    return None


def _latency(criterion: Criterion, seconds: float) -> float | None:
    try:
        return Quantity(seconds, "time").in_unit(criterion.unit)
    except ValueError:
        return None


def floor(criterion: Criterion) -> tuple[float, bool]:
    """Requests in a period below which the criterion gives no verdict, and whether that is a healthy value rather than no datapoint."""
    expression = ""
    if criterion.alarm is not None:
        expression = next((query.expression or "" for query in criterion.alarm.queries if query.return_data), "")
    floors = [float(found["least"]) for found in _FLOOR.finditer(expression)]
    return (max(floors), not expression.startswith("IF(")) if floors else (0.0, False)
