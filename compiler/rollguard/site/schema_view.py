"""A JSON Schema as tables that a person can read: one section per object, one row per key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an object. `see` is the anchor of the section that describes its value, or empty."""

    name: str
    anchor: str
    kind: str
    see: str
    required: bool
    default: str
    description: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """An object of the schema: where it stands (`spec.criteria[]`), what it is, and its keys."""

    path: str
    anchor: str
    title: str
    description: str
    note: str
    keys: tuple[Key, ...]


def sections(name: str, schemas: Mapping[str, Schema]) -> tuple[Section, ...]:
    """The schema called `name`: the file first, then every object inside it in the order of reading, a shared one only once.

    `schemas` holds every schema that may be referred to, by its name: `policy` is referred to as `policy.schema.json`.
    """
    files = {f"{other}.schema.json": schema for other, schema in schemas.items()}
    whole = {file: _absolute(schema, file) for file, schema in files.items()}
    return tuple(_walk(whole, whole[f"{name}.schema.json"]))


def _absolute(node: Any, file: str) -> Any:
    """The schema with every reference naming its file, so that it can be followed from anywhere."""
    if isinstance(node, Mapping):
        return {
            key: f"{file}{value}" if key == "$ref" and str(value).startswith("#") else _absolute(value, file)
            for key, value in node.items()
        }
    return [_absolute(item, file) for item in node] if isinstance(node, list) else node


def _walk(root: Schema, schema: Schema) -> Iterator[Section]:
    waiting: list[tuple[str, Schema]] = [("", schema)]
    described: dict[str, str] = {}
    while waiting:
        path, found = waiting.pop(0)
        inner: list[tuple[str, Schema]] = []
        keys = tuple(_keys(root, path, found, described, inner))
        node = _resolved(root, found)[0]
        yield Section(
            path, anchor(path), str(node.get("title", "")), str(node.get("description", "")), _note(node), keys
        )
        waiting = inner + waiting


def _keys(
    root: Schema, path: str, node: Schema, described: dict[str, str], inner: list[tuple[str, Schema]]
) -> Iterator[Key]:
    node, _ = _resolved(root, node)
    required = set(node.get("required", ()))
    for name, stated in _members(node):
        here = f"{path}.{name}" if path else name
        value, kind, below = _shape(root, stated)
        see = ""
        if below is not None:
            place, object_node, definition = f"{here}{below[0]}", below[1], below[2]
            see = described.get(definition, "") if definition else ""
            if not see:
                see = anchor(place)
                if definition:
                    described[definition] = see
                inner.append((place, object_node))
        yield Key(
            name=name,
            anchor=anchor(here),
            kind=kind,
            see=see,
            required=name in required,
            default=_json(value["default"]) if "default" in value else "",
            description=_description(name, stated, value),
            examples=tuple(_json(example) for example in value.get("examples", ())[:3]),
        )


def _description(name: str, stated: Schema, value: Schema) -> str:
    said = stated.get("description") or value.get("description") or stated.get("title") or value.get("title")
    return str(said or ("A name of your own." if name.startswith("<") else ""))


def _members(node: Schema) -> Iterator[tuple[str, Schema]]:
    for name, stated in node.get("properties", {}).items():
        if stated is not False:
            yield name, stated if isinstance(stated, Mapping) else {}
    extra = node.get("additionalProperties")
    if isinstance(extra, Mapping):
        names = node.get("propertyNames", {})
        yield f"<{str(names.get('title') or 'name').lower()}>", extra
    for pattern, stated in node.get("patternProperties", {}).items():
        if isinstance(stated, Mapping):
            yield f"<{stated.get('title', pattern)}>", stated


def _resolved(root: Schema, node: Schema) -> tuple[Schema, str]:
    """The schema behind a `$ref`, with what stands beside the reference on top, and the definition's name."""
    definition = ""
    while "$ref" in node:
        definition = str(node["$ref"])
        file, _, pointer = definition.partition("#")
        target: Any = root[file]
        for step in filter(None, pointer.split("/")):
            target = target[step]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node, definition


def _shape(root: Schema, stated: Schema) -> tuple[Schema, str, tuple[str, Schema, str] | None]:
    """The schema of a value, its kind in words, and the object inside it that has keys of its own (how it is reached, which, its name)."""
    node, definition = _resolved(root, stated)
    if _has_keys(node):
        return node, "map", ("", node, definition)
    if "items" in node and isinstance(node["items"], Mapping):
        _, kind, below = _shape(root, node["items"])
        size = _size(node)
        return node, f"list of {kind}{size}", None if below is None else (f"[]{below[0]}", below[1], below[2])
    choices = [choice for word in ("oneOf", "anyOf") for choice in node.get(word, ())]
    if choices:
        shapes = [_shape(root, choice) for choice in choices]
        kinds = list(dict.fromkeys(kind for _, kind, _ in shapes))
        objects = [below for _, _, below in shapes if below is not None]
        return node, " or ".join(kinds), objects[0] if objects else None
    return node, _kind(node), None


def _has_keys(node: Schema) -> bool:
    return bool(node.get("properties") or node.get("patternProperties")) or isinstance(
        node.get("additionalProperties"), Mapping
    )


def _kind(node: Schema) -> str:
    if "const" in node:
        return _json(node["const"])
    if "enum" in node:
        return " | ".join(_json(value) for value in node["enum"])
    stated = node.get("type", "any value")
    kind = " or ".join(stated) if isinstance(stated, list) else str(stated)
    kind = {
        "string": "text",
        "integer": "whole number",
        "boolean": "true or false",
        "object": "map",
        "null": "nothing",
    }.get(kind, kind)
    low = node.get("minimum", node.get("exclusiveMinimum"))
    high = node.get("maximum", node.get("exclusiveMaximum"))
    if low is not None and high is not None:
        return f"{kind}, {low} to {high}"
    if low is not None:
        return f"{kind}, {'above' if 'exclusiveMinimum' in node else 'at least'} {low}"
    if "maxLength" in node:
        return f"{kind}, at most {node['maxLength']} characters"
    return kind


def _size(node: Schema) -> str:
    least, most = node.get("minItems"), node.get("maxItems")
    if least is not None and least == most:
        return f", exactly {least}"
    if least and most:
        return f", {least} to {most}"
    return f", at least {least}" if least else ""


def _note(node: Schema) -> str:
    if node.get("minProperties") == 1 and node.get("maxProperties") == 1:
        return "exactly one of these keys"
    return "at least one of these keys" if node.get("minProperties") == 1 else ""


def anchor(path: str) -> str:
    """`spec.criteria[].window` becomes `spec-criteria-window`; the root is `top-level`."""
    return re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-") or "top-level"


def _json(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
