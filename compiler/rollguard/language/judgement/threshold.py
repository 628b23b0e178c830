"""Thresholds that their signal cannot be held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rollguard.language import quantities
from rollguard.language.judgement.misfit import Misfit

_SIGNAL = (("signal",),)


def check_threshold(
    threshold: Mapping[str, Any] | None, signal: Mapping[str, Any] | None, unit: str | None
) -> Iterator[Misfit]:
    """Bands, levels and ranges, each against the signal where that is known and against the `unit` where that is."""
    for key, limit in (threshold or {}).items():
        at = ("threshold", key)
        if limit == "band":
            yield from _band(key, signal, at)
        elif limit is not None and signal and "anomaly" in signal:
            message = f"an anomaly is held against its band, not against {_said(limit)}"
            help = "write `above: band`, `below: band` or `outside: band`"
            yield Misfit("R035", message, help, at, _SIGNAL)
        elif isinstance(limit, dict):
            yield from _range(limit, unit, at)
            if signal and "query" in signal:
                message, help = "a query can be held against one level only", "use two criteria, `above` and `below`"
                yield Misfit("R036", message, help, at, _SIGNAL, key=True)
        elif limit is not None:
            yield from _unfit(limit, unit, at)


def _band(key: str, signal: Mapping[str, Any] | None, at: tuple[str, ...]) -> Iterator[Misfit]:
    if key not in ("above", "below", "outside"):
        help = "a band is left by `above: band`, `below: band` or `outside: band`"
        yield Misfit("R035", f"`{key}` cannot be `band`", help, at)
    elif signal and "anomaly" not in signal:
        help = "give a number, or use `signal: {anomaly: …}`"
        yield Misfit("R035", "only an anomaly has a band", help, at, _SIGNAL)


def _range(ends: Mapping[str, Any], unit: str | None, at: tuple[str, ...]) -> Iterator[Misfit]:
    low, high = ends.get("below"), ends.get("above")
    found = [misfit for key, end in ends.items() if end is not None for misfit in _unfit(end, unit, (*at, key))]
    yield from found
    if found or low is None or high is None:
        return
    below, above = quantities.parse(low), quantities.parse(high)
    if unit is None and below.kind != above.kind:
        return
    if (below.value if unit is None else below.in_unit(unit)) >= (above.value if unit is None else above.in_unit(unit)):
        help = "`below` is the lower end, `above` the upper end"
        yield Misfit("S112", f"nothing lies between `{low}` and `{high}`", help, at, _SIGNAL)


def _unfit(level: object, unit: str | None, at: tuple[str, ...]) -> Iterator[Misfit]:
    try:
        quantity = quantities.parse(level)
        if unit is not None:
            quantity.in_unit(unit)
    except ValueError as wrong:
        message, _, help = str(wrong).partition("; ")
        yield Misfit("R030", message, help, at, _SIGNAL)


def _said(limit: object) -> str:
    return "a range" if isinstance(limit, dict) else f"`{limit}`"
