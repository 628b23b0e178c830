"""An alarm's queries become the one series that it judges."""

from __future__ import annotations

import pytest

from rollguard.plan.model import Metric, MetricDataQuery
from rollguard.simulate.math import MathError, evaluate_queries
from rollguard.simulate.model import Series

METRIC = Metric("Shop", "Orders", "Sum")


def query(id: str, expression: str | None = None, judged: bool = False) -> MetricDataQuery:
    return MetricDataQuery(id, None if expression else METRIC, expression, return_data=judged)


def test_expressions_read_each_other_and_metrics_means_metrics_alone() -> None:
    queries = [query("judged", "half / 2 + SUM(METRICS()) * 0", True), query("half", "a / 2"), query("a"), query("b")]
    assert evaluate_queries(queries, {"a": Series([8, 4]), "b": Series([1, 1])}).values == [2, 1]


def test_a_band_cannot_be_computed_so_its_breach_is_given() -> None:
    queries = [query("value"), query("breach", "ANOMALY_DETECTION_BAND(value, 2)", True)]
    assert evaluate_queries(queries, {"breach": Series([0, 1])}).values == [0, 1]
    with pytest.raises(MathError, match="a model that AWS trains"):
        evaluate_queries(queries, {"value": Series([0, 1])})


def test_an_id_that_is_not_there_is_named_at_its_place() -> None:
    queries = [query("judged", "100 * eror / a", True), query("a")]
    with pytest.raises(MathError) as caught:
        evaluate_queries(queries, {"a": Series([1])})
    assert (caught.value.message, caught.value.help) == ("`eror` is none of the alarm's ids", "there are `a`")
    assert (caught.value.start, caught.value.end) == (6, 10)


def test_several_series_cannot_be_judged() -> None:
    with pytest.raises(MathError, match="gives 2 series, and an alarm judges one"):
        evaluate_queries(
            [query("judged", "METRICS() * 2", True), query("a"), query("b")], {"a": Series([1]), "b": Series([1])}
        )


def test_a_circle_of_expressions_is_told() -> None:
    with pytest.raises(ValueError, match="in a circle: `x` → `y` → `x`"):
        evaluate_queries([query("x", "y + 1", True), query("y", "x + 1")], {})


def test_a_series_of_another_period_is_refused() -> None:
    with pytest.raises(ValueError, match="has a period of 60 s, not of 300 s"):
        evaluate_queries([query("x", "a + 1", True), query("a")], {"a": Series([1])}, 300)
