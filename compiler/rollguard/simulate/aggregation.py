"""From one-minute data to the datapoints of longer periods, on the sliding grid that alarms are evaluated on (facts 1.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import ge, le

from rollguard.simulate.model import Series, Values

_ABSENT = (0, 1)


def aggregate(series: Series, period: int, statistic: str) -> Series:
    """One value for each bucket of `period` seconds, a bucket ending with every minute of the series and as long as it holds one.

    Sum and SampleCount add; Minimum and Maximum are what they say; everything else is the average, weighted by the sample counts where
    there are any. A bucket without a datapoint is missing. `approximate` is set where the minutes cannot tell the bucket's true value:
    an average without sample counts, percentiles and trimmed statistics. Raises ValueError for a period that is no whole number of
    minutes, and for a series that is aggregated already.
    """
    if period < 60 or period % 60:
        raise ValueError(f"a period of {period} s is no whole number of minutes")
    if series.period == period:
        return series
    if series.period != 60:
        raise ValueError(f"values over {series.period} s cannot be made into values over {period} s")
    width = period // 60
    values = slide(series.values, width, statistic, series.samples)
    samples = (
        None if series.samples is None else [count or 0.0 for count in slide(series.samples, width, "SampleCount")]
    )
    exact = statistic in ("Sum", "SampleCount", "Minimum", "Maximum", "p0", "p100")
    known = exact or (statistic == "Average" and samples is not None)
    return Series(values, series.start, samples, period, series.approximate or not known)


def slide(values: Values, width: int, statistic: str, samples: Sequence[float] | None = None) -> list[float | None]:
    """The statistic of the `width` values that end at each position, and of the last values until the window has left them."""
    if width == 1:
        return list(values)
    if statistic in ("Minimum", "p0"):
        return _extreme(values, width, ge)
    if statistic in ("Maximum", "p100"):
        return _extreme(values, width, le)
    add = statistic in ("Sum", "SampleCount") or statistic[:2].lower() in ("ts", "tc")
    # Sums in whole numbers are exact however long the window slides; sums of floats would drift around a threshold.
    ratios = [_ABSENT if value is None else value.as_integer_ratio() for value in values]
    if add or samples is None:
        counts, count_scale = list(accumulate((value is not None for value in values), initial=0)), 1
    else:
        weights = [
            _ABSENT if value is None else weight.as_integer_ratio()
            for value, weight in zip(values, samples, strict=True)
        ]
        ratios = [(above * n, below * d) for (above, below), (n, d) in zip(ratios, weights, strict=True)]
        counts, count_scale = _running(weights)
    totals, scale = _running(ratios)
    length = len(values)
    found: list[float | None] = []
    for end in range(1, length + width):
        first, last = max(end - width, 0), min(end, length)
        count = counts[last] - counts[first]
        if not count:
            found.append(None)
        elif add:
            found.append((totals[last] - totals[first]) / scale)
        else:
            found.append((totals[last] - totals[first]) * count_scale / (scale * count))
    return found


def _running(ratios: Sequence[tuple[int, int]]) -> tuple[list[int], int]:
    """The running totals in whole numbers, and the whole number that stands for 1."""
    scale = max((below for _, below in ratios), default=1)
    return list(accumulate((above * (scale // below) for above, below in ratios), initial=0)), scale


def _extreme(values: Values, width: int, gives_way: Callable[[float, float], bool]) -> list[float | None]:
    """The least or greatest value of each window; `gives_way(old, new)` says that `old` can never be it again."""
    candidates: deque[tuple[int, float]] = deque()
    found: list[float | None] = []
    for end in range(len(values) + width - 1):
        value = values[end] if end < len(values) else None
        if value is not None:
            while candidates and gives_way(candidates[-1][1], value):
                candidates.pop()
            candidates.append((end, value))
        while candidates and candidates[0][0] <= end - width:
            candidates.popleft()
        found.append(candidates[0][1] if candidates else None)
    return found
