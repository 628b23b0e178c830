"""How fast at best: the least bad time that makes enough periods bad, and the usual delay of the slowest metric."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollguard.plan.model import Metric, MetricAlarm, MetricDataQuery
from rollguard.plan.timing import bad_time, delay, trigger_at_best
from rollguard.simulate.alarm import judge
from rollguard.simulate.model import Series, Timing


def alarm(*namespaces: str, expression: str = "") -> MetricAlarm:
    return MetricAlarm(
        name="a",
        description="",
        period=60,
        evaluation_periods=5,
        datapoints_to_alarm=3,
        comparison="GreaterThanThreshold",
        treat_missing_data="notBreaching",
        threshold=1,
        queries=(
            *(MetricDataQuery(f"m{index}", Metric(name, "M", "Sum")) for index, name in enumerate(namespaces)),
            *([MetricDataQuery("e", expression=expression)] if expression else []),
        ),
    )


def test_the_slowest_metric_of_an_expression_counts() -> None:
    assert (
        bad_time(alarm("Shop/Checkout", "AWS/ApplicationELB")),
        delay(alarm("Shop/Checkout", "AWS/ApplicationELB")),
    ) == (180, 180)


@pytest.mark.parametrize(
    ("period", "datapoints", "seconds"),
    [(60, 3, 180), (10, 3, 30), (300, 1, 60), (300, 3, 660), (3600, 2, 3660)],
)
def test_of_the_first_bad_period_a_minute_is_enough(period: int, datapoints: int, seconds: int) -> None:
    judged = replace(alarm("Shop"), period=period, datapoints_to_alarm=datapoints)
    assert bad_time(judged) == seconds
    # The simulator agrees, which takes no longer and no shorter where every minute of a fault is bad enough by itself.
    series = Series([0.0] * 180 + [1e6] * 180)
    red = judge(judged, series, end=360, timing=Timing(usual=0, delivery=0), initial="OK").first("ALARM")
    assert red is not None
    assert red.at == 180 * 60 + seconds


@pytest.mark.parametrize("source", ['"AWS/SQS"', 'SCHEMA("AWS/SQS", QueueName)', 'SCHEMA("AWS/SQS")'])
def test_a_query_names_its_namespace(source: str) -> None:
    assert delay(alarm(expression=f"SELECT MAX(ApproximateAgeOfOldestMessage) FROM {source}")) == 120


@pytest.mark.parametrize(
    ("tree", "seconds"),
    [
        ("a", 240),
        ({"any": ["a", "b"]}, 240),
        ({"all": ["a", "b"]}, 360),
        ({"atLeast": [2, ["a", "b", "c"]]}, 360),
        ({"any": ["c", {"all": ["a", "b"]}]}, 360),
        ({"all": ["a", {"not": "b"}]}, 240),
        ({"all": ["a", "unattached"]}, None),
        ({"any": ["a", "unattached"]}, 240),
        ({"all": ["a", "adopted"]}, None),
        (False, None),
    ],
)
def test_a_trigger_is_as_fast_as_the_criteria_that_it_needs(tree: object, seconds: int | None) -> None:
    assert trigger_at_best(tree, {"a": 240, "b": 360, "c": 600, "adopted": None}) == seconds


def test_a_trigger_that_an_adopted_alarm_may_decide_alone_has_no_known_speed() -> None:
    assert trigger_at_best({"any": ["a", "adopted"]}, {"a": 240, "adopted": None}) is None
