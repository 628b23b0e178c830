"""AVG, MAX, MIN, SUM, STDDEV and DATAPOINT_COUNT: of several series one series, of one series one number.

The guide: "The AVG of an array of time series returns a single time series. Missing values are treated as 0." It says nothing of the
others' missing values. We chose: MAX, MIN and STDDEV (of the population) look at the values that are there, and where no series has a
datapoint the result has none. Of one series all functions take the datapoints that are there; AWS advises against that in alarms, since
an alarm fetches more datapoints than it judges (`alarm-limits.html`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rollguard.simulate.math.columns import Column, Value


def across(function: str, columns: Sequence[Column]) -> Column:
    """Minute by minute over at least one column."""
    if function == "AVG":
        number = len(columns)
        return [None if total is None else total / number for total in across("SUM", columns)]
    fold = _FOLDS[function]
    if len(columns) == 2 and function in _PAIRS:
        pair = _PAIRS[function]
        return [a if b is None else b if a is None else pair(a, b) for a, b in zip(*columns, strict=True)]
    out: Column = []
    for row in zip(*columns, strict=True):
        there = [value for value in row if value is not None]
        out.append(fold(there) if there else None)
    return out


def over(function: str, column: Column) -> Value:
    """One number over all datapoints of a column; None without any, but a count of 0."""
    there = [value for value in column if value is not None]
    if not there:
        return 0.0 if function == "DATAPOINT_COUNT" else None
    return _FOLDS[function](there)


def _average(values: list[float]) -> float:
    return sum(values) / len(values)


def _deviation(values: list[float]) -> float:
    # Not _deviation: its exact fractions are slow, and refuse what overflows.
    mean = _average(values)
    return math.sqrt(sum((value - mean) * (value - mean) for value in values) / len(values))


_PAIRS: dict[str, Callable[[float, float], float]] = {"SUM": lambda a, b: a + b, "MAX": max, "MIN": min}
_FOLDS: dict[str, Callable[[list[float]], float]] = {
    "AVG": _average,
    "SUM": sum,
    "MAX": max,
    "MIN": min,
    "STDDEV": _deviation,
    "DATAPOINT_COUNT": lambda values: float(len(values)),
}
