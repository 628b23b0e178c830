"""Facts: merged in any order they are the same, and they are read from every form in which AWS states them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies

from rollguard.recorder import answers, facts, times
from rollguard.recorder.derive import derive
from rollguard.recorder.facts import Fact
from rollguard.recorder.statuses import ENDS
from tests.recorder import observed
from tests.recorder.incident import (
    ALARM,
    BACK,
    BAD,
    DATA,
    EVENTS,
    RED,
    World,
    alarm_event,
    bad_release,
    rollback,
    sheet,
)

PAYLOADS = Path(__file__).parent / "payloads.json"

moments = strategies.integers(0, 40).map(lambda minute: f"2026-11-24T10:{minute:02}:00Z")
states = strategies.sampled_from(["OK", "ALARM", "INSUFFICIENT_DATA"])
names = strategies.sampled_from([ALARM, f"{ALARM}_target-5xx", f"{ALARM}_latency-p99"])


def alarm_fact(at: str, alarm: str, value: str) -> Fact:
    fact = facts.alarm_state(alarm_event(value, at, alarm=alarm))
    assert fact is not None
    return fact


def deployment_fact(at: str, which: str, status: str, named: bool) -> Fact:
    info = bad_release(status) if which == BAD else rollback(status)
    return answers.deployment(info if named else {**info, "rollbackInfo": {}}, at)


def snapshot(at: str, seen: dict[str, str]) -> Fact:
    found = [{"AlarmName": name, "StateValue": state, "StateTransitionedTimestamp": at} for name, state in seen.items()]
    return answers.alarms(found, at)


def event_fact(at: str, which: str, state: str) -> Fact:
    return {
        "id": f"{which}{state}",
        "kind": "deploymentState",
        "at": at,
        "deployment": which,
        "application": "checkout",
        "group": "checkout-api",
        "state": state,
    }


deployments = strategies.sampled_from([BAD, BACK])
any_fact = strategies.one_of(
    strategies.builds(alarm_fact, moments, names, states),
    strategies.builds(
        deployment_fact,
        moments,
        deployments,
        strategies.sampled_from(["InProgress", "Succeeded", "Failed", "Stopped"]),
        strategies.booleans(),
    ),
    strategies.builds(
        event_fact, moments, deployments, strategies.sampled_from(["START", "STOP", "SUCCESS", "FAILURE"])
    ),
    strategies.builds(snapshot, moments, strategies.dictionaries(names, states)),
    strategies.builds(
        facts.missing, strategies.sampled_from(["a", answers.ALARMS]), strategies.text(max_size=3), moments
    ),
    strategies.builds(facts.presumed, strategies.just(BACK), strategies.just(BAD), moments),
    strategies.builds(facts.unanswered, moments),
    strategies.builds(facts.under_way, strategies.lists(deployments, max_size=1), moments, strategies.just(["b"])),
    strategies.builds(facts.closed, moments),
)
sets = strategies.lists(any_fact, max_size=12)


@given(sets, sets, sets)
def test_merging_is_commutative_associative_and_idempotent(one: list[Fact], two: list[Fact], three: list[Fact]) -> None:
    assert facts.merge(one, two) == facts.merge(two, one)
    assert facts.merge(facts.merge(one, two), three) == facts.merge(one, facts.merge(two, three))
    assert facts.merge(one, one) == facts.merge(one)
    assert facts.merge(facts.merge(one, two), two) == facts.merge(one, two)


@given(strategies.lists(any_fact, min_size=1, max_size=14), strategies.randoms(use_true_random=False))
def test_the_record_is_the_same_for_every_order_and_repetition_of_its_facts(known: list[Fact], random: Any) -> None:
    known = facts.merge(known)
    shuffled = known * 2
    random.shuffle(shuffled)
    for incident in (BAD, "outside-20261124T101500Z"):
        record = derive(known, sheet(), incident)
        assert derive(shuffled, sheet(), incident) == record
        ranks = [one["status"] for one in record["reached"]]
        assert len(set(ranks)) == len(ranks)
        if "recovered" in ranks:
            assert ENDS & set(ranks)
        if "succeeded" in ranks:
            assert record["rollback"]["status"] == "Succeeded"


def test_the_same_look_up_that_is_missing_twice_is_missing_since_the_first_time() -> None:
    first, second = facts.missing("x", "throttled", RED), facts.missing("x", "denied", "2026-11-24T10:20:00Z")
    (merged,) = facts.merge([second], [first])
    assert (merged["since"], merged["at"], merged["why"]) == (RED, "2026-11-24T10:20:00Z", "denied")


def test_an_alarm_event_is_dated_by_the_state_and_not_by_the_delivery() -> None:
    event = alarm_event("ALARM", RED) | {"time": "2026-11-24T10:19:00Z"}
    fact = facts.alarm_state(event)
    assert fact is not None and fact["at"] == RED


@pytest.mark.parametrize("form", [json.dumps(DATA), DATA], ids=["as JSON text", "as an object"])
def test_reason_data_is_read_as_text_and_as_object(form: object) -> None:
    data = facts.reason_data(form)
    assert data is not None
    assert data["datapoints"][-1] == ["2026-11-24T10:14:00Z", 14.2]
    assert (data["threshold"], data["recent"][-1]) == (2.0, 14.2)


def test_the_recorded_answers_of_aws_are_read() -> None:
    """The shapes that were recorded against AWS (aws-facts, LS), their placeholders filled in."""
    recorded = json.loads(PAYLOADS.read_text(encoding="utf-8"))
    at = "2026-11-24T10:00:00Z"
    for answer in recorded["describe-alarms"]:
        snapshot = answers.alarms([*answer["MetricAlarms"], *answer["CompositeAlarms"]], at)
        for one in [*answer["MetricAlarms"], *answer["CompositeAlarms"]]:
            assert snapshot["alarms"][one["AlarmName"]]["state"] == one["StateValue"]
    composite = answers.alarms(recorded["describe-alarms"][-1]["CompositeAlarms"], at)["alarms"]["composite"]
    assert composite["reasonData"]["triggering"] == ["simple-1"]
    (change,) = answers.history("alarm", recorded["describe-alarm-history"]["AlarmHistoryItems"])
    assert (change["value"], change["previous"]) == ("ALARM", "INSUFFICIENT_DATA")
    assert change["reasonData"]["datapoints"] == [["2026-02-26T10:13:00Z", 21.5]]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"detail": None},
        {"time": "yesterday", "detail": EVENTS[2]["detail"]},
        {**EVENTS[2], "detail": {**EVENTS[2]["detail"], "state": "EXPLODED"}},
        {**EVENTS[2], "detail": {**EVENTS[2]["detail"], "deploymentId": ["d-1"]}},
        {**EVENTS[2], "detail": "{" * 100_000},
    ],
)
def test_an_event_that_is_not_as_documented_is_no_fact(event: dict[str, Any]) -> None:
    assert facts.deployment_state(event) is None
    assert facts.alarm_state(event) is None


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("2026-11-24T10:15:00Z", "2026-11-24T10:15:00Z"),
        ("2026-11-24T10:15:00.123+0000", "2026-11-24T10:15:00Z"),
        ("2026-11-24T12:15:00+02:00", "2026-11-24T10:15:00Z"),
        (1795515300, "2026-11-24T10:15:00Z"),
        ("1795515300.5", "2026-11-24T10:15:00Z"),
        ("soon", None),
        (None, None),
        (True, None),
        (1e300, None),
        ("9" * 40, None),
    ],
)
def test_instants_are_read_in_every_form(stated: object, written: str | None) -> None:
    assert times.text(stated) == written


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"s3Location": {"bucket": "b", "key": "k.zip", "eTag": "e"}}, {"kind": "s3", "text": "s3://b/k.zip (e)"}),
        ({"gitHubLocation": {"repository": "o/r", "commitId": "abc"}}, {"kind": "github", "text": "o/r@abc"}),
        ({"string": {"content": 'TargetVersion: "7"'}}, {"kind": "lambdaVersion", "text": "7"}),
        (
            {"appSpecContent": {"content": '{"TaskDefinition": "checkout:43"}'}},
            {"kind": "taskDefinition", "text": "checkout:43"},
        ),
        ({"appSpecContent": {"sha256": "0123456789abcdef0"}}, {"kind": "appSpec", "text": "sha256:0123456789abcdef"}),
        (
            {"revisionType": "AppSpecContent", "appSpecContent": {"content": None, "sha256": "ab" * 32}},
            {"kind": "appSpec", "text": "sha256:abababababababab", "sha256": "ab" * 32},
        ),
        ({}, None),
        (None, None),
    ],
)
def test_a_revision_is_told_in_a_line(stated: object, expected: object) -> None:
    assert answers.revision(stated) == expected


def test_the_event_that_leaves_a_state_tells_of_it_what_the_event_that_entered_it_did() -> None:
    red, green = observed.EVENTS
    entered, left = facts.alarm_state(red), facts.state_before(green)
    assert entered is not None and left is not None
    assert {**left, "id": entered["id"], "previous": "OK"} == entered
    before = facts.state_before(red)
    assert before is not None and (before["value"], before["at"]) == ("OK", observed.QUIET)
    assert facts.state_before(observed.turned_green(since="")) is None


ODD: list[object] = [["ALARM"], {"value": "ALARM"}, None, 7, True, [], ""]


def places(of: dict[str, Any], before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for key, value in of.items():
        found += [(*before, key), *(places(value, (*before, key)) if isinstance(value, dict) else [])]
    return found


@pytest.mark.parametrize("event", [EVENTS[1], EVENTS[2]], ids=["alarm", "deployment"])
@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_value_of_another_kind_anywhere_in_an_event_is_dropped_or_left_out(
    event: dict[str, Any], odd: object
) -> None:
    for place in places(event):
        if place == ("detail-type",):
            continue
        changed = copy.deepcopy(event)
        at = changed
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = odd
        World().handle(changed)
        for read in (facts.alarm_state, facts.state_before, facts.deployment_state):
            fact = read(changed)
            assert fact is None or isinstance(fact.get("value", fact.get("state")), str)
