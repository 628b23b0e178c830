"""Maps laid over one another: what a preset says, what a policy changes of it, what an environment changes of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Values that a nearer layer replaces whole; every list does as well (design 3, corrections 2.2).
REPLACED_WHOLE = frozenset(
    {"threshold", "signal", "traffic", "from", "missing", "leastTraffic", "healthyHosts", "loadBalancer"}
)
_NOTHING: frozenset[str] = frozenset()


def merged(below: Mapping[str, Any], above: Mapping[str, Any], leave_out: frozenset[str] = _NOTHING) -> dict[str, Any]:
    """`above` laid over `below`: maps merge by key, lists and the values of REPLACED_WHOLE replace; `leave_out` stays below."""
    result = dict(below)
    for key, value in above.items():
        if key in leave_out:
            continue
        under = result.get(key)
        if isinstance(value, dict) and isinstance(under, dict) and key not in REPLACED_WHOLE:
            value = merged(under, value)
        result[key] = value
    return result
