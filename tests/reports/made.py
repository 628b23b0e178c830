"""Rollback records, made valid by their schema: one for each way in which an incident can go."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Json = dict[str, Any]

BEGAN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
#: The day of the reports.
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
#: Text that is meant to break out of whatever it is put into.
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)> "quoted" `tick` | bar |\n# heading [x](javascript:alert(3)) '
    "**bold** www.evil.example x@evil.example \x1b[31mred\x07 \u202eturned {{ 7*7 }} {% raw %} \\| a\\`b"
)


def at(seconds: float, began: datetime = BEGAN) -> str:
    """RFC 3339, `seconds` after the deployment began."""
    return f"{began + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def recovered(incident: str = "d-RECOVERED", policy: str = "checkout-api", began: datetime = BEGAN) -> Json:
    """Deployed, red after 4 min 15 s, rolled back, and well again: the incident as it should go."""

    def t(seconds: float) -> str:
        return at(seconds, began)

    points = [[t(60 * minute), 14.2 if 4 <= minute < 12 else 0.3] for minute in range(-10, 18)]
    return {
        "version": 1,
        "incident": incident,
        "environment": "prod",
        "account": "111122223333",
        "region": "eu-west-1",
        "policy": policy,
        "title": policy.replace("-", " ").capitalize(),
        "owner": "payments",
        "runbook": "https://runbooks.example.com/checkout",
        "page": "https://criteria.example.com/policies/checkout-api/",
        "agreed": {"by": ["@payments-lead"], "on": "2026-11-01", "reviewDue": "2027-04-30"},
        "rollbackWithin": 600,
        "stillRedAfter": 900,
        "trigger": "`target-5xx` or `latency-p99`",
        "status": "recovered",
        "reached": [
            {"status": "started", "at": t(495)},
            {"status": "succeeded", "at": t(676)},
            {"status": "recovered", "at": t(900)},
        ],
        "unknownSince": None,
        "open": False,
        "cause": "alarm",
        "redAtStart": False,
        "application": "checkout",
        "group": "checkout-api",
        "platform": "ECS",
        "deployment": {
            "id": incident,
            "status": "Stopped",
            "creator": "user",
            "startedBy": None,
            "createdAt": t(0),
            "stoppedAt": t(495),
            "revision": {"kind": "taskDefinition", "text": "checkout-api:778"},
            "error": {"code": "ALARM_ACTIVE", "message": "One or more alarms have been activated"},
            "console": "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-1",
        },
        "rollback": {
            "id": f"{incident}R",
            "presumed": False,
            "status": "Succeeded",
            "createdAt": t(496),
            "doneAt": t(676),
            "revision": {"kind": "taskDefinition", "text": "checkout-api:777"},
            "message": None,
            "console": "https://eu-west-1.console.aws.amazon.com/codesuite/codedeploy/deployments/d-2",
        },
        "exposure": {"percent": 10, "basis": "configured steps"},
        "criteria": [
            {
                "id": "target-5xx",
                "title": "Errors of the targets",
                "condition": "5xx ratio of the targets above 2 %",
                "window": "in 3 of 5 minutes",
                "unit": "percent",
                "threshold": [["above", 2.0]],
                "alarm": f"rollguard_prod_{policy}_target-5xx",
                "attached": True,
                "state": "ALARM",
                "since": t(480),
                "reason": "Threshold Crossed: 3 out of the last 5 datapoints were greater than the threshold (2.0).",
                "value": 14.2,
                "dimensions": {"LoadBalancer": "app/checkout/0123456789abcdef"},
            },
            {
                "id": "latency-p99",
                "title": "Slow answers",
                "condition": "p99 of the answers above 1.5 s",
                "window": "in 3 of 5 minutes",
                "unit": "s",
                "threshold": [["above", 1.5]],
                "alarm": f"rollguard_prod_{policy}_latency-p99",
                "attached": True,
                "state": "OK",
                "since": None,
                "reason": None,
                "value": 0.4,
                "dimensions": {},
            },
        ],
        "because": ["target-5xx"],
        "times": {
            "onset": t(240),
            "alarm": t(480),
            "stopped": t(495),
            "rollbackStarted": t(496),
            "rollbackDone": t(676),
            "recovered": t(900),
        },
        "durations": {
            "toAlarm": 240,
            "toStop": 255,
            "toRollback": 256,
            "rollback": 180,
            "toRecovery": 660,
            "withinPromise": True,
        },
        "series": [{"criterion": "target-5xx", "period": 60, "points": points}],
        "missing": [],
        "told": [
            told("started", "oncall", t(497)),
            told("succeeded", "oncall", t(677)),
            told("recovered", "oncall", t(901)),
        ],
        "facts": [
            state(f"rollguard_prod_{policy}", "ALARM", "OK", t(480)),
            state(f"rollguard_prod_{policy}", "OK", "ALARM", t(900)),
        ],
    }


def told(status: str, channel: str, sent: str | None, failure: str | None = None) -> Json:
    return {
        "status": status,
        "channel": channel,
        "messageId": f"{status}-{channel}",
        "claimedAt": sent or at(497),
        "sentAt": sent,
        "repeated": False,
        "failure": failure,
    }


def state(alarm: str, value: str, previous: str, when: str) -> Json:
    return {
        "id": f"event-{alarm}-{when}",
        "kind": "alarmState",
        "at": when,
        "alarm": alarm,
        "value": value,
        "previous": previous,
        "reason": "",
        "reasonData": None,
    }


def still_red(incident: str = "d-STILLRED", policy: str = "checkout-api", began: datetime = BEGAN) -> Json:
    """Rolled back in time, and the service is as bad as before; one channel was never reached."""
    record = recovered(incident, policy, began)
    record |= {"status": "stillRed", "open": True}
    record["reached"][2] = {"status": "stillRed", "at": at(1576, began)}
    record["times"]["recovered"] = record["durations"]["toRecovery"] = None
    record["told"][2] = told("stillRed", "pd", None, "InternalError: the bus did not answer")
    record["facts"].pop()
    return record


def nothing_to_roll_back(incident: str = "d-NOTHING", policy: str = "first-release") -> Json:
    """The first release of a service was stopped."""
    record = recovered(incident, policy)
    record |= {"status": "nothingToRollBack", "open": True, "rollback": None}
    record["reached"] = [{"status": "started", "at": at(495)}, {"status": "nothingToRollBack", "at": at(500)}]
    record["times"] |= {"rollbackStarted": None, "rollbackDone": None, "recovered": None}
    record["durations"] |= {"toRollback": None, "rollback": None, "toRecovery": None, "withinPromise": None}
    record["told"] = []
    return record


def refused(incident: str = "d-REFUSED", policy: str = "checkout-api") -> Json:
    """Red before it began: no traffic reached the new version."""
    record = recovered(incident, policy)
    record |= {
        "status": "succeeded",
        "redAtStart": True,
        "open": True,
        "exposure": {"percent": 0, "basis": "red at its start"},
    }
    record["reached"] = [{"status": "refused", "at": at(1)}, {"status": "succeeded", "at": at(60)}]
    record["times"] = {
        "onset": None, "alarm": at(-600), "stopped": at(1), "rollbackStarted": at(2), "rollbackDone": at(60), "recovered": None,
    }  # fmt: skip
    record["durations"] = {
        "toAlarm": None, "toStop": None, "toRollback": None, "rollback": 58, "toRecovery": None, "withinPromise": None,
    }  # fmt: skip
    return record


def outside(incident: str = "outside-20261124T100800Z", policy: str = "checkout-api") -> Json:
    """Red while nobody deployed."""
    record = recovered(incident, policy)
    record |= {
        "deployment": None,
        "rollback": None,
        "group": None,
        "application": None,
        "platform": None,
        "cause": "unknown",
    }
    record["reached"] = [{"status": "outsideDeployment", "at": at(480)}, {"status": "recovered", "at": at(900)}]
    record["exposure"] = {"percent": None, "basis": "not known"}
    record["times"] |= {"stopped": None, "rollbackStarted": None, "rollbackDone": None}
    record["durations"] |= {"toStop": None, "toRollback": None, "rollback": None, "withinPromise": None}
    record["told"] = []
    return record


def unknown(incident: str = "d-UNKNOWN", policy: str = "stock-sync") -> Json:
    """CodeDeploy never answered: nearly everything is missing, and nobody has agreed on the criteria."""
    record = recovered(incident, policy)
    record |= {
        "status": "unknown",
        "unknownSince": at(500),
        "open": True,
        "cause": "unknown",
        "agreed": None,
        "runbook": None,
    }
    record["reached"] = [{"status": "unknown", "at": at(4100)}]
    record["deployment"] = {
        **dict.fromkeys(record["deployment"]),
        "id": incident,
        "stoppedAt": at(495),
        "console": record["deployment"]["console"],
    }
    record["rollback"] = {
        **dict.fromkeys(record["rollback"]),
        "id": "d-PRESUMED",
        "presumed": True,
        "createdAt": at(500),
        "console": record["rollback"]["console"],
    }
    record["exposure"] = {"percent": None, "basis": "not known"}
    record["because"] = []
    for criterion in record["criteria"]:
        criterion |= {"state": None, "since": None, "reason": None, "value": None, "dimensions": {}}
    record["times"] = {**dict.fromkeys(record["times"]), "stopped": at(495)}
    record["durations"] = dict.fromkeys(record["durations"])
    record["series"] = []
    record["missing"] = [
        {
            "what": f"deployment {incident} (codedeploy:GetDeployment)",
            "why": "AccessDeniedException: not authorized to perform codedeploy:GetDeployment",
            "since": at(500),
        }
    ]
    record["told"] = []
    return record


def failed(incident: str = "d-FAILED", policy: str = "card-webhooks") -> Json:
    """The rollback came later than agreed, and then failed."""
    record = recovered(incident, policy)
    record |= {"status": "failed", "open": True, "rollbackWithin": 240}
    record["rollback"] |= {"status": "Failed", "message": "The ECS service cannot be updated"}
    record["reached"][1:] = [{"status": "failed", "at": at(676)}]
    record["times"]["recovered"] = record["durations"]["toRecovery"] = None
    record["durations"]["withinPromise"] = False
    record["agreed"]["reviewDue"] = "2026-11-30"
    return record


def hostile(incident: str = "d-HOSTILE", policy: str = "hostile") -> Json:
    """Whatever anybody may write into a record is meant to break a page; a secret and a megabyte are in it too."""
    record = recovered(incident, policy)
    record |= {
        "title": HOSTILE,
        "owner": HOSTILE,
        "trigger": HOSTILE,
        "runbook": "javascript:alert(1)",
        "page": f"https://x/{HOSTILE}",
    }
    record["agreed"]["by"] = [HOSTILE]
    record["deployment"] |= {"startedBy": HOSTILE, "revision": {"kind": "s3", "text": HOSTILE}}
    record["deployment"]["error"] = {"code": HOSTILE, "message": "AKIAIOSFODNN7EXAMPLE " + HOSTILE}
    record["rollback"] |= {"message": HOSTILE, "revision": {"kind": "github", "text": "y" * 1_000_000}}
    for criterion in record["criteria"]:
        criterion |= {
            "title": HOSTILE,
            "condition": HOSTILE,
            "window": HOSTILE,
            "unit": HOSTILE,
            "reason": HOSTILE * 50,
        }
        criterion["dimensions"] = {HOSTILE: HOSTILE}
    record["missing"] = [{"what": HOSTILE, "why": HOSTILE, "since": at(0)}]
    record["told"] = [told("started", HOSTILE, at(497), HOSTILE)]
    return record


EVERY = (recovered, still_red, nothing_to_roll_back, refused, outside, unknown, failed, hostile)


def shelved(folder: Path, *records: Json) -> Path:
    """Records and observations as files of `folder`, laid out as in the bucket."""
    for record in records:
        if "incident" in record:
            path = folder / "records" / record["policy"] / f"{record['incident']}.json"
        else:
            since = record["redSince"].replace("-", "").replace(":", "")
            path = folder / "observations" / record["policy"] / record["criterion"]["id"] / f"{since}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record), encoding="utf-8")
    return folder


def judged(folder: Path, record: Json, verdict: str, when: str = "2026-11-25T08:00:00Z", **more: str) -> None:
    """A verdict beside the record."""
    path = (
        folder / "verdicts" / record["policy"] / record["incident"] / f"{when.replace('-', '').replace(':', '')}.json"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    stated = {"version": 1, "incident": record["incident"], "policy": record["policy"], "verdict": verdict, "at": when}
    path.write_text(
        json.dumps({**stated, "cause": "a null pointer", "ticket": "", "by": "kim", **more}), encoding="utf-8"
    )


def changed(record: Json, **more: Any) -> Json:
    """A copy with other values at the top."""
    return {**copy.deepcopy(record), **more}
