"""Values on the wire keep their kind, and secrets are told apart from all else."""

from __future__ import annotations

from google.protobuf import json_format
from google.protobuf.struct_pb2 import Struct

from rollguard.sandbox.aws import UNKNOWN, Secret
from rollguard.sandbox.wire import from_wire, hidden, to_wire


def test_plain_values_come_back_as_they_went() -> None:
    values = {"text": "a", "whole": 60, "part": 0.5, "yes": True, "list": [1, {"deep": ["x"]}], "empty": {}}
    back = from_wire(to_wire(values))
    assert back == values
    assert isinstance(back["whole"], int)
    assert back["yes"] is True


def test_what_is_null_is_left_out() -> None:
    assert from_wire(to_wire({"there": 1, "not": None})) == {"there": 1}


def test_every_kind_of_unknown_is_one_unknown() -> None:
    struct = Struct()
    json_format.ParseDict(
        {"text": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "list": ["6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"]}, struct
    )
    assert from_wire(struct) == {"text": UNKNOWN, "list": [UNKNOWN]}


def test_a_secret_travels_wrapped_and_is_never_written_down() -> None:
    values = {"endpoint": Secret("https://x"), "list": [Secret({"a": 1})], "open": "y"}
    struct = to_wire(values)
    assert json_format.MessageToDict(struct)["endpoint"] == {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "value": "https://x",
    }
    assert from_wire(struct) == values
    assert hidden(values) == {"endpoint": "[secret]", "list": ["[secret]"], "open": "y"}
