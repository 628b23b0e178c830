"""Minutes and states in a chart's few words."""

from __future__ import annotations

from collections.abc import Sequence

from rollguard.charts.scale import MINUS
from rollguard.plan import words
from rollguard.simulate.model import State

STATES: dict[State, str] = {"OK": "OK", "ALARM": "ALARM", "INSUFFICIENT_DATA": "insufficient data"}


def clock(seconds: float) -> str:
    """`14:15` for 855 seconds; minutes go on beyond 60."""
    minutes, rest = divmod(abs(round(seconds)), 60)
    return f"{MINUS if seconds < 0 else ''}{minutes}:{rest:02d}"


def share(percent: float) -> str:
    """`10 %`, `12.5 %`."""
    return f"{percent:.4g} %"


def measured(value: float, unit: str) -> str:
    """`5 %`, `1.5 s`."""
    return words.amount(value, unit)


def limit(threshold: tuple[tuple[str, float | str], ...], unit: str) -> str:
    """`above 5 %`, `outside 10 to 90`; empty without a threshold."""
    return words.condition(threshold, unit) if threshold else ""


def unit_name(unit: str) -> str:
    """The name of a line in this unit: `value in %`, `value in ms`, `value`."""
    return {"percent": "value in %", "": "value", "count": "value"}.get(unit, f"value in {unit}")


def runs(minutes: Sequence[int]) -> list[tuple[int, int]]:
    """Ordered minutes as runs [first, after the last)."""
    found: list[tuple[int, int]] = []
    for minute in minutes:
        if found and found[-1][1] == minute:
            found[-1] = (found[-1][0], minute + 1)
        else:
            found.append((minute, minute + 1))
    return found


def spoken(minutes: Sequence[int], most: int = 4) -> str:
    """`minute 8`, `minutes 8 to 20 and 25`, `minutes 1, 3, 5, 7 and 12 more`."""
    found = runs(minutes)
    said = [f"{first}" if after - first == 1 else f"{first} to {after - 1}" for first, after in found[:most]]
    rest = sum(after - first for first, after in found[most:])
    if rest:
        said.append(f"{rest} more")
    joined = " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]
    return f"{'minute' if len(minutes) == 1 else 'minutes'} {joined}"
