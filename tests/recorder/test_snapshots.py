"""The datapoints of one incident, asked for several times: nothing that was known once is lost, in whichever order it is merged."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollguard.recorder import answers, facts, snapshots
from tests.recorder.incident import ALARM, CRITERION, EVENTS, SWEEP, World, sheet, statuses

STAMPS = [f"2026-11-24T10:0{minute}:00Z" for minute in range(6)]


def asked(at: str, *points: float | None, first: int = 0, criterion: str = "slow", period: int = 60) -> dict[str, Any]:
    listed = [[STAMPS[first + place], value] for place, value in enumerate(points)]
    return answers.series([snapshots.entry(criterion, period, listed, at)], STAMPS[0], STAMPS[5], at)


def points(*made: dict[str, Any]) -> dict[str, float | None]:
    (fact,) = facts.merge(made)
    (entry,) = fact["series"]
    return dict(entry["points"])


def test_what_was_known_stays_and_the_later_answer_counts() -> None:
    early = asked("2026-11-24T10:03:30Z", 1.0, None, 3.0, 2.0)
    late = asked("2026-11-24T10:10:00Z", None, 2.0, 3.0, 4.0, first=1)
    assert list(points(early, late).values()) == [1.0, None, 2.0, 3.0, 4.0]
    # The last minute was not over when it was first asked for; a value is never taken back by none.
    later = asked("2026-11-24T10:20:00Z", 1.5, None, None)
    assert list(points(early, late, later).values()) == [1.5, None, 2.0, 3.0, 4.0]


def test_points_of_another_period_are_other_points() -> None:
    (fact,) = facts.merge([asked("2026-11-24T10:03:30Z", 1.0, period=10), asked("2026-11-24T13:00:00Z", 6.0)])
    assert [(one["period"], one["points"]) for one in fact["series"]] == [
        (10, [[STAMPS[0], 1.0]]),
        (60, [[STAMPS[0], 6.0]]),
    ]


def test_a_record_of_before_counts_as_asked_at_the_time_of_its_fact() -> None:
    old = asked("2026-11-24T10:03:30Z", 1.0, 1.0)
    old["series"][0].pop("asked")
    assert list(points(old, asked("2026-11-24T10:05:00Z", 2.0)).values()) == [2.0, 1.0]
    assert list(points(old, asked("2026-11-24T10:01:00Z", 2.0)).values()) == [1.0, 1.0]
    assert snapshots.answered(old) == {"slow": "2026-11-24T10:03:30Z"}


ASKED = st.builds(
    lambda minute, first, values, period: asked(
        f"2026-11-24T11:0{minute}:00Z", *values[: 6 - first], first=first, period=period
    ),
    st.integers(0, 3),
    st.integers(0, 5),
    st.lists(st.sampled_from([None, 1.0, 2.0]), max_size=6),
    st.sampled_from([10, 60]),
)


@given(st.lists(ASKED, min_size=2, max_size=4))
def test_merging_knows_no_order_no_repetition_and_no_grouping(made: list[dict[str, Any]]) -> None:
    whole = facts.merge(made)
    assert all(facts.merge(order) == whole for order in permutations(made))
    assert (
        facts.merge(whole, made) == facts.merge(made[:1], facts.merge(made[1:])) == facts.merge(whole, whole) == whole
    )


def high_resolution() -> World:
    """CloudWatch as it is with datapoints of ten seconds: after three hours it gives none of them any more."""
    guard = sheet()
    guard["criteria"][0]["period"] = 10
    guard["criteria"][0]["queries"] = [
        {"Id": "m1", "MetricStat": {"Metric": {}, "Period": 10, "Stat": "Average"}, "ReturnData": True}
    ]
    world = World(guard)
    for name in (ALARM, CRITERION):
        world.rim.cloudwatch.history[name].pop()
    world.rim.cloudwatch.kept = lambda period: timedelta(hours=3) if period % 60 else timedelta(days=15)
    return world


def test_a_chart_of_ten_seconds_outlives_the_three_hours_for_which_cloudwatch_keeps_it() -> None:
    world = high_resolution()
    world.now = "2026-11-24T10:18:30Z"
    world.handle(*EVENTS[1:5])
    before = world.record()["series"]
    assert [(one["criterion"], one["period"]) for one in before] == [("target-5xx", 10), ("latency-p99", 60)]
    world.now = "2026-11-24T15:00:00Z"
    for name in (ALARM, CRITERION):
        world.rim.cloudwatch.history[name].append(("2026-11-24T14:59:00Z", "OK", "", None))
    world.handle(SWEEP)
    record = world.record()
    assert (statuses(record)[-1], record["missing"]) == ("recovered", [])
    fine, minutes, _ = record["series"]
    assert (fine["period"], minutes["period"]) == (10, 60)
    kept, earlier = dict(fine["points"]), dict(before[0]["points"])
    assert {at: kept[at] for at, value in earlier.items() if value is not None} == {
        at: value for at, value in earlier.items() if value is not None
    }
    assert kept["2026-11-24T14:59:50Z"] is not None and "2026-11-24T11:30:00Z" not in kept
    assert dict(minutes["points"])["2026-11-24T11:30:00Z"] is not None


def test_a_criterion_that_had_datapoints_and_has_none_any_more_is_named_and_keeps_them() -> None:
    world = World()
    world.now = "2026-11-24T10:18:30Z"
    world.handle(*EVENTS[1:5])
    before = world.record()["series"][0]
    world.rim.cloudwatch.values = lambda id, _: None if id.startswith("c0_") else 0.1
    world.now = "2026-11-24T10:30:00Z"
    world.handle(EVENTS[5])
    record = world.record()
    assert record["series"][0] == before
    (said,) = record["missing"]
    assert (said["what"], said["why"]) == (
        "datapoints of target-5xx (cloudwatch:GetMetricData)",
        "CloudWatch gave no more of them",
    )


@pytest.mark.parametrize("value", [0.0, None])
def test_a_criterion_that_never_had_any_is_not_named(value: float | None) -> None:
    """A metric of errors has no datapoint where there is no error."""
    world = World()
    world.rim.cloudwatch.values = lambda id, _: value if id.startswith("c1_") else 1.0
    world.handle(*EVENTS)
    assert world.record()["missing"] == []
