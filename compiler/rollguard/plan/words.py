"""A plan's numbers in words, for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import ceil
from typing import Any

from rollguard import wording
from rollguard.plan.model import Comparison
from rollguard.simulate.datapoints import fewest_samples

_COMPARISON = {
    "above": "above",
    "atLeast": "at or above",
    "below": "below",
    "atMost": "at or below",
}

OPERATORS: dict[str, Comparison] = {
    "above": "GreaterThanThreshold",
    "atLeast": "GreaterThanOrEqualToThreshold",
    "below": "LessThanThreshold",
    "atMost": "LessThanOrEqualToThreshold",
}

_UNITS = {"percent": " %", "count": "", "": ""}
#: Seconds in a unit of time that a signal may be measured in.
_SECONDS = {"us": Decimal("0.000001"), "ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600)}

_WORD = re.compile(r"[A-Z]?[a-z0-9]+")
#: A name that reads as words: in CamelCase, camelCase or snake_case, without abbreviations.
_WORDS = re.compile(r"(?:[A-Z]?[a-z][a-z0-9]+_?)+")


nearest = wording.did_you_mean
near = wording.near


def there_are(names: Iterable[str]) -> str:
    """What there is to choose from, for a help line."""
    return wording.there_are(names, "and")


def listed(names: Iterable[str]) -> str:
    """`a`, `b` and `c`, each in backticks."""
    return wording.listed(names, "and")


def amount(value: float, unit: str) -> str:
    """A number with its unit: `2 %`, `50 ms`, `15 min`, `20`. Times are said as `wording.lasting` says them, whatever their unit."""
    if unit in _SECONDS:
        return wording.lasting(Decimal(repr(value)) * _SECONDS[unit])
    return f"{wording.number(value)}{_UNITS.get(unit, f' {unit}')}"


def condition(threshold: tuple[tuple[str, float | str], ...], unit: str) -> str:
    """`above 2 %`, `outside 10 % to 90 %`, `above its usual band`."""
    bounds = dict(threshold)
    if len(bounds) == 2:
        return f"outside {amount(float(bounds['below']), unit)} to {amount(float(bounds['above']), unit)}"
    ((key, value),) = threshold
    if value == "band":
        return {"above": "above its usual band", "below": "below its usual band"}.get(key, "outside its usual band")
    return f"{_COMPARISON[key]} {amount(float(value), unit)}"


def window(period: int, datapoints: int, of: int) -> str:
    """`in 3 of 5 minutes`, `in 2 of 3 periods of 5 min`, `in one minute`."""
    if of == 1:
        return f"in one {_period(period)}"
    plural = _period(period, "s")
    return f"in {datapoints} {plural} running" if datapoints == of else f"in {datapoints} of {of} {plural}"


def _period(seconds: int, s: str = "") -> str:
    return f"minute{s}" if seconds == 60 else f"period{s} of {wording.lasting(seconds)}"


def least_traffic(least: Mapping[str, Any] | None, period: int) -> str:
    """`only minutes with at least 50 requests are judged`, for `leastTraffic` as its author wrote it; empty without."""
    if not least:
        return ""
    return f"only {_period(period, 's')} with at least {wording.number(least['perPeriod'])} {_counted(least['metric'])} are judged"


def _counted(metric: str | Mapping[str, Any]) -> str:
    """What a metric counts: `requests` for `requests` and for `RequestCount`, `labels scanned` for `LabelsScanned`."""
    name = metric if isinstance(metric, str) else str(metric["metric"])
    words = [word.lower() for word in _WORD.findall(name)] if _WORDS.fullmatch(name) else [name]
    if len(words) > 1 and words[-1] == "count":
        words = [*words[:-2], words[-2] if words[-2].endswith("s") else f"{words[-2]}s"]
    said = " ".join(words)
    sampled = isinstance(metric, Mapping) and metric["statistic"] == "SampleCount"
    return f"measurements of {said}" if sampled else said


def few_samples(statistic: str, stated: str | None, period: int) -> str:
    """What becomes of a percentile over few measurements (CloudWatch's EvaluateLowSampleCountPercentile); empty for other statistics."""
    if not fewest_samples(statistic):
        return ""
    if stated == "ignore":
        fewest = wording.number(ceil(round(fewest_samples(statistic), 6)))
        return f"a {_period(period)} with fewer than {fewest} measurements changes nothing"
    return f"a {_period(period)} is judged however few measurements it has"


MISSING = {
    "breaching": "silence counts as bad: no data is treated like a value beyond the threshold",
    "notBreaching": "silence counts as good: without data nothing is rolled back",
    "ignore": "silence changes nothing: without data the last verdict stays",
    "missing": "without data there is no verdict, and a single bad value followed by silence still counts",
}
