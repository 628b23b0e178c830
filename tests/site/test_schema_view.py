"""Schemas as tables: every key that an author may write is there, with its anchor."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rollguard.site.gather import SCHEMAS
from rollguard.site.schema_view import Form, Key, Section, groups, sections

PET: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"$ref": "#/$defs/id", "description": "What it is `called`.", "examples": ["rex"]},
        "legs": {"type": "integer", "minimum": 0, "maximum": 8, "default": 4},
        "kind": {"enum": ["dog", "cat"]},
        "food": {
            "description": "What it eats.",
            "type": "object",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": {"meat": {"const": True}, "grain": {"type": "string"}},
        },
        "friends": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/friend"}},
        "best": {"oneOf": [{"type": "string"}, {"$ref": "#/$defs/friend"}]},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "$defs": {
        "id": {"type": "string", "maxLength": 63},
        "friend": {"type": "object", "properties": {"since": {"$ref": "other.schema.json#/$defs/date"}}},
    },
}
OTHER: dict[str, Any] = {"$defs": {"date": {"type": "string", "description": "A day."}}}


@pytest.fixture
def pet() -> dict[str, Section]:
    return {section.path: section for section in sections("pet", {"pet": PET, "other": OTHER})}


def test_each_object_is_a_section_and_a_shared_one_is_described_once(pet: dict[str, Section]) -> None:
    assert list(pet) == ["", "food", "friends[]", "labels"]
    assert pet["food"].note == "exactly one of these keys"


def test_a_key_says_what_it_takes(pet: dict[str, Section]) -> None:
    assert pet[""].keys == (
        Key("name", "name", (Form("text, at most 63 characters"),), True, "", "What it is `called`.", ("rex",)),
        Key("legs", "legs", (Form("whole number, 0 to 8"),), False, "4", "", ()),
        Key("kind", "kind", (Form("dog | cat"),), False, "", "", ()),
        Key("food", "food", (Form("map", "food"),), False, "", "What it eats.", ()),
        Key("friends", "friends", (Form("list of map, at least 1", "friends"),), False, "", "", ()),
        Key("best", "best", (Form("text"), Form("map", "friends")), False, "", "", ()),
        Key("labels", "labels", (Form("map", "labels"),), False, "", "", ()),
    )
    assert pet["labels"].keys == (Key("<name>", "labels-name", (Form("text"),), False, "", "A name of your own.", ()),)
    assert pet["friends[]"].keys[0].description == "A day."


def test_a_key_says_every_form_that_it_takes() -> None:
    shape = {"type": "object", "properties": {"hold": {"type": ["number", "string"], "maxLength": 9}}}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "trigger": {"type": ["object", "string"], "maxLength": 20, "properties": {"atLeast": {"type": "integer"}}},
            "told": {"type": ["array", "null"], "items": {"type": "string"}},
            "outside": {"type": ["object", "string"], "pattern": "^band$", "properties": {"below": {"type": "number"}}},
            "series": {**shape, "type": ["object", "array"], "items": shape},
        },
    }
    found = {section.anchor: section for section in sections("own", {"own": schema})}
    assert {key.name: key.forms for key in found["top-level"].keys} == {
        "trigger": (Form("text, at most 20 characters"), Form("map", "trigger")),
        "told": (Form("list of text"), Form("nothing")),
        "outside": (Form("band"), Form("map", "outside")),
        "series": (Form("list of map", "series"), Form("map", "series-each")),
    }
    assert [key.forms for key in found["series-each"].keys] == [(Form("number"), Form("text, at most 9 characters"))]


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_anchor_of_our_own_schemas_exists_once(checkout: Path, name: str) -> None:
    schemas = {
        other: json.loads((checkout / "schema" / f"{other}.schema.json").read_text(encoding="utf-8"))
        for other in SCHEMAS
    }
    found = sections(name, schemas)
    anchors = [section.anchor for section in found]
    assert len(anchors) == len(set(anchors))
    assert {form.see for section in found for key in section.keys for form in key.forms if form.see} <= set(anchors)
    named = [key.anchor for section in found for key in section.keys]
    assert len(named) == len(set(named))
    assert [key.name for key in found[0].keys] == list(schemas[name]["properties"])
    unsaid = [f"{section.path}.{key.name}" for section in found for key in section.keys if not key.description]
    assert unsaid == []


def test_deep_objects_are_gathered_below_the_one_that_they_lie_in() -> None:
    """Read `a.b[].c` as three levels: two of them are heads of groups."""
    leaf = {"type": "object", "properties": {"x": {"type": "string"}}}
    inside = {"type": "object", "properties": {"c": leaf, "d": {"type": "object", "properties": {"e": leaf}}}}
    outside = {"type": "object", "properties": {"b": {"type": "array", "items": inside}, "f": leaf}}
    deep = {"type": "object", "properties": {"a": outside}}
    found = groups(sections("deep", {"deep": deep}))
    assert [(group.head.path, [group.within(section) for section in group.inner]) for group in found] == [
        ("", []),
        ("a", []),
        ("a.b[]", ["c", "d", "d.e"]),
        ("a.f", []),
    ]
