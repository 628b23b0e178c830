"""The message as Amazon Q Developer in chat applications shows it in Slack: its custom schema, with everything in it plain text.

Schema: docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html. It states no lengths; those here are what other users of the
schema cut to (aws-facts 7.4, unverified), so they are on the safe side rather than AWS's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rollguard.recorder.clean import line
from rollguard.recorder.headline import causes
from rollguard.recorder.messages import Message

DESCRIPTION, STEP, SUMMARY, STEPS = 8_000, 2_000, 250, 10

#: Slack reads `<…>` as a link or a mention (`<!channel>`), and `&` begins an entity (Slack, "Formatting text for app surfaces").
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
#: Signs that would make text bold, struck or code, each with one that looks like it.
_SIGNS = {"*": "\u2217", "~": "\u223c", "`": "'"}
#: Underscores inside a name (`rollguard_prod_shop`) mark nothing up and must stay as they are.
_ITALIC = re.compile(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


def slack(message: Message, record: Mapping[str, Any], thread: str) -> dict[str, Any]:
    """The custom notification: one thread for each incident, the commands as next steps."""
    status = message.attributes["status"]
    related = [
        line((record.get("deployment") or {}).get("id"), 64),
        line((record.get("rollback") or {}).get("id"), 64),
        *(line(one.get("alarm"), 255) for one in causes(record)[:3]),
    ]
    known = {
        name: message.attributes[name]
        for name in ("policy", "environment", "region", "team", "status", "incident", "repeated")
        if name in message.attributes
    }
    return {
        "version": "1.0",
        "source": "custom",
        "id": line(message.message_id, 256),
        "content": {
            "textType": "client-markdown",
            "title": plain(message.subject, SUMMARY),
            "description": plain(message.body, DESCRIPTION) or "-",
            "nextSteps": [_step(step.text, step.commands) for step in message.steps[:STEPS]],
            "keywords": [plain(known[name], SUMMARY) for name in ("policy", "environment", "status") if name in known],
        },
        "metadata": {
            "threadId": thread,
            "summary": plain(message.subject, SUMMARY),
            "eventType": f"rollguard-{status}",
            "relatedResources": [plain(one, SUMMARY) for one in related if one],
            "additionalContext": {name: plain(value, SUMMARY) for name, value in known.items()},
        },
    }


def plain(text: str, limit: int) -> str:
    """Text that Slack shows as it is, in at most `limit` characters of the message; no entity is cut in two."""
    safe = _ITALIC.sub("\u02cd", text).replace("](", "] (")
    return _escaped("".join(_SIGNS.get(character, character) for character in safe), limit)


def _step(text: str, commands: tuple[str, ...]) -> str:
    """A step and its commands as code, where Slack marks nothing up; no command of ours holds a backtick. What does not fit is left out."""
    shown = plain(text, STEP // 2)
    for command in commands:
        block = f"\n```{_escaped(command, STEP)}```"
        if len(shown) + len(block) <= STEP:
            shown += block
    return shown


def _escaped(text: str, limit: int) -> str:
    pieces = [_ENTITIES.get(character, character) for character in text]
    if sum(map(len, pieces)) <= limit:
        return "".join(pieces)
    kept, length = [], 1
    for piece in pieces:
        length += len(piece)
        if length > limit:
            break
        kept.append(piece)
    return "".join(kept) + "…"
