"""Records of incidents as the recorder writes them, one for each status and platform, for the example policies of this checkout."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rollguard.notices import Templates, texts
from rollguard.plan import plan
from rollguard.plan.model import GuardPlan
from rollguard.project import load
from rollguard.recorder.messages import Message, message

ROOT = Path(__file__).resolve().parents[2]
STATUSES = (
    "started",
    "succeeded",
    "failed",
    "nothingToRollBack",
    "recovered",
    "stillRed",
    "refused",
    "notRolledBack",
    "outsideDeployment",
    "unknown",
)
#: A policy of `prod` for each platform, the criterion that fails, and by what value.
POLICIES = {
    "ECS": ("checkout", "new-version-fails", 8.1372),
    "Lambda": ("refunds", "failures", 31.25),
    "Server": ("label-printer", "labels-late", 634.0),
}
REVISIONS = {
    "ECS": ("taskDefinition", "arn:aws:ecs:eu-west-1:222222222222:task-definition/checkout:{}", 412),
    "Lambda": ("lambdaVersion", "{}", 57),
    "Server": ("s3", "s3://acme-releases/label-printer/{}.zip", 308),
}
_BEGAN = datetime.fromisoformat("2026-11-24T02:58:00+00:00")
_REACHED = {
    "started": ("started",),
    "succeeded": ("started", "succeeded"),
    "failed": ("started", "failed"),
    "nothingToRollBack": ("nothingToRollBack",),
    "recovered": ("started", "succeeded", "recovered"),
    "stillRed": ("started", "succeeded", "stillRed"),
    "refused": ("refused",),
    "notRolledBack": ("notRolledBack",),
    "outsideDeployment": ("outsideDeployment",),
    "unknown": ("started", "unknown"),
}
_OFFSETS = {"onset": 0, "alarm": 240, "stopped": 251, "rollbackStarted": 252, "rollbackDone": 401, "recovered": 840}
_AT = {
    "started": 252,
    "refused": 252,
    "succeeded": 401,
    "failed": 401,
    "nothingToRollBack": 251,
    "recovered": 840,
    "stillRed": 1301,
    "notRolledBack": 420,
    "outsideDeployment": 240,
    "unknown": 3852,
}


def guards() -> dict[str, GuardPlan]:
    """The guards of `prod` by the name of their policy."""
    made = plan(load(ROOT), "prod").value
    assert made is not None
    return {guard.policy: guard for guard in made.regions[0].guards}


def at(seconds: int) -> str:
    return f"{_BEGAN + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def record(guard: GuardPlan, platform: str, status: str) -> dict[str, Any]:
    """The record when `status` has just been reached."""
    _, cause, value = POLICIES[platform]
    kind, revision, number = REVISIONS[platform]
    deployed = status != "outsideDeployment"
    ignored = status == "notRolledBack"
    rolled = deployed and status not in ("nothingToRollBack", "notRolledBack", "unknown")
    done = status in ("succeeded", "failed", "recovered", "stillRed")
    known = (
        {"onset", "alarm"}
        | ({"stopped"} if deployed and not ignored else set())
        | ({"rollbackStarted"} if rolled else set())
    )
    known |= ({"rollbackDone"} if done else set()) | ({"recovered"} if status == "recovered" else set())
    refused = status == "refused"
    group = guard.deployments[0]

    def deployment(id: str, status: str, number: int) -> dict[str, Any]:
        console = f"https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/{id}?region=eu-west-1"
        stated = {"kind": kind, "text": revision.format(number)}
        if platform != "Server":
            stated["sha256"] = hashlib.sha256(stated["text"].encode()).hexdigest()
        return {"id": id, "status": status, "revision": stated, "console": console}

    return {
        "version": 1,
        "incident": "d-7QK2M9XWE" if deployed else f"outside-{_BEGAN + timedelta(seconds=240):%Y%m%dT%H%M%SZ}",
        "environment": "prod",
        "account": "222222222222",
        "region": "eu-west-1",
        "policy": guard.policy,
        "title": guard.title,
        "owner": guard.owner,
        "runbook": guard.runbook,
        "page": guard.page,
        "agreed": None,
        "rollbackWithin": guard.rollback_within,
        "stillRedAfter": 900,
        "trigger": guard.trigger.sentence,
        "status": status,
        "reached": [{"status": one, "at": at(_AT[one])} for one in _REACHED[status]],
        "unknownSince": at(252) if status == "unknown" else None,
        "open": status != "recovered",
        "cause": "unknown" if ignored else "alarm",
        "redAtStart": refused,
        "application": group.application,
        "group": group.group,
        "platform": platform,
        "deployment": {
            **deployment("d-7QK2M9XWE", "InProgress" if ignored else "Stopped", number),
            "creator": "user",
            "startedBy": None,
            "createdAt": at(250 if refused else -660),
            "stoppedAt": None if ignored else at(251),
            "error": None
            if ignored
            else {"code": "ALARM_ACTIVE", "message": f"Activated alarms: {guard.rollback_alarm.name}"},
        }
        if deployed
        else None,
        "rollback": {
            **deployment(
                "d-B4ZT81HVF",
                "Failed" if status == "failed" else "Succeeded" if done else "InProgress",
                number - 1,
            ),
            "presumed": False,
            "createdAt": at(252),
            "doneAt": at(401) if done else None,
            "message": None,
        }
        if rolled
        else None,
        "exposure": {"percent": 0.0, "basis": "the alarm was red before the deployment began"}
        if refused
        else {"percent": 10.0, "basis": "configured steps"}
        if deployed
        else {"percent": None, "basis": "no deployment under way"},
        "criteria": [
            {
                "id": one.id,
                "title": one.title,
                "condition": one.readable.condition,
                "window": one.readable.window,
                "unit": one.unit,
                "threshold": [list(side) for side in one.threshold],
                "alarm": one.alarm_name,
                "attached": one.attached,
                "bypass": one.bypass.name if one.bypass else None,
                "state": "ALARM" if one.id == cause else "OK",
                "since": at(240) if one.id == cause else at(-86_400),
                "reason": "Threshold Crossed: 3 out of the last 5 datapoints were greater than the threshold"
                if one.id == cause
                else None,
                "value": value if one.id == cause else None,
                "dimensions": {},
            }
            for one in guard.criteria
        ],
        "because": [cause],
        "lastSeen": {
            "rollbackAlarm": "OK" if status == "recovered" else "ALARM",
            "red": [] if status == "recovered" else [cause],
        },
        "times": {name: at(offset) if name in known else None for name, offset in _OFFSETS.items()},
        "durations": {
            "toAlarm": 240,
            "toStop": None if ignored or not deployed else 1 if refused else 251,
            "toRollback": (2 if refused else 252) if rolled else None,
            "rollback": 149 if done else None,
            "toRecovery": 840 if status == "recovered" else None,
            "withinPromise": True if rolled else None,
        },
        "series": [],
        "missing": [
            {
                "what": "deployment d-7QK2M9XWE (codedeploy:GetDeployment)",
                "why": "ThrottlingException: Rate exceeded",
                "since": at(252),
            }
        ]
        if status == "unknown"
        else [],
        "told": [],
        "facts": [],
    }


def told(guard: GuardPlan, platform: str, status: str, kind: str = "email") -> Message:
    """The message as a project without templates of its own sends it."""
    skeletons = texts(guard, Templates())
    return message(record(guard, platform, status), status, kind, skeletons, message_id="0f3c9d1b7a52")
