"""The story of an incident, moment by moment, as somebody on call would live through it. Ids and revisions are made up, always alike."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from rollguard.sandbox.incident.measurements import beyond, crossing
from rollguard.sandbox.incident.model import Deployed
from rollguard.sandbox.incident.play import Incident
from rollguard.simulate.mechanism import Event, Rollback

Who = Literal["release", "outside", "metric", "alarm", "codedeploy", "message", "recorder", "recovery"]

#: A criterion's bad minutes are told one by one up to this many.
_MINUTES = 10
_ID = string.digits + string.ascii_uppercase
#: What CodeDeploy answers for a deployment that an alarm stopped (aws-facts 2.1).
ACTIVATED = (
    "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, and the affected "
    "deployments have been stopped. Activated alarms: <{alarms}>"
)
TERMINATED = "Deployment {failed} terminated. Automatic rollback is triggered with a DeploymentId {back}."
TRIGGERED = "Deployment {back} is triggered to roll back deployment {failed}."
_ORDER: tuple[Who, ...] = ("release", "outside", "metric", "alarm", "codedeploy", "message", "recorder", "recovery")
_BACK = {
    "ECS": "the listener goes back to the original task set",
    "Lambda": "the alias goes back to the original version",
    "Server": "the hosts get the last revision that succeeded",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens at `at` seconds from the incident's start."""

    at: int
    who: Who
    text: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The ids of a group's two deployments, and the revisions before and after."""

    deployment: str
    rollback: str
    old: int
    new: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "new", self.old + 1)


def numbers(incident: Incident, place: str) -> Numbers:
    """The same for the same incident at the same group (`application/group`)."""
    release = incident.outside.release
    seed = f"{release.policy} {place} {incident.outside.title}{incident.outside.attempt}"
    digits = int.from_bytes(hashlib.sha256(place.encode()).digest()[:4], "big")
    return Numbers(_deployment_id(f"{seed} 1"), _deployment_id(f"{seed} 2"), 100 + digits % 800)


def moments(incident: Incident) -> tuple[Moment, ...]:
    """What happened to metrics, alarms and deployments, in order of time."""
    found = [
        *_outside(incident),
        *_measured(incident),
        *_alarms(incident),
        *(moment for one in incident.decided.deployments for moment in _deployed(incident, one)),
    ]
    return in_order(found)


def in_order(found: Iterable[Moment]) -> tuple[Moment, ...]:
    """Moments in order of time, and at one moment from the cause to what came of it."""
    return tuple(sorted(found, key=lambda moment: (moment.at, _ORDER.index(moment.who))))


def _outside(incident: Incident) -> Iterator[Moment]:
    outside = incident.outside
    if outside.fault is not None:
        yield Moment(outside.fault, "outside", f"the fault begins: {outside.happens}")
    if incident.recovers is not None:
        text = "the faulty revision is gone: from here on the metrics are healthy"
        if not outside.mends:
            text = "the outage ends, so that the recovery can be seen; the rollback alone would not have ended it"
        yield Moment(incident.recovers, "recovery", text)


def _measured(incident: Incident) -> Iterator[Moment]:
    """What crosses its limit, minute by minute, until the criterion's alarm turns red or the rollback is over."""
    end = incident.outside.release.end if incident.recovers is None else incident.recovers
    for name, alarm in incident.decided.alarms.items():
        measured = incident.measured.get(name)
        if measured is None or measured.series is None:
            continue
        red = incident.decided.states[name].first("ALARM")
        until = end if red is None else min(end, red.at)
        found = [one for one in beyond(alarm, measured.unit, measured.series) if 0 <= one.at < until]
        for one in found[:_MINUTES]:
            yield Moment(one.at, "metric", f"`{measured.criterion}` {one.text}")
        if len(found) > _MINUTES:
            more = f"and so on: `{measured.criterion}` has {len(found) - _MINUTES} more bad minutes"
            yield Moment(found[_MINUTES].at, "metric", more)


def _alarms(incident: Incident) -> Iterator[Moment]:
    decided, delivery = incident.decided, incident.outside.around.delivery
    yield from _unheard(incident)
    for name, timeline in decided.states.items():
        composite = decided.composites.get(name)
        measured = incident.measured.get(name)
        for index, change in enumerate(timeline.changes):
            if index == 0 and change.state != "ALARM":
                continue
            what = f"rollback alarm `{name}`" if composite else f"alarm `{name}`"
            text = f"{what} is {change.state}"
            alarm = decided.alarms.get(name)
            if alarm is not None and measured is not None and measured.series is not None and change.state == "ALARM":
                text += f": {crossing(alarm, measured.unit, measured.series, change.at, delivery)}"
            if change.ambiguous:
                text += " (AWS does not document this verdict)"
            yield Moment(change.at, "alarm", text)


def _unheard(incident: Incident) -> Iterator[Moment]:
    """Of the alarms that nothing listens to, when they turn red and when they are it no more."""
    for name, one in incident.decided.unheard.items():
        measured, delivery = incident.measured.get(name), incident.outside.around.delivery
        for previous, change in pairwise(one.timeline.changes):
            if "ALARM" not in (previous.state, change.state):
                continue
            text = f"alarm `{name}`, which only observes, is {change.state}"
            if (
                one.alarm is not None
                and measured is not None
                and measured.series is not None
                and change.state == "ALARM"
            ):
                text += f": {crossing(one.alarm, measured.unit, measured.series, change.at, delivery)}"
            yield Moment(change.at, "alarm", text)


def _deployed(incident: Incident, one: Deployed) -> Iterator[Moment]:
    if one.deployment is None or one.group is None:
        return
    which, settings = numbers(incident, one.place), one.group.settings
    for event in one.deployment.events:
        yield from (
            Moment(event.at, "release" if event.what == "started" else "codedeploy", text)
            for text in _event(event, one, which, settings.config.name, settings.platform)
        )


def _event(event: Event, one: Deployed, which: Numbers, config: str, platform: str) -> Iterator[str]:
    assert one.deployment is not None
    back = one.deployment.rollback
    share = f"{event.traffic:.3g} % of the traffic"
    match event.what:
        case "started":
            yield f"{which.deployment} brings revision {which.new} to `{one.place}` ({config}): {share} on it"
        case "shifted":
            yield f"{which.deployment}: {share} on revision {which.new}"
        case "baking":
            yield f"{which.deployment}: all traffic is on revision {which.new}; the old version stays for the bake"
        case "succeeded":
            yield f"{which.deployment} Succeeded: revision {which.new} is live, alarms no longer roll it back"
        case "stopped":
            yield f"{which.deployment} Stopped at {share}. {_why(back, one)}"
        case "rollback started":
            yield TERMINATED.format(failed=which.deployment, back=which.rollback)
            triggered = TRIGGERED.format(failed=which.deployment, back=which.rollback)
            yield f"{which.rollback} (creator codeDeployRollback) begins: {_BACK[platform]}. {triggered}"
        case "rollback succeeded":
            yield f"{which.rollback} Succeeded: revision {which.old} has all traffic again"
        case "rollback failed":
            yield f"{which.rollback} Failed: {share} stays on revision {which.new}"
        case "rollback impossible":
            yield f"{which.deployment} cannot be rolled back: no earlier revision has succeeded"


def _why(back: Rollback | None, one: Deployed) -> str:
    polled = one.group.settings.alarms if one.group else ()
    if back is not None and back.reason == "alarms unreadable":
        return "The state of its alarms could not be retrieved, and the group does not ignore that"
    red = back.alarms if back is not None else polled
    return f"ALARM_ACTIVE: {ACTIVATED.format(alarms='> <'.join(red))}"


def _deployment_id(seed: str) -> str:
    """Nine characters, as CodeDeploy's own ids have."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8], "big")
    letters = ""
    for _ in range(9):
        number, rest = divmod(number, len(_ID))
        letters += _ID[rest]
    return f"d-{letters}"
