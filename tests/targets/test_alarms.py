"""Alarms of a plan as CloudWatch gets them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollguard.plan import model
from tests.conftest import Golden
from tests.targets import plans
from tests.targets.deployed import as_golden, deployed
from tests.targets.recording import Resource, Run

REQUESTS = model.Metric("AWS/ApplicationELB", "RequestCount", "Sum", (("LoadBalancer", "app/checkout/8d3e1f"),))
ERRORS = replace(REQUESTS, name="HTTPCode_Target_5XX_Count")


def _deployed(alarm: model.MetricAlarm) -> Run:
    return deployed(plans.region(plans.guard(criteria=(plans.criterion(made=alarm),))))


def _alarm(alarm: model.MetricAlarm) -> Resource:
    return _deployed(alarm).one("MetricAlarm", "checkout-api/latency@eu-west-1")


def test_a_percentile_is_an_extended_statistic_and_a_sum_is_not() -> None:
    percentile = _alarm(plans.alarm("latency", evaluate_low_sample_count_percentile="ignore"))
    assert percentile.inputs["extendedStatistic"] == "p99"
    assert percentile.inputs["evaluateLowSampleCountPercentiles"] == "ignore"
    assert "statistic" not in percentile.inputs
    total = _alarm(plans.alarm("latency", metric=REQUESTS))
    assert total.inputs["statistic"] == "Sum"
    assert "extendedStatistic" not in total.inputs


def test_a_criterion_and_its_bypass_are_alarms_without_actions(golden: Golden) -> None:
    run = _deployed(plans.alarm("latency"))
    assert not any("Actions" in key for one in run.guarding("MetricAlarm") for key in one.inputs)
    golden("targets/alarms.json", as_golden(run.guarding("MetricAlarm")))


def test_a_metric_math_alarm_carries_its_period_in_the_queries(golden: Golden) -> None:
    queries = (
        model.MetricDataQuery("errors", metric=ERRORS),
        model.MetricDataQuery("requests", metric=REQUESTS),
        model.MetricDataQuery(
            "ratio", expression="IF(requests >= 50, 100 * errors / requests)", label="5xx ratio", return_data=True
        ),
    )
    alarm = _alarm(plans.alarm("latency", metric=None, queries=queries, threshold=2.0))
    assert "period" not in alarm.inputs
    golden("targets/metric-math.json", as_golden([alarm]))


def test_an_anomaly_alarm_compares_with_its_band() -> None:
    queries = (
        model.MetricDataQuery("m", metric=REQUESTS, return_data=True),
        model.MetricDataQuery("band", expression="ANOMALY_DETECTION_BAND(m, 2)", return_data=True),
    )
    changes = {"metric": None, "queries": queries, "threshold": None, "threshold_metric_id": "band"}
    alarm = _alarm(plans.alarm("latency", comparison="GreaterThanUpperThreshold", **changes))
    assert alarm.inputs["thresholdMetricId"] == "band"
    assert "threshold" not in alarm.inputs
    assert "period" not in alarm.inputs["metricQueries"][1]


@pytest.mark.parametrize("query", ["SELECT AVG(Latency) FROM Checkout", " select MAX(Latency) FROM Checkout"])
def test_a_metrics_insights_query_states_its_period(query: str) -> None:
    queries = (model.MetricDataQuery("q", expression=query, return_data=True),)
    alarm = _alarm(plans.alarm("latency", metric=None, queries=queries))
    assert alarm.inputs["metricQueries"] == [{"id": "q", "expression": query, "period": 60, "returnData": True}]


def test_a_threshold_of_zero_is_sent() -> None:
    assert _alarm(plans.alarm("latency", threshold=0.0)).inputs["threshold"] == 0


def test_an_observed_criterion_has_an_alarm_and_no_bypass() -> None:
    observed = plans.criterion("watched", attached=False)
    run = deployed(plans.region(plans.guard(criteria=(plans.criterion(), observed))))
    assert [one.name for one in run.guarding("MetricAlarm")] == [
        "checkout-api/latency@eu-west-1",
        "checkout-api/latency/bypass@eu-west-1",
        "checkout-api/watched@eu-west-1",
    ]
    composite = run.one("CompositeAlarm")
    assert run.one("MetricAlarm", "checkout-api/watched@eu-west-1").urn not in composite.depends_on


def test_an_adopted_alarm_is_named_and_not_made() -> None:
    adopted = replace(plans.criterion(), alarm=None, bypass=None, alarm_name="their-alarm")
    guard = plans.guard(criteria=(adopted,))
    rollback = replace(guard.rollback_alarm, rule='ALARM("their-alarm")', children=("their-alarm",))
    run = deployed(plans.region(replace(guard, rollback_alarm=rollback)))
    assert run.guarding("MetricAlarm") == []
    assert run.one("CompositeAlarm").inputs["alarmRule"] == 'ALARM("their-alarm")'


def test_the_rollback_alarm_tells_nobody(golden: Golden) -> None:
    golden("targets/rollback-alarm.json", as_golden([deployed(plans.region()).one("CompositeAlarm")]))


def test_a_policy_that_only_observes_has_a_rollback_alarm_that_never_fires() -> None:
    run = deployed(
        plans.region(
            plans.guard(plans.ecs(alarms=(), alarms_enabled=False), criteria=(plans.criterion(attached=False),))
        )
    )
    assert run.one("CompositeAlarm").inputs["alarmRule"] == "FALSE"
    assert run.one("DeploymentGroup").inputs["alarmConfiguration"] == {
        "enabled": False,
        "alarms": [],
        "ignorePollAlarmFailure": False,
    }
