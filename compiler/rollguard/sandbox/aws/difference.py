"""Which inputs of a resource differ, and which of them force a new resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rollguard.sandbox.aws.faults import InputPath


@dataclass(frozen=True, slots=True)
class Change:
    """One differing input. `replaces` says that the real provider makes a new resource for it. `before` and `after` are absent values as None."""

    path: InputPath
    kind: Literal["add", "delete", "update"]
    replaces: bool
    before: object = None
    after: object = None


def changes(type: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """The differences between two checked inputs of one resource, sorted by path; empty when an update would change nothing in AWS.

    Paths lead to leaves where both sides have the same shape (`alarmConfiguration.alarms[1]`). An unknown new value counts as a change
    (and replaces where its input forces a new resource). A value and the provider's default for it are equal.
    """
    raise NotImplementedError
