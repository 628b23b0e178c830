"""The published schemas: compiled once to decide fast, and walked to find what they say about one place."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from rollguard.resources import data
from rollguard.source import Path

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

Kind = Literal["policy", "environments", "presets", "failureModes"]
Node = dict[str, Any]

KINDS: dict[str, Kind] = {
    "RollbackPolicy": "policy",
    "Environments": "environments",
    "Presets": "presets",
    "FailureModes": "failureModes",
}
API_VERSION = "rollguard/v1"

_FILES: dict[Kind, str] = {
    "policy": "policy.schema.json",
    "environments": "environments.schema.json",
    "presets": "preset.schema.json",
    "failureModes": "failure-modes.schema.json",
}
#: What environments and presets share with policies stands in the policy's schema.
_SHARED = _FILES["policy"]
#: Only a name for the validator to resolve relative references against; nothing is ever fetched.
_BASE = "json-schema:///"


@cache
def schema(kind: Kind) -> Node:
    """The schema as it is published."""
    return _load(_FILES[kind])


@cache
def validator(kind: Kind) -> Draft202012Validator:
    """The compiled schema. Importing the library and compiling take some 20 ms, hence only when there is something to check."""
    from jsonschema_rs import Draft202012Validator, Registry

    file = _FILES[kind]
    resources = [(_BASE + name, _load(name)) for name in {file, _SHARED}]
    return Draft202012Validator(_load(file), registry=Registry(resources), base_uri=_BASE + file, offline=True)


def node(kind: Kind, path: Path) -> Node:
    """What the schema says about a place of a document, with every reference followed; empty where it says nothing."""
    found = followed({"$ref": f"{_FILES[kind]}#"})
    for part in path:
        below = found.get("items") if isinstance(part, int) else _value_of(found, part)
        if not isinstance(below, dict):
            return {}
        found = followed(below)
    return found


def properties(found: Node) -> dict[str, Node]:
    """The keys that a node lists, with every reference of theirs followed."""
    return {key: followed(below) for key, below in found.get("properties", {}).items()}


@cache
def places_of_keys(kind: Kind) -> dict[str, tuple[str, ...]]:
    """For each key of the language the keys right above it, to tell an author where a misplaced key belongs."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()

    def walk(below: Node, above: str) -> None:
        reference = below.get("$ref")
        if isinstance(reference, str):
            mark = f"{reference} {above}"
            if mark in seen:
                return
            seen.add(mark)
        here = followed(below)
        for key, value in here.get("properties", {}).items():
            if above and above not in found.setdefault(key, []):
                found[key].append(above)
            walk(value, key)
        for inner in ("items", "additionalProperties"):
            if isinstance(here.get(inner), dict):
                walk(here[inner], above)

    walk({"$ref": f"{_FILES[kind]}#"}, "")
    return {key: tuple(above) for key, above in found.items()}


@cache
def _load(file: str) -> Node:
    return cast(Node, json.loads(data("schema", file).read_text(encoding="utf-8")))


@cache
def _absolute(file: str) -> Node:
    """A schema whose references all name their file, so that parts of different files can be laid over one another."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: file + inner if key == "$ref" and isinstance(inner, str) and inner.startswith("#") else walk(inner)
                for key, inner in value.items()
            }
        return [walk(inner) for inner in value] if isinstance(value, list) else value

    return cast(Node, walk(_load(file)))


def followed(below: Node) -> Node:
    """A node with its references replaced by what they refer to; what stands beside a reference wins."""
    while "$ref" in below:
        file, _, pointer = below["$ref"].partition("#")
        target: Any = _absolute(file)
        for part in pointer.split("/")[1:]:
            target = target[part]
        below = {**target, **{key: value for key, value in below.items() if key != "$ref"}}
    return below


def _value_of(found: Node, key: str) -> Any:
    return found.get("properties", {}).get(key, found.get("additionalProperties"))
