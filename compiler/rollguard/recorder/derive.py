"""Facts and guard sheet to the record: a pure function, so that the order, the repetition and the loss of events cannot matter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rollguard.recorder import alarm_states, answers, criteria, exposure, sheets, statuses, times
from rollguard.recorder.deployments import Known
from rollguard.recorder.facts import Fact, merge
from rollguard.recorder.situation import Sheet, Situation, situation

VERSION = 1
#: Where each partition has its console.
_CONSOLES = {"aws-cn": "console.amazonaws.cn", "aws-us-gov": "console.amazonaws-us-gov.com"}


def derive(facts: Iterable[Fact], sheet: Sheet, incident: str) -> dict[str, Any]:
    """The record of `incident`, a deployment's id or `outside-…`, as schema/rollback-record.schema.json has it, with an empty `told`.

    The same facts give the same record, whatever their order. Raises KeyError for a sheet that lacks a key.
    """
    merged = merge(facts)
    now = situation(merged, sheet, incident)
    reached = statuses.reached(now)
    status = reached[-1]["status"] if reached else "unknown"
    listed = criteria.judged(now)
    reasons = criteria.because(now, listed)
    series = _series(now)
    moments = _times(now, reached, criteria.onset(now, reasons, series))
    return {
        "version": VERSION,
        "incident": incident,
        **{
            key: sheet[key]
            for key in ("environment", "account", "region", "policy", "title", "owner", "runbook", "page")
        },
        **{key: sheet[key] for key in ("agreed", "rollbackWithin", "stillRedAfter", "trigger")},
        "status": status,
        "reached": reached,
        "unknownSince": _unknown_since(now, moments) if status == "unknown" else None,
        "open": status != "recovered" and not statuses.closed(merged, reached) and not now.of_kind("moved"),
        "lastSeen": criteria.last_seen(now),
        "beside": sorted(fact["incident"] for fact in now.of_kind("beside")),
        "cause": now.cause,
        "redAtStart": now.red_at_start,
        **_place(now),
        "deployment": _deployment(now),
        "rollback": _rollback(now),
        "exposure": exposure.exposure(now),
        "criteria": listed,
        "because": reasons,
        "times": moments,
        "durations": _durations(now, moments),
        "series": series,
        "missing": _missing(now, reasons, moments),
        "told": [],
        "facts": merged,
    }


def _series(now: Situation) -> list[dict[str, Any]]:
    """In the sheet's order of the criteria, the finest datapoints of each first."""
    order = {one["id"]: place for place, one in enumerate(now.sheet["criteria"])}
    series = [one for fact in now.of_kind("series") for one in fact["series"]]
    return sorted(series, key=lambda one: (order.get(one["criterion"], len(order)), one["criterion"], one["period"]))


def _place(now: Situation) -> dict[str, Any]:
    """Application, group and platform; of an incident outside of a deployment the only group, where there is just one."""
    groups = now.sheet["groups"]
    one = now.deployment
    application, group = (one.application, one.group) if one is not None else (None, None)
    if (one is None or group is None) and len(groups) == 1:
        application, group = groups[0]["application"], groups[0]["group"]
    known = next(
        (stated for stated in groups if (stated["application"], stated["group"]) == (application, group)), None
    )
    return {"application": application, "group": group, "platform": known["platform"] if known else None}


def _deployment(now: Situation) -> dict[str, Any] | None:
    one = now.deployment
    if one is None:
        return None
    creator = one.info.get("creator")
    return {
        "id": one.id,
        "status": one.status,
        "creator": creator,
        # `user` says no more than that a person or a pipeline called the API; who it was stands in CloudTrail only.
        "startedBy": creator if creator != "user" else None,
        "createdAt": one.created_at,
        "stoppedAt": now.stop,
        "revision": _revision(now, one),
        "error": one.info.get("error"),
        "rollsBack": one.rolls_back,
        "rollbackMessage": one.rollback_message or None,
        "alarmsOff": one.info.get("alarmsOff"),
        "console": _console(now.sheet, one),
    }


def _rollback(now: Situation) -> dict[str, Any] | None:
    back = now.rollback
    if back is None:
        return None
    return {
        "id": back.id,
        "presumed": now.presumed,
        "status": back.status,
        "createdAt": back.created_at,
        "doneAt": back.ended_at,
        "revision": _revision(now, back),
        "message": back.info.get("rollbackMessage")
        or (now.deployment.rollback_message if now.deployment else "")
        or None,
        "console": _console(now.sheet, back),
    }


def _revision(now: Situation, one: Known) -> dict[str, Any] | None:
    """What the deployment brings, by what its AppSpec says where that was looked up."""
    stated: dict[str, Any] | None = one.info.get("revision")
    if stated is None or stated["kind"] != "appSpec":
        return stated
    known = [fact["revision"] for fact in now.of_kind("revision") if fact["sha256"] == stated.get("sha256")]
    return known[-1] if known else stated


def _console(sheet: Sheet, one: Known) -> str:
    region = sheet["region"]
    host = _CONSOLES.get(sheet["partition"], "console.aws.amazon.com")
    return f"https://{region}.{host}/codesuite/codedeploy/deployments/{one.id}?region={region}"


def _times(now: Situation, reached: Sequence[Mapping[str, str]], onset: str | None) -> dict[str, str | None]:
    first, back = next(iter(now.rollbacks), None), now.rollback
    return {
        "onset": onset,
        "alarm": now.red.since if now.red is not None else None,
        "stopped": now.stop,
        "rollbackStarted": (first.created_at or first.started_at) if first is not None else None,
        "rollbackDone": back.ended_at if back is not None else None,
        "recovered": next((one["at"] for one in reached if one["status"] == "recovered"), None),
    }


def _durations(now: Situation, at: Mapping[str, str | None]) -> dict[str, Any]:
    """Seconds. A fault that was there before the deployment began counts from its begin: before, there was nothing to roll back."""
    begun = now.deployment.begun_at if now.deployment is not None and now.red_at_start else None
    onset = at["onset"]
    origin = max(onset, begun) if onset is not None and begun is not None else onset
    to_rollback = times.seconds(origin, at["rollbackStarted"])
    promise = now.sheet["rollbackWithin"]
    return {
        "toAlarm": times.seconds(onset, at["alarm"]),
        "toStop": times.seconds(origin, at["stopped"]),
        "toRollback": to_rollback,
        "rollback": times.seconds(at["rollbackStarted"], at["rollbackDone"]),
        "toRecovery": times.seconds(origin, at["recovered"]),
        "withinPromise": to_rollback <= promise if promise is not None and to_rollback is not None else None,
    }


def _unknown_since(now: Situation, at: Mapping[str, str | None]) -> str:
    """The last moment of which something is known."""
    known = [moment for moment in (at["rollbackStarted"], at["stopped"], at["alarm"]) if moment is not None]
    return max(known, default=now.facts[0]["at"])


def _missing(now: Situation, reasons: Sequence[str], at: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """What could not be looked up and has not been since; then what no answer told."""
    known: dict[str, str] = {}
    for fact in now.facts:
        for what, at_last in answers.answered_by(fact).items():
            known[what] = max(known.get(what, ""), at_last)
    needless = _histories_not_needed(now)
    listed = [
        {"what": fact["what"], "why": fact["why"], "since": max(fact["since"], known.get(fact["what"], ""))}
        for fact in now.of_kind("missing")
        if fact["at"] > known.get(fact["what"], "") and fact["what"] not in needless
    ]
    if now.moment is not None and at["onset"] is None and now.cause in ("alarm", "unknown"):
        why = (
            "no alarm gave the datapoints that it judged" if reasons else "no criterion is known to have been in ALARM"
        )
        listed.append({"what": "onset of the fault", "why": why, "since": now.moment})
    if now.cause == "alarm" and now.red_at_start is None and now.stop is not None:
        listed.append(
            {
                "what": "whether the alarm was red before the deployment began",
                "why": f"{answers.ALARMS} gave no state of that time",
                "since": now.stop,
            }
        )
    listed += [{"what": fact["what"], "why": fact["why"], "since": fact["at"]} for fact in now.of_kind("leftOut")]
    if unread := sheets.unread(now.sheet):
        listed.append({"what": unread[0], "why": unread[1], "since": now.facts[0]["at"]})
    return sorted(listed, key=lambda one: str(one["what"]))


def _histories_not_needed(now: Situation) -> set[str]:
    """A history is only asked for where nothing else tells an alarm's state at the moment that is judged."""
    names = [one["alarm"] for one in now.sheet["criteria"]]
    known = [name for name in names if now.moment is not None and alarm_states.of(now.facts, name).at(now.moment)]
    if now.red is not None and now.red_at_start is not None:
        known.append(now.sheet["rollbackAlarm"])
    return {answers.history_question(name) for name in known}
