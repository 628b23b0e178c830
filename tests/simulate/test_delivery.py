"""The table of usual delays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollguard.plan.model import Metric, MetricDataQuery
from rollguard.simulate.delivery import delays, timing, usual_delay
from rollguard.simulate.model import Timing
from tests.simulate.alarms import alarm


@pytest.mark.parametrize(
    ("namespace", "seconds"),
    [
        ("AWS/ApplicationELB", 180),
        ("AWS/NetworkELB", 180),
        ("AWS/SQS", 120),
        ("ECS/ContainerInsights", 60),
        ("Shop/Checkout", 60),
        ("AWSome/Shop", 60),
    ],
)
def test_each_namespace_has_its_usual_delay(namespace: str, seconds: int) -> None:
    assert usual_delay(namespace) == seconds


def test_every_row_says_where_it_is_from_and_the_last_fits_all() -> None:
    assert all(row.source for row in delays())
    assert delays()[-1].namespace == "*"


def test_data_is_as_late_as_usual_unless_a_scenario_says_otherwise() -> None:
    judged = alarm(1, 1, namespace="AWS/SQS")
    assert timing(judged) == Timing(120, 120)
    assert timing(judged, delivery=0) == Timing(120, 0)
    assert timing(judged, delivery=600, evaluation_range=7) == Timing(120, 600, 7)


def test_metric_math_waits_for_its_slowest_metric() -> None:
    queries = tuple(
        MetricDataQuery(f"m{index}", Metric(namespace, "Metric", "Sum"))
        for index, namespace in enumerate(("Shop/Checkout", "AWS/NetworkELB", "AWS/SQS"))
    )
    assert timing(replace(alarm(1, 1, expression="m0 + m1"), queries=queries)).usual == 180
