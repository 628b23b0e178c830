"""Which inputs of a resource differ, and which of them force a new resource."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rollguard.sandbox.aws.faults import InputPath
from rollguard.sandbox.aws.paths import EACH, Tokens
from rollguard.sandbox.aws.requests import with_defaults
from rollguard.sandbox.aws.resource_types import ResourceType, resource_type
from rollguard.sandbox.aws.values import plain, reveal


@dataclass(frozen=True, slots=True)
class Change:
    """One differing input. `replaces` says that the real provider makes a new resource for it.

    `before` and `after` are None where the input is absent; a secret stays a Secret.
    """

    path: InputPath
    kind: Literal["add", "delete", "update"]
    replaces: bool
    before: object = None
    after: object = None


def changes(type: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """The differences between two checked inputs of one resource, sorted by path; empty when an update would change nothing in AWS.

    Paths lead to leaves where both sides have the same shape (`alarmConfiguration.alarms[1]`). An unknown new value counts as a change
    (and replaces where its input forces a new resource). A value and the provider's default for it are equal, an absent value equals
    an empty one, and the order of what the provider holds as a set does not count.
    """
    table = resource_type(type)
    before, after = with_defaults(table, plain(old)), with_defaults(table, plain(new))
    found: list[Change] = []
    for key in sorted(set(before) | set(after)):
        if key != "timeouts":
            found += _compare(table, (key,), before.get(key), after.get(key))
    return tuple(found)


def _compare(table: ResourceType, path: InputPath, before: Any, after: Any) -> Iterator[Change]:
    if _equal(table, path, before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(set(before) | set(after)):
            yield from _compare(table, (*path, key), before.get(key), after.get(key))
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            one = before[index] if index < len(before) else None
            other = after[index] if index < len(after) else None
            yield from _compare(table, (*path, index), one, other)
    else:
        kind: Literal["add", "delete", "update"] = "add" if before is None else "delete" if after is None else "update"
        yield Change(path, kind, path[0] in table.forces_new, before, after)


def _equal(table: ResourceType, path: InputPath, before: Any, after: Any) -> bool:
    return bool(_canonical(table, path, before) == _canonical(table, path, after))


def _canonical(table: ResourceType, path: InputPath, value: Any) -> Any:
    """A value in the form in which equal values are the same: sets sorted, empty ones absent, secrets in clear text."""
    value = reveal(value)
    if isinstance(value, dict):
        inner = {key: _canonical(table, (*path, key), held) for key, held in value.items()}
        return {key: held for key, held in inner.items() if held is not None} or None
    if isinstance(value, list):
        elements = [_canonical(table, (*path, index), held) for index, held in enumerate(value)]
        if _template(path) in table.sets:
            elements.sort(key=lambda element: json.dumps(element, sort_keys=True))
        return elements or None
    return None if value == "" or value is False else value


def _template(path: InputPath) -> Tokens:
    return tuple(EACH if isinstance(step, int) else step for step in path)
