"""A plan's numbers in words, for people."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rollguard import wording
from rollguard.language import durations
from rollguard.plan.model import Comparison

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


nearest = wording.did_you_mean
near = wording.near


def listed(names: Iterable[str]) -> str:
    """`a`, `b` and `c`, each in backticks."""
    return wording.listed(names, "and")


def amount(value: float, unit: str) -> str:
    """A number with its unit: `2 %`, `1.5 s`, `15 min`, `20`. Long times are said in the larger unit."""
    if unit in ("us", "ms") and abs(value) >= 1000:
        return amount(value / 1000, "ms" if unit == "us" else "s")
    if unit == "s" and value >= 120 and value % 60 == 0:
        return f"{_number(value / 60)} min"
    return f"{_number(value)}{_UNITS.get(unit, f' {unit}')}"


def _number(value: float) -> str:
    """Every digit, thousands apart, never an exponent."""
    text = format(Decimal(repr(value)).normalize(), "f")
    whole, point, rest = text.partition(".")
    return (f"{int(whole):,}".replace(",", " ") if len(whole.lstrip("-")) > 4 else whole) + point + rest


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
    """`in 3 of 5 minutes`, `in 2 of 2 periods of 5m`, `in one minute`."""
    whole = "minute" if period == 60 else f"period of {durations.text(period)}"
    if of == 1:
        return f"in one {whole}"
    plural = "minutes" if period == 60 else f"periods of {durations.text(period)}"
    return f"in {datapoints} {plural} running" if datapoints == of else f"in {datapoints} of {of} {plural}"


MISSING = {
    "breaching": "silence counts as bad: no data is treated like a value beyond the threshold",
    "notBreaching": "silence counts as good: without data nothing is rolled back",
    "ignore": "silence changes nothing: without data the last verdict stays",
    "missing": "without data there is no verdict, and a single bad value followed by silence still counts",
}
