"""What a person sees of a message for a program: Slack's notification, PagerDuty's event, the JSON of queues and web hooks."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Mapping
from typing import Any

_LOOK = "`--raw` shows the JSON as it was sent."


def as_read(body: str) -> str:
    """The body in words; one that is for people already, or of a form that is not ours, as it is."""
    try:
        stated = json.loads(body)
    except ValueError:
        return body
    if not isinstance(stated, Mapping):
        return body
    for reader in (_slack, _pagerduty, _notification):
        lines = list(reader(stated))
        if lines:
            return "\n".join([*lines, "", f"({_LOOK})"])
    return body


def _slack(stated: Mapping[str, Any]) -> Iterator[str]:
    content = stated.get("content")
    if stated.get("source") != "custom" or not isinstance(content, Mapping):
        return
    metadata = stated.get("metadata") or {}
    yield f"Slack, in the thread {metadata.get('threadId', '?')}: {_text(content.get('title'))}"
    yield ""
    yield _text(content.get("description"))
    steps = content.get("nextSteps") or ()
    if steps:
        yield from ("", "Next steps:")
    for number, step in enumerate(steps, 1):
        first, *commands = _text(step).replace("```", "").splitlines()
        yield f"{number}. {first}"
        yield from (f"     {command}" for command in commands)


def _pagerduty(stated: Mapping[str, Any]) -> Iterator[str]:
    payload = stated.get("payload")
    if "event_action" not in stated or not isinstance(payload, Mapping):
        return
    does = {"trigger": "opens, or adds to, the alert", "resolve": "resolves the alert"}
    action = str(stated["event_action"])
    yield f"PagerDuty: {does.get(action, action)} {stated.get('dedup_key')} ({payload.get('severity')}): {payload.get('summary')}"
    yield ""
    yield str((payload.get("custom_details") or {}).get("text", ""))


def _notification(stated: Mapping[str, Any]) -> Iterator[str]:
    if "text" not in stated or "incident" not in stated:
        return
    fields = ", ".join(key for key in stated if key != "text")
    yield f"JSON with the fields {fields}, and this text:"
    yield ""
    yield str(stated["text"])


def _text(value: object) -> str:
    """What Slack shows of a text that was escaped for it."""
    return html.unescape(str(value or ""))
