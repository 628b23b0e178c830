"""The sweeper: what no event brings any more, what lags behind its event, and what turns out to be nobody's."""

from __future__ import annotations

import pytest

from rollguard.recorder import handler
from rollguard.recorder.routing import Incomplete
from tests.recorder.aws import FAILURES, instant
from tests.recorder.incident import (
    BAD,
    BUCKET,
    EVENTS,
    STOPPED,
    SWEEP,
    World,
    bad_release,
    deployment_event,
    rollback,
    statuses,
)


def stopped_by_hand() -> dict[str, object]:
    return bad_release("Stopped", errorInformation={}, rollbackInfo={})


def test_an_answer_that_lags_behind_its_event_is_waited_for() -> None:
    world = World()
    answers = [bad_release("InProgress"), bad_release(rollbackInfo={}), bad_release()]

    def lagging(asked: dict[str, object]) -> dict[str, object] | None:
        return {"deploymentInfo": answers.pop(0)} if asked["deploymentId"] == BAD and answers else None

    world.rim.broken["get_deployment"] = lagging
    world.rim.codedeploy.deployments["d-ROLLBACK1"] = rollback("InProgress")
    world.now = "2026-11-24T10:15:20Z"
    world.handle(EVENTS[2])
    record = world.record()
    assert (statuses(record), record["rollback"]["revision"]["text"]) == (["started"], "checkout:42")
    assert answers == []


def test_an_answer_that_lags_for_longer_is_looked_up_by_the_sweeper() -> None:
    world = World()
    world.rim.codedeploy.deployments[BAD] = bad_release("InProgress")
    world.rim.codedeploy.deployments.pop("d-ROLLBACK1")
    world.rim.cloudwatch.history.clear()
    world.handle(EVENTS[2])
    assert (world.record()["reached"], world.told()) == ([], [])
    world.rim.codedeploy.deployments[BAD] = bad_release()
    world.rim.codedeploy.deployments["d-ROLLBACK1"] = rollback()
    world.handle(SWEEP)
    assert statuses(world.record()) == ["started", "succeeded"]


def test_a_stop_by_hand_without_an_answer_turns_out_to_be_nobodys_and_tells_nobody() -> None:
    world = World()
    world.rim.broken["get_deployment"] = FAILURES["throttled"]
    world.rim.cloudwatch.history.clear()
    world.now = "2026-11-24T10:15:20Z"
    world.handle(EVENTS[2])
    world.rim.broken.clear()
    world.rim.codedeploy.deployments = {BAD: stopped_by_hand()}
    world.now = "2026-11-24T10:25:15Z"
    world.handle(SWEEP)
    record = world.record()
    assert (record["cause"], record["reached"], record["open"]) == ("request", [], False)
    assert (world.told(), world.open()) == ([], [])


def test_a_stop_by_hand_that_is_rolled_back_is_a_request() -> None:
    world = World()
    world.rim.codedeploy.deployments[BAD] = stopped_by_hand()
    world.handle(EVENTS[2], *EVENTS[3:5])
    record = world.record()
    assert (record["cause"], statuses(record), record["because"]) == (
        "request",
        ["started", "succeeded", "recovered"],
        [],
    )


def test_a_rollback_that_takes_hours_is_not_given_up() -> None:
    world = World()
    world.rim.codedeploy.deployments["d-ROLLBACK1"] = rollback("InProgress")
    world.handle(*EVENTS[1:4])
    world.pass_time(4 * 3_600)
    world.handle(SWEEP)
    assert statuses(world.record()) == ["started"]
    assert len(world.open()) == 1


def test_an_alarm_stop_of_which_no_rollback_comes_is_unknown_after_an_hour() -> None:
    world = World()
    world.rim.codedeploy.deployments = {BAD: bad_release(rollbackInfo={})}
    world.handle(*EVENTS[1:3])
    assert statuses(world.record()) == ["started"]
    world.now = "2026-11-24T11:15:14Z"
    world.handle(SWEEP)
    assert statuses(world.record()) == ["started"]
    world.now = "2026-11-24T11:15:15Z"
    world.handle(SWEEP)
    record = world.record()
    assert (statuses(record), record["unknownSince"]) == (["started", "unknown"], STOPPED)


def test_a_marker_without_a_record_is_followed_up_and_one_that_leads_nowhere_removed() -> None:
    world = World()
    for incident in (BAD, "d-ORDINARY", "outside-20261124T101500Z"):
        world.rim.s3.objects[f"open/checkout-api/{incident}"] = b""
    world.rim.codedeploy.deployments["d-ORDINARY"] = bad_release(
        "Succeeded", deploymentId="d-ORDINARY", completeTime=instant(STOPPED)
    )
    world.handle(SWEEP)
    assert list(world.records()) == [BAD]
    assert statuses(world.record()) == ["started", "succeeded", "recovered"]
    assert world.open() == []


def test_one_incident_that_fails_does_not_keep_the_sweeper_from_the_others() -> None:
    world = World()
    world.rim.s3.objects["open/checkout-api/d-BROKEN"] = b""
    world.rim.s3.objects["records/checkout-api/d-BROKEN.json"] = b"{"
    world.rim.s3.objects[f"open/checkout-api/{BAD}"] = b""
    assert not world.try_handle(SWEEP)
    assert world.open() == ["open/checkout-api/d-BROKEN"]


def test_a_sweep_that_runs_out_of_time_leaves_the_rest_for_the_next_one() -> None:
    world = World()
    world.rim.s3.objects[f"open/checkout-api/{BAD}"] = b""
    hasty = handler.recorder(
        world.rim.client,
        BUCKET,
        "prod",
        clock=world.clock,
        remaining=lambda: 34_999,
        write=lambda line: world.log.append({"line": line}),
    )
    hasty.handle(SWEEP)
    assert world.records() == {}
    assert "the sweep ran out of time" in world.log[0]["line"]


def test_an_index_without_its_sheet_makes_the_event_come_again() -> None:
    world = World()
    del world.rim.s3.objects["guards/checkout-api.json"]
    with pytest.raises(Incomplete, match=r"there is no `guards/checkout-api\.json`"):
        world.handle(deployment_event(BAD, "STOP", STOPPED))
    assert world.log[-1]["level"] == "error"
