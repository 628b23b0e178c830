"""Plans as JSON: sorted, the same bytes on every machine, and read back to the same plan.

Keys are the model's fields in lowerCamelCase; what is not set is left out. Pairs (dimensions, tags, thresholds, notifications) are objects.
A value that only the deployment knows is a list of its parts: `["https://…/", {"secret": "pager"}, "/enqueue"]`, with
`{"output": [stack, name]}`, `{"cfn": [stack, name]}`, `{"ssm": name}` and `{"secret": name}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from rollguard.failure import Failure
from rollguard.plan import model
from rollguard.plan.model import EnvironmentPlan, Interpolated, Reference

VERSION = 1

#: The order of keys that are pairs in the model; every other one is sorted by name.
_ORDERS: dict[str, tuple[str, ...]] = {"threshold": ("below", "above"), "notify": model.STATUSES}


def to_json(plan: EnvironmentPlan) -> str:
    """The plan as JSON text with a final newline. Raises ValueError for a number that JSON cannot hold (infinite, NaN)."""
    return json.dumps(_written(plan), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def from_json(text: str) -> EnvironmentPlan:
    """The plan that `to_json` wrote. Raises Failure for anything else."""
    try:
        data = json.loads(text)
    except ValueError as error:
        raise Failure(
            f"this is not a plan: {error}", "write one with `rollguard compile --environment <name>`"
        ) from None
    version = data.get("version") if isinstance(data, dict) else None
    if version != VERSION:
        raise Failure(
            f"this is not a plan of version {VERSION}", "write one with `rollguard compile --environment <name>`"
        )
    try:
        plan = _reader(EnvironmentPlan)(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Failure(
            f"this plan cannot be read: {error}", "write it again with `rollguard compile --environment <name>`"
        ) from None
    assert isinstance(plan, EnvironmentPlan)
    return plan


def _written(value: Any) -> Any:
    """A model value as JSON data."""
    if isinstance(value, str | bool | int | NoneType):
        return value
    if isinstance(value, float):
        # `2.0` and `2` are one number and must be one text; above 2**53 a float is no exact integer any more.
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, Interpolated):
        return [part if isinstance(part, str) else _written_reference(part) for part in value.parts]
    if isinstance(value, tuple | list):
        return [_written(item) for item in value]
    if isinstance(value, dict):
        return {key: _written(item) for key, item in value.items()}
    kind: Any = type(value)
    return {
        one.key: {key: _written(item) for key, item in found} if one.pairs else _written(found)
        for one in _fields(kind)
        if (found := getattr(value, one.name)) is not None and not (one.empty is not MISSING and found == one.empty)
    }


def _written_reference(reference: Reference) -> dict[str, object]:
    if reference.stack:
        return {reference.kind: [reference.stack, reference.name]}
    return {reference.kind: reference.name}


@dataclass(frozen=True, slots=True)
class _Field:
    """`key` is its name in JSON; `empty` is the value that a missing key stands for, or MISSING where the key is always there."""

    name: str
    key: str
    hint: Any
    pairs: bool
    empty: Any


@cache
def _fields(kind: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    return tuple(
        _Field(
            name=item.name,
            key=re.sub(r"_(\w)", lambda match: match[1].upper(), item.name),
            hint=hints[item.name],
            pairs=_is_pairs(hints[item.name]),
            empty=_empty(hints[item.name]),
        )
        for item in fields(kind)
    )


def _is_pairs(hint: Any) -> bool:
    arguments = get_args(hint)
    return get_origin(hint) is tuple and arguments[1:] == (Ellipsis,) and get_origin(arguments[0]) is tuple


def _empty(hint: Any) -> Any:
    if NoneType in get_args(hint):
        return None
    if get_origin(hint) is tuple:
        return ()
    return "" if hint is str or hint == model.Value else MISSING


_Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> _Reader:
    """How to read a value of a type of the model."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        inner = [argument for argument in arguments if argument is not NoneType]
        if set(inner) == {str, Interpolated}:
            return _read_value
        if set(inner) == {float, str}:
            return lambda value: value if isinstance(value, str) else float(value)
        return _reader(inner[0])
    if origin is tuple:
        return _tuple_reader(arguments)
    if kind is float:
        return float
    if hasattr(kind, "__dataclass_fields__"):
        return _dataclass_reader(kind)
    if kind in (str, int, bool):
        return lambda value: _checked(value, kind)
    return _same if origin is not Literal else lambda value: _one_of(value, arguments)


def _tuple_reader(arguments: tuple[Any, ...]) -> _Reader:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        read = _reader(arguments[0])
        return lambda value: tuple(read(item) for item in _checked(value, list))
    readers = [_reader(argument) for argument in arguments]
    return lambda value: tuple(read(item) for read, item in zip(readers, value, strict=True))


def _dataclass_reader(kind: type) -> _Reader:
    known = _fields(kind)
    readers = {one.name: _pairs_reader(one) if one.pairs else _reader(one.hint) for one in known}

    def read(data: Any) -> Any:
        unknown = set(_checked(data, dict)) - {one.key for one in known}
        if unknown:
            raise ValueError(f"unknown key `{min(unknown)}`")
        found = {}
        for one in known:
            if one.key in data:
                found[one.name] = readers[one.name](data[one.key])
            elif one.empty is MISSING:
                raise ValueError(f"key `{one.key}` is missing")
            else:
                found[one.name] = one.empty
        return kind(**found)

    return read


def _pairs_reader(field: _Field) -> _Reader:
    key, value = (_reader(argument) for argument in get_args(get_args(field.hint)[0]))
    order = _ORDERS.get(field.name, ())

    def place(item: tuple[str, Any]) -> tuple[int, str]:
        return (order.index(item[0]) if item[0] in order else len(order), item[0])

    return lambda data: tuple(
        (key(left), value(right)) for left, right in sorted(_checked(data, dict).items(), key=place)
    )


def _read_value(data: Any) -> str | Interpolated:
    if isinstance(data, str):
        return data
    return Interpolated(
        tuple(part if isinstance(part, str) else _read_reference(part) for part in _checked(data, list))
    )


def _read_reference(data: Any) -> Reference:
    ((kind, target),) = _checked(data, dict).items()
    _one_of(kind, get_args(get_type_hints(Reference)["kind"]))
    if isinstance(target, str):
        return Reference(kind, target)
    stack, name = target
    return Reference(kind, name, stack)


def _checked(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is not a {kind.__name__}")
    return value


def _one_of(value: Any, known: tuple[Any, ...]) -> Any:
    if value not in known:
        raise ValueError(f"`{value}` is none of {', '.join(map(str, known))}")
    return value


def _same(value: Any) -> Any:
    return value
