"""A record's essentials for machines, as `schema/notification.schema.json` describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rollguard.recorder.clean import address, line, number
from rollguard.recorder.headline import causes
from rollguard.recorder.messages import Message
from rollguard.recorder.words import moment

VERSION = 1
MOST_CRITERIA = 20

_TIMES = ("onset", "alarm", "stopped", "rollbackStarted", "rollbackDone", "recovered")
_DURATIONS = ("toAlarm", "toStop", "toRollback", "rollback", "toRecovery")


def summary(message: Message, record: Mapping[str, Any], most_criteria: int = MOST_CRITERIA) -> dict[str, Any]:
    """The notification without its text. Times are RFC 3339 in UTC, durations seconds, null is not known."""
    shown = [*causes(record), *(one for one in record.get("criteria") or () if one not in causes(record))]
    return {
        "version": VERSION,
        "messageId": message.message_id,
        "repeated": message.attributes.get("repeated") == "true",
        "status": message.attributes["status"],
        "subject": message.subject,
        "incident": {
            "id": line(record.get("incident"), 128),
            "open": bool(record.get("open")),
            "cause": record["cause"] if record.get("cause") in ("alarm", "failure", "request") else "unknown",
            "redAtStart": bool(record.get("redAtStart")),
            "because": [line(id, 64) for id in (record.get("because") or ())[:100]],
        },
        "policy": {
            "name": line(record.get("policy"), 64),
            "title": line(record.get("title"), 120),
            "owner": line(record.get("owner"), 120),
            "environment": line(record.get("environment"), 64),
            "account": line(record.get("account"), 12),
            "region": line(record.get("region"), 32),
            "rollbackWithin": number(record.get("rollbackWithin")),
        },
        "deployment": _deployment(record, record.get("deployment")),
        "rollback": _deployment(record, record.get("rollback")),
        "trafficPercent": number((record.get("exposure") or {}).get("percent")),
        "criteria": [_criterion(one) for one in shown[:most_criteria]],
        "times": {name: _time((record.get("times") or {}).get(name)) for name in _TIMES},
        "durations": {
            **{name: number((record.get("durations") or {}).get(name)) for name in _DURATIONS},
            "withinPromise": _truth((record.get("durations") or {}).get("withinPromise")),
        },
        "missing": [
            {"what": line(one.get("what"), 160), "why": line(one.get("why"), 200)}
            for one in (record.get("missing") or ())[:10]
        ],
        "links": {
            "runbook": address(record.get("runbook")) or None,
            "page": address(record.get("page")) or None,
            "deployment": address((record.get("deployment") or {}).get("console")) or None,
            "rollback": address((record.get("rollback") or {}).get("console")) or None,
        },
    }


def _deployment(record: Mapping[str, Any], of: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not of:
        return None
    revision = of.get("revision") or {}
    return {
        "id": line(of.get("id"), 64),
        "application": line(record.get("application"), 100) or None,
        "group": line(record.get("group"), 100) or None,
        "platform": line(record.get("platform"), 20) or None,
        "status": line(of.get("status"), 20) or None,
        "revision": line(revision.get("text"), 200) or None,
        "presumed": bool(of.get("presumed")),
    }


def _criterion(one: Mapping[str, Any]) -> dict[str, Any]:
    state = one.get("state")
    return {
        "id": line(one.get("id"), 64),
        "title": line(one.get("title"), 120),
        "condition": line(one.get("condition"), 200),
        "window": line(one.get("window"), 80),
        "unit": line(one.get("unit"), 20),
        "value": number(one.get("value")),
        "state": state if state in ("ALARM", "OK", "INSUFFICIENT_DATA") else None,
        "since": _time(one.get("since")),
        "reason": line(one.get("reason"), 300) or None,
        "alarm": line(one.get("alarm"), 255) or None,
        "attached": bool(one.get("attached", True)),
    }


def _time(value: object) -> str | None:
    read = moment(value)
    return f"{read:%Y-%m-%dT%H:%M:%SZ}" if read else None


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
