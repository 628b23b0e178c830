"""By how much a metric crosses the limit of its alarm as it stands, minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rollguard.plan import words
from rollguard.plan.model import Comparison, MetricAlarm
from rollguard.simulate.alarm import given_as_breach
from rollguard.simulate.datapoints import buckets, codes
from rollguard.simulate.delivery import timing
from rollguard.simulate.missing_data import BREACHING
from rollguard.simulate.model import Series
from rollguard.wording import lasting

_BOUNDS: dict[Comparison, str] = {
    "GreaterThanThreshold": "above",
    "GreaterThanOrEqualToThreshold": "atLeast",
    "LessThanThreshold": "below",
    "LessThanOrEqualToThreshold": "atMost",
}


@dataclass(frozen=True, slots=True)
class Measurement:
    """A datapoint that breaches; `at` is the begin of its (last) minute, in seconds."""

    at: int
    text: str


def beyond(alarm: MetricAlarm, unit: str, series: Series) -> Iterator[Measurement]:
    """Every minute whose datapoint breaches the alarm, a missing one too where silence is bad."""
    whole = series if alarm.period < 60 else buckets(alarm, series, 60, alarm.period // 60)
    last = series.start + len(series.values)
    for minute, (value, code) in enumerate(zip(whole.values, codes(alarm, whole), strict=True), whole.start):
        if minute >= last:
            return
        if value is None:
            if alarm.treat_missing_data == "breaching":
                yield Measurement(minute * 60, "has no datapoint, which counts as bad")
        elif code & BREACHING:
            yield Measurement(minute * 60, _crossed(alarm, unit, value))


def crossing(alarm: MetricAlarm, unit: str, series: Series, at: int, delivery: int | None) -> str:
    """What turned the alarm red at `at` seconds: how many datapoints it takes, and the last one that breaches."""
    when = timing(alarm, delivery)
    newest = at - min(when.usual, when.delivery) - 60
    found = [one for one in beyond(alarm, unit, series) if one.at <= newest]
    points = f"{alarm.datapoints_to_alarm} of {alarm.evaluation_periods} datapoints of {lasting(alarm.period)}"
    return f"{points} bad; the last one {found[-1].text}" if found else f"{points} bad"


def _crossed(alarm: MetricAlarm, unit: str, value: float) -> str:
    if given_as_breach(alarm) or alarm.threshold is None:
        return "is where it must not be (CloudWatch's own computation is not done here: the breach is given)"
    limit = words.condition(((_BOUNDS[alarm.comparison], alarm.threshold),), unit)
    return f"is {_amount(value, unit)} (bad is {limit}: {_amount(abs(value - alarm.threshold), unit)} beyond it)"


def _amount(value: float, unit: str) -> str:
    return words.amount(float(f"{value:.4g}"), unit)
