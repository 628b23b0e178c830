"""Observations: one red period of a criterion that only observes, as a document, and what it would have done. Pure, and in any order.

The event that leaves ALARM tells of the state that it leaves all that the event did which entered it: one of the two is enough.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollguard.recorder import times
from rollguard.recorder.facts import Fact, newest
from rollguard.recorder.situation import Sheet
from rollguard.recorder.would_have import deployments_of, would_have

Observation = dict[str, Any]

VERSION = 1
_FROM_SHEET = ("environment", "account", "region", "policy", "title")
_FROM_CRITERION = ("id", "title", "condition", "window", "unit", "threshold", "alarm")


@dataclass(frozen=True, slots=True)
class Period:
    """A red period as one event tells it. `told` is the ALARM state; `before`, the state that it ended, only its own event knows."""

    since: str
    until: str | None
    told: Fact
    before: Fact | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What CodeDeploy answered on which deployments there were between the begin of the period and `until` (None: at its begin)."""

    facts: Sequence[Fact]
    until: str | None


def period(fact: Fact, before: Fact | None) -> Period | None:
    """The red period that an alarm's change begins or ends; None for a change that does neither, or does not say since when it was red."""
    if fact["value"] == "ALARM":
        return Period(fact["at"], None, fact, before)
    if before is not None and before["value"] == "ALARM":
        return Period(before["at"], fact["at"], before, None)
    return None


def key(sheet: Sheet, criterion: str, one: Period) -> str:
    return f"observations/{sheet['policy']}/{criterion}/{times.compact(one.since)}.json"


def to_ask(held: Observation | None, one: Period) -> bool:
    """Whether CodeDeploy is still to be asked: never yet, in vain, or only for the begin of a period that is over now."""
    if held is None or held["deployments"] is None or any(_of_look_up(missing) for missing in held["missing"]):
        return True
    return one.until is not None and held["redUntil"] is None and held["deployments"] == []


def merged(
    held: Observation | None, sheet: Sheet, criterion: Mapping[str, Any], one: Period, asked: Asked | None
) -> Observation:
    """`held` (None: the first) with what one event and the look-up that it led to say. Idempotent, and the order does not matter."""
    known = held or _NOTHING
    until = known["redUntil"] or one.until
    found, missing = known["deployments"], [entry for entry in known["missing"] if _of_look_up(entry)]
    if asked is not None:
        found = deployments_of(found or [], asked.facts, sheet, one.since) or found
        # An answer for the begin alone says nothing of a period that is over.
        if until is None or asked.until is not None:
            missing = [
                _gap(fact["what"], fact["why"], fact["since"]) for fact in asked.facts if fact["kind"] == "missing"
            ]
            found = found or (None if missing else [])
    judged = one.told["reasonData"] or {}
    points = known["points"] or list(judged.get("datapoints", ()))
    value = known["value"] if known["value"] is not None else newest(judged)
    # What was judged is what was in force then, whatever the policy says by now.
    judged_by = held["criterion"] if held is not None else {name: criterion[name] for name in _FROM_CRITERION}
    if_armed = held["ifArmed"] if held is not None else criterion.get("ifArmed")
    would, why = would_have(found, if_armed, over=until is not None)
    if not points and value is None:
        missing.append(_gap("what the alarm judged", "the event named no datapoint", one.since))
    if why is not None:
        missing.append(_gap(WOULD, why, one.since))
    return {
        "version": VERSION,
        **{name: sheet[name] for name in _FROM_SHEET},
        "criterion": judged_by,
        "redSince": one.since,
        "redUntil": until,
        "before": known["before"] or _state(one.before),
        "reason": known["reason"] or one.told["reason"],
        "value": value,
        "points": points,
        "deployments": found,
        "ifArmed": if_armed,
        "wouldHave": would,
        "missing": sorted(missing, key=lambda entry: str(entry["what"])),
    }


_NOTHING: Observation = {
    "redUntil": None, "before": None, "reason": None, "value": None, "points": [], "deployments": None, "missing": [],
}  # fmt: skip
#: What is missing where nobody can say what the criterion would have done, though the deployments are known.
WOULD = "what the criterion would have done"


def _state(before: Fact | None) -> dict[str, str] | None:
    return None if before is None else {"state": before["value"], "since": before["at"]}


def _gap(what: str, why: str, since: str) -> dict[str, str]:
    return {"what": what, "why": why, "since": since}


def _of_look_up(entry: Mapping[str, str]) -> bool:
    return entry["what"].startswith("deployments of ")


def to_bytes(one: Observation) -> bytes:
    """The observation as JSON with sorted keys."""
    return json.dumps(one, sort_keys=True, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def from_bytes(written: bytes) -> Observation:
    """The observation that `to_bytes` wrote. Raises ValueError for anything else, and for a version that came later."""
    try:
        read = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(read, dict) or read.get("version") != VERSION or "redSince" not in read:
        raise ValueError("no observation that this program knows")
    return read
