"""From a series to what an alarm's evaluations look at: one slot per period, and whether its datapoint breaches."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import isfinite

from rollguard.plan.model import Comparison, MetricAlarm
from rollguard.simulate.aggregation import aggregate, slide
from rollguard.simulate.delivery import namespaces
from rollguard.simulate.missing_data import BREACHING, FEW, REAL
from rollguard.simulate.model import Series

_COMPARES: dict[Comparison, Callable[[float, float], bool]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
#: How a Metrics Insights query begins.
_SELECT = re.compile(r"\s*SELECT", re.IGNORECASE)


def given_as_breach(alarm: MetricAlarm) -> bool:
    """Whether the alarm's series is the breach itself, above 0 where it breaches: anomaly bands and Metrics Insights queries."""
    if alarm.comparison not in _COMPARES:
        return True
    return any(_SELECT.match(query.expression) for query in alarm.queries if query.expression is not None)


@cache
def fewest_samples(statistic: str) -> float:
    """With fewer samples than this a percentile is not significant: 10/(1-p) from p50 on, 10/p below (facts 1.5); else 0."""
    if statistic[:1] != "p" or not statistic[1:].replace(".", "", 1).isdigit():
        return 0.0
    p = Fraction(statistic[1:]) / 100
    tail = 1 - p if p >= Fraction(1, 2) else p
    return float(10 / tail) if tail > 0 else 0.0


def refuse_what_is_no_number(series: Series) -> None:
    """Raises ValueError for a value or sample count that is NaN or infinite, naming its minute: CloudWatch takes neither."""
    for values in (series.values, series.samples or ()):
        # One that is not finite makes the sum so; a sum that only overflows finds nothing below.
        if isfinite(sum(filter(None, values))):
            continue
        for minute, value in enumerate(values, series.start):
            if value is not None and not isfinite(value):
                raise ValueError(f"the value of minute {minute} is `{value}`, which is no finite number")


def buckets(alarm: MetricAlarm, series: Series, seconds: int, slots: int) -> Series:
    """The alarm's datapoints over so many slots of `seconds`, one behind every slot."""
    as_breach = given_as_breach(alarm)
    # What metric math makes of single minutes is averaged; the exact way is to aggregate its inputs before.
    statistic = "Maximum" if as_breach else alarm.metric.statistic if alarm.metric else "Average"
    if seconds == 60:
        return aggregate(series, slots * 60, statistic) if series.period == 60 else series
    # High resolution: the minute's value holds for each of its slots of 10 s (corrections 2.16), so nothing adds up. Services of AWS
    # publish one datapoint a minute, and the other slots of the minute stay empty (facts 1.1, L03).
    per_minute = 60 // seconds
    published = 1 if any(name.startswith("AWS/") for name in namespaces(alarm)) else per_minute
    held = [value if slot < published else None for value in series.values for slot in range(per_minute)]
    values = slide(held, slots, statistic if statistic in ("Minimum", "Maximum") else "Average")
    samples = None
    if series.samples is not None:
        counts = [count / per_minute for count in series.samples for _ in range(per_minute)]
        samples = [count or 0.0 for count in slide(counts, slots, "SampleCount")]
    return Series(values, series.start * per_minute, samples, alarm.period, approximate=True)


def codes(alarm: MetricAlarm, bucket: Series) -> list[int]:
    """The bits of `missing_data` for each bucket."""
    as_breach = given_as_breach(alarm)
    compares = operator.gt if as_breach else _COMPARES[alarm.comparison]
    threshold = 0.0 if as_breach or alarm.threshold is None else alarm.threshold
    breach = REAL | BREACHING
    found = [0 if value is None else breach if compares(value, threshold) else REAL for value in bucket.values]
    if (
        alarm.evaluate_low_sample_count_percentile == "ignore"
        and alarm.metric is not None
        and bucket.samples is not None
    ):
        fewest = fewest_samples(alarm.metric.statistic)
        return [
            code | FEW if code and count < fewest else code for code, count in zip(found, bucket.samples, strict=True)
        ]
    return found
