"""Functions whose value depends on other datapoints of the same series.

The guide: DIFF is "the difference between each value … and the preceding value", DIFF_TIME the seconds between their timestamps, RATE
the one divided by the other. FILL takes a value, REPEAT ("the most recent actual value … before the missing value") or LINEAR ("a linear
interpolation between the values at the beginning and the end of the gap").

Where the guide is silent we chose: the preceding value is the nearest earlier datapoint that exists; the first datapoint has no
difference; REPEAT leaves a gap at the beginning and LINEAR one at either end; DIFF_TIME has a value where DIFF has one. A running sum
begins with the first datapoint of the series, where AWS begins with the first one that the alarm fetches.
"""

from __future__ import annotations

from rollguard.simulate.math.columns import Column


def since_previous(function: str, values: Column, period: int) -> tuple[Column, bool]:
    """DIFF, DIFF_TIME (seconds) or RATE (per second) of values `period` seconds apart; and whether it reached over a gap."""
    out: Column = [None] * len(values)
    over_gap = False
    last = -1
    for at, value in enumerate(values):
        if value is None:
            continue
        if last >= 0:
            seconds = (at - last) * period
            change = value - values[last]  # type: ignore[operator]  # `last` is where a value is
            out[at] = change if function == "DIFF" else float(seconds) if function == "DIFF_TIME" else change / seconds
            over_gap |= at - last > 1
        last = at
    return out, over_gap


def running_sum(values: Column) -> Column:
    """The sum of the values so far, where there is a value."""
    out: Column = []
    total = 0.0
    for value in values:
        total += value or 0.0
        out.append(None if value is None else total)
    return out


def fill(values: Column, filler: float | Column | str) -> Column:
    """The values with their gaps filled: by a number, by another series where it has a value, by `REPEAT` or `LINEAR`."""
    if isinstance(filler, list):
        return [other if value is None else value for value, other in zip(values, filler, strict=True)]
    if not isinstance(filler, str):
        return [filler if value is None else value for value in values]
    out = values.copy()
    last = -1
    for at, value in enumerate(values):
        if value is None:
            if filler == "REPEAT" and last >= 0:
                out[at] = values[last]
            continue
        if filler == "LINEAR" and 0 <= last < at - 1:
            before = values[last] or 0.0
            step = (value - before) / (at - last)
            out[last + 1 : at] = [before + step * (here - last) for here in range(last + 1, at)]
        last = at
    return out
