"""What a schema holds against a document: one Fault per mistake, however many keywords trip over it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rollguard.document import Document
from rollguard.source import Path
from rollguard.validation import schemas
from rollguard.validation.schemas import Kind, Node
from rollguard.wording import near


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. `node` is what the schema says about the place `path`, `value` what stands there.

    `detail` depends on the keyword: the unknown or missing key, the keys that exclude one another, or the index of a repeated item.
    """

    keyword: str
    path: Path
    value: Any
    node: Node
    detail: Any = None


#: Of several keywords that one scalar fails, the first one here tells the author most.
_SCALARS = (
    "type",
    "const",
    "enum",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
)
#: Keywords that say something about the value itself, not about its keys or number of entries.
VALUES = frozenset(_SCALARS)
_COUNTS = ("minProperties", "maxProperties")


def faults(document: Document, kind: Kind) -> list[Fault]:
    """Everything that the schema finds, each mistake once."""
    by_place: dict[Path, list[Fault]] = defaultdict(list)
    for fault in _raw(document, kind):
        by_place[fault.path].append(fault)
    found: list[Fault] = []
    for at_place in by_place.values():
        found += _once(at_place)
    return _misspelt_shapes(found, document, kind)


def _misspelt_shapes(found: list[Fault], document: Document, kind: Kind) -> list[Fault]:
    """Where a series takes inputs by name, a misspelt shape looks like an input full of unknown keys: one fault, not five."""
    kept: dict[Path, Fault] = {}
    for fault in found:
        path = fault.path[:6]
        if len(path) == 6 and path[:2] == ("spec", "scenarios") and path[3] == "series" and isinstance(path[5], str):
            series = document.data["spec"]["scenarios"][path[2]]["series"][path[4]]
            shapes = schemas.node(kind, path[:5])
            if path[5] not in shapes["properties"] and _is_shape(path[5], series[path[5]], shapes):
                kept[path] = Fault("unknown", path[:5], series, shapes, path[5])
                continue
        kept[(*fault.path, fault.keyword, str(fault.detail))] = fault
    return list(kept.values())


def _is_shape(key: str, value: Any, shapes: Node) -> bool:
    if near(key, shapes["properties"]):
        return True
    inner = {name for shape in schemas.properties(shapes).values() for name in shape.get("properties", ())}
    return isinstance(value, dict) and bool(value) and inner.issuperset(value)


def _raw(document: Document, kind: Kind) -> Iterator[Fault]:
    for error in schemas.validator(kind).iter_errors(document.data):
        path: Path = tuple(error.instance_path)
        keyword, node, detail = error.kind.name, schemas.node(kind, path), error.kind.as_dict()
        value: Any = document.data
        for part in path:
            value = value[part]
        if keyword == "additionalProperties":
            for key in detail["unexpected"]:
                yield Fault("unknown", path, value, node, key)
        elif keyword == "propertyNames":
            inner = detail["error"]
            names = schemas.followed(node["propertyNames"])
            yield Fault("key", (*path, inner.instance), inner.instance, names, inner.kind.name)
        elif keyword == "required":
            yield Fault("required", path, value, node, detail["property"])
        elif keyword == "uniqueItems":
            for index in _repeated(value):
                yield Fault("repeated", (*path, index), value[index], node)
        else:
            yield Fault(keyword, path, value, node)


def _once(at_place: list[Fault]) -> Iterable[Fault]:
    keys = [fault for fault in at_place if fault.keyword == "key"]
    if keys:
        return [*keys[:1], *_once([fault for fault in at_place if fault.keyword != "key"])]
    scalars = [fault for fault in at_place if fault.keyword in _SCALARS]
    if scalars:
        return [min(scalars, key=lambda fault: _SCALARS.index(fault.keyword))]
    return _of_mapping(at_place)


def _of_mapping(at_place: list[Fault]) -> list[Fault]:
    """An unknown key explains what is missing beside it: it is the missing one misspelt, or stands in its place."""
    unknown = [fault.detail for fault in at_place if fault.keyword == "unknown"]
    both = any(fault.keyword == "oneOf" and len(alternatives(fault)) > 1 for fault in at_place)
    kept = []
    for fault in at_place:
        explained = (
            (fault.keyword == "required" and (both or any(meant(key, fault) == fault.detail for key in unknown)))
            or (fault.keyword == "oneOf" and bool(unknown) and not both)
            or (fault.keyword in _COUNTS and bool(unknown))
        )
        if not explained:
            kept.append(fault)
    return kept


def meant(key: str, fault: Fault) -> str:
    """The key that an unknown one most likely stands for, of those not there already; or empty."""
    return near(key, [name for name in fault.node.get("properties", {}) if name not in fault.value])


def alternatives(fault: Fault) -> list[str]:
    """Of the keys that exclude one another (`oneOf`), those that are there."""
    return [key for key in excluding(fault) if key in fault.value]


def excluding(fault: Fault) -> list[str]:
    """The keys of which exactly one must be there, as a flat `oneOf` of `required` says it."""
    return [branch["required"][0] for branch in fault.node.get("oneOf", ())]


def _repeated(values: list[Any]) -> Iterator[int]:
    seen: list[Any] = []
    for index, value in enumerate(values):
        if value in seen:
            yield index
        seen.append(value)
