"""The look-ups against botocore's own clients: requests that its models accept, pages, limits, and answers that are not as documented."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from rollguard.recorder import datapoints, handler
from rollguard.recorder.datapoints import Request
from rollguard.recorder.lookups import Lookups
from tests.recorder.aws import instant
from tests.recorder.incident import ALARM, BAD, CRITERION, DATA, GREEN, ONSET, REASON, RED, sheet

NOW = "2026-11-24T10:30:00Z"
NAMES = [ALARM, CRITERION]


def client(service: str) -> Any:
    return boto3.client(
        service, region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none", config=handler.ASKING
    )


@pytest.fixture(scope="module")
def real() -> tuple[Any, Any]:
    return client("codedeploy"), client("cloudwatch")


@pytest.fixture
def codedeploy(real: tuple[Any, Any]) -> Any:
    with Stubber(real[0]) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def cloudwatch(real: tuple[Any, Any]) -> Any:
    with Stubber(real[1]) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def lookups(real: tuple[Any, Any]) -> Lookups:
    return Lookups(*real, lambda: NOW)


def info(which: str, created: str, completed: str | None = None) -> dict[str, Any]:
    found = {
        "deploymentId": which,
        "applicationName": "checkout",
        "deploymentGroupName": "checkout-api",
        "status": "Succeeded" if completed else "InProgress",
        "createTime": instant(created),
    }
    return found | ({"completeTime": instant(completed)} if completed else {})


def test_a_look_up_gives_up_within_ten_seconds() -> None:
    config = handler.ASKING
    assert config.retries == {"total_max_attempts": 2, "mode": "standard"}
    assert 2 * (config.connect_timeout + config.read_timeout) <= 10


def test_without_time_nothing_is_asked_and_everything_is_missing(real: tuple[Any, Any]) -> None:
    hasty = Lookups(*real, lambda: NOW, lambda: 24_999)
    asked = [
        hasty.deployment(BAD),
        *hasty.under_way(sheet()["groups"], RED),
        *hasty.alarms(NAMES),
        *hasty.history(CRITERION, ONSET, GREEN),
        *hasty.series(sheet()["criteria"], ONSET, GREEN),
    ]
    assert [(fact["kind"], fact["why"]) for fact in asked] == [("missing", "not asked, as no time was left")] * 5


def test_a_deployment_is_read(codedeploy: Stubber, lookups: Lookups) -> None:
    answer = {
        "deploymentInfo": info(BAD, "2026-11-24T10:03:50Z")
        | {
            "status": "Stopped",
            "creator": "user",
            "computePlatform": "ECS",
            "errorInformation": {"code": "ALARM_ACTIVE", "message": "Activated alarms: x"},
            "rollbackInfo": {"rollbackDeploymentId": "d-BACK", "rollbackMessage": "triggered"},
            "deploymentOverview": {
                "Pending": 0,
                "InProgress": 1,
                "Succeeded": 1,
                "Failed": 0,
                "Skipped": 0,
                "Ready": 0,
            },
        }
    }
    codedeploy.add_response("get_deployment", answer, {"deploymentId": BAD})
    fact = lookups.deployment(BAD)
    assert fact["id"] == f"deployment:{BAD}:Stopped:d-BACK"
    assert (fact["error"], fact["rollbackDeployment"], fact["createdAt"], fact["completedAt"]) == (
        {"code": "ALARM_ACTIVE", "message": "Activated alarms: x"},
        "d-BACK",
        "2026-11-24T10:03:50Z",
        None,
    )
    assert fact["hosts"] == {"Pending": 0, "InProgress": 1, "Succeeded": 1, "Failed": 0, "Skipped": 0, "Ready": 0}


def test_what_an_appspec_brings_is_read_by_its_hash(codedeploy: Stubber, lookups: Lookups) -> None:
    wanted = {"revisionType": "AppSpecContent", "appSpecContent": {"sha256": "ab" * 32}}
    content = '{"Resources": [{"TargetService": {"Properties": {"TaskDefinition": "checkout:42"}}}]}'
    answer = {"revision": {**wanted, "appSpecContent": {"content": content, "sha256": "ab" * 32}}}
    codedeploy.add_response("get_application_revision", answer, {"applicationName": "checkout", "revision": wanted})
    fact = lookups.revision("checkout", "ab" * 32)
    assert fact["revision"] == {"kind": "taskDefinition", "text": "checkout:42", "sha256": "ab" * 32}
    assert fact["answers"] == ["revision abababababababab of checkout (codedeploy:GetApplicationRevision)"]


def test_an_error_of_the_service_is_missing_with_its_words(codedeploy: Stubber, lookups: Lookups) -> None:
    codedeploy.add_client_error("get_deployment", "DeploymentDoesNotExistException", "no such deployment")
    fact = lookups.deployment(BAD)
    assert (fact["kind"], fact["what"]) == ("missing", f"deployment {BAD} (codedeploy:GetDeployment)")
    assert (fact["why"], fact["since"]) == ("DeploymentDoesNotExistException: no such deployment", NOW)


def test_the_deployment_under_way_is_found_among_many(codedeploy: Stubber, lookups: Lookups) -> None:
    ids = [f"d-{number:03}" for number in range(30)]
    query = {
        "applicationName": "checkout",
        "deploymentGroupName": "checkout-api",
        "createTimeRange": {
            "start": datetime(2026, 11, 19, 10, 15, tzinfo=UTC),
            "end": datetime(2026, 11, 24, 10, 15, 1, tzinfo=UTC),
        },
    }
    codedeploy.add_response("list_deployments", {"deployments": ids}, query)
    over = [info(one, "2026-11-24T09:00:00Z", "2026-11-24T10:14:59Z") for one in ids]
    codedeploy.add_response("batch_get_deployments", {"deploymentsInfo": over[:25]}, {"deploymentIds": ids[:25]})
    running = [*over[25:29], info(ids[29], "2026-11-24T10:15:00Z", RED)]
    codedeploy.add_response("batch_get_deployments", {"deploymentsInfo": running}, {"deploymentIds": ids[25:]})
    deployment, under_way = lookups.under_way(sheet()["groups"], RED)
    assert (deployment["deployment"], under_way["deployments"]) == ("d-029", ["d-029"])


def test_nothing_under_way_takes_an_answer_for_every_group(codedeploy: Stubber, lookups: Lookups) -> None:
    groups = [sheet()["groups"][0], {**sheet()["groups"][0], "group": "other"}]
    codedeploy.add_response("list_deployments", {"deployments": []})
    codedeploy.add_client_error("list_deployments", "ThrottlingException", "Rate exceeded")
    (fact,) = lookups.under_way(groups, RED)
    assert (fact["kind"], fact["what"]) == ("missing", "deployments of checkout/other (codedeploy:ListDeployments)")
    codedeploy.add_response("list_deployments", {"deployments": []})
    codedeploy.add_response("list_deployments", {"deployments": []})
    (fact,) = lookups.under_way(groups, RED)
    assert (fact["kind"], fact["deployments"]) == ("underWay", [])


def test_alarms_are_read_in_hundreds_and_pages(cloudwatch: Stubber, lookups: Lookups) -> None:
    names = [f"alarm-{number}" for number in range(101)]
    asked = {"AlarmTypes": ["MetricAlarm", "CompositeAlarm"], "MaxRecords": 100}
    metric = {"AlarmName": names[0], "StateValue": "OK", "StateTransitionedTimestamp": instant(RED)}
    composite = {
        "AlarmName": names[1],
        "StateValue": "ALARM",
        "StateReason": "x",
        "StateReasonData": json.dumps(
            {"triggeringAlarms": [{"arn": f"arn:aws:cloudwatch:eu-west-1:1:alarm:{CRITERION}"}]}
        ),
        "StateUpdatedTimestamp": instant(RED),
    }
    cloudwatch.add_response(
        "describe_alarms", {"MetricAlarms": [metric], "NextToken": "more"}, {**asked, "AlarmNames": names[:100]}
    )
    cloudwatch.add_response(
        "describe_alarms", {"CompositeAlarms": [composite]}, {**asked, "AlarmNames": names[:100], "NextToken": "more"}
    )
    cloudwatch.add_response("describe_alarms", {"MetricAlarms": []}, {**asked, "AlarmNames": names[100:]})
    snapshot, *missing = lookups.alarms(names)
    assert snapshot["alarms"][names[1]]["reasonData"]["triggering"] == [CRITERION]
    assert snapshot["alarms"][names[0]]["since"] == RED
    assert len(missing) == 99 and missing[0]["why"] == "there is no such alarm"


def test_the_history_of_an_alarm_is_read_over_pages(cloudwatch: Stubber, lookups: Lookups) -> None:
    data = {
        "oldState": {"stateValue": "OK"},
        "newState": {"stateValue": "ALARM", "stateReason": REASON, "stateReasonData": DATA},
    }
    item = {
        "AlarmName": CRITERION,
        "Timestamp": instant(RED),
        "HistoryItemType": "StateUpdate",
        "HistoryData": json.dumps(data),
    }
    cloudwatch.add_response(
        "describe_alarm_history", {"AlarmHistoryItems": [{**item, "HistoryData": "{"}], "NextToken": "more"}
    )
    asked = {
        "AlarmName": CRITERION,
        "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
        "HistoryItemType": "StateUpdate",
        "StartDate": instant(ONSET),
        "EndDate": instant(GREEN),
        "MaxRecords": 100,
        "NextToken": "more",
    }
    cloudwatch.add_response("describe_alarm_history", {"AlarmHistoryItems": [item]}, asked)
    change, answered = lookups.history(CRITERION, ONSET, GREEN)
    assert (change["at"], change["value"], change["previous"], change["reason"]) == (RED, "ALARM", "OK", REASON)
    assert answered["answers"] == [f"history of {CRITERION} (cloudwatch:DescribeAlarmHistory)"]


def test_datapoints_of_all_criteria_come_in_one_call_and_over_pages(cloudwatch: Stubber, lookups: Lookups) -> None:
    stamps = [datetime(2026, 11, 24, 9, minute, tzinfo=UTC) for minute in (11, 12, 14)]
    asked = {
        "MetricDataQueries": ANY,
        "StartTime": instant("2026-11-24T09:11:00Z"),
        "EndTime": instant(GREEN),
        "ScanBy": "TimestampAscending",
    }
    first = {"Id": "c0_e1", "Timestamps": stamps[:2], "Values": [1.0, 2.0], "StatusCode": "PartialData"}
    cloudwatch.add_response("get_metric_data", {"MetricDataResults": [first], "NextToken": "more"}, asked)
    second = {"Id": "c0_e1", "Timestamps": stamps[2:], "Values": [float("inf")], "StatusCode": "Complete"}
    forbidden = {"Id": "c1_e1", "Timestamps": [], "Values": [], "StatusCode": "Forbidden"}
    cloudwatch.add_response(
        "get_metric_data", {"MetricDataResults": [second, forbidden]}, {**asked, "NextToken": "more"}
    )
    series, missing = lookups.series(sheet()["criteria"], ONSET, GREEN)
    assert series["series"] == [
        {
            "criterion": "target-5xx",
            "period": 60,
            "points": [["2026-11-24T09:11:00Z", 1.0], ["2026-11-24T09:12:00Z", 2.0]],
            "asked": [["2026-11-24T09:11:00Z", NOW]],
        }
    ]
    assert missing["what"] == "datapoints of latency-p99 (cloudwatch:GetMetricData)"


def asked(criteria: list[dict[str, Any]], start: str = ONSET) -> list[Request]:
    return datapoints.requests([{"period": 60, **one} for one in criteria], start, GREEN, NOW)


def test_queries_of_different_criteria_never_share_an_id_and_five_hundred_fit_in_a_call() -> None:
    criteria: list[dict[str, Any]] = [
        {
            "queries": [
                {"Id": "m1", "MetricStat": {}},
                {"Id": "e1", "Expression": "IF(m1 > 0, m1, FILL(m1, 0)) + SUM('m1')"},
            ]
        },
        {"queries": [{"Id": "q1", "Expression": "SELECT MAX(m1) FROM q1", "Period": 60}]},
        {"queries": []},
    ]
    (request,) = asked(criteria)
    m1, e1, q1 = request.queries
    assert (m1["Id"], e1["Id"], q1["Id"]) == ("c0_m1", "c0_e1", "c1_q1")
    assert e1["Expression"] == "IF(c0_m1 > 0, c0_m1, FILL(c0_m1, 0)) + SUM('m1')"
    assert q1["Expression"] == "SELECT MAX(m1) FROM q1"
    many = [{"queries": [{"Id": f"m{number}"} for number in range(3)]} for _ in range(334)]
    assert [len(request.queries) for request in asked(many)] == [498, 498, 6]


def test_a_call_holds_one_metrics_insights_query_and_whatever_else_fits() -> None:
    """ "Each GetMetricData operation can include only one query" (API reference of GetMetricData)."""
    insights = {"queries": [{"Id": "q1", "Expression": " select MAX(x) FROM y", "Period": 60}]}
    plain = {"queries": [{"Id": "m1", "MetricStat": {}}]}
    requests = asked([insights, plain, insights, plain, insights])
    assert [[query["Id"] for query in one.queries] for one in requests] == [
        ["c0_q1", "c1_m1", "c3_m1"],
        ["c2_q1"],
        ["c4_q1"],
    ]


def test_datapoints_of_ten_seconds_are_asked_for_while_there_are_any_and_those_of_a_minute_for_the_whole() -> None:
    """CloudWatch keeps datapoints of less than a minute for three hours (API reference of MetricStat)."""
    queries: list[dict[str, Any]] = [
        {"Id": "m1", "MetricStat": {"Period": 10}},
        {"Id": "q1", "Expression": "SELECT", "Period": 10},
        {"Id": "e1", "Expression": "m1 + q1"},
    ]
    fine: dict[str, Any] = {"period": 10, "queries": queries}
    plain = {"queries": [{"Id": "m1", "MetricStat": {"Period": 300}}], "period": 300}
    (young,) = asked([fine, plain], "2026-11-24T07:31:00Z")
    assert young.periods == {0: 10, 1: 300}
    whole, recent = asked([fine, plain], "2026-11-24T07:30:00Z")
    assert (whole.start, whole.periods) == ("2026-11-24T07:30:00Z", {0: 60, 1: 300})
    assert [one.get("MetricStat", one).get("Period") for one in whole.queries] == [60, 60, None, 300]
    assert (recent.start, recent.periods) == ("2026-11-24T07:31:00Z", {0: 10})
    assert [one.get("MetricStat", one).get("Period") for one in recent.queries] == [10, 10, None]


def test_a_call_that_fails_costs_the_criteria_in_it_and_no_other(cloudwatch: Stubber, lookups: Lookups) -> None:
    insights = [{"Id": "q1", "Expression": "SELECT MAX(x) FROM y", "Period": 60, "ReturnData": True}]
    criteria = [{"id": id, "period": 60, "queries": insights} for id in ("first", "second")]
    points = {"Id": "c0_q1", "Timestamps": [instant(ONSET)], "Values": [1.0], "StatusCode": "Complete"}
    cloudwatch.add_response("get_metric_data", {"MetricDataResults": [points]})
    cloudwatch.add_client_error("get_metric_data", "ThrottlingException", "Rate exceeded")
    series, missing = lookups.series(criteria, ONSET, GREEN)
    assert [one["criterion"] for one in series["series"]] == ["first"]
    assert (missing["what"], missing["why"]) == (
        "datapoints of second (cloudwatch:GetMetricData)",
        "ThrottlingException: Rate exceeded",
    )


def test_the_stretch_of_datapoints_is_bounded() -> None:
    assert datapoints.window(ONSET, GREEN) == ("2026-11-24T09:11:00Z", GREEN)
    assert datapoints.window(ONSET, "2026-11-26T00:00:00Z") == ("2026-11-24T09:11:00Z", "2026-11-24T21:11:00Z")
