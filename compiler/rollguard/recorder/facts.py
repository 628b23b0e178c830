"""Facts: what is known of an incident, each a plain mapping with `id`, `kind` and `at`; a set of them merges in any order.

Kinds and their fields:

    deploymentState  deployment, application, group, state; an EventBridge event
    alarmState       alarm, value, previous, reason, reasonData; an EventBridge event, or an item of the alarm's history
    deployment       what GetDeployment said
    revision         sha256, revision: what GetApplicationRevision said of the AppSpec with that hash
    alarms           what DescribeAlarms said of the policy's alarms at one moment
    underWay         deployments: those that were under way when the alarm went red, none where the list is empty
    series           the datapoints of the criteria, from `start` to `end`, those of all askings as one (`snapshots`)
    missing          what, why, since: a look-up without an answer, last at `at`
    answered         answers: look-ups that have an answer by now, which other facts hold
    presumed         deployment, rollbackOf: a deployment that began within ten minutes after the stop, while GetDeployment was silent
    unanswered       the sweeper gave up
    beside           incident: another incident of the policy that was told and open when this one began
    moved            to: what looked like an alarm outside of a deployment belongs to that incident
    leftOut          what, why: of this the record holds less than there was, as it would be too long
    closed           a day has passed since the last status

A look-up's fact names in `answers` the look-ups that it answers, so that what was missing is known to be known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from rollguard.recorder import bounded, snapshots, times

Fact = dict[str, Any]

#: Datapoints and alarms that a state's reasonData keeps.
DATAPOINTS, TRIGGERING = 60, 20
_STATES = frozenset({"START", "READY", "SUCCESS", "FAILURE", "STOP"})
_VALUES = frozenset({"OK", "ALARM", "INSUFFICIENT_DATA"})


def merge(*sets: Iterable[Fact]) -> list[Fact]:
    """The union of sets of facts, in order of time. Commutative, associative and idempotent.

    Of two facts with one id the later wins. Two that a look-up is missing are joined: since the first, last at the latest; and datapoints
    point by point.
    """
    found: dict[str, Fact] = {}
    for fact in (fact for facts in sets for fact in facts):
        other = found.get(fact["id"])
        found[fact["id"]] = fact if other is None else _joined(other, fact)
    return sorted(found.values(), key=lambda fact: (fact["at"], fact["id"]))


def _joined(one: Fact, other: Fact) -> Fact:
    if one["kind"] == other["kind"] == "missing":
        last = max(one, other, key=lambda fact: (fact["at"], fact["why"]))
        return {**last, "since": min(one["since"], other["since"])}
    if one["kind"] == other["kind"] == "series" and one != other:
        return snapshots.joined(one, other)
    if one["at"] != other["at"] or one == other:
        return max(one, other, key=lambda fact: fact["at"])
    return max(one, other, key=lambda fact: json.dumps(fact, sort_keys=True))


def deployment_state(event: Mapping[str, Any]) -> Fact | None:
    """The fact of a "CodeDeploy Deployment State-change Notification" (aws-facts 7.1); None where it is not as AWS writes it."""
    detail, at = bounded.mapping(event.get("detail")), times.text(event.get("time"))
    deployment, state = bounded.name(detail.get("deploymentId")), bounded.one_of(detail.get("state"), _STATES)
    application, group = bounded.name(detail.get("application")), bounded.name(detail.get("deploymentGroup"))
    if at is None or deployment is None or application is None or group is None or state is None:
        return None
    return {
        "id": _event_id(event, deployment, state, at),
        "kind": "deploymentState",
        "at": at,
        "deployment": deployment,
        "application": application,
        "group": group,
        "state": state,
    }


def alarm_state(event: Mapping[str, Any]) -> Fact | None:
    """The fact of a "CloudWatch Alarm State Change" (aws-facts 7.1); None where it is not as AWS writes it.

    It is dated by the state's own timestamp: the event may come later.
    """
    detail = bounded.mapping(event.get("detail"))
    state, before = bounded.mapping(detail.get("state")), bounded.mapping(detail.get("previousState"))
    return _alarm_state(
        event, detail, state, before, times.text(state.get("timestamp")) or times.text(event.get("time"))
    )


def state_before(event: Mapping[str, Any]) -> Fact | None:
    """The fact of the state that an alarm's event ends: the one of the event that began it, but for its id and its `previous`.

    None where the event does not say since when it was so.
    """
    detail = bounded.mapping(event.get("detail"))
    state = bounded.mapping(detail.get("previousState"))
    return _alarm_state(event, detail, state, {}, times.text(state.get("timestamp")))


def _alarm_state(
    event: Mapping[str, Any],
    detail: Mapping[str, Any],
    state: Mapping[str, Any],
    before: Mapping[str, Any],
    at: str | None,
) -> Fact | None:
    alarm, value = bounded.name(detail.get("alarmName")), bounded.one_of(state.get("value"), _VALUES)
    if at is None or alarm is None or value is None:
        return None
    return {
        "id": _event_id(event, alarm, value, at),
        "kind": "alarmState",
        "at": at,
        "alarm": alarm,
        "value": value,
        "previous": bounded.one_of(before.get("value"), _VALUES),
        "reason": bounded.cut(state.get("reason")),
        "reasonData": reason_data(state.get("reasonData")),
    }


def _event_id(event: Mapping[str, Any], *otherwise: str) -> str:
    stated = event.get("id")
    return stated if isinstance(stated, str) and 0 < len(stated) <= 128 else "event:" + ":".join(otherwise)


def reason_data(stated: object) -> dict[str, Any] | None:
    """What a state's reasonData says of datapoints, threshold and triggering alarms (aws-facts 1.10); None where it says nothing.

    `stated` is JSON text in events and answers, and an object in recorded ones: both are read. `datapoints` are [time, value or null],
    oldest first.
    """
    data = bounded.mapping(stated)
    if not data:
        return None
    points = []
    for one in bounded.entries(data.get("evaluatedDatapoints"), DATAPOINTS):
        at = times.text(bounded.mapping(one).get("timestamp"))
        if at is not None:
            points.append([at, bounded.number(bounded.mapping(one).get("value"))])
    triggering = [bounded.mapping(one).get("arn") for one in bounded.entries(data.get("triggeringAlarms"), TRIGGERING)]
    return {
        "threshold": bounded.number(data.get("threshold")),
        "datapoints": sorted(points, key=lambda point: str(point[0])),
        "recent": [bounded.number(one) for one in bounded.entries(data.get("recentDatapoints"), DATAPOINTS)],
        "triggering": [bounded.name(arn.partition(":alarm:")[2]) for arn in triggering if isinstance(arn, str)],
    }


def newest(data: Mapping[str, Any]) -> float | None:
    """The newest value that an alarm judged, of what `reason_data` says; None for silence."""
    values = [value for _, value in data.get("datapoints", ()) if value is not None]
    values = values or [value for value in data.get("recent", ()) if value is not None]
    return values[-1] if values else None


def missing(what: str, why: object, at: str) -> Fact:
    """That a look-up gave no answer at `at`."""
    return {
        "id": f"missing:{what}",
        "kind": "missing",
        "at": at,
        "since": at,
        "what": what,
        "why": bounded.cut(why, 300) or "no answer",
    }


def answered(what: str, at: str) -> Fact:
    """That a look-up which may have been missing was answered at `at`."""
    return {"id": f"answered:{what}", "kind": "answered", "at": at, "answers": [what]}


def presumed(deployment: str, rollback_of: str, at: str) -> Fact:
    """That a deployment is taken for the rollback of another, as it began in the same group within ten minutes after the stop."""
    return {
        "id": f"presumed:{deployment}",
        "kind": "presumed",
        "at": at,
        "deployment": deployment,
        "rollbackOf": rollback_of,
    }


def under_way(deployments: Iterable[str], at: str, answers: Iterable[str]) -> Fact:
    """Which deployments of the policy's groups were under way when the alarm went red; `at` is when CodeDeploy was asked."""
    return {
        "id": f"underWay:{at}",
        "kind": "underWay",
        "at": at,
        "deployments": sorted(deployments),
        "answers": sorted(answers),
    }


def unanswered(at: str) -> Fact:
    """That the sweeper gave up asking at `at`."""
    return {"id": "unanswered", "kind": "unanswered", "at": at}


def beside(incident: str, at: str) -> Fact:
    """That another incident of the policy was open already, of which people were told."""
    return {"id": f"beside:{incident}", "kind": "beside", "at": at, "incident": incident}


def moved(to: str, at: str) -> Fact:
    """That an incident turned out to be part of another."""
    return {"id": "moved", "kind": "moved", "at": at, "to": to}


def left_out(what: str, why: str, at: str) -> Fact:
    """That something was left out of a record that was too long, which began at `at`."""
    return {"id": f"leftOut:{what}", "kind": "leftOut", "at": at, "what": what, "why": why}


def closed(at: str) -> Fact:
    """That nobody waits for this incident any longer."""
    return {"id": "closed", "kind": "closed", "at": at}
