"""Red periods of a criterion that only observes: recorded whole from either of two events, and never told to anybody."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rollguard.recorder.incidents import PartFailed
from rollguard.recorder.observations import from_bytes
from tests.recorder.aws import FAILURES, Killed, instant
from tests.recorder.incident import CREATED, SWEEP, World, bad_release, rollback, statuses
from tests.recorder.incident import EVENTS as ROLLBACK
from tests.recorder.incident import GREEN as RECOVERED
from tests.recorder.observed import (
    DECLINED,
    EVENTS,
    GREEN,
    KEY,
    QUIET,
    REASON,
    RED,
    RELEASE,
    observation,
    observations,
    observing,
    silent,
    turned_green,
    turned_red,
    world,
)
from tests.recorder.s3 import error

SCHEMA = json.loads((Path(__file__).parents[2] / "schema/observation.schema.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA)
GROUP = "deployments of checkout/checkout-api (codedeploy:ListDeployments)"


def asked(found: World) -> list[str]:
    return [operation for service, operation, _ in found.rim.calls if service in ("codedeploy", "cloudwatch")]


def test_a_red_period_during_a_release_is_one_document_that_says_what_it_would_have_done() -> None:
    found = world()
    found.handle(EVENTS[0])
    while_red = observation(found)
    found.handle(EVENTS[1])
    whole = observation(found)
    assert list(observations(found)) == [KEY]
    assert whole == {
        "version": 1,
        "environment": "prod",
        "account": "111122223333",
        "region": "eu-west-1",
        "policy": "checkout-api",
        "title": "Checkout API",
        "criterion": {
            "id": "declined",
            "title": "The bank declines more than usual",
            "condition": "declined payments above 25 %",
            "window": "in 4 of 5 minutes",
            "unit": "percent",
            "threshold": [["above", 25.0]],
            "alarm": DECLINED,
        },
        "redSince": RED,
        "redUntil": GREEN,
        "before": {"state": "OK", "since": QUIET},
        "reason": REASON,
        "value": 41.2,
        "points": [["2026-11-24T10:10:00Z", None], ["2026-11-24T10:11:00Z", 31.0], ["2026-11-24T10:12:00Z", 41.2]],
        "deployments": [RELEASE],
        "ifArmed": "alone",
        "wouldHave": "rolledBack",
        "missing": [],
    }
    assert while_red == {**whole, "redUntil": None}
    for one in (while_red, whole):
        VALID.validate(one)
    assert silent(found)


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("running", ["InProgress", "nothing"])
def test_every_order_and_every_event_twice_give_one_document(running: str, times: int) -> None:
    def after(order: tuple[dict[str, Any], ...]) -> Any:
        found = world()
        if running == "nothing":
            found.rim.codedeploy.deployments = {}
        found.handle(*order)
        assert silent(found)
        return observation(found)

    expected = after(EVENTS)
    for order in permutations(EVENTS * times):
        assert after(order) == expected


@pytest.mark.parametrize("lost", [0, 1])
def test_each_event_lost_leaves_what_the_other_tells(lost: int) -> None:
    found = world()
    found.handle(EVENTS[1 - lost])
    one = observation(found)
    assert (one["redSince"], one["value"], one["reason"], one["wouldHave"]) == (RED, 41.2, REASON, "rolledBack")
    assert (one["redUntil"], one["before"] is None) == ((GREEN, True) if lost == 0 else (None, False))


def test_the_second_event_changes_nothing_that_is_known_and_the_same_one_again_writes_nothing() -> None:
    found = world()
    found.handle(*EVENTS)
    calls, written = len(asked(found)), len(found.rim.s3.written)
    found.handle(*EVENTS, EVENTS[0])
    assert (len(asked(found)), len(found.rim.s3.written)) == (calls, written)


@pytest.mark.parametrize("after", [False, True], ids=["before it", "behind it"])
@pytest.mark.parametrize("event", [0, 1])
def test_killed_at_its_one_effect_and_run_again(event: int, after: bool) -> None:
    found, expected = world(), world()
    expected.handle(*EVENTS)
    for index, one in enumerate(EVENTS):
        found.rim.kill_in, found.rim.after = (0, after) if index == event else (None, False)
        if index == event:
            with pytest.raises(Killed):
                found.handle(one)
            found.rim.kill_in = None
        found.handle(one)
    assert observation(found) == observation(expected)


def test_two_processes_at_once_lose_nothing() -> None:
    found = world()
    raced: list[object] = []

    def race(_: dict[str, Any]) -> None:
        if not raced:
            raced.append(None)
            found.handle(EVENTS[1])

    found.rim.broken["put_object"] = race
    found.handle(EVENTS[0])
    expected = world()
    expected.handle(*EVENTS)
    assert observation(found) == observation(expected)


@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("operation", ["list_deployments", "batch_get_deployments"])
def test_a_look_up_that_fails_is_named_and_asked_again_by_the_next_event(operation: str, how: str) -> None:
    found = world()
    found.rim.broken[operation] = FAILURES[how]
    found.handle(EVENTS[0])
    one = observation(found)
    VALID.validate(one)
    assert (one["deployments"], one["wouldHave"], one["value"]) == (None, None, 41.2)
    assert [each["what"] for each in one["missing"]] == [GROUP]
    found.handle(EVENTS[1])
    assert observation(found) == {**one, "redUntil": GREEN}
    found.rim.broken.clear()
    found.handle(EVENTS[0])
    assert observation(found)["deployments"] == [RELEASE]
    assert observation(found)["missing"] == []
    assert silent(found)


@pytest.mark.parametrize("late", [False, True], ids=["in order", "the other way round"])
def test_an_answer_for_the_begin_alone_says_nothing_of_a_period_that_is_over(late: bool) -> None:
    found = world()
    found.rim.codedeploy.deployments = {}
    if not late:
        found.handle(EVENTS[0])
        # One that begins while it is red would be refused.
        assert (observation(found)["deployments"], observation(found)["wouldHave"]) == ([], None)
        VALID.validate(observation(found))
    found.rim.broken["list_deployments"] = FAILURES["denied"]
    found.handle(EVENTS[1])
    assert (observation(found)["deployments"], observation(found)["wouldHave"]) == (None, None)


@pytest.mark.parametrize("operation", ["get_object", "put_object"])
def test_what_s3_refuses_is_delivered_again(operation: str) -> None:
    found = world()
    found.rim.broken[operation] = lambda _: _raise(error("InternalError", 500, operation))
    with pytest.raises(Exception, match="InternalError"):
        found.handle(EVENTS[0])
    found.rim.broken.clear()
    found.handle(EVENTS[0])
    assert observation(found)["value"] == 41.2


def _raise(failure: Exception) -> Any:
    raise failure


def release(status: str = "InProgress", created: str = "10:04", over: str = "") -> dict[str, Any]:
    times = {name: instant(f"2026-11-24T{at}:00Z") for name, at in (("createTime", created), ("startTime", created))}
    ended = {"completeTime": instant(f"2026-11-24T{over}:00Z")} if over else {"completeTime": None}
    return bad_release(status, **times, **ended)


def back(created: str = "10:05") -> dict[str, Any]:
    at = instant(f"2026-11-24T{created}:00Z")
    return rollback("InProgress", createTime=at, startTime=at)


@pytest.mark.parametrize(
    ("deployments", "if_armed", "would", "of"),
    [
        ([release()], "alone", "rolledBack", ["before"]),
        ([release()], "together", "dependsOnTrigger", ["before"]),
        ([release()], "never", "nothing", ["before"]),
        ([release()], None, None, ["before"]),
        ([], "alone", "outsideDeployment", []),
        ([], "together", "outsideDeployment", []),
        ([release("Stopped", over="10:15")], "alone", "rolledBack", ["before"]),
        ([release("Succeeded", over="10:12")], "alone", "outsideDeployment", []),
        ([release(created="10:20")], "alone", "refused", ["during"]),
        ([release(created="10:20")], "together", "dependsOnTrigger", ["during"]),
        ([release(created="10:32")], "alone", "outsideDeployment", []),
        ([back()], "alone", None, ["before"]),
        ([release(), back("10:16")], "alone", "rolledBack", ["before"]),
        ([back(), release(created="10:20")], "alone", None, ["before"]),
    ],
)
def test_it_would_have_rolled_back_only_what_was_under_way(
    deployments: list[dict[str, Any]], if_armed: str | None, would: str | None, of: list[str]
) -> None:
    found = world(observing(if_armed))
    found.rim.codedeploy.deployments = {one["deploymentId"]: one for one in deployments}
    found.handle(*EVENTS)
    one = observation(found)
    late = world(observing(if_armed))
    late.rim.codedeploy.deployments = found.rim.codedeploy.deployments
    late.handle(*EVENTS[::-1])
    assert observation(late) == one
    VALID.validate(one)
    assert (one["wouldHave"], [each["begun"] for each in one["deployments"]]) == (would, of)
    # Whatever nobody can say has its reason.
    assert bool(one["missing"]) == (would is None)


@pytest.mark.parametrize(("asked_at", "percent"), [("2026-11-24T10:13:04Z", 50.0), ("2026-11-24T10:31:04Z", None)])
def test_on_hosts_the_share_is_what_codedeploy_counts_while_that_is_fresh(asked_at: str, percent: float | None) -> None:
    group: dict[str, Any] = {
        "application": "checkout",
        "group": "checkout-api",
        "platform": "Server",
        "bake": None,
        "steps": [],
    }
    found = world(groups=[group])
    found.now = asked_at
    counted = {"Pending": "2", "InProgress": "1", "Succeeded": "1"}
    found.rim.codedeploy.deployments = {"d-BADRELEAS": bad_release("InProgress", deploymentOverview=counted)}
    found.handle(EVENTS[0])
    assert observation(found)["deployments"][0]["percent"] == percent


def test_a_policy_without_groups_asks_nobody() -> None:
    found = world(groups=[])
    found.handle(*EVENTS)
    assert asked(found) == []
    assert observation(found)["deployments"] == []


def test_a_hundred_criteria_red_at_once_ask_once_each_and_keep_no_rollback_waiting() -> None:
    criteria = [observing(id=f"watched-{number}") for number in range(100)]
    found = world(*criteria)
    storm = [turned_red(alarm=one["alarm"]) for one in criteria]
    found.handle(*storm)
    assert len(observations(found)) == 100
    assert sorted(asked(found)) == ["batch_get_deployments"] * 100 + ["list_deployments"] * 100
    assert silent(found)
    del found.rim.calls[:]
    found.handle(*storm, *(turned_green(alarm=one["alarm"]) for one in criteria))
    assert asked(found) == [], "what CodeDeploy has answered it is not asked again"


def test_a_rollback_goes_its_way_beside_an_observation() -> None:
    found, alone = world(running="Stopped"), World()
    found.rim.codedeploy.deployments = dict(alone.rim.codedeploy.deployments)
    found.handle(*ROLLBACK[:2], EVENTS[0], *ROLLBACK[2:], EVENTS[1], SWEEP)
    alone.handle(*ROLLBACK, SWEEP)
    assert statuses(found.record()) == ["started", "succeeded", "recovered"]
    assert found.record()["because"] == ["target-5xx"]
    assert found.record()["times"]["recovered"] == RECOVERED
    assert found.told() == alone.told()
    assert [each["id"] for each in observation(found)["deployments"]] == ["d-BADRELEAS"]


@pytest.mark.parametrize(
    "event",
    [
        turned_green(since=""),
        turned_green(value="INSUFFICIENT_DATA"),
        turned_red(value="INSUFFICIENT_DATA"),
        turned_green() | {"detail": {"alarmName": DECLINED, "state": {"value": "OK", "timestamp": GREEN}}},
    ],
    ids=["without its begin", "never red", "never red either", "without the state before"],
)
def test_what_neither_begins_nor_ends_a_red_period_is_none(event: dict[str, Any]) -> None:
    found = world()
    found.handle(event)
    assert (observations(found), silent(found)) == ({}, True)


def test_a_period_ends_where_data_ends() -> None:
    found = world()
    found.handle(EVENTS[0])
    ends = turned_green()
    ends["detail"]["state"]["value"] = "INSUFFICIENT_DATA"
    found.handle(ends)
    assert observation(found)["redUntil"] == GREEN


def test_each_red_period_has_a_document_of_its_own() -> None:
    found = world()
    found.handle(*EVENTS, turned_red("2026-11-24T11:00:00Z"))
    assert [one["redSince"] for one in observations(found).values()] == [RED, "2026-11-24T11:00:00Z"]


def test_what_was_judged_is_what_was_in_force_when_it_turned_red() -> None:
    found = world()
    found.handle(EVENTS[0])
    changed = world(observing("together", threshold=[["above", 50.0]]))
    changed.rim.s3.objects[KEY] = found.rim.s3.objects[KEY]
    changed.handle(EVENTS[1])
    one = observation(changed)
    assert (one["criterion"]["threshold"], one["ifArmed"], one["redUntil"]) == ([["above", 25.0]], "alone", GREEN)


def test_silence_that_was_judged_has_no_value_and_is_not_missing() -> None:
    silence = json.dumps({"evaluatedDatapoints": [{"timestamp": "2026-11-24T10:12:00.000+0000"}], "threshold": 1.0})
    found = world()
    found.handle(turned_red(reasonData=silence))
    assert (observation(found)["value"], observation(found)["missing"]) == (None, [])
    found = world()
    found.handle(turned_red(reasonData=None))
    assert [one["what"] for one in observation(found)["missing"]] == ["what the alarm judged"]


@pytest.mark.parametrize(
    "nasty", ["\r\n<script>\x00\u2028\ud800" * 5, "x" * 1_000_000, '"}],{"', "\U0001f525" * 300_000]
)
def test_hostile_text_is_bounded_and_stays_text(nasty: str) -> None:
    many = 200 if len(nasty) < 200 else 2
    points = [{"timestamp": nasty, "value": nasty}, {"timestamp": RED, "value": nasty}] * many
    data = json.dumps({"evaluatedDatapoints": points, "recentDatapoints": [nasty] * many})
    found = world()
    found.rim.codedeploy.deployments = {"d-BADRELEAS": bad_release("InProgress", creator=nasty, description=nasty)}
    for event in (turned_red(reason=nasty, reasonData=data), turned_green(reason=nasty, reasonData=nasty)):
        found.handle(event)
        one = observation(found)
        VALID.validate(one)
        assert len(json.dumps(one)) < 40_000
        assert not set(one["reason"]) & {"\x00", "\r", "\ud800"}
    assert list(observations(found)) == [KEY]


def test_an_index_that_is_ahead_of_its_sheet_is_tried_again() -> None:
    found = world()
    found.rim.s3.objects["index/alarms/x.json"] = b'{"policy": "checkout-api", "observes": "gone"}'
    with pytest.raises(PartFailed, match="names the criterion `gone`, which is not in the sheet of `checkout-api`"):
        found.handle(turned_red(alarm="x"))


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"version": 2, "redSince": "x"}', b'{"version": 1}', b"[" * 100_000]
)
def test_what_is_no_observation_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"no JSON|no observation"):
        from_bytes(content)


def test_a_deployment_that_began_before_is_older_than_the_red() -> None:
    assert CREATED < RED < GREEN
