"""What happened when, from everything in a record that carries a time."""

from __future__ import annotations

from collections.abc import Iterator

from rollguard.records.model import Incident, Record, judged, moment
from rollguard.reports.model import Step
from rollguard.reports.words import name, status_word

#: What the other steps say better.
_SAID_ELSEWHERE = ("started", "succeeded", "recovered", "refused")


def timeline(incident: Incident) -> tuple[Step, ...]:
    """Every step in order of time; steps of one moment stay in the order of an incident."""
    onset = moment(incident.record["times"]["onset"])
    steps = []
    for at, what in [*_of_the_incident(incident.record), *_of_people(incident)]:
        when = moment(at)
        if when is not None and at is not None:
            offset = int((when - onset).total_seconds()) if onset is not None else None
            steps.append((when, Step(at, offset, what)))
    return tuple(step for _, step in sorted(steps, key=lambda pair: pair[0]))


def _of_the_incident(record: Record) -> Iterator[tuple[str | None, str]]:
    times, deployment, rollback = record["times"], record["deployment"], record["rollback"]
    if deployment is not None:
        revision = f", to bring {name(deployment['revision']['text'], 200)}" if deployment["revision"] else ""
        yield deployment["createdAt"], f"deployment {name(deployment['id'])} began{revision}"
    yield times["onset"], "the first bad datapoint"
    for criterion in record["criteria"]:
        if criterion["id"] in record["because"] and criterion["state"] == "ALARM":
            reason = f": {name(criterion['reason'])}" if criterion["reason"] else ""
            yield criterion["since"], f"criterion {name(criterion['id'])} turned red{reason}"
    yield times["alarm"], "the rollback alarm turned red"
    if deployment is not None:
        yield times["stopped"], f"deployment {name(deployment['id'])} stopped{_error(deployment['error'])}"
    if rollback is not None:
        presumed = " (presumed to be it)" if rollback["presumed"] else ""
        yield times["rollbackStarted"], f"the rollback began: deployment {name(rollback['id'])}{presumed}"
        ended = "was done" if "failed" not in {step["status"] for step in record["reached"]} else "ended"
        yield times["rollbackDone"], f"the rollback {ended}"
    yield times["recovered"], "the alarms were green again"
    for step in record["reached"]:
        if step["status"] not in _SAID_ELSEWHERE:
            yield step["at"], f"status: {status_word(step['status'], record)}"
    yield record["unknownSince"], "from here on nothing is known"


def _of_people(incident: Incident) -> Iterator[tuple[str | None, str]]:
    for told in incident.record["told"]:
        status = status_word(told["status"], incident.record)
        if told["failure"] is not None:
            yield told["sentAt"] or told["claimedAt"], f"{name(told['channel'])} could not be told: {status}"
        elif told["sentAt"]:
            yield told["sentAt"], f"{name(told['channel'])} told: {status}"
    for verdict in reversed(incident.verdicts):
        yield verdict.at, f"{name(verdict.by, 80)} judged {judged(incident.record)} {verdict.judgement}"


def _error(error: Record | None) -> str:
    if error is None or not (error["code"] or error["message"]):
        return ""
    return f": {name(' '.join(filter(None, (error['code'], error['message']))))}"
