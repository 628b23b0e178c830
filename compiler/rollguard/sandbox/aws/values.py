"""What Pulumi hands over, made plain: secrets at the leaves, whole numbers as integers, and the hashes that stand for secrets."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from typing import Any

from rollguard.sandbox.aws.terms import UNKNOWN, Secret

_HASH = "secret:"


def plain(value: Any, secret: bool = False) -> Any:
    """The value without nulls, with whole floats as integers, and with Secret only around scalars (and unknowns never secret)."""
    if isinstance(value, Secret):
        return plain(value.value, secret=True)
    if isinstance(value, dict):
        return {str(key): plain(inner, secret) for key, inner in value.items() if not _absent(inner)}
    if isinstance(value, list | tuple):
        return [plain(inner, secret) for inner in value]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return Secret(value) if secret and value != UNKNOWN and value is not None else value


def reveal(value: Any) -> Any:
    """The value with every secret in clear text: for validation in memory only."""
    return _map_leaves(value, lambda leaf: leaf.value if isinstance(leaf, Secret) else leaf)


def conceal(value: Any, salt: str) -> Any:
    """The value with every secret replaced by a salted hash: what may be stored."""
    return _map_leaves(value, lambda leaf: hash_of(leaf.value, salt) if isinstance(leaf, Secret) else leaf)


def hash_of(value: Any, salt: str) -> str:
    """The hash that stands for a secret value in the world file."""
    digest = hmac.new(salt.encode(), json.dumps(value, sort_keys=True).encode(), hashlib.sha256)
    return _HASH + digest.hexdigest()[:32]


def is_hash(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_HASH)


def has_unknown(value: Any) -> bool:
    """Whether a part of the value is not known yet."""
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    if isinstance(value, list):
        return any(map(has_unknown, value))
    return bool(value == UNKNOWN)


def is_unknown(value: Any, path: Sequence[str | int]) -> bool:
    """Whether the value at a path, or a block above it, is not known yet."""
    for step in path:
        if value == UNKNOWN:
            return True
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return False
    return bool(value == UNKNOWN)


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, Secret) and value.value is None)


def _map_leaves(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, dict):
        return {key: _map_leaves(inner, change) for key, inner in value.items()}
    if isinstance(value, list):
        return [_map_leaves(inner, change) for inner in value]
    return change(value)
