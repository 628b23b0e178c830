"""Each AWS call failing in each way: still a message, and the record names what is missing; nothing is guessed."""

from __future__ import annotations

import pytest

from rollguard.recorder import handler
from tests.recorder.aws import FAILURES
from tests.recorder.incident import (
    ALARM,
    BACK,
    BAD,
    BUCKET,
    EVENTS,
    LATENCY,
    SWEEP,
    World,
    deployment_event,
    revision,
    statuses,
)

#: By operation, what the record lists as missing when it alone fails for good.
MISSING = {
    # Of the bad release, BatchGetDeployments has told when the alarm came.
    "get_deployment": {f"deployment {BACK} (codedeploy:GetDeployment)"},
    "get_application_revision": {
        f"revision {revision(number)['appSpecContent']['sha256'][:16]} of checkout (codedeploy:GetApplicationRevision)"
        for number in (42, 43)
    },
    "list_deployments": set[str](),
    "batch_get_deployments": set[str](),
    "describe_alarms": {"states of the alarms (cloudwatch:DescribeAlarms)"},
    "describe_alarm_history": {
        f"history of {ALARM}_target-5xx (cloudwatch:DescribeAlarmHistory)",
        "onset of the fault",
    },
    "get_metric_data": {"datapoints of the criteria (cloudwatch:GetMetricData)"},
}


@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("operation", MISSING)
def test_one_call_that_fails_for_good_costs_no_message_and_is_named(operation: str, how: str) -> None:
    world = World()
    world.rim.broken[operation] = FAILURES[how]
    world.handle(*EVENTS, SWEEP)
    (record,) = [one for one in world.records().values() if one["incident"] == BAD]
    expected = ["started", "succeeded", "recovered"]
    if operation == "describe_alarms":
        expected = ["started", "succeeded"]
    assert statuses(record) == expected
    assert {one["what"] for one in record["missing"]} == MISSING[operation]
    assert {status for status, _ in world.told()} == set(expected)
    assert len(set(world.told())) == len(world.told()) == 3 * len(expected)


def test_without_getdeployment_revisions_are_unknown_and_the_rollback_is_presumed() -> None:
    world = World()
    world.rim.broken["get_deployment"] = FAILURES["denied"]
    world.rim.broken["list_deployments"] = FAILURES["denied"]
    world.handle(*EVENTS)
    record = world.records()[BAD]
    assert record["cause"] == "unknown"
    assert (record["deployment"]["revision"], record["deployment"]["error"]) == (None, None)
    assert (record["rollback"]["id"], record["rollback"]["presumed"], record["rollback"]["revision"]) == (
        BACK,
        True,
        None,
    )
    assert statuses(record) == ["started", "succeeded", "recovered"]


@pytest.mark.parametrize(
    ("begins", "presumed"), [("10:15:15", True), ("10:25:15", True), ("10:25:16", False), ("10:15:14", False)]
)
def test_only_what_begins_within_ten_minutes_after_the_stop_is_presumed_to_be_the_rollback(
    begins: str, presumed: bool
) -> None:
    world = World()
    world.rim.broken["get_deployment"] = FAILURES["denied"]
    world.rim.broken["list_deployments"] = FAILURES["denied"]
    world.handle(*EVENTS[1:3], deployment_event(BACK, "START", f"2026-11-24T{begins}Z"))
    assert (world.records()[BAD]["rollback"] is not None) == presumed


def test_an_alarm_that_nobody_can_place_tells_nobody_and_joins_its_deployment_later() -> None:
    world = World()
    world.rim.broken["list_deployments"] = FAILURES["throttled"]
    world.handle(EVENTS[1])
    record = world.record()
    assert record["incident"] == "outside-20261124T101500Z"
    assert (record["status"], record["reached"], world.told()) == ("unknown", [], [])
    assert record["missing"][0]["what"] == "deployments of checkout/checkout-api (codedeploy:ListDeployments)"
    world.rim.broken.clear()
    world.handle(SWEEP)
    records = world.records()
    assert statuses(records[BAD]) == ["started", "succeeded", "recovered"]
    assert records[BAD]["times"]["alarm"] == "2026-11-24T10:15:00Z"
    assert (records["outside-20261124T101500Z"]["reached"], records["outside-20261124T101500Z"]["open"]) == ([], False)
    assert world.open() == []


def test_a_stop_takes_up_an_alarm_that_nobody_could_place() -> None:
    world = World()
    world.rim.broken["list_deployments"] = FAILURES["denied"]
    world.handle(EVENTS[1], EVENTS[2])
    records = world.records()
    assert records["outside-20261124T101500Z"]["open"] is False
    assert EVENTS[1]["id"] in {fact["id"] for fact in records[BAD]["facts"]}
    assert world.open() == []


def test_with_everything_denied_the_status_is_unknown_after_an_hour_and_somebody_is_told() -> None:
    world = World()
    for operation in MISSING:
        world.rim.broken[operation] = FAILURES["denied"]
    world.handle(EVENTS[2])
    assert world.told() == []
    world.pass_time(3_600)
    world.handle(SWEEP)
    record = world.record()
    assert (record["status"], record["unknownSince"]) == ("unknown", "2026-11-24T10:15:15Z")
    assert {status for status, _ in world.told()} == {"unknown"}
    # An answer that comes late is told all the same.
    world.rim.broken.clear()
    world.pass_time(300)
    world.handle(SWEEP)
    assert statuses(world.record()) == ["started", "succeeded", "recovered"]
    assert world.record()["missing"] == []
    assert world.record()["unknownSince"] is None


def test_a_look_up_that_fails_once_is_asked_again_by_the_sweeper_and_is_missing_no_more() -> None:
    world = World()
    world.rim.broken["describe_alarms"] = FAILURES["throttled"]
    world.handle(*EVENTS)
    assert [one["why"] for one in world.record()["missing"]] == ["ThrottlingException: Rate exceeded"]
    world.rim.broken.clear()
    world.pass_time(300)
    world.handle(SWEEP)
    assert statuses(world.record()) == ["started", "succeeded", "recovered"]
    assert world.record()["missing"] == []


def test_an_alarm_that_is_gone_is_named() -> None:
    world = World()
    del world.rim.cloudwatch.history[LATENCY]
    world.handle(*EVENTS)
    assert [(one["what"], one["why"]) for one in world.record()["missing"]] == [
        (f"alarm {LATENCY} (cloudwatch:DescribeAlarms)", "there is no such alarm")
    ]
    assert world.record()["criteria"][1]["state"] is None


def test_an_alarm_that_went_red_again_while_nobody_looked_is_no_recovery() -> None:
    world = World()
    world.rim.cloudwatch.history[ALARM].append(("2026-11-24T10:26:30Z", "ALARM", "again", None))
    world.handle(*EVENTS)
    assert statuses(world.record()) == ["started", "succeeded"]


def test_the_logs_hold_no_event_and_no_message() -> None:
    world = World()
    event = EVENTS[2] | {"detail": {**EVENTS[2]["detail"], "secret": "hunter2"}}
    world.rim.broken["get_metric_data"] = FAILURES["denied"]
    world.handle(event)
    text = str(world.log)
    assert "hunter2" not in text and "What to do" not in text
    assert all(line["level"] in ("info", "warning", "error") for line in world.log if "_aws" not in line)


def test_a_service_that_answers_nothing_in_time_leaves_time_for_the_message() -> None:
    """Every look-up takes the longest that the clients allow; the function has a minute."""
    world = World()
    began = world.clock()

    def slow(_: dict[str, object]) -> None:
        world.pass_time(9)
        FAILURES["timeout"]({})

    for operation in MISSING:
        world.rim.broken[operation] = slow
    recorder = handler.recorder(
        world.rim.client,
        BUCKET,
        "prod",
        clock=world.clock,
        sleep=lambda _: None,
        remaining=lambda: 60_000 - int((world.clock() - began).total_seconds() * 1000),
        write=lambda _: None,
    )
    recorder.handle(EVENTS[2])
    assert (world.clock() - began).total_seconds() <= 45
    assert len(world.record()["missing"]) >= 3
