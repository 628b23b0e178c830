"""The first line of a message and its subject: which service, where, what happened, what was done, and how it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from rollguard.recorder.clean import ascii_line, line
from rollguard.recorder.times import seconds
from rollguard.recorder.words import amount, duration, listed, threshold, when

#: Each status in the few words of a subject. None of them says that the service is well.
IN_SUBJECT = {
    "started": "rolling back",
    "refused": "stopped at its start, rolling back",
    "succeeded": "rolled back, recovery not known yet",
    "failed": "ROLLBACK FAILED",
    "nothingToRollBack": "STOPPED, NOTHING TO ROLL BACK TO",
    "recovered": "alarms OK again",
    "stillRed": "STILL RED after the rollback",
    "notRolledBack": "RED DURING A DEPLOYMENT, NOT ROLLED BACK",
    "outsideDeployment": "red, nothing is being deployed",
    "unknown": "OUTCOME OF THE ROLLBACK UNKNOWN",
}
_OFF = "STOPPED, AUTOMATIC ROLLBACK IS OFF"
#: In place of those above, as long as no rollback is seen.
_NOT_SEEN = {
    "started": "stopped, rollback not seen yet",
    "refused": "stopped at its start, rollback not seen yet",
}
#: In place of those above, where CodeDeploy does not say that the deployment which followed is the rollback.
_PRESUMED = {
    "started": "stopped, presumably rolling back",
    "refused": "stopped at its start, presumably rolling back",
    "succeeded": "PRESUMABLY rolled back, recovery not known yet",
    "failed": "STOPPED, PRESUMED ROLLBACK FAILED",
}
#: Those that come at the moment for which the record has values: a later message must not give them as today's.
_MEASURED = ("started", "refused", "failed", "nothingToRollBack", "notRolledBack", "outsideDeployment")


def service(record: Mapping[str, Any]) -> str:
    """The title of the policy, else its name."""
    return line(record.get("title"), 120) or line(record.get("policy"), 64) or "a service"


def subject(record: Mapping[str, Any], status: str) -> str:
    """`[prod] Checkout: rolling back - slow 2.41 s (above 1.5 s)`, in ASCII, at most 99 characters (aws-facts 7.4)."""
    title = unicodedata.normalize("NFKD", service(record))
    plain = all(character.isascii() or unicodedata.combining(character) for character in title)
    named = service(record) if plain else line(record.get("policy"), 64)
    told = _in_subject(record, status)
    opening = f"[{ascii_line(record.get('environment'), 20)}] {ascii_line(named, 40)}: {told}"
    first = next(iter(causes(record)), None)
    if first is None or status == "recovered":
        return ascii_line(opening, 99)
    value = f" {_measured(first)}" if status in _MEASURED else ""
    return ascii_line(f"{opening} - {line(first.get('id'), 63)}{value}", 99)


def _in_subject(record: Mapping[str, Any], status: str) -> str:
    if status == "nothingToRollBack" and rollback_off(record):
        return _OFF
    if status == "notRolledBack" and alarms_off(record):
        return "red during a deployment whose alarms are off"
    if status == "stillRed" and not _in_alarm(record):
        return "NOT OK, without data, after the rollback"
    if status in _NOT_SEEN and not rollback(record):
        return _NOT_SEEN[status]
    if status in _PRESUMED and presumed(record):
        return _PRESUMED[status]
    return IN_SUBJECT.get(status, status)


def headline(record: Mapping[str, Any], status: str) -> str:
    """One line: what was done, `State:`, and then what began it, as lists and small screens cut the end.

    `status` is the one that is told; what the record knows by now fills it in.
    """
    opening = f"{service(record)} in {line(record.get('environment'), 64)}"
    told = _TOLD.get(status, _unknown)(record)
    return f"{opening}: {told}"


def causes(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The criteria in `because`, in its order."""
    by_id = {str(one.get("id")): one for one in record.get("criteria") or ()}
    return [by_id[str(id)] for id in record.get("because") or () if str(id) in by_id]


def deployment(record: Mapping[str, Any]) -> str:
    return line((record.get("deployment") or {}).get("id"), 64) or "of an unknown id"


def rollback(record: Mapping[str, Any]) -> str:
    """The id of the rollback deployment; empty where none is known."""
    return line((record.get("rollback") or {}).get("id"), 64)


def presumed(record: Mapping[str, Any]) -> bool:
    """Whether the rollback is only taken for it, by its group and its time: CodeDeploy did not say so."""
    return bool((record.get("rollback") or {}).get("presumed"))


def rollback_off(record: Mapping[str, Any]) -> bool:
    """Whether the deployment is known to be one that is not rolled back when an alarm stops it."""
    return (record.get("deployment") or {}).get("rollsBack") is False


def alarms_off(record: Mapping[str, Any]) -> bool:
    """Whether whoever began the deployment is known to have switched the alarms off for it."""
    return (record.get("deployment") or {}).get("alarmsOff") is True


def _in_alarm(record: Mapping[str, Any]) -> bool:
    """Whether an alarm was in ALARM when they were last looked at, which is more than not OK."""
    seen = record.get("lastSeen") or {}
    return seen.get("rollbackAlarm") in ("ALARM", None) or bool(seen.get("red"))


def reached(record: Mapping[str, Any]) -> set[str]:
    return {str(one.get("status")) for one in record.get("reached") or ()}


def _measured(criterion: Mapping[str, Any]) -> str:
    unit = str(criterion.get("unit") or "")
    bound = threshold(criterion.get("threshold") or (), unit)
    if criterion.get("value") is None:
        return " ".join(filter(None, ["no data" if silent(criterion) else "", f"({bound})" if bound else ""]))
    return amount(criterion["value"], unit) + (f" ({bound})" if bound else "")


def silent(criterion: Mapping[str, Any]) -> bool:
    """Whether it is red for want of datapoints, which CloudWatch says in its reason (aws-facts 1.10)."""
    return criterion.get("value") is None and "no datapoints were received" in str(criterion.get("reason") or "")


def _red(record: Mapping[str, Any]) -> str:
    """`Checkout answers slowly, 2.41 s (bad is above 1.5 s)`."""
    found = []
    for one in causes(record):
        unit = str(one.get("unit") or "")
        bound = threshold(one.get("threshold") or (), unit)
        value = (
            f", {amount(one['value'], unit)}" if one.get("value") is not None else ", no data" if silent(one) else ""
        )
        found.append(f"{line(one.get('title') or one.get('id'), 100)}{value}{f' (bad is {bound})' if bound else ''}")
    return listed(found, 2)


def _began(record: Mapping[str, Any]) -> str:
    """What set it off, as the last sentence of the line."""
    red = _red(record)
    if record.get("cause") == "failure":
        return f"Cause: deployment {deployment(record)} failed by itself."
    if record.get("cause") == "request":
        return f"Cause: somebody stopped deployment {deployment(record)}."
    if red:
        return f"Red: {red}."
    if record.get("cause") == "alarm":
        return "Red: the rollback alarm, by which criterion is not known."
    return f"Why deployment {deployment(record)} was stopped is not known."


def _stopped(record: Mapping[str, Any]) -> str:
    """What was done: who stopped it is only known where CodeDeploy says so."""
    stopped = {
        "alarm": f"CodeDeploy stopped deployment {deployment(record)}",
        "failure": f"deployment {deployment(record)} failed",
    }.get(str(record.get("cause")), f"deployment {deployment(record)} was stopped")
    going = "its rollback is not seen yet"
    if rollback(record):
        going = f"rollback {rollback(record)} has started"
    if presumed(record):
        going = f"deployment {rollback(record)} has started, presumably its rollback"
    return f"{stopped} and {going}"


def _going(record: Mapping[str, Any]) -> str:
    if not rollback(record):
        return "stopped, whether it is being rolled back is not known yet"
    return "presumably rolling back" if presumed(record) else "rolling back"


def _started(record: Mapping[str, Any]) -> str:
    return f"{_stopped(record)}. State: {_going(record)}. {_began(record)}"


def _refused(record: Mapping[str, Any]) -> str:
    red = _red(record)
    traffic = (record.get("exposure") or {}).get("percent")
    exposed = (
        "no traffic reached the new version" if traffic == 0 else "the new version's share of the traffic is below"
    )
    return (
        f"{_stopped(record)}. State: {_going(record)}, {exposed}. "
        f"Red before the deployment began{f': {red}' if red else ''}."
    )


def _done(record: Mapping[str, Any]) -> str:
    """What the machine has done by now, on whichever way the incident came here."""
    if not record.get("deployment"):
        return "nothing was being deployed, so nothing was rolled back"
    been = reached(record)
    if "outsideDeployment" in been:
        return f"deployment {deployment(record)} was over, so nothing was rolled back"
    by = f" with {rollback(record)}" if rollback(record) else ""
    perhaps = "presumably " if presumed(record) else ""
    if "succeeded" in been:
        return f"deployment {deployment(record)} was {perhaps}rolled back{by}"
    if "failed" in been:
        return f"the rollback of deployment {deployment(record)} {perhaps}failed"
    if "notRolledBack" in been:
        return f"deployment {deployment(record)} was not rolled back"
    if "nothingToRollBack" in been:
        had = "is not rolled back automatically" if rollback_off(record) else "had nothing to roll back to"
        return f"deployment {deployment(record)} was stopped and {had}"
    return f"what became of deployment {deployment(record)} is not known"


def _succeeded(record: Mapping[str, Any]) -> str:
    by = f" with {rollback(record)}" if rollback(record) else ""
    if presumed(record):
        return (
            f"deployment {deployment(record)} was stopped, and deployment {rollback(record)}, presumably its rollback, is done. "
            f"State: which version serves is not certain, nor whether the service is well. {_began(record)}"
        )
    return (
        f"deployment {deployment(record)} was rolled back{by}. "
        f"State: the old version is back; whether the service is well is not known yet. {_began(record)}"
    )


def _failed(record: Mapping[str, Any]) -> str:
    which = f"rollback {rollback(record)}" if rollback(record) else "the rollback"
    if presumed(record):
        which = f"{rollback(record)}, presumably the rollback"
    return (
        f"{which} of deployment {deployment(record)} FAILED. "
        f"State: not rolled back, the new version may still serve traffic. {_began(record)}"
    )


def _nothing_to_roll_back(record: Mapping[str, Any]) -> str:
    has = "does NOT ROLL IT BACK, automatic rollback is off" if rollback_off(record) else "has NOTHING TO ROLL BACK TO"
    return (
        f"CodeDeploy stopped deployment {deployment(record)} and {has}. "
        f"State: stopped half-way, the new version may still serve traffic. {_began(record)}"
    )


def _recovered(record: Mapping[str, Any]) -> str:
    at = (record.get("times") or {}).get("recovered")
    return f"{_done(record)}. State: the alarms are OK again{f', since {when(at)}' if at else ''}."


def _still_red(record: Mapping[str, Any]) -> str:
    red, now = _red(record), still_red(record)
    after = duration(_after_the_rollback(record))
    began = f" It began with: {red}." if red else ""
    if not _in_alarm(record):
        return f"{_done(record)}, but {after} later its alarms are NOT OK, for want of data. State: nobody can tell.{began}"
    which = f" ({listed([line(id, 63) for id in now], 3)})" if now else ""
    return f"{_done(record)}, but {after} later its alarms are STILL RED{which}. State: red, going back did not help.{began}"


def still_red(record: Mapping[str, Any]) -> list[str]:
    """The ids of the criteria that were in ALARM when the alarms were last looked at."""
    return [str(id) for id in (record.get("lastSeen") or {}).get("red") or ()]


def _after_the_rollback(record: Mapping[str, Any]) -> object:
    """Seconds from the end of the rollback to the moment at which it was certain that its alarms stay red."""
    at = next((one.get("at") for one in record.get("reached") or () if one.get("status") == "stillRed"), None)
    done = (record.get("times") or {}).get("rollbackDone")
    elapsed = seconds(done, at) if isinstance(done, str) and isinstance(at, str) else None
    return record.get("stillRedAfter") if elapsed is None else elapsed


def _not_rolled_back(record: Mapping[str, Any]) -> str:
    red = _red(record) or "the rollback alarm, by which criterion is not known"
    status = (record.get("deployment") or {}).get("status")
    off = ", as its alarms were switched off" if alarms_off(record) else ""
    if status == "Succeeded":
        return f"deployment {deployment(record)} went through though it was red{off}. State: the new version is live. Red: {red}."
    if status in ("Stopped", "Failed"):
        how = "was stopped, not by the alarm," if status == "Stopped" else "failed, not by the alarm,"
        return (
            f"deployment {deployment(record)} {how} and is NOT ROLLED BACK. "
            f"State: stopped half-way, the new version may still serve traffic. Red: {red}."
        )
    return f"CodeDeploy has NOT STOPPED deployment {deployment(record)}{off}. State: red, and the deployment goes on. Red: {red}."


def _outside_deployment(record: Mapping[str, Any]) -> str:
    why = f"deployment {deployment(record)} was over" if record.get("deployment") else "nothing is being deployed"
    return f"{why}, so nothing is rolled back. State: red. {_began(record)}"


def _unknown(record: Mapping[str, Any]) -> str:
    since = record.get("unknownSince")
    asked = f" since {when(since)}" if since else ""
    return f"AWS has not said{asked} what became of deployment {deployment(record)}. State: UNKNOWN. {_began(record)}"


_TOLD = {
    "started": _started,
    "refused": _refused,
    "succeeded": _succeeded,
    "failed": _failed,
    "nothingToRollBack": _nothing_to_roll_back,
    "recovered": _recovered,
    "stillRed": _still_red,
    "notRolledBack": _not_rolled_back,
    "outsideDeployment": _outside_deployment,
    "unknown": _unknown,
}
