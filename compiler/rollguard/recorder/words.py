"""Numbers, times and thresholds of a record in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rollguard.recorder.clean import line, number

NOT_KNOWN = "not known"

_UNITS = {"percent": " %", "count": "", "": ""}
_COMPARISON = {"above": "above", "atLeast": "at or above", "below": "below", "atMost": "at or below"}


def amount(value: Any, unit: str) -> str:
    """`14.23 %`, `1.5 s`, `5 min`, `20`: four digits that count, never an exponent; `not known` for what is no finite number."""
    known = number(value)
    if known is None:
        return NOT_KNOWN
    if unit in ("us", "ms") and abs(known) >= 1000:
        return amount(known / 1000, "ms" if unit == "us" else "s")
    if unit == "s" and abs(known) >= 120:
        return f"{'-' if known < 0 else ''}{duration(known)}"
    digits = 3 - math.floor(math.log10(abs(known))) if known else 0
    text = f"{known:.{max(digits, 0)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return line(text + _UNITS.get(unit, f" {unit}"), 60)


def threshold(bounds: Sequence[Sequence[Any]], unit: str) -> str:
    """`above 2 %`, `outside 10 % to 90 %`, `above its usual band`; empty where there is none (an adopted alarm)."""
    pairs = [(str(bound[0]), bound[1]) for bound in bounds if len(bound) == 2]
    by_side = dict(pairs)
    if {"below", "above"} <= set(by_side):
        return f"outside {amount(by_side['below'], unit)} to {amount(by_side['above'], unit)}"
    for side, value in pairs:
        if value == "band":
            return {"above": "above its usual band", "below": "below its usual band"}.get(
                side, "outside its usual band"
            )
        return f"{_COMPARISON.get(side, line(side, 20))} {amount(value, unit)}"
    return ""


def moment(value: object) -> datetime | None:
    """An RFC 3339 time in UTC; None for what is none."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) and len(value) <= 40 else None
        return read.astimezone(UTC) if read is not None and read.tzinfo else None
    except (ValueError, OverflowError):
        return None


def when(value: object) -> str:
    """`2026-11-24 10:04:15 UTC`."""
    read = moment(value)
    return f"{read:%Y-%m-%d %H:%M:%S} UTC" if read else NOT_KNOWN


def clock(value: object) -> str:
    """`10:04:15 UTC`, for places where the day is plain."""
    read = moment(value)
    return f"{read:%H:%M:%S} UTC" if read else NOT_KNOWN


def duration(seconds: Any) -> str:
    """`45 s`, `4 min 15 s`, `2 h 5 min`; `not known` for what is no number."""
    known = number(seconds)
    if known is None:
        return NOT_KNOWN
    whole = round(abs(known))
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{rest} s"


def listed(words: Sequence[str], most: int = 3) -> str:
    """`a, b and c`; of many the first ones and how many more there are."""
    shown = list(words)
    if len(shown) > most:
        shown = [*shown[:most], f"{len(words) - most} more"]
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)
