"""What AWS would not accept is said in its words, at the input's place, all at once, and only that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from rollguard.sandbox.aws import TYPES, UNKNOWN, Limits, Secret, check, in_aws_words, spell

Legal = Callable[..., dict[str, Any]]


Row = tuple[str, dict[str, Any], str, str]


def document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def doubled(expression: str) -> list[dict[str, Any]]:
    metric = {"namespace": "N", "metricName": "M", "period": 60, "stat": "Sum"}
    return [{"id": "m1", "metric": metric}, {"id": "e1", "expression": expression, "returnData": True}]


def rows() -> list[Row]:
    """The rows of the file, and those whose values are long: type, changed inputs, place, how AWS's sentence begins."""
    listed = yaml.safe_load((Path(__file__).parent / "bad_inputs.yaml").read_text(encoding="utf-8"))
    service = {"Principal": {"Service": "codedeploy.amazonaws.com"}, "Action": "sts:AssumeRole"}
    longest = "Member must have length less than or equal to"
    return [
        *((row["type"], row["with"], row["at"], row["says"]) for row in listed),
        (
            "MetricAlarm",
            {"alarmDescription": "x" * 1025},
            "alarmDescription",
            f"Value '{'x' * 99}…' at 'alarmDescription' failed to satisfy constraint: {longest} 1024",
        ),
        (
            "MetricAlarm",
            {"metricQueries": doubled("m1" + " + m1" * 300)},
            "metricQueries[1].expression",
            "expected length of expression to be in the range (1 - 1024), got 1502 characters",
        ),
        ("MetricAlarm", {"tags": {f"k{n}": "v" for n in range(51)}}, "tags", "Value '[k0, k1, "),
        (
            "CompositeAlarm",
            {"alarmRule": " OR ".join(f'ALARM("a{n}")' for n in range(101))},
            "alarmRule",
            "AlarmRule must not refer to more than 100 alarms, got 101",
        ),
        (
            "CompositeAlarm",
            {"alarmRule": " OR ".join(["TRUE"] * 501)},
            "alarmRule",
            "AlarmRule must not have more than 500 elements, got 501",
        ),
        ("CompositeAlarm", {"alarmRule": f'ALARM("{"x" * 10240}")'}, "alarmRule", "Value 'ALARM(\"xxx"),
        (
            "Role",
            {"assumeRolePolicy": document(Sid="s" * 2048, **service)},
            "assumeRolePolicy",
            "Cannot exceed quota for ACLSizePerRole: 2048, got 21",
        ),
        (
            "RolePolicy",
            {"policy": document(Sid="s" * 10240, Action="s3:GetObject", Resource="*")},
            "policy",
            "Maximum policy size of 10240 bytes exceeded for role rollguard_prod_checkout-api: 103",
        ),
    ]


BAD = rows()


@pytest.mark.parametrize("type", [token.split(":")[2] for token in TYPES])
def test_what_a_plan_makes_is_accepted(type: str, legal: Legal, token: Callable[[str], str]) -> None:
    assert check(token(type), legal(type)) == ()


@pytest.mark.parametrize(
    ("type", "changes", "path", "message"), BAD, ids=[f"{row[0]}-{row[2]}-{n}" for n, row in enumerate(BAD)]
)
def test_a_bad_input_gets_exactly_one_fault_at_its_place(
    type: str, changes: dict[str, Any], path: str, message: str, legal: Legal, token: Callable[[str], str]
) -> None:
    faults = check(token(type), legal(type, **changes))
    found = [(spell(fault.path), fault.message) for fault in faults]
    assert any(place == path and text.startswith(message) for place, text in found), found
    assert len([place for place, _ in found if place == path]) == 1, found


def test_all_faults_of_an_input_come_at_once_in_one_sentence_of_aws(token: Callable[[str], str]) -> None:
    faults = check(
        token("CompositeAlarm"), {"alarmName": "", "alarmRule": "ALARM(", "actionsEnabled": "yes", "size": 1}
    )
    assert [spell(fault.path) for fault in faults] == ["actionsEnabled", "alarmName", "alarmRule", "size"]
    assert in_aws_words(faults[1:3]) == (
        "2 validation errors detected: Value '' at 'alarmName' failed to satisfy constraint: Member must have length greater than or "
        "equal to 1; Error in AlarmRule [Unexpected end of rule at char 6]"
    )
    assert in_aws_words(faults[:1]).startswith(
        "1 validation error detected: STRING_VALUE can not be converted to a Boolean"
    )
    assert in_aws_words(()) == ""


def test_the_limit_on_alarms_is_the_environments(legal: Legal, token: Callable[[str], str]) -> None:
    inputs = legal("DeploymentGroup", alarmConfiguration={"enabled": True, "alarms": [f"a{n}" for n in range(11)]})
    assert check(token("DeploymentGroup"), inputs, Limits(codedeploy_alarms=50)) == ()
    assert [fault.code for fault in check(token("DeploymentGroup"), inputs)] == ["AlarmsLimitExceededException"]


def test_an_anomaly_band_returns_two_series(legal: Legal, token: Callable[[str], str]) -> None:
    metric = {"namespace": "N", "metricName": "M", "period": 60, "stat": "Average"}
    band = [
        {"id": "m1", "metric": metric, "returnData": True},
        {"id": "ad1", "expression": "ANOMALY_DETECTION_BAND(m1, 2)", "returnData": True},
    ]
    changes: dict[str, Any] = {
        "threshold": None,
        "thresholdMetricId": "ad1",
        "comparisonOperator": "LessThanLowerThreshold",
    }
    assert check(token("MetricAlarm"), legal("MetricAlarm", **changes, metricQueries=band)) == ()
    band[0]["returnData"] = False
    faults = check(token("MetricAlarm"), legal("MetricAlarm", **changes, metricQueries=band))
    assert [fault.message for fault in faults] == ["Exactly two elements of the metrics list should return data."]
    changes["thresholdMetricId"] = "m1"
    band[0]["returnData"] = True
    faults = check(token("MetricAlarm"), legal("MetricAlarm", **changes, metricQueries=band))
    assert [fault.message for fault in faults] == [
        "Metrics list must contain exactly one metric matching the ThresholdMetricId parameter"
    ]


@pytest.mark.parametrize("type", [token.split(":")[2] for token in TYPES])
def test_what_is_not_known_yet_is_neither_validated_nor_required(
    type: str, legal: Legal, token: Callable[[str], str]
) -> None:
    whole = legal(type)
    assert check(token(type), dict.fromkeys(whole, UNKNOWN)) == ()
    for name in whole:
        assert check(token(type), {**whole, name: UNKNOWN}) == (), name


def test_an_unknown_element_or_leaf_hides_nothing_else(legal: Legal, token: Callable[[str], str]) -> None:
    inputs = legal(
        "DeploymentGroup", alarmConfiguration={"enabled": True, "alarms": [UNKNOWN, ""]}, serviceRoleArn=UNKNOWN
    )
    assert [spell(fault.path) for fault in check(token("DeploymentGroup"), inputs)] == ["alarmConfiguration.alarms[1]"]


def test_a_secret_is_validated_like_any_other_value(legal: Legal, token: Callable[[str], str]) -> None:
    inputs = legal("TopicSubscription", protocol="https", endpoint=Secret("https://events.example.com/k"))
    assert check(token("TopicSubscription"), inputs) == ()
    bad = legal("TopicSubscription", protocol="https", endpoint=Secret("ftp://x"))
    assert [fault.message for fault in check(token("TopicSubscription"), bad)] == [
        "Invalid parameter: Endpoint must match the specified protocol"
    ]


def test_numbers_may_come_as_floats_without_a_fraction(legal: Legal, token: Callable[[str], str]) -> None:
    assert (
        check(token("MetricAlarm"), legal("MetricAlarm", evaluationPeriods=5.0, datapointsToAlarm=3.0, threshold=2.0))
        == ()
    )


@given(
    name=some.text(some.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=200),
    period=some.sampled_from([10, 20, 30]) | some.integers(1, 1440).map(lambda n: n * 60),
    of=some.integers(1, 60),
    threshold=some.floats(-1e9, 1e9),
    statistic=some.sampled_from(
        ["Sum", "Average", "Minimum", "Maximum", "SampleCount", "p99", "p99.9", "tm90", "TM(10%:90%)"]
    ),
    dimensions=some.dictionaries(
        some.text("abc", min_size=1, max_size=9), some.text("xyz/", min_size=1, max_size=90), max_size=30
    ),
    missing=some.sampled_from(["breaching", "notBreaching", "ignore", "missing"]),
    data=some.data(),
)
def test_every_metric_alarm_within_the_limits_is_accepted(
    name: str,
    period: int,
    of: int,
    threshold: float,
    statistic: str,
    dimensions: dict[str, str],
    missing: str,
    data: some.DataObject,
) -> None:
    longest = 604800 if period >= 3600 else 86400
    of = min(of, longest // period)
    inputs: dict[str, Any] = {
        "name": f"rollguard_prod_{name}",
        "namespace": "AWS/ApplicationELB",
        "metricName": "TargetResponseTime",
        "period": float(period),
        "evaluationPeriods": of,
        "datapointsToAlarm": data.draw(some.integers(1, of)),
        "threshold": threshold,
        "comparisonOperator": "GreaterThanThreshold",
        "dimensions": dimensions,
        "treatMissingData": missing,
        "tags": {"rollguard:policy": name},
    }
    inputs["statistic" if statistic[0].isupper() and "(" not in statistic else "extendedStatistic"] = statistic
    assert check("aws:cloudwatch/metricAlarm:MetricAlarm", inputs) == ()
