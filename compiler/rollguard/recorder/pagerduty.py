"""The message as an event of PagerDuty's Events API v2, without the routing key, which only EventBridge's connection knows.

Fields and limits: developer.pagerduty.com, "Send an Alert Event" (summary 1,024 characters, dedup_key 255).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rollguard.recorder.clean import line, within_bytes
from rollguard.recorder.messages import Message
from rollguard.recorder.words import moment

#: An acknowledgement says that "someone is presently working on the problem" and silences every later trigger, so a machine must not
#: send one: `stillRed` after a finished rollback would wake nobody.
_RESOLVING = ("recovered",)
_SEVERITY = {
    "started": "critical",
    "failed": "critical",
    "nothingToRollBack": "critical",
    "stillRed": "critical",
    "unknown": "critical",
    "refused": "error",
    "notRolledBack": "critical",
    "outsideDeployment": "error",
    "succeeded": "warning",
    "recovered": "info",
}
_LINKS = {"runbook": "Runbook", "page": "Criteria", "deployment": "Deployment", "rollback": "Rollback"}
MOST_TEXT = 30_000


def event(message: Message, record: Mapping[str, Any], thread: str, summary: Mapping[str, Any]) -> dict[str, Any]:
    """The body of the event: `trigger` for every status but `recovered`, which resolves the alert of the incident."""
    status = message.attributes["status"]
    reached = [one.get("at") for one in record.get("reached") or () if one.get("status") == status]
    at = moment(reached[-1]) if reached else None
    policy, environment = line(record.get("policy"), 64), line(record.get("environment"), 64)
    payload = {
        # The subject, which a template may word: a list of alerts cuts the first line of the text.
        "summary": message.subject,
        "source": f"{policy}.{environment}.{line(record.get('region'), 32)}",
        "severity": _SEVERITY.get(status, "error"),
        **_named("component", line(record.get("group"), 100) or policy),
        **_named("group", line(record.get("application"), 100) or line(record.get("owner"), 100) or policy),
        "class": f"rollback-{status}",
        "custom_details": {"text": within_bytes(message.body, MOST_TEXT), **summary},
    }
    if at:
        payload["timestamp"] = f"{at:%Y-%m-%dT%H:%M:%S.000+0000}"
    return {
        "event_action": "resolve" if status in _RESOLVING else "trigger",
        "dedup_key": thread,
        "client": "Rollguard",
        **({"client_url": summary["links"]["page"]} if summary["links"]["page"] else {}),
        "links": [
            {"href": summary["links"][name], "text": text} for name, text in _LINKS.items() if summary["links"][name]
        ],
        "payload": payload,
    }


def _named(field: str, value: str) -> dict[str, str]:
    """Optional fields must not be empty."""
    return {field: value} if value else {}
