"""A rollback alarm that is red while its deployment goes on: told to whoever must act, once it is certain, and never before."""

from __future__ import annotations

from typing import Any

import pytest

from tests.recorder.aws import instant
from tests.recorder.incident import (
    ALARM,
    BACK,
    BAD,
    CRITERION,
    DATA,
    EVENTS,
    REASON,
    RED,
    STOPPED,
    SWEEP,
    World,
    alarm_event,
    bad_release,
    deployment_event,
    rollback,
    sheet,
    statuses,
)

QUIET = "2026-11-01T00:00:00Z"


def red_from(world: World, *changes: tuple[str, str]) -> None:
    """The alarms' states from the incident on: (time, state)."""
    for alarm, reason, data in ((ALARM, "transitioned", None), (CRITERION, REASON, DATA)):
        history = [(at, state, reason, data if state == "ALARM" else None) for at, state in changes]
        world.rim.cloudwatch.history[alarm] = [(QUIET, "OK", "", None), *history]


def running(status: str = "InProgress", **changes: object) -> World:
    """The alarm turns red while the release is under way, which CodeDeploy does not stop."""
    world = World()
    world.rim.codedeploy.deployments = {BAD: bad_release(status, **changes)}
    red_from(world, (RED, "ALARM"))
    world.now = "2026-11-24T10:15:05Z"
    world.handle(EVENTS[1])
    assert world.told() == []
    return world


def test_after_three_minutes_of_red_it_is_told_that_codedeploy_does_not_stop_the_deployment() -> None:
    world = running()
    world.at("2026-11-24T10:17:59Z", SWEEP)
    assert world.told() == []
    world.at("2026-11-24T10:20:00Z", SWEEP)
    record = world.record()
    assert record["reached"] == [{"status": "notRolledBack", "at": "2026-11-24T10:18:00Z"}]
    assert [status for status, _ in world.told()] == ["notRolledBack"] * 3
    message = world.rim.sns.published[0]
    assert message["Subject"].startswith("[prod] Checkout API: RED DURING A DEPLOYMENT, NOT ROLLED BACK - target-5xx")
    lines = message["Message"].splitlines()
    assert lines[0] == (
        "Checkout API in prod: CodeDeploy has NOT STOPPED deployment d-BADRELEAS. State: red, and the deployment goes on. "
        "Red: Checkout: target-5xx, 14.2 % (bad is above 2 %)."
    )
    assert "1. Act now: stop the deployment and roll it back yourself:" in lines
    stop = f"aws deploy stop-deployment --region eu-west-1 --deployment-id {BAD} --auto-rollback-enabled"
    assert f"     {stop}" in lines
    assert not [line for line in lines if "deployment stopped" in line or "Traffic on the new version" in line]
    world.at("2026-11-24T10:25:00Z", SWEEP)
    assert len(world.told()) == 3


def test_the_person_who_then_stops_it_hears_of_the_rollback_and_of_the_recovery() -> None:
    world = running()
    world.at("2026-11-24T10:20:00Z", SWEEP)
    stopped = bad_release(errorInformation={}, completeTime=instant("2026-11-24T10:22:00Z"))
    begins: dict[str, Any] = {
        "createTime": instant("2026-11-24T10:22:01Z"),
        "startTime": instant("2026-11-24T10:22:01Z"),
    }
    done = rollback(completeTime=instant("2026-11-24T10:24:00Z"), **begins)
    world.rim.codedeploy.deployments = {BAD: stopped, BACK: done}
    world.at("2026-11-24T10:24:05Z", deployment_event(BACK, "SUCCESS", "2026-11-24T10:24:00Z"))
    red_from(world, (RED, "ALARM"), ("2026-11-24T10:29:00Z", "OK"))
    world.at("2026-11-24T10:29:05Z", alarm_event("OK", "2026-11-24T10:29:00Z", previous="ALARM"))
    assert statuses(world.record()) == ["notRolledBack", "started", "succeeded", "recovered"]
    assert (world.record()["cause"], world.record()["open"], world.open()) == ("request", False, [])
    assert len(set(world.told())) == len(world.told()) == 12


def test_a_deployment_that_goes_through_over_a_red_alarm_was_not_rolled_back() -> None:
    world = running()
    world.rim.codedeploy.deployments = {BAD: bad_release("Succeeded", completeTime=instant("2026-11-24T10:17:00Z"))}
    world.at("2026-11-24T10:17:05Z", deployment_event(BAD, "SUCCESS", "2026-11-24T10:17:00Z"))
    record = world.record()
    assert record["reached"] == [{"status": "notRolledBack", "at": "2026-11-24T10:17:00Z"}]
    message = world.rim.sns.published[0]["Message"]
    assert "State: the new version is live. Red: Checkout: target-5xx" in message.splitlines()[0]
    assert "Deploy the last good revision by hand" in message
    red_from(world, (RED, "ALARM"), ("2026-11-24T10:40:00Z", "OK"))
    world.at("2026-11-24T10:40:05Z", alarm_event("OK", "2026-11-24T10:40:00Z", previous="ALARM"))
    assert statuses(world.record()) == ["notRolledBack", "recovered"]
    assert (
        "deployment d-BADRELEAS was not rolled back. State: the alarms are OK again"
        in (world.rim.sns.published[-1]["Message"])
    )


def test_an_alarm_in_the_last_minute_of_a_deployment_comes_too_late_for_it() -> None:
    world = running()
    world.rim.codedeploy.deployments = {BAD: bad_release("Succeeded", completeTime=instant("2026-11-24T10:15:59Z"))}
    world.at("2026-11-24T10:16:05Z", deployment_event(BAD, "SUCCESS", "2026-11-24T10:15:59Z"))
    assert (statuses(world.record()), world.told()) == (["outsideDeployment"], [])


@pytest.mark.parametrize(("status", "how"), [("Stopped", "was stopped"), ("Failed", "failed")])
def test_a_red_deployment_that_ends_otherwise_and_is_not_rolled_back_is_told_once_that_is_certain(
    status: str, how: str
) -> None:
    world = running()
    ended: dict[str, Any] = {"errorInformation": {}, "rollbackInfo": {}, "completeTime": instant(STOPPED)}
    world.rim.codedeploy.deployments = {BAD: bad_release(status, **ended)}
    world.handle(deployment_event(BAD, "STOP" if status == "Stopped" else "FAILURE", STOPPED))
    world.at("2026-11-24T10:25:00Z", SWEEP)
    assert world.told() == []  # CodeDeploy may still name a rollback
    world.at("2026-11-24T10:30:00Z", SWEEP)
    assert (statuses(world.record()), world.record()["because"]) == (["notRolledBack"], ["target-5xx"])
    first = world.rim.sns.published[0]["Message"].splitlines()[0]
    assert f"deployment {BAD} {how}, not by the alarm, and is NOT ROLLED BACK. State: stopped half-way" in first
    assert "Red: Checkout: target-5xx" in first
    assert world.record()["open"]


def test_a_deployment_that_codedeploy_stops_late_is_a_rollback_as_usual() -> None:
    world = running()
    late = instant("2026-11-24T10:19:00Z")
    world.rim.codedeploy.deployments = {BAD: bad_release(completeTime=late), BACK: rollback()}
    world.at("2026-11-24T10:20:00Z", deployment_event(BAD, "STOP", "2026-11-24T10:19:00Z"))
    assert statuses(world.record())[:2] == ["started", "succeeded"]
    assert "notRolledBack" not in {status for status, _ in world.told()}


def test_a_short_red_stretch_is_left_to_codedeploy_and_the_first_long_one_counts() -> None:
    world = running()
    later = "2026-11-24T10:40:00Z"
    red_from(world, (RED, "ALARM"), ("2026-11-24T10:17:00Z", "OK"), (later, "ALARM"))
    world.at("2026-11-24T10:17:05Z", alarm_event("OK", "2026-11-24T10:17:00Z", previous="ALARM"))
    world.at("2026-11-24T10:30:00Z", SWEEP)
    assert world.told() == []
    world.at("2026-11-24T10:40:05Z", alarm_event("ALARM", later))
    world.at("2026-11-24T10:45:00Z", SWEEP)
    assert world.record()["reached"] == [{"status": "notRolledBack", "at": "2026-11-24T10:43:00Z"}]


def test_where_somebody_switched_the_alarms_off_for_the_deployment_the_message_says_that() -> None:
    world = running(overrideAlarmConfiguration={"enabled": False})
    world.at("2026-11-24T10:20:00Z", SWEEP)
    message = world.rim.sns.published[0]
    assert message["Subject"].startswith("[prod] Checkout API: red during a deployment whose alarms are off")
    assert f"NOT STOPPED deployment {BAD}, as its alarms were switched off. State: red" in message["Message"]
    assert "1. Watch this deployment yourself" in message["Message"]
    assert "get-deployment-group" not in message["Message"]


def test_a_sheet_from_before_this_status_tells_the_channels_of_failed() -> None:
    world = running()
    assert "notRolledBack" not in sheet()["notify"]
    world.at("2026-11-24T10:20:00Z", SWEEP)
    assert len(world.told()) == 3
