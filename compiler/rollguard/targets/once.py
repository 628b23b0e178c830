"""Make a resource that several callers ask for once per Pulumi program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_root_resource

R = TypeVar("R")

#: Keyed by the program's stack resource: one process may run several programs (Automation API, tests).
_made: WeakKeyDictionary[pulumi.Resource, dict[tuple[str, ...], object]] = WeakKeyDictionary()


def once(key: tuple[str, ...], make: Callable[[], R]) -> R:
    """What `make` returned when this program first asked for `key`."""
    root = get_root_resource()
    if root is None:
        raise pulumi.RunError("resources can only be made inside a Pulumi program")
    made = _made.setdefault(root, {})
    if key not in made:
        made[key] = make()
    return cast(R, made[key])


def made_before(key: tuple[str, ...]) -> Any:
    """What this program made for `key` so far, or None."""
    root = get_root_resource()
    return None if root is None else _made.get(root, {}).get(key)
