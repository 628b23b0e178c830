"""A rollback that fails and is rolled back in turn: one incident, named after the release with which it began."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

from tests.recorder.aws import FAILURES, instant
from tests.recorder.incident import (
    BACK,
    BAD,
    DONE,
    EVENTS,
    GREEN,
    ROLLBACK,
    SWEEP,
    World,
    deployment_event,
    rollback,
    statuses,
)

AGAIN, AGAIN_BEGUN, AGAIN_DONE = "d-ROLLBACK2", "2026-11-24T10:18:17Z", "2026-11-24T10:22:00Z"
CHAIN: tuple[dict[str, Any], ...] = (
    *EVENTS[1:4],
    deployment_event(BACK, "FAILURE", DONE),
    deployment_event(AGAIN, "START", AGAIN_BEGUN),
    deployment_event(AGAIN, "SUCCESS", AGAIN_DONE),
    EVENTS[5],
)


def chained() -> World:
    world = World()
    failed = rollback("Failed")
    failed["rollbackInfo"] |= {"rollbackDeploymentId": AGAIN}
    again = rollback(
        deploymentId=AGAIN,
        createTime=instant(AGAIN_BEGUN),
        startTime=instant(AGAIN_BEGUN),
        completeTime=instant(AGAIN_DONE),
        rollbackInfo={"rollbackTriggeringDeploymentId": BACK},
    )
    world.rim.codedeploy.deployments |= {BACK: failed, AGAIN: again}
    return world


def test_in_every_order_it_is_one_incident_that_ended_well() -> None:
    orders = list(permutations(CHAIN))
    for order in [CHAIN, CHAIN[::-1], *orders[::131]]:
        world = chained()
        world.handle(*order)
        record = world.record()
        assert record["incident"] == BAD
        assert record["reached"] == [
            {"status": "started", "at": ROLLBACK},
            {"status": "succeeded", "at": AGAIN_DONE},
            {"status": "recovered", "at": GREEN},
        ]
        assert (record["rollback"]["id"], record["times"]["rollbackStarted"], record["times"]["rollbackDone"]) == (
            AGAIN,
            ROLLBACK,
            AGAIN_DONE,
        )
        assert Counter(status for status, _ in world.told()) == {"started": 3, "succeeded": 3, "recovered": 3}


def test_one_event_of_the_last_rollback_is_enough() -> None:
    world = chained()
    world.handle(CHAIN[5])
    assert (world.record()["incident"], statuses(world.record())) == (BAD, ["started", "succeeded", "recovered"])


def test_of_a_failure_that_was_told_the_better_end_is_told_too() -> None:
    world = chained()
    known = world.rim.codedeploy.deployments
    again, named = known.pop(AGAIN), known[BACK]["rollbackInfo"].pop("rollbackDeploymentId")
    world.now = "2026-11-24T10:18:20Z"
    world.handle(*CHAIN[:4])
    assert statuses(world.record()) == ["started", "failed"]
    known[AGAIN] = again
    known[BACK]["rollbackInfo"]["rollbackDeploymentId"] = named
    world.now = "2026-11-24T10:30:00Z"
    world.handle(*CHAIN[4:])
    assert statuses(world.record()) == ["started", "succeeded", "recovered"]
    assert {status for status, _ in world.told()} == {"started", "failed", "succeeded", "recovered"}


def test_without_an_answer_about_the_one_between_the_incident_is_found_by_what_is_known_of_it() -> None:
    world = chained()
    world.now = "2026-11-24T10:18:20Z"
    world.handle(*CHAIN[:3])

    def silent(asked: dict[str, Any]) -> Any:
        return FAILURES["throttled"](asked) if asked["deploymentId"] == BACK else None

    world.rim.broken["get_deployment"] = silent
    world.handle(CHAIN[5], SWEEP)
    assert list(world.records()) == [BAD]
