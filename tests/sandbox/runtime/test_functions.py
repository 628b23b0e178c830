"""The function as Lambda runs it: what keeps it from running, what is lost then, and what is tried again first."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.runtime.functions import Functions, Unable
from rollguard.sandbox.runtime.play import LATENCY, RETRIES, Told
from tests.sandbox.runtime.scene import BEGINS, FUNCTION, QUEUE, Edit, Scene

RECORDER, EVENTS = "rollguard_prod_eu-west-1_recorder", "rollguard_prod_eu-west-1_events"
RECORDERS = ("rollguard_prod_alarms", "rollguard_prod_deployments")


def of(kind: str, name: str, **members: Any) -> Edit:
    """Changes members of one resource; a value None takes one away."""

    def edit(one: Resource) -> Resource:
        if (one.kind, one.name) != (kind, name):
            return one
        changed = {key: value for key, value in {**one.members, **members}.items() if value is not None}
        return replace(one, members=changed)

    return edit


def without(action: str, policy: str) -> Edit:
    """Takes an action away from a role's policy."""

    def edit(one: Resource) -> Resource:
        if (one.kind, one.name) != ("rolePolicy", policy):
            return one
        text = one.members["PolicyDocument"].replace(f'"{action}"', '"none:None"')
        assert text != one.members["PolicyDocument"]
        return replace(one, members={**one.members, "PolicyDocument": text})

    return edit


def statuses(told: Told) -> list[str]:
    return [one.attributes["status"] for _, one in told.sent if one.attributes]  # an event for PagerDuty has none


def lost(told: Told) -> set[tuple[str, str, str]]:
    """The recorder's rules only: PagerDuty's destination does not stand here."""
    return {(one.rule, one.why, one.queue) for one in told.lost if one.rule in RECORDERS}


UNTRUSTED = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda one: replace(one, kind="gone") if one.kind == "function" else one, f"`{FUNCTION}` does not exist"),
        (of("function", "rollguard_prod_recorder", Handler="index.main"), "handler `index.main` is not in the archive"),
        (of("role", RECORDER, AssumeRolePolicyDocument=UNTRUSTED), f"Lambda may not take the role `{RECORDER}`"),
        (
            of("function", "rollguard_prod_recorder", Environment=None),
            "KeyError: the function's environment lacks a variable",
        ),
    ],
    ids=["gone", "handler", "role", "environment"],
)
def test_a_function_that_cannot_run_says_why(scene: Scene, edit: Edit, why: str) -> None:
    functions = Functions([edit(one) for one in scene.resources], {}, lambda: BEGINS, print, print)
    with pytest.raises(Unable) as raised:
        functions.invoke(FUNCTION, {})
    assert str(raised.value) == why


def test_an_incident_is_told_through_rules_function_and_topics(scene: Scene, tmp_path: Path) -> None:
    told = scene.play(tmp_path, scene.incident())
    assert statuses(told) == ["started", "succeeded", "recovered"]
    assert told.sent[0][0] == 675 + LATENCY
    assert lost(told) == set()
    assert {code for _, _, code in told.calls} == {"", "NoSuchKey"}


def test_what_the_events_role_may_not_call_is_lost_by_name(scene: Scene, tmp_path: Path) -> None:
    told = scene.play(tmp_path, scene.incident(), without("lambda:InvokeFunction", f"{EVENTS}:call"))
    why = f"the role `{EVENTS}` does not allow lambda:InvokeFunction on it"
    assert lost(told) == {(rule, why, QUEUE) for rule in RECORDERS}
    assert Counter(one.rule for one in told.lost) == {
        "rollguard_prod_alarms": 4,
        "rollguard_prod_deployments": 4,
        "rollguard_prod_sweep": 4,
    }
    assert told.sent == []


def test_a_rule_that_does_not_match_loses_nothing_and_the_others_suffice(scene: Scene, tmp_path: Path) -> None:
    """The alarm's event finds the deployment under way; what then becomes of it the sweep asks for."""
    deaf = of("eventRule", "rollguard_prod_deployments", EventPattern=json.dumps({"source": ["aws.ec2"]}))
    told = scene.play(tmp_path, scene.incident(), deaf)
    assert lost(told) == set()
    assert statuses(told) == ["started", "succeeded", "recovered"]


def test_a_role_that_may_not_ask_codedeploy_still_tells_and_names_what_is_missing(scene: Scene, tmp_path: Path) -> None:
    told = scene.play(tmp_path, scene.incident(), without("codedeploy:GetDeployment", f"{RECORDER}:record"))
    denied = {action for action, _, code in told.calls if code == "AccessDenied"}
    assert denied == {"codedeploy:GetDeployment"}
    assert statuses(told)[0] == "started"
    assert "codedeploy:GetDeployment" in told.sent[0][1].body
    assert lost(told) == set()


def test_what_the_function_fails_on_is_tried_twice_again_and_then_waits_in_its_queue(
    scene: Scene, tmp_path: Path
) -> None:
    told = scene.play(tmp_path, scene.incident(), without("s3:PutObject", f"{RECORDER}:record"))
    assert told.sent == []
    failed = [one for one in told.lost if one.rule == "rollguard_prod_deployments"]
    stopped = 675 + LATENCY + sum(RETRIES)
    assert failed[0].at == stopped
    assert {one.queue for one in failed} == {QUEUE}
    assert all("PutObject" in one.why or "PartFailed" in one.why for one in failed)


def test_without_a_queue_of_the_function_what_it_fails_on_is_gone(scene: Scene, tmp_path: Path) -> None:
    def edit(one: Resource) -> Resource:
        denied = without("s3:PutObject", f"{RECORDER}:record")(one)
        return of("function", "rollguard_prod_recorder", DeadLetterConfig=None)(denied)

    told = scene.play(tmp_path, scene.incident(), edit)
    assert {queue for _, _, queue in lost(told)} == {""}


def test_each_event_and_sweep_can_arrive_more_than_once(scene: Scene, tmp_path: Path) -> None:
    once = scene.play(tmp_path / "once", scene.incident())
    thrice = scene.play(tmp_path / "thrice", scene.incident(), copies=3)
    assert len(thrice.calls) > len(once.calls)
    assert [one for _, one in thrice.sent] == [one for _, one in once.sent]


def test_an_incident_that_stays_red_is_swept_until_it_is_closed(scene: Scene, tmp_path: Path) -> None:
    told = scene.play(tmp_path, scene.incident(ending="stillRed"))
    assert statuses(told) == ["started", "succeeded", "stillRed"]
    assert not [*tmp_path.glob("*/open/*/*")]
