"""Alarms and series for the tests of the evaluator."""

from __future__ import annotations

from rollguard.plan.model import Comparison, Metric, MetricAlarm, MetricDataQuery, TreatMissingData
from rollguard.simulate.alarm import judge
from rollguard.simulate.model import Series, State, Timeline, Timing

GOOD, BAD, MISSING = "0", "X", "-"
VALUES: dict[str, float | None] = {GOOD: 0.0, BAD: 9.0, MISSING: None}
AT_ONCE = Timing(usual=0, delivery=0)


def alarm(
    needed: int,
    of: int,
    treatment: TreatMissingData = "notBreaching",
    *,
    period: int = 60,
    statistic: str = "Sum",
    comparison: Comparison = "GreaterThanThreshold",
    threshold: float | None = 5.0,
    namespace: str = "Shop/Checkout",
    ignore_few: bool = False,
    expression: str = "",
) -> MetricAlarm:
    """Breaches above 5, unless told otherwise."""
    return MetricAlarm(
        name="alarm",
        description="",
        period=period,
        evaluation_periods=of,
        datapoints_to_alarm=needed,
        comparison=comparison,
        treat_missing_data=treatment,
        threshold=threshold,
        metric=None if expression else Metric(namespace, "Metric", statistic),
        queries=(MetricDataQuery("judged", expression=expression, return_data=True),) if expression else (),
        evaluate_low_sample_count_percentile="ignore" if ignore_few else None,
    )


def drawn(picture: str) -> list[float | None]:
    """`0 - X`: good, missing, breaching; spaces are for the reader."""
    return [VALUES[slot] for slot in picture.replace(" ", "")]


def verdict(judged: MetricAlarm, picture: str, state: State, evaluation_range: int | None = None) -> tuple[State, bool]:
    """The state after one evaluation, at 0, that sees exactly this picture, and whether that is ambiguous."""
    values = drawn(picture)
    timing = Timing(0, 0, evaluation_range)
    timeline = judge(judged, Series(values, -len(values)), end=0, timing=timing, initial=state)
    assert len(timeline.changes) == 1
    return timeline.state_at(0), timeline.ambiguous_at(0)


def states(timeline: Timeline) -> list[tuple[float, State]]:
    """The changes as (minute, state)."""
    return [(change.at / 60, change.state) for change in timeline.changes]


def red(timeline: Timeline) -> float | None:
    """The minute of the first change to ALARM."""
    change = timeline.first("ALARM")
    return None if change is None else change.at / 60
