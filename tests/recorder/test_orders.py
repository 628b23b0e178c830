"""Whatever the order of an incident's events, however often each comes and whichever is lost: one record, each message once."""

from __future__ import annotations

from itertools import permutations

import pytest

from rollguard.recorder import answers, facts
from rollguard.recorder.derive import derive
from rollguard.recorder.record import Record
from tests.recorder.aws import FAILURES
from tests.recorder.incident import (
    BACK,
    BAD,
    BEGUN,
    DONE,
    EVENTS,
    GREEN,
    RED,
    ROLLBACK,
    STOPPED,
    SWEEP,
    World,
    bad_release,
    rollback,
    sheet,
    statuses,
)

REACHED = [
    {"status": "started", "at": ROLLBACK},
    {"status": "succeeded", "at": DONE},
    {"status": "recovered", "at": GREEN},
]
#: What of a record the order may change: which facts it rests on, and to the second when somebody was told.
APART = {"facts": None, "told": None, "series": None}


def whole() -> Record:
    world = World()
    world.handle(*EVENTS)
    return world.record()


def told_once(world: World) -> bool:
    told = world.told()
    return len(set(told)) == len(told) == 9


def test_the_incident_as_it_happened_gives_one_record_and_three_messages_per_channel() -> None:
    world = World()
    world.rim.codedeploy.deployments[BAD] = bad_release("InProgress")
    world.handle(EVENTS[0])
    assert world.records() == {}
    world.rim.codedeploy.deployments[BAD] = bad_release()
    for event in EVENTS[1:]:
        world.now = event["time"]
        world.pass_time(3)
        world.handle(event)
    record = world.record()
    assert record["reached"] == REACHED
    assert record["times"] == {
        "onset": "2026-11-24T10:11:00Z",
        "alarm": RED,
        "stopped": STOPPED,
        "rollbackStarted": ROLLBACK,
        "rollbackDone": DONE,
        "recovered": GREEN,
    }
    assert record["durations"] == {
        "toAlarm": 240,
        "toStop": 255,
        "toRollback": 256,
        "rollback": 180,
        "toRecovery": 900,
        "withinPromise": True,
    }
    assert (record["because"], record["criteria"][0]["value"], record["missing"]) == (["target-5xx"], 14.2, [])
    assert told_once(world)
    assert world.open() == []


@pytest.mark.parametrize("first", range(len(EVENTS)))
def test_every_order_gives_the_same_record_and_tells_nobody_twice(first: int) -> None:
    expected = {**whole(), **APART}
    for order in permutations([event for index, event in enumerate(EVENTS) if index != first]):
        world = World()
        world.handle(EVENTS[first], *order, SWEEP)
        assert {**world.record(), **APART} == expected, [event["id"] for event in order]
        assert told_once(world)
        assert world.open() == []


def test_every_event_twice_changes_nothing() -> None:
    expected = {**whole(), **APART}
    for order in (EVENTS + EVENTS, tuple(event for event in EVENTS for _ in range(2)), EVENTS[::-1] + EVENTS):
        world = World()
        world.handle(*order)
        assert {**world.record(), **APART} == expected
        assert told_once(world)


@pytest.mark.parametrize("lost", range(len(EVENTS)), ids=[event["id"] for event in EVENTS])
def test_a_lost_event_is_made_good_by_look_ups(lost: int) -> None:
    world = World()
    world.handle(*EVENTS[:lost], *EVENTS[lost + 1 :], SWEEP)
    record = world.record()
    assert record["reached"] == REACHED
    assert record["times"]["alarm"] == RED
    assert told_once(world)
    assert world.open() == []


def test_of_an_incident_only_one_event_need_arrive() -> None:
    for event in (EVENTS[1], EVENTS[2], EVENTS[3], EVENTS[4]):
        world = World()
        world.handle(event, SWEEP)
        assert world.record()["reached"] == REACHED


@pytest.mark.parametrize("lost", range(len(EVENTS)), ids=[event["id"] for event in EVENTS])
def test_with_codedeploy_silent_a_lost_event_leaves_the_right_status_or_says_since_when_it_is_unknown(
    lost: int,
) -> None:
    world = World()
    for operation in ("get_deployment", "list_deployments", "batch_get_deployments"):
        world.rim.broken[operation] = FAILURES["denied"]
    world.handle(*EVENTS[:lost], *EVENTS[lost + 1 :], SWEEP)
    world.pass_time(3700)
    world.handle(SWEEP)
    by_deployment = [record for record in world.records().values() if not record["incident"].startswith("outside-")]
    (record,) = by_deployment if by_deployment else world.records().values()
    lost_id = EVENTS[lost]["id"]
    if lost_id == f"{BAD}-STOP":
        assert (record["status"], record["unknownSince"]) == ("unknown", RED)
    elif lost_id in (f"{BACK}-START", f"{BACK}-SUCCESS"):
        assert (statuses(record), record["unknownSince"]) == (
            ["started", "unknown"],
            STOPPED if lost_id == f"{BACK}-START" else ROLLBACK,
        )
    else:
        assert statuses(record) == ["started", "succeeded", "recovered"]
        assert record["rollback"]["presumed"] is True
    assert any("AccessDenied" in one["why"] for one in record["missing"])
    told = world.told()
    assert len(set(told)) == len(told)


def test_derivation_knows_no_order_of_facts() -> None:
    world = World()
    world.handle(*EVENTS)
    known = world.record()["facts"]
    known = [fact for fact in known if fact["kind"] != "series"]
    expected = derive(known, sheet(), BAD)
    for order in list(permutations(known))[::97]:
        assert derive([*order, *order[::2]], sheet(), BAD) == expected


def test_a_presumed_rollback_that_turns_out_to_be_a_release_is_none() -> None:
    world = World()
    world.handle(*EVENTS[1:3])
    presumed = facts.presumed("d-NEXT", BAD, ROLLBACK)
    record = world.record()
    without = [fact for fact in record["facts"] if fact["kind"] not in ("deployment", "series")]
    assert derive([*without, presumed], sheet(), BAD)["rollback"]["id"] == "d-NEXT"
    release = answers.deployment({"deploymentId": "d-NEXT", "status": "InProgress", "creator": "user"}, DONE)
    assert derive([*without, presumed, release], sheet(), BAD)["rollback"] is None


def as_it_goes(world: World) -> None:
    """CodeDeploy's answers as they are by the world's clock."""
    bad = bad_release("InProgress") if world.now < STOPPED else bad_release()
    known = {BAD: bad}
    if world.now < ROLLBACK:
        bad.pop("rollbackInfo", None)
    else:
        known[BACK] = rollback("InProgress" if world.now < DONE else "Succeeded")
    world.rim.codedeploy.deployments = known


@pytest.mark.parametrize("pace", [130])
def test_in_many_orders_while_the_deployments_go_on_each_message_comes_once(pace: int) -> None:
    """A sixth of the orders. Each event comes `pace` seconds after it happened, or after the one before it; the sweeper runs in the end."""
    for order in list(permutations(EVENTS))[::6]:
        world = World()
        world.now = BEGUN
        for event in order:
            world.now = max(world.now, str(event["time"]))
            world.pass_time(pace)
            as_it_goes(world)
            world.handle(event)
        for _ in range(6):
            world.pass_time(300)
            as_it_goes(world)
            world.handle(SWEEP)
        told = world.told()
        assert (statuses(world.record()), world.open()) == (["started", "succeeded", "recovered"], [])
        assert (len(told), len(set(told))) == (9, 9)
