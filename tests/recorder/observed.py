"""A criterion that only observes, red during the bad release: what AWS tells of it, and a world that knows it."""

from __future__ import annotations

import json
from typing import Any

from rollguard.recorder.observations import Observation
from tests.recorder.incident import ALARM, CREATED, World, alarm_event, bad_release, sheet

DECLINED = f"{ALARM}_declined"
RED, GREEN, QUIET = "2026-11-24T10:13:00Z", "2026-11-24T10:31:00Z", "2026-11-22T08:00:00Z"
KEY = "observations/checkout-api/declined/20261124T101300Z.json"
REASON = "Threshold Crossed: 4 out of the last 5 datapoints were greater than the threshold (25.0)."
DATA = {
    "version": "1.0",
    "period": 60,
    "threshold": 25.0,
    "recentDatapoints": [31.0, 41.2],
    "evaluatedDatapoints": [
        {"timestamp": "2026-11-24T10:12:00.000+0000", "value": 41.2},
        {"timestamp": "2026-11-24T10:11:00.000+0000", "value": 31.0},
        {"timestamp": "2026-11-24T10:10:00.000+0000"},
    ],
}
#: CloudWatch's own form, in a state and in the state before it.
ALARM_STATE = {"value": "ALARM", "reason": REASON, "reasonData": json.dumps(DATA)}


def turned_red(at: str = RED, alarm: str = DECLINED, **state: Any) -> dict[str, Any]:
    event = alarm_event("ALARM", at, alarm=alarm)
    event["detail"]["state"] |= {**ALARM_STATE, **state}
    event["detail"]["previousState"] = {"value": "OK", "timestamp": QUIET.replace("Z", ".000+0000"), "reason": "fine"}
    return event


def turned_green(at: str = GREEN, since: str = RED, alarm: str = DECLINED, **before: Any) -> dict[str, Any]:
    event = alarm_event("OK", at, alarm=alarm)
    event["detail"]["previousState"] = {**ALARM_STATE, "timestamp": since.replace("Z", ".123+0000"), **before}
    return event


EVENTS = (turned_red(), turned_green())


def observing(if_armed: str | None = "alone", id: str = "declined", **changes: Any) -> dict[str, Any]:
    """The criterion in the sheet, as the compiler writes it."""
    return {
        "id": id,
        "title": "The bank declines more than usual",
        "why": "because",
        "condition": "declined payments above 25 %",
        "window": "in 4 of 5 minutes",
        "unit": "percent",
        "threshold": [["above", 25.0]],
        "attached": False,
        "missing": "notBreaching",
        "alarm": f"{ALARM}_{id}",
        "period": 60,
        "queries": [],
        **({"ifArmed": if_armed} if if_armed else {}),
        **changes,
    }


def world(*criteria: dict[str, Any], running: str = "InProgress", **changes: Any) -> World:
    """A world whose policy has the observing criteria too, with the bad release under way since CREATED."""
    listed = criteria or (observing(),)
    guard = sheet()
    guard["criteria"] += listed
    found = World({**guard, **changes})
    for one in listed:
        entry = {"policy": guard["policy"], "observes": one["id"]}
        found.rim.s3.objects[f"index/alarms/{one['alarm']}.json"] = json.dumps(entry).encode()
        found.rim.cloudwatch.history[one["alarm"]] = [(QUIET, "OK", "", None), (RED, "ALARM", REASON, DATA)]
    found.rim.codedeploy.deployments = {"d-BADRELEAS": bad_release(running)}
    return found


def observations(world: World) -> dict[str, Observation]:
    return {key: json.loads(body) for key, body in world.rim.s3.objects.items() if key.startswith("observations/")}


def observation(world: World) -> Observation:
    (found,) = observations(world).values()
    return found


def silent(world: World) -> bool:
    """Whether nobody was told of anything, and no incident was begun."""
    return not world.told() and not world.open() and not world.records()


#: The deployment of the release, as an observation names it; at 10:13 it had its first ten percent for nine minutes.
RELEASE = {
    "id": "d-BADRELEAS",
    "application": "checkout",
    "group": "checkout-api",
    "createdAt": CREATED,
    "begun": "before",
    "isRollback": False,
    "percent": 10.0,
    "basis": "configured steps",
}
