"""When an incident is over: not while something may still happen to it, and not for ever."""

from __future__ import annotations

from typing import Any

from tests.recorder.aws import FAILURES, instant
from tests.recorder.incident import (
    ALARM,
    BACK,
    BAD,
    CRITERION,
    DATA,
    EVENTS,
    RED,
    SWEEP,
    World,
    alarm_event,
    bad_release,
    deployment_event,
    rollback,
    sheet,
    statuses,
)

NEXT_DAY = "2026-11-25T12:00:00Z"


def change(world: World, moment: str, state: str) -> None:
    for alarm in (ALARM, CRITERION):
        world.rim.cloudwatch.history[alarm].append((moment, state, "", DATA if state == "ALARM" else None))


def long_release() -> World:
    """The alarm flickers early in a deployment that goes on for days."""
    world = World()
    world.rim.codedeploy.deployments = {BAD: bad_release("Baking")}
    for alarm in (ALARM, CRITERION):
        del world.rim.cloudwatch.history[alarm][2:]
    change(world, "2026-11-24T10:16:00Z", "OK")
    world.at("2026-11-24T10:15:05Z", EVENTS[1])
    return world


def rolled_back_next_day(world: World) -> None:
    change(world, NEXT_DAY, "ALARM")
    over: dict[str, Any] = {
        "createTime": instant("2026-11-25T12:00:11Z"),
        "completeTime": instant("2026-11-25T12:03:00Z"),
    }
    world.rim.codedeploy.deployments = {
        BAD: bad_release(completeTime=instant("2026-11-25T12:00:10Z")),
        BACK: rollback(**over),
    }
    stop = deployment_event(BAD, "STOP", "2026-11-25T12:00:10Z")
    done = deployment_event(BACK, "SUCCESS", "2026-11-25T12:03:00Z")
    world.at("2026-11-25T12:03:05Z", alarm_event("ALARM", NEXT_DAY), stop, done)


def test_an_incident_stays_open_as_long_as_its_deployment_is_seen_to_run() -> None:
    world = long_release()
    world.at("2026-11-25T11:00:00Z", SWEEP)
    assert (world.record()["open"], len(world.open())) == (True, 1)


def test_a_rollback_a_day_after_the_first_flicker_is_told_to_its_end() -> None:
    world = long_release()
    world.rim.broken |= dict.fromkeys(("get_deployment", "batch_get_deployments"), FAILURES["denied"])
    world.at("2026-11-26T11:00:00Z", SWEEP)
    assert (world.record()["open"], world.open()) == (False, [])  # nothing heard of it for a day
    world.rim.broken.clear()
    world.now = NEXT_DAY
    rolled_back_next_day(world)
    assert statuses(world.record()) == ["started", "succeeded"]


def test_what_happens_after_an_incident_was_closed_opens_it_again() -> None:
    world = long_release()
    world.rim.broken |= dict.fromkeys(("get_deployment", "batch_get_deployments"), FAILURES["denied"])
    world.at("2026-11-25T11:30:00Z", SWEEP)
    assert (world.record()["open"], world.open()) == (False, [])
    world.rim.broken.clear()
    rolled_back_next_day(world)
    assert (world.record()["open"], len(world.open())) == (True, 1)
    change(world, "2026-11-25T12:10:00Z", "OK")
    world.at("2026-11-25T12:10:05Z", alarm_event("OK", "2026-11-25T12:10:00Z", previous="ALARM"))
    assert statuses(world.record()) == ["started", "succeeded", "recovered"]
    assert {status for status, _ in world.told()} == {"started", "succeeded", "recovered"}
    assert world.open() == []


def test_an_incident_whose_outcome_is_unknown_recovers_and_swallows_no_later_alarm() -> None:
    world = World({**sheet(), "notify": {**sheet()["notify"], "outsideDeployment": ["oncall"]}})
    for lookup in ("get_deployment", "batch_get_deployments", "list_deployments"):
        world.rim.broken[lookup] = FAILURES["denied"]
    world.at(RED, EVENTS[1], EVENTS[2])
    world.at("2026-11-24T12:00:00Z", SWEEP, SWEEP)
    assert statuses(world.records()[BAD]) == ["started", "unknown", "recovered"]
    assert world.open() == []
    world.rim.broken.clear()
    world.rim.codedeploy.deployments = {}
    change(world, "2026-11-24T20:00:00Z", "ALARM")
    world.at("2026-11-24T20:00:05Z", alarm_event("ALARM", "2026-11-24T20:00:00Z"))
    assert statuses(world.records()["outside-20261124T200000Z"]) == ["outsideDeployment"]
    assert world.rim.sns.published[-1]["MessageAttributes"]["status"]["StringValue"] == "outsideDeployment"


def test_green_alarms_before_the_rollback_was_done_are_no_recovery() -> None:
    world = World()
    world.rim.codedeploy.deployments[BACK] = rollback("InProgress")
    for alarm in (ALARM, CRITERION):
        del world.rim.cloudwatch.history[alarm][2:]
    change(world, "2026-11-24T10:16:00Z", "OK")
    world.at("2026-11-24T10:16:05Z", *EVENTS[1:4], alarm_event("OK", "2026-11-24T10:16:00Z", previous="ALARM"))
    change(world, "2026-11-24T10:17:00Z", "ALARM")
    world.rim.codedeploy.deployments[BACK] = rollback()
    world.at("2026-11-24T10:18:20Z", EVENTS[4], SWEEP)
    assert statuses(world.record()) == ["started", "succeeded"]
