"""The form that each kind of channel needs: a message becomes the parameters of one call of SNS or EventBridge."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rollguard.recorder.clean import bytes_of, line
from rollguard.recorder.messages import Message
from rollguard.recorder.pagerduty import event
from rollguard.recorder.slack import slack
from rollguard.recorder.summary import MOST_CRITERIA, summary

#: SNS and EventBridge take 256 KiB, attributes and the entry's other parts included (aws-facts 7.4; EventBridge guide, "PutEvents").
MOST_BYTES = 262_144 - 12_000
#: What the rule of a PagerDuty channel looks for, beside `detail.channel` and `detail.environment`.
EVENT_SOURCE, EVENT_TYPE = "rollguard", "Rollguard Notification"


@dataclass(frozen=True, slots=True)
class Publication:
    """One call: `sns` is `publish(**parameters)`, `events` is `put_events(**parameters)`, whose answer may hold a failed entry."""

    service: Literal["sns", "events"]
    parameters: dict[str, Any]


def publication(message: Message, channel: Mapping[str, Any], record: Mapping[str, Any]) -> Publication:
    """The call that tells `channel`: an entry of the guard sheet's `channels` together with its `name`.

    E-mail and an existing topic get the text, `https` and `sqs` JSON (`schema/notification.schema.json`). Raises ValueError for a kind
    that is not known, and where what the kind needs (`topicArn`, or for PagerDuty `name`) is not there.
    """
    kind = channel.get("kind")
    if kind == "pagerduty":
        return _put_events(message, _needed(channel, "name"), record)
    if kind in ("email", "topic"):
        # Not `MessageStructure: json`: SNS then leaves out the attributes that subscriptions filter by.
        text = message.body
    elif kind in ("https", "sqs"):
        text = _json(message, record)
    elif kind == "slack":
        text = json.dumps(slack(message, record, thread(record)), ensure_ascii=False, allow_nan=False)
    else:
        raise ValueError(f"no channel is of kind {kind!r}")
    parameters = {
        "TopicArn": _needed(channel, "topicArn"),
        "Subject": message.subject,
        "Message": text,
        "MessageAttributes": {name: _attribute(name, value) for name, value in message.attributes.items()},
    }
    return Publication("sns", parameters)


def thread(record: Mapping[str, Any]) -> str:
    """What holds the messages of one incident together: its id. `outside-…` ids are times, which two policies may share."""
    incident = line(record.get("incident"), 128)
    return incident if incident.startswith("d-") else f"{line(record.get('policy'), 64)}/{incident}"


def _needed(channel: Mapping[str, Any], key: str) -> str:
    value = channel.get(key)
    if not isinstance(value, str) or not value:
        raise ValueError(f"a channel of kind {channel.get('kind')!r} needs `{key}`")
    return value


def _attribute(name: str, value: str) -> dict[str, str]:
    return {"DataType": "String.Array" if name == "criteria" else "String", "StringValue": value}


def _json(message: Message, record: Mapping[str, Any]) -> str:
    return _fitting(message, record, lambda short: {**short, "text": message.body})


def _put_events(message: Message, name: str, record: Mapping[str, Any]) -> Publication:
    detail = _fitting(
        message,
        record,
        lambda short: {
            "channel": name,
            "environment": line(record.get("environment"), 64),
            "policy": line(record.get("policy"), 64),
            "pagerduty": event(message, record, thread(record), short),
        },
    )
    return Publication("events", {"Entries": [{"Source": EVENT_SOURCE, "DetailType": EVENT_TYPE, "Detail": detail}]})


def _fitting(message: Message, record: Mapping[str, Any], made: Any) -> str:
    """JSON within the limit: with as many criteria as fit. The text alone always does."""
    for most in (MOST_CRITERIA, 5, 0):
        text = json.dumps(made(summary(message, record, most)), ensure_ascii=False, allow_nan=False)
        if bytes_of(text) <= MOST_BYTES:
            break
    return text
