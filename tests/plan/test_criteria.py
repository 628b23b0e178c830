"""From a signal, its threshold and its guards to the alarm that CloudWatch evaluates."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.plan.model import Interpolated, Metric, MetricAlarm, MetricDataQuery

X = {"namespace": "Shop", "metric": "X", "statistic": "Sum"}


def _first(**values: Any) -> Any:
    return lambda data: data["spec"]["criteria"][0].update(values)


def _alarm(workspace: Any) -> MetricAlarm:
    alarm = workspace.guard().criteria[0].alarm
    assert isinstance(alarm, MetricAlarm)
    return alarm


def _expressions(alarm: MetricAlarm) -> dict[str, str]:
    return {query.id: query.expression for query in alarm.queries if query.expression}


def test_a_plain_metric_is_judged_as_it_is(workspace: Any) -> None:
    alarm = _alarm(workspace)
    assert alarm.metric == Metric("Shop", "A", "Sum")
    assert (alarm.name, alarm.queries) == ("rollguard_prod_shop_a", ())
    assert (alarm.period, alarm.datapoints_to_alarm, alarm.evaluation_periods) == (60, 3, 5)
    assert (alarm.comparison, alarm.threshold, alarm.treat_missing_data) == (
        "GreaterThanThreshold",
        5.0,
        "notBreaching",
    )


@pytest.mark.parametrize(
    ("unit", "threshold", "comparison", "number"),
    [
        ("percent", {"above": "2%"}, "GreaterThanThreshold", 2.0),
        ("s", {"atLeast": "1500ms"}, "GreaterThanOrEqualToThreshold", 1.5),
        ("ms", {"below": "1h"}, "LessThanThreshold", 3_600_000.0),
        ("s", {"atMost": 0.1}, "LessThanOrEqualToThreshold", 0.1),
    ],
)
def test_a_threshold_is_converted_to_the_unit_of_its_signal(
    workspace: Any, unit: str, threshold: Any, comparison: str, number: float
) -> None:
    workspace.policy(_first(signal=X | {"unit": unit}, threshold=threshold))
    alarm = _alarm(workspace)
    assert (alarm.comparison, alarm.threshold) == (comparison, number)


def test_a_unit_that_does_not_fit_is_reported_at_the_threshold(workspace: Any) -> None:
    workspace.policy(_first(threshold={"above": "2%"}))
    assert workspace.found() == ["R030 `2%` does not fit a signal that names no unit"]


def test_an_expression_is_judged_over_its_metrics(workspace: Any) -> None:
    workspace.policy(_first(signal={"expression": "100 * bad / all_", "metrics": {"bad": X, "all_": X}}))
    alarm = _alarm(workspace)
    assert alarm.metric is None
    assert alarm.queries == (
        MetricDataQuery("all_", metric=Metric("Shop", "X", "Sum")),
        MetricDataQuery("bad", metric=Metric("Shop", "X", "Sum")),
        MetricDataQuery("judged", expression="100 * bad / all_", return_data=True),
    )


def test_least_traffic_gives_no_verdict_below_it(workspace: Any) -> None:
    expression = {"expression": "100 * bad / every", "metrics": {"bad": X, "every": X}}
    workspace.policy(_first(signal=expression, leastTraffic={"metric": "every", "perPeriod": 50}))
    assert _expressions(_alarm(workspace)) == {"judged": "IF(every >= 50, 100 * bad / every)"}
    assert workspace.guard().criteria[0].readable.traffic == "only minutes with at least 50 every are judged"


def test_least_traffic_of_a_plain_metric_reads_a_second_one(workspace: Any) -> None:
    workspace.policy(_first(leastTraffic={"metric": X, "perPeriod": 20}))
    alarm = _alarm(workspace)
    assert [query.id for query in alarm.queries] == ["value", "traffic", "judged"]
    assert _expressions(alarm) == {"judged": "IF(traffic >= 20, value)"}


def test_least_traffic_of_an_unknown_metric_is_an_error(workspace: Any) -> None:
    expression = {"expression": "100 * bad / every", "metrics": {"bad": X, "every": X}}
    workspace.policy(_first(signal=expression, leastTraffic={"metric": "evry", "perPeriod": 50}))
    assert workspace.found() == ["R031 `evry` is none of the expression's metrics"]


def test_low_traffic_that_would_roll_back_is_an_error_even_when_an_override_makes_it_so(workspace: Any) -> None:
    workspace.policy(
        _first(leastTraffic={"metric": X, "perPeriod": 20}),
        lambda data: data["spec"]["environments"].update(prod={"criteria": {"a": {"missing": "breaching"}}}),
    )
    assert workspace.found() == [
        "R034 below `leastTraffic` there is no datapoint, and `missing: breaching` counts that as bad"
    ]


def test_no_digit_of_a_number_is_lost(workspace: Any) -> None:
    workspace.policy(_first(threshold={"outside": {"below": 0.0000001, "above": 12345678901.5}}))
    assert _expressions(_alarm(workspace)) == {"judged": "IF(value < 0.0000001 OR value > 12345678901.5, 1, 0)"}
    assert workspace.guard().criteria[0].readable.condition == "Sum of A outside 0.0000001 to 12 345 678 901.5"


def test_a_band_is_metric_math_and_keeps_the_traffic_guard(workspace: Any) -> None:
    workspace.policy(
        _first(threshold={"outside": {"below": 10, "above": 90}}, leastTraffic={"metric": X, "perPeriod": 5})
    )
    alarm = _alarm(workspace)
    assert _expressions(alarm) == {"judged": "IF(traffic >= 5, IF(value < 10 OR value > 90, 1, 0))"}
    assert (alarm.comparison, alarm.threshold) == ("GreaterThanThreshold", 0.0)
    assert workspace.guard().criteria[0].readable.condition == "Sum of A outside 10 to 90"


@pytest.mark.parametrize(
    ("threshold", "comparison"),
    [
        ({"above": "band"}, "GreaterThanUpperThreshold"),
        ({"below": "band"}, "LessThanLowerThreshold"),
        ({"outside": "band"}, "LessThanLowerOrGreaterThanUpperThreshold"),
    ],
)
def test_an_anomaly_is_held_against_its_band(workspace: Any, threshold: Any, comparison: str) -> None:
    workspace.policy(_first(signal={"anomaly": X | {"deviations": 3}}, threshold=threshold))
    alarm = _alarm(workspace)
    assert (alarm.comparison, alarm.threshold, alarm.threshold_metric_id) == (comparison, None, "band")
    assert _expressions(alarm) == {"band": "ANOMALY_DETECTION_BAND(value, 3)"}
    assert [query.return_data for query in alarm.queries] == [True, True]


def test_a_metrics_insights_query_is_judged_directly(workspace: Any) -> None:
    query = 'SELECT MAX(CPUUtilization) FROM SCHEMA("AWS/EC2", InstanceId)'
    workspace.policy(_first(signal={"query": query}))
    assert _expressions(_alarm(workspace)) == {"judged": query}


def test_an_existing_alarm_is_read_and_not_made(workspace: Any) -> None:
    def adopt(data: Any) -> None:
        first = data["spec"]["criteria"][0]
        for key in ("threshold", "window", "missing"):
            del first[key]
        first["signal"] = {"alarm": "team/our alarm, old"}

    workspace.policy(adopt)
    guard = workspace.guard()
    assert (guard.criteria[0].alarm, guard.criteria[0].alarm_name) == (None, "team/our alarm, old")
    assert 'ALARM("team/our alarm, old")' in guard.rollback_alarm.rule
    assert "team/our alarm, old" in guard.rollback_alarm.children


def test_variables_and_deployment_references_reach_the_dimensions(workspace: Any) -> None:
    dimensions = {"LoadBalancer": "${vars.alb}", "Other": "app/${output:network/prod.alb}/x"}
    workspace.policy(
        _first(signal=X | {"dimensions": dimensions}),
        lambda data: data["spec"]["environments"].update(prod={"vars": {"alb": "app/one/1"}}),
    )
    metric = _alarm(workspace).metric
    assert metric is not None
    plain, deferred = (value for _, value in metric.dimensions)
    assert isinstance(deferred, Interpolated)
    assert plain == "app/one/1"
    assert [str(part) for part in deferred.parts] == [
        "app/",
        "Reference(kind='output', name='alb', stack='network/prod')",
        "/x",
    ]


def test_a_name_that_is_known_too_late_is_an_error(workspace: Any) -> None:
    workspace.policy(
        lambda data: data["spec"]["deployments"][0]["codedeploy"].update(application="${vars.app}"),
        lambda data: data["spec"]["environments"].update(prod={"vars": {"app": "${ssm:/app}"}}),
    )
    assert workspace.found() == [
        "R022 `${vars.app}` is only known at deployment, but `application` must be known before"
    ]


def test_an_unknown_variable_is_reported_with_the_near_name(workspace: Any) -> None:
    from rollguard.checking import check

    workspace.policy(
        _first(signal=X | {"dimensions": {"L": "${vars.albs}"}}),
        lambda data: data["spec"]["environments"].update(prod={"vars": {"alb": "app/one/1"}}),
    )
    (found,) = check(workspace.root).diagnostics
    assert (found.code, found.message, found.help) == (
        "R020",
        "variable `albs` is not set in `prod`",
        "did you mean `alb`?",
    )


def test_a_description_keeps_its_addresses_whatever_the_reason(workspace: Any) -> None:
    workspace.environments(lambda data: data["environments"]["prod"].update(site="https://rollback.example.com"))
    workspace.policy(
        _first(why="why " * 500),
        lambda data: data["metadata"].update(runbook="https://runbooks.example.com/shop"),
    )
    description = _alarm(workspace).description
    assert len(description) == 1024
    assert description.endswith(
        "… Runbook: https://runbooks.example.com/shop Criteria: https://rollback.example.com/policies/shop/"
    )


def test_a_bypass_alarm_is_red_only_while_someone_writes_its_metric(workspace: Any) -> None:
    bypass = workspace.guard().criteria[0].bypass
    dimensions = (("Criterion", "a"), ("Environment", "prod"), ("Policy", "shop"))
    assert bypass.metric == Metric("Rollguard/Bypass", "Bypass", "Minimum", dimensions)
    assert (bypass.comparison, bypass.threshold) == ("GreaterThanOrEqualToThreshold", 1.0)
    assert (bypass.period, bypass.datapoints_to_alarm, bypass.evaluation_periods) == (60, 1, 1)
    assert bypass.treat_missing_data == "notBreaching"


def test_an_alarm_of_our_own_cannot_be_adopted(workspace: Any) -> None:
    def adopt(data: Any) -> None:
        first = data["spec"]["criteria"][0]
        for key in ("threshold", "window", "missing"):
            del first[key]
        first["signal"] = {"alarm": "rollguard_prod_other"}

    workspace.policy(adopt)
    assert workspace.found() == ["R056 `rollguard_prod_other` is an alarm that Rollguard makes itself"]


def test_a_faulty_criterion_does_not_hide_the_next_one(workspace: Any) -> None:
    workspace.policy(
        lambda data: data["spec"]["criteria"].append({"id": "p", "uses": "sqs/nothing"}),
        _first(signal=X | {"dimensions": {"L": "${vars.alb}"}}),
    )
    assert [found.split()[0] for found in workspace.found()] == ["R020", "P001"]
