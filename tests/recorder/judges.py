"""What each channel's other end demands of what we send: SNS and EventBridge by botocore's models and prose, the rest by schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from jsonschema import Draft202012Validator

from rollguard.recorder.forms import Publication

_HERE = Path(__file__).parent
_SCHEMAS = _HERE.parents[1] / "schema"
KINDS = ("email", "https", "sqs", "topic", "slack", "pagerduty")
TOPIC = "arn:aws:sns:eu-west-1:222222222222:rollguard_prod_channel"


def channel(kind: str) -> dict[str, str]:
    return {"kind": kind, "name": "on-call", **({} if kind == "pagerduty" else {"topicArn": TOPIC})}


@cache
def schema(name: str) -> Draft202012Validator:
    path = _HERE / name if (_HERE / name).is_file() else _SCHEMAS / name
    stated = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(stated)
    return Draft202012Validator(stated)


@cache
def _input(service: str, operation: str) -> Any:
    return ServiceModel(Loader().load_service_model(service, "service-2")).operation_model(operation).input_shape


def _strict(text: str) -> Any:
    def refuse(constant: str) -> Any:
        raise ValueError(f"{constant} is no JSON")

    return json.loads(text, parse_constant=refuse)


def judge(made: Publication, kind: str) -> Any:
    """Fails where AWS or the receiver would refuse it; returns what the receiver reads."""
    if made.service == "events":
        assert not ParamValidator().validate(made.parameters, _input("events", "PutEvents")).has_errors()
        (entry,) = made.parameters["Entries"]
        assert entry["Source"] == "rollguard"
        # EventBridge guide, "Calculating PutEvents event entry size": source, detail type and detail in UTF-8, at most 256 KB.
        assert sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail")) <= 262_144
        detail = _strict(entry["Detail"])
        assert detail["channel"] == "on-call"
        schema("pagerduty_event.schema.json").validate(detail["pagerduty"])
        return detail["pagerduty"]
    _publish(made.parameters)
    text = made.parameters["Message"]
    if kind in ("email", "topic"):
        return text
    read = _strict(text)
    schema("slack_notification.schema.json" if kind == "slack" else "notification.schema.json").validate(read)
    return read


def _publish(parameters: dict[str, Any]) -> None:
    assert not ParamValidator().validate(parameters, _input("sns", "Publish")).has_errors()
    subject = parameters["Subject"]
    assert 0 < len(subject) < 100
    assert subject.isascii() and subject.isprintable()
    attributes = parameters["MessageAttributes"]
    # A queue with raw delivery drops a message with more than ten (SNS guide, "Message attributes").
    assert len(attributes) <= 10
    for name, attribute in attributes.items():
        assert attribute["StringValue"]
        assert name.isalnum()
        if attribute["DataType"] == "String.Array":
            assert all(isinstance(one, str) for one in _strict(attribute["StringValue"]))
    whole = parameters["Message"] + "".join(
        name + one["DataType"] + one["StringValue"] for name, one in attributes.items()
    )
    assert parameters["Message"]
    assert len(whole.encode("utf-8")) <= 262_144
