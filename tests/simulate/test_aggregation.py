"""Longer periods: what each statistic makes of one-minute data, against the plain definition."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollguard.simulate.aggregation import aggregate
from rollguard.simulate.model import Series

VALUES = st.lists(st.none() | st.floats(-1e6, 1e6), max_size=40)


@pytest.mark.parametrize(
    ("statistic", "values", "approximate"),
    [
        ("Sum", [1, 3, 7, 6, 4, None], False),
        ("SampleCount", [1, 3, 7, 6, 4, None], False),
        ("Minimum", [1, 1, 1, 2, 4, None], False),
        ("Maximum", [1, 2, 4, 4, 4, None], False),
        ("Average", [1, 1.5, 7 / 3, 3, 4, None], True),
        ("p90", [1, 1.5, 7 / 3, 3, 4, None], True),
    ],
)
def test_a_bucket_ends_with_every_minute(statistic: str, values: list[float | None], approximate: bool) -> None:
    made = aggregate(Series([1.0, 2.0, 4.0, None], start=5), 180, statistic)
    assert made == Series(values, 5, None, 180, approximate)


def test_with_sample_counts_an_average_is_exact() -> None:
    made = aggregate(Series([1.0, 4.0], samples=[300, 100]), 120, "Average")
    assert made == Series([1.0, 1.75, 4.0], 0, [300, 400, 100], 120, approximate=False)


def test_a_minute_without_samples_has_no_part_in_an_average() -> None:
    made = aggregate(Series([1.0, 4.0, 6.0], samples=[0, 0, 2]), 120, "Average")
    assert made.values == [None, None, 6.0, 6.0]


@given(VALUES, st.integers(2, 12))
def test_sums_and_averages_are_rounded_once(values: list[float | None], width: int) -> None:
    sums = aggregate(Series(values), width * 60, "Sum").values
    averages = aggregate(Series(values), width * 60, "Average").values
    for end in range(1, len(values) + width):
        there = [value for value in values[max(end - width, 0) : end] if value is not None]
        assert sums[end - 1] == (math.fsum(there) if there else None)
        assert averages[end - 1] == (float(sum(map(Fraction, there)) / len(there)) if there else None)


@given(VALUES, st.integers(2, 12))
def test_extremes_are_those_of_the_window(values: list[float | None], width: int) -> None:
    windows = [
        [value for value in values[max(end - width, 0) : end] if value is not None]
        for end in range(1, len(values) + width)
    ]
    least, greatest = (aggregate(Series(values), width * 60, name).values for name in ("Minimum", "Maximum"))
    assert list(least) == [min(there, default=None) for there in windows if values] or not values
    assert list(greatest) == [max(there, default=None) for there in windows if values] or not values


def test_equal_minutes_do_not_drift_around_a_threshold() -> None:
    sums = aggregate(Series([0.1] * 10_000), 300, "Sum").values[4:10_000]
    assert set(sums) == {0.5}


@pytest.mark.parametrize("period", [0, 30, 90])
def test_a_period_of_no_whole_minutes_is_refused(period: int) -> None:
    with pytest.raises(ValueError, match=f"a period of {period} s is no whole number of minutes"):
        aggregate(Series([1.0]), period, "Sum")


def test_aggregated_values_are_not_aggregated_twice() -> None:
    made = aggregate(Series([1.0]), 300, "Sum")
    assert aggregate(made, 300, "Sum") is made
    with pytest.raises(ValueError, match="values over 300 s cannot be made into values over 600 s"):
        aggregate(made, 600, "Sum")
