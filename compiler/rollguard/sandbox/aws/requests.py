"""Pulumi inputs to the calls of AWS's API that the real provider would make, and AWS's paths back to the inputs.

The map is the table in `resource_types/`: a row is `input: member`. A member stands below the type's `create` operation unless it
names another (`kms.EnableKeyRotation.RotationPeriodInDays`); `[]` takes list elements along, `[Key=Value]` writes a map as a list of
pairs, `"-"` is kept by the provider and never sent. Everything here is pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rollguard.sandbox.aws.faults import Fault, InputPath
from rollguard.sandbox.aws.paths import EACH, Tokens, fill, indices, matches, occurrences, put
from rollguard.sandbox.aws.resource_types import ResourceType, Row, resource_types
from rollguard.sandbox.aws.terms import UNKNOWN, Secret

#: The resource types that the stand-in knows, as Pulumi's type tokens, sorted.
TYPES: tuple[str, ...] = tuple(resource_types())


def with_defaults(type: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs and the provider's defaults for what is absent; a default inside a block counts only where the block is."""
    result: dict[str, Any] = _copy(inputs)
    for tokens, value in type.defaults:
        for place, block in list(occurrences(result, tokens[:-1])):
            if isinstance(block, dict) and tokens[-1] not in block:
                put(result, (*place, tokens[-1]), value)
    return result


def request(type: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The calls that make the resource: operation to parameters (a list of them where it is called more than once).

    Values may be Secret or UNKNOWN; a list or block that is unknown as a whole is left out. The first operation is `type.create`.
    """
    calls: dict[str, Any] = {type.create: dict(type.fixed)}
    for row in type.rows:
        if not row.member:
            continue
        for place, value in occurrences(inputs, row.input):
            put(calls, fill(row.member, indices(place, row.input)), _to_member(row, value))
        for place, value in _empty_lists(inputs, row.input):
            put(calls, fill(row.member, indices(place, row.input)), value)
    return calls


def members(type: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What the world keeps of a request: the parameters of the creating call, and other calls under their operation's name."""
    calls = request(type, with_defaults(type, inputs))
    return {**calls.pop(type.create), **calls}


def inputs_of(type: ResourceType, stored: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The way back: the inputs that would make these members. `known` tells what the provider alone keeps, and how text was written."""
    calls = {type.create: stored, **{key: value for key, value in stored.items() if key[0].isupper()}}
    found: dict[str, Any] = {}
    for row in type.rows:
        if not row.member:
            for place, value in occurrences(known, row.input):
                put(found, place, value)
            continue
        for place, value in occurrences(calls, row.member):
            target = fill(row.input, indices(place, row.member))
            written = next((old for _, old in occurrences(known, target)), None)
            put(found, target, _from_member(row, value, written))
    defaults = {tokens: value for tokens, value in type.defaults if EACH not in tokens}
    for tokens, value in defaults.items():
        unstated = next(occurrences(known, tokens), None) is None
        if unstated and next((now for _, now in occurrences(found, tokens)), None) == value:
            _remove(found, tokens)
    return found


def input_path(type: ResourceType, member: Sequence[str | int], inputs: Mapping[str, Any]) -> InputPath:
    """The input that became a member (or, for a block or list, its common root). `member` begins with the operation."""
    exact = max((row for row in type.rows if row.member and matches(member, row.member)), key=_depth, default=None)
    if exact is not None:
        place = fill(exact.input, indices(member, exact.member))
        remainder = tuple(member[len(exact.member) :])
        if exact.pair and remainder and isinstance(remainder[0], int):
            mapping: Any = next((value for _, value in occurrences(inputs, place)), {})
            keys = sorted(mapping) if isinstance(mapping, dict) else []
            return (*place, *keys[remainder[0] : remainder[0] + 1])
        return (*place, *remainder)
    below = [row for row in type.rows if len(row.member) > len(member) and matches(member, row.member[: len(member)])]
    if not below:
        return ()
    root = below[0].input
    for row in below[1:]:
        root = root[
            : next(
                (i for i, (a, b) in enumerate(zip(root, row.input, strict=False)) if a != b),
                min(len(root), len(row.input)),
            )
        ]
    return fill(root, indices(member, below[0].member))


def strangers(type: ResourceType, inputs: Mapping[str, Any]) -> list[Fault]:
    """A fault for each input that the type does not have, that the stand-in does not support, or that has the wrong form."""
    found: list[Fault] = []
    _strangers(type, inputs, type.known, (), found)
    return found


def _strangers(type: ResourceType, value: Any, known: Mapping[Any, Any], path: Tokens, found: list[Fault]) -> None:
    if isinstance(value, Secret):
        value = value.value
    if not known or value == UNKNOWN:
        return
    if EACH in known:
        if not isinstance(value, list):
            found.append(
                Fault(
                    path,
                    f'Inappropriate value for attribute "{path[-1]}": list required',
                    "UnsupportedArgument",
                    source="provider",
                )
            )
            return
        for index, element in enumerate(value):
            _strangers(type, element, known[EACH], (*path, index), found)
        return
    if not isinstance(value, dict):
        found.append(
            Fault(
                path,
                f'Inappropriate value for attribute "{path[-1]}": object required',
                "UnsupportedArgument",
                source="provider",
            )
        )
        return
    for key, inner in value.items():
        if key in known:
            _strangers(type, inner, known[key], (*path, key), found)
        elif not path and key in type.unsupported:
            found.append(
                Fault(
                    (key,),
                    f"`{key}` is not supported here: {type.unsupported[key]}",
                    "UnsupportedArgument",
                    source="stand-in",
                )
            )
        else:
            found.append(
                Fault(
                    (*path, key),
                    f'An argument named "{key}" is not expected here',
                    "UnsupportedArgument",
                    source="provider",
                )
            )


def _to_member(row: Row, value: Any) -> Any:
    if row.pair and isinstance(value, dict):
        name, content = row.pair
        return [{name: key, content: value[key]} for key in sorted(value)]
    if row.text:
        return Secret(_text(value.value)) if isinstance(value, Secret) else _text(value)
    return _copy(value)


def _from_member(row: Row, value: Any, written: Any) -> Any:
    if row.pair and isinstance(value, list):
        name, content = row.pair
        return {entry[name]: entry[content] for entry in value}
    if row.text and not isinstance(written, str):
        if value in ("true", "false"):
            return value == "true"
        if isinstance(value, str) and value.isdigit():
            return int(value)
    return _copy(value)


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


def _empty_lists(value: Any, tokens: Tokens) -> list[tuple[Tokens, Any]]:
    """The empty lists that a template would go through: AWS is sent them as they are."""
    found: list[tuple[Tokens, Any]] = []
    for cut, token in enumerate(tokens):
        if token == EACH:
            found += [(place, []) for place, held in occurrences(value, tokens[:cut]) if held == []]
    return found


def _remove(tree: dict[str, Any], tokens: Tokens) -> None:
    holder = next((value for _, value in occurrences(tree, tokens[:-1])), None)
    if isinstance(holder, dict):
        holder.pop(str(tokens[-1]), None)


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(inner) for key, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _depth(row: Row) -> int:
    return len(row.member)
