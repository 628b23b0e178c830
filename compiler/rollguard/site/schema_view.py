"""A JSON Schema as tables that a person can read: one section per object, one row per key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Schema = Mapping[str, Any]

#: The order in which the kinds of a value that takes several are said.
_SHORTEST_FIRST = ("boolean", "number", "integer", "string", "array", "object")
#: A pattern that is one word long allows nothing but this word.
_WORD = re.compile(r"\^([A-Za-z]+)\$")


@dataclass(frozen=True, slots=True)
class Form:
    """One form that a value may take. `see` is the anchor of the section that describes it, or empty."""

    kind: str
    see: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an object, with every form that its value may take."""

    name: str
    anchor: str
    forms: tuple[Form, ...]
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

    @property
    def says_more(self) -> bool:
        """Whether the title is more than the last word of the path."""
        return bool(self.title) and self.title.lower() != re.split(r"[.\[]", self.path.removesuffix("[]"))[-1].lower()


@dataclass(frozen=True, slots=True)
class Group:
    """A section near the top of the file, with those of the objects inside it that are not near the top themselves."""

    head: Section
    inner: tuple[Section, ...]

    def within(self, section: Section) -> str:
        """What an inner section is called beside the head: `codedeploy.traffic` below `spec.deployments[]`."""
        return section.path.removeprefix(self.head.path).lstrip(".") or section.path


#: Objects at most so deep in the file are heads of groups; for a policy those are `metadata`, `spec` and what is directly below them.
_NEAR_THE_TOP = 2


def groups(found: Iterable[Section]) -> tuple[Group, ...]:
    """The sections in their order, gathered for an index."""
    made: list[Group] = []
    for section in found:
        if section.path.count(".") < _NEAR_THE_TOP or not made:
            made.append(Group(section, ()))
        else:
            made[-1] = replace(made[-1], inner=(*made[-1].inner, section))
    return tuple(made)


def sections(name: str, schemas: Mapping[str, Schema]) -> tuple[Section, ...]:
    """The schema called `name`: the file first, then every object inside it in the order of reading, a shared one only once.

    `schemas` holds every schema that may be referred to, by its name: `policy` is referred to as `policy.schema.json`.
    """
    files = {f"{other}.schema.json": schema for other, schema in schemas.items()}
    whole = {file: _absolute(schema, file) for file, schema in files.items()}
    return tuple(_Walk(whole).sections(whole[f"{name}.schema.json"]))


def _absolute(node: Any, file: str) -> Any:
    """The schema with every reference naming its file, so that it can be followed from anywhere."""
    if isinstance(node, Mapping):
        return {
            key: f"{file}{value}" if key == "$ref" and str(value).startswith("#") else _absolute(value, file)
            for key, value in node.items()
        }
    return [_absolute(item, file) for item in node] if isinstance(node, list) else node


@dataclass(frozen=True, slots=True)
class _Object:
    """An object inside a value: how it is reached from there, its schema, and its definition's name or nothing."""

    suffix: str
    node: Schema
    definition: str


@dataclass(frozen=True, slots=True)
class _Walk:
    """The way through a schema; `described` are the anchors of definitions, `taken` all anchors of sections."""

    root: Schema
    described: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def sections(self, schema: Schema) -> Iterator[Section]:
        waiting: list[tuple[str, str, Schema]] = [("", anchor(""), schema)]
        while waiting:
            path, place, found = waiting.pop(0)
            inner: list[tuple[str, str, Schema]] = []
            keys = tuple(self._keys(path, "" if not path else f"{place}-", found, inner))
            node = _resolved(self.root, found)[0]
            yield Section(path, place, str(node.get("title", "")), str(node.get("description", "")), _note(node), keys)
            waiting = inner + waiting

    def _keys(self, path: str, before: str, node: Schema, inner: list[tuple[str, str, Schema]]) -> Iterator[Key]:
        node, _ = _resolved(self.root, node)
        required = set(node.get("required", ()))
        for name, stated in _members(node):
            here = f"{path}.{name}" if path else name
            value, forms = _shape(self.root, stated)
            yield Key(
                name=name,
                anchor=f"{before}{anchor(name)}",
                forms=tuple(Form(kind, self._see(here, below, inner)) for kind, below in forms.items()),
                required=name in required,
                default=_json(value["default"]) if "default" in value else "",
                description=_description(name, stated, value),
                examples=tuple(_json(example) for example in value.get("examples", ())[:3]),
            )

    def _see(self, here: str, below: _Object | None, inner: list[tuple[str, str, Schema]]) -> str:
        """The anchor of the section about `below`; a section that nobody promised yet is put to `inner`."""
        if below is None:
            return ""
        if below.definition in self.described:
            return self.described[below.definition]
        path = f"{here}{below.suffix}"
        see = anchor(path) if anchor(path) not in self.taken else f"{anchor(path)}-each"
        self.taken.add(see)
        if below.definition:
            self.described[below.definition] = see
        inner.append((path, see, below.node))
        return see


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


def _shape(root: Schema, stated: Schema) -> tuple[Schema, dict[str, _Object | None]]:
    """The schema of a value, and its forms: each kind in words, with the object inside it that has keys of its own."""
    node, definition = _resolved(root, stated)
    forms: dict[str, _Object | None] = {}
    choices = [choice for word in ("oneOf", "anyOf") for choice in node.get(word, ()) if _takes(choice)]
    for choice in choices:
        forms |= _shape(root, choice)[1]
    for one in () if choices else _one_type_each(node):
        kind, below = _form(root, one, definition)
        forms[kind] = below
    return node, forms


def _takes(choice: Schema) -> bool:
    """Whether a choice says what a value looks like; one that only requires keys is a condition on the map around it."""
    return bool(choice.keys() & {"type", "$ref", "properties", "enum", "const", "items", "oneOf", "anyOf"})


def _one_type_each(node: Schema) -> Iterator[Schema]:
    """The node once per type that it takes; text first, since that is the short form."""
    stated = node.get("type")
    types = stated if isinstance(stated, list) else [stated] if stated else []
    if len(types) < 2:
        yield node
        return
    for kind in sorted(types, key=lambda kind: (*_SHORTEST_FIRST, kind).index(kind)):
        yield {**node, "type": kind}


def _form(root: Schema, node: Schema, definition: str) -> tuple[str, _Object | None]:
    kind = node.get("type")
    if kind in (None, "object") and _has_keys(node):
        return "map", _Object("", node, definition)
    if kind in (None, "array") and isinstance(node.get("items"), Mapping):
        inside = _shape(root, node["items"])[1]
        below = next((found for found in inside.values() if found is not None), None)
        listed = f"list of {' or '.join(inside)}{_size(node)}"
        return listed, below and replace(below, suffix=f"[]{below.suffix}")
    return _kind(node), None


def _has_keys(node: Schema) -> bool:
    return bool(node.get("properties") or node.get("patternProperties")) or isinstance(
        node.get("additionalProperties"), Mapping
    )


def _kind(node: Schema) -> str:
    if "const" in node:
        return _json(node["const"])
    if "enum" in node:
        return " | ".join(_json(value) for value in node["enum"])
    kind = str(node.get("type", "any value"))
    if kind == "string" and (word := _WORD.fullmatch(str(node.get("pattern", "")))):
        return word[1]
    kind = {
        "string": "text",
        "integer": "whole number",
        "boolean": "true or false",
        "object": "map",
        "array": "list",
        "null": "nothing",
    }.get(kind, kind)
    if kind in ("map", "list", "true or false"):
        return kind
    if kind == "text":
        return f"text, at most {node['maxLength']} characters" if "maxLength" in node else kind
    low = node.get("minimum", node.get("exclusiveMinimum"))
    high = node.get("maximum", node.get("exclusiveMaximum"))
    if low is not None and high is not None:
        return f"{kind}, {low} to {high}"
    if low is not None:
        return f"{kind}, {'above' if 'exclusiveMinimum' in node else 'at least'} {low}"
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
