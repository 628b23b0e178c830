"""The criteria of an incident: what each said at the moment of the stop, which of them were the reason, and when the fault began."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rollguard.recorder import alarm_states, answers, times
from rollguard.recorder.alarm_states import Run
from rollguard.recorder.clean import number
from rollguard.recorder.facts import newest
from rollguard.recorder.situation import Situation

_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "above": lambda value, bound: value > bound,
    "atLeast": lambda value, bound: value >= bound,
    "below": lambda value, bound: value < bound,
    "atMost": lambda value, bound: value <= bound,
}


def breaches(value: float, threshold: Sequence[Sequence[Any]]) -> bool:
    """Whether a value breaches a threshold of the sheet, `[["above", 2.0]]`, or one side of a band of two.

    Of a learned band, `[["above", "band"]]`, CloudWatch tells no number: nothing is known to breach it.
    """
    numbers = [(side, bound) for side, bound in threshold if side in _BREACHES and isinstance(bound, int | float)]
    return any(_BREACHES[side](value, bound) for side, bound in numbers)


def judged(now: Situation) -> list[dict[str, Any]]:
    """The criteria as the record lists them, in the sheet's order."""
    return [_judged(now, one) for one in now.sheet["criteria"]]


def _judged(now: Situation, one: Mapping[str, Any]) -> dict[str, Any]:
    run = _run(now, one["alarm"])
    return {
        "id": one["id"],
        "title": one["title"],
        "condition": one["condition"],
        "window": one["window"],
        "unit": one["unit"],
        "threshold": [list(side) for side in one["threshold"]],
        "alarm": one["alarm"],
        "attached": one["attached"],
        # Sheets that were deployed before it was written there do not say it, and then nobody does.
        **({"bypass": one["bypass"]} if "bypass" in one else {}),
        "state": run.state if run else None,
        "since": run.since if run else None,
        "reason": run.reason if run else None,
        "value": number(newest((run.data if run else None) or {})),
        "dimensions": _dimensions(now, one),
    }


def _run(now: Situation, alarm: str) -> Run | None:
    return alarm_states.of(now.facts, alarm).at(now.moment) if now.moment is not None else None


def _dimensions(now: Situation, one: Mapping[str, Any]) -> dict[str, str]:
    stated = [
        dimension
        for query in one["queries"]
        for dimension in query.get("MetricStat", {}).get("Metric", {}).get("Dimensions", ())
    ]
    if stated:
        return answers.dimensions(stated)
    seen = [
        fact["alarms"][one["alarm"]]["dimensions"] for fact in now.of_kind("alarms") if one["alarm"] in fact["alarms"]
    ]
    return dict(seen[-1]) if seen else {}


def last_seen(now: Situation) -> dict[str, Any] | None:
    """The rollback alarm's state and the attached criteria in ALARM when the alarms were last looked at; None before that."""
    snapshots = now.of_kind("alarms")
    if not snapshots:
        return None
    states = snapshots[-1]["alarms"]
    return {
        "rollbackAlarm": states.get(now.sheet["rollbackAlarm"], {}).get("state"),
        "red": [
            one["id"]
            for one in now.sheet["criteria"]
            if one["attached"] and states.get(one["alarm"], {}).get("state") == "ALARM"
        ],
    }


def because(now: Situation, listed: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids of the criteria that were the reason: the attached ones in ALARM at the moment of the stop.

    Where none is known to have been, those that the rollback alarm names as its triggers, or CodeDeploy in its error.
    """
    if now.cause in ("failure", "request") and now.ours:
        return []
    attached = [one for one in listed if one["attached"]]
    if red := [one["id"] for one in attached if one["state"] == "ALARM"]:
        return red
    named = set((now.red.data or {}).get("triggering", ())) if now.red else set()
    error = now.deployment.info.get("error") if now.deployment is not None else None
    named |= set(str(error["message"] or "").replace(",", " ").split()) if error else set()
    return [one["id"] for one in attached if one["alarm"] in named]


def onset(now: Situation, reasons: Sequence[str], series: Sequence[Mapping[str, Any]]) -> str | None:
    """When the fault began: the oldest breaching (or missing, where that counts as breaching) datapoint of a criterion in `reasons`.

    A datapoint of five minutes does not say when in them: it counts from the last minute on that can have made it (corrections 2.3).
    """
    found = []
    for one in now.sheet["criteria"]:
        if one["id"] in reasons:
            run = _run(now, one["alarm"])
            stated = run if run is not None and run.state == "ALARM" else None
            at = _in_reason(stated, one) or _in_series(stated, one, series)
            if at is not None:
                found.append(times.later(at, max(int(one["period"] or 60) - 60, 0)))
    return min(found, default=None)


def _in_reason(run: Run | None, one: Mapping[str, Any]) -> str | None:
    if run is None or run.data is None:
        return None
    # A datapoint that was missing has a timestamp and no value; the reason names it only where the fewest real ones were there.
    silence = one.get("missing") == "breaching" or "treated as [Breaching]" in (run.reason or "")
    return next(
        (
            at
            for at, value in run.data["datapoints"]
            if (silence if value is None else breaches(value, one["threshold"]))
        ),
        None,
    )


def _in_series(run: Run | None, one: Mapping[str, Any], series: Sequence[Mapping[str, Any]]) -> str | None:
    """The start of the unbroken stretch of breaching datapoints before the alarm."""
    points: list[Any] = next((found["points"] for found in series if found["criterion"] == one["id"]), [])
    if run is None or run.since is None:
        return None
    first: str | None = None
    for at, value in reversed([point for point in points if point[0] <= run.since]):
        breaching = value is not None and breaches(value, one["threshold"])
        if breaching:
            first = at
        elif first is not None and value is not None:
            break
    return first
