"""When the acceptance policies' alarms turn red, worked out by hand (corrections, Part 4), for deliveries of 1, 2 and 3 minutes."""

from __future__ import annotations

import pytest

from rollguard.plan.model import MetricAlarm
from rollguard.simulate.alarm import judge
from rollguard.simulate.model import Series, Timing, Values
from tests.simulate.alarms import alarm, red

#: A quarter of an hour of health before minute 0.
BEFORE = 15
STEP_AT_8 = [0.1] * 8 + [9.0] * 37
RAMP = [0.4 + 2.6 * min(max(minute - 6, 0) / 10, 1) for minute in range(60)]
SPIKE = [0.1] * 10 + [40.0] + [0.1] * 34
STEP_AT_9 = [0.0] * 9 + [12.0] * 61
QUEUE = [0.0] * 10 + [700.0] * 41
BACKLOG = [30.0] * 10 + [3000.0] * 50
GAP = [0.0] * 10 + [None] * 50
NIGHT: list[float | None] = [None] * 45

Minutes = tuple[float | None, float | None, float | None]


def turns_red(
    judged: MetricAlarm, values: Values, minutes: int, usual: int, healthy: float | None = 0.0
) -> float | None:
    """In minutes; `minutes` is the delivery."""
    series = Series([healthy] * BEFORE + list(values), -BEFORE)
    return red(judge(judged, series, end=len(values), timing=Timing(usual * 60, minutes * 60), initial="OK"))


CASES: list[tuple[str, MetricAlarm, Values, Minutes, Minutes]] = [
    # name, alarm, series; then with the usual delay ("shift"), then with all delay unusual ("slot")
    ("checkout 1, 3 of 5", alarm(3, 5, threshold=2), STEP_AT_8, (12, 13, 14), (12, 13, 14)),
    ("checkout 1, 3 of 3", alarm(3, 3, threshold=2), STEP_AT_8, (12, 13, 14), (12, 13, None)),
    ("checkout 1, 5 of 5", alarm(5, 5, threshold=2), STEP_AT_8, (14, 15, 16), (14, 15, None)),
    ("checkout 2", alarm(3, 5, threshold=1.5), RAMP, (15, 16, 17), (15, 16, 17)),
    ("checkout 3, 2 of 3", alarm(2, 3, threshold=2), SPIKE, (None, None, None), (None, None, None)),
    ("checkout 3, 1 of 1", alarm(1, 1, threshold=2), SPIKE, (12, 13, 14), (12, 13, None)),
    ("checkout 5", alarm(3, 5, threshold=2), NIGHT, (None, None, None), (None, None, None)),
    ("card 1", alarm(3, 3, threshold=5), STEP_AT_9, (13, 14, 15), (13, 14, None)),
    (
        "card 2",
        alarm(3, 3, threshold=600, comparison="GreaterThanOrEqualToThreshold"),
        QUEUE,
        (14, 15, 16),
        (14, 15, None),
    ),
    ("dispatch 2, 3 of 3", alarm(3, 3, threshold=900), BACKLOG, (14, 15, 16), (14, 15, None)),
    ("dispatch 2, 15 of 15", alarm(15, 15, threshold=900), BACKLOG, (26, 27, 28), (26, 27, None)),
    ("dispatch 3", alarm(2, 3, "breaching", threshold=2), GAP, (15, 16, 17), (14, 14, 14)),
]
NAMES = [case[0] for case in CASES]


@pytest.mark.parametrize(("judged", "values", "usual"), [(case[1], case[2], case[3]) for case in CASES], ids=NAMES)
def test_what_is_as_late_as_usual_is_not_missing(judged: MetricAlarm, values: Values, usual: Minutes) -> None:
    assert tuple(turns_red(judged, values, delay, usual=delay) for delay in (1, 2, 3)) == usual


@pytest.mark.parametrize(("judged", "values", "late"), [(case[1], case[2], case[4]) for case in CASES], ids=NAMES)
def test_what_is_later_than_usual_is_missing_until_it_arrives(
    judged: MetricAlarm, values: Values, late: Minutes
) -> None:
    assert tuple(turns_red(judged, values, delay, usual=0) for delay in (1, 2, 3)) == late


def test_with_silence_breaching_a_night_without_traffic_is_red() -> None:
    assert turns_red(alarm(3, 5, "breaching", threshold=2), NIGHT, 3, usual=3) == 8


def test_health_that_is_four_minutes_late_looks_dead_to_an_alarm_that_fears_silence() -> None:
    assert turns_red(alarm(2, 3, "breaching", threshold=2), GAP, 4, usual=0) == 0
    assert turns_red(alarm(1, 1, "breaching", threshold=2), GAP, 3, usual=0) == 0


def test_the_example_of_decision_9() -> None:
    series = Series([0.1] * BEFORE + STEP_AT_8, -BEFORE)
    timeline = judge(alarm(3, 5, threshold=2), series, end=45, timing=Timing(180, 180))
    first = timeline.first("ALARM")
    assert first is not None
    assert (first.at, first.onset, first.ambiguous) == (14 * 60, 8 * 60, False)
