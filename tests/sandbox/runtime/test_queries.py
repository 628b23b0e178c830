"""Queries of GetMetricData are known for what they mean: their ids are whatever the caller calls them."""

from __future__ import annotations

from typing import Any

from rollguard.plan.model import Metric, MetricAlarm, MetricDataQuery
from rollguard.sandbox.runtime.queries import meaning_of_alarm, meaning_of_query

FAILED = Metric("Shop", "Failed", "Sum", (("Group", "a"),))
ALL = Metric("Shop", "Orders", "Sum")
RATIO = MetricAlarm(
    name="ratio",
    description="",
    period=60,
    evaluation_periods=1,
    datapoints_to_alarm=1,
    comparison="GreaterThanThreshold",
    treat_missing_data="missing",
    threshold=1.0,
    queries=(
        MetricDataQuery("failed", FAILED),
        MetricDataQuery("orders", ALL),
        MetricDataQuery("judged", None, "IF(orders >= 50, 100 * failed / orders)", "", True),
    ),
)


def asked(prefix: str, expression: str, statistic: str = "Sum") -> list[dict[str, Any]]:
    def stat(name: str, dimensions: list[dict[str, str]]) -> dict[str, Any]:
        metric = {"Namespace": "Shop", "MetricName": name, "Dimensions": dimensions}
        return {"Metric": metric, "Period": 60, "Stat": statistic}

    return [
        {"Id": f"{prefix}failed", "MetricStat": stat("Failed", [{"Name": "Group", "Value": "a"}]), "ReturnData": False},
        {"Id": f"{prefix}orders", "MetricStat": stat("Orders", []), "ReturnData": False},
        {"Id": f"{prefix}judged", "Expression": expression, "ReturnData": True},
    ]


def test_renamed_queries_mean_the_same() -> None:
    for prefix in ("", "c3_"):
        queries = asked(prefix, f"IF({prefix}orders >= 50, 100 * {prefix}failed / {prefix}orders)")
        assert meaning_of_query(queries[-1], queries) == meaning_of_alarm(RATIO)


def test_another_statistic_or_another_expression_means_something_else() -> None:
    expression = "IF(orders >= 50, 100 * failed / orders)"
    for queries in (asked("", expression, "Average"), asked("", expression.replace("50", "51"))):
        assert meaning_of_query(queries[-1], queries) != meaning_of_alarm(RATIO)


def test_a_query_that_leads_back_to_itself_has_an_end() -> None:
    queries: list[dict[str, Any]] = [
        {"Id": "a", "Expression": "b + 1"},
        {"Id": "b", "Expression": "a + 1", "ReturnData": True},
    ]
    assert meaning_of_query(queries[1], queries) == "(b + 1) + 1"
