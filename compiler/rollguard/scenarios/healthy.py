"""What a healthy signal looks like: a value well on the good side of the criterion's threshold."""

from __future__ import annotations

from rollguard.plan.model import Criterion, MetricAlarm
from rollguard.simulate.alarm import given_as_breach

_ADDED = ("Sum", "SampleCount")


def is_band(criterion: Criterion) -> bool:
    """Whether the signal must stay between two numbers; its alarm then judges the breach, 0 or 1, not the value."""
    return len(criterion.threshold) == 2


def is_given(criterion: Criterion) -> bool:
    """Whether the breach itself is given, above 0 where it is: bands and queries are CloudWatch's to compute, adopted alarms others'."""
    return criterion.alarm is None or given_as_breach(criterion.alarm)


def statistic(criterion: Criterion) -> str:
    """How values of the signal add up to longer periods; a calculated signal is averaged."""
    alarm = criterion.alarm
    if alarm is None:
        return "Maximum"
    if alarm.metric is not None:
        return alarm.metric.statistic
    metrics = [query.metric for query in alarm.queries if query.metric is not None and query.id == "value"]
    return metrics[0].statistic if len(metrics) == 1 and metrics[0] is not None else "Average"


def level(criterion: Criterion) -> float:
    """A healthy value of one minute, in the signal's unit: 0 for a breach that is given."""
    if is_given(criterion):
        return 0.0
    whole = _over_a_period(dict(criterion.threshold), criterion.unit)
    return whole / minutes(criterion.alarm) if statistic(criterion) in _ADDED else whole


def minutes(alarm: MetricAlarm | None) -> int:
    """Minutes in the alarm's period; 1 for high-resolution alarms."""
    return 1 if alarm is None else max(alarm.period // 60, 1)


def _over_a_period(threshold: dict[str, float | str], unit: str) -> float:
    if len(threshold) == 2:
        return (float(threshold["below"]) + float(threshold["above"])) / 2
    ((key, stated),) = threshold.items()
    edge = float(stated)
    if key in ("above", "atLeast"):
        if edge > 0:
            return edge / 10
        return 0.0 if edge == 0 and key == "above" else edge - max(1.0, abs(edge))
    if unit == "percent" and 0 < edge < 100:
        return (edge + 100) / 2
    return edge * 2 if edge > 0 else edge + max(1.0, abs(edge))
