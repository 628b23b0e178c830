"""Every worked example of the CloudWatch guide's "Using metric math", and what follows from its rules for our own expressions."""

from __future__ import annotations

import pytest

from rollguard.simulate.math import evaluate, parse
from rollguard.simulate.model import Series, Values

M = None
Columns = dict[str, Values]
COMPARED: Columns = {"metric1": [30, 20, 0, 0], "metric2": [20, M, 20, M]}
CHOSEN: Columns = {"metric1": [1, 1, 0, 0, M], "metric2": [30, M, 0, 0, 30], "metric3": [0, 0, 20, M, 20]}
RATIO: Columns = {"errors": [1, M, 5, 3, M], "requests": [100, 200, 0, M, M]}


def values(expression: str, series: Columns, period: int = 60) -> Values:
    return evaluate(parse(expression), {id: Series(one, period=period) for id, one in series.items()}, period).values


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("metric1 < metric2", [0, 0, 1, 0]),
        ("metric1 >= 30", [1, 0, 0, 0]),
        ("metric1 > 15 AND metric2 > 15", [1, 0, 0, 0]),
        ("metric1 > 15 && metric2 > 15", [1, 0, 0, 0]),
        ("metric1 > 15 OR metric2 > 15", [1, 1, 1, 0]),
    ],
)
def test_comparisons_count_a_missing_side_as_0(expression: str, expected: list[float]) -> None:
    assert values(expression, COMPARED) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("IF(metric1, metric2, metric3)", [30, 0, 20, M, M]),
        ("IF(metric1, 5, metric3)", [5, 5, 20, M, M]),
        ("IF(metric1, metric2, 5)", [30, 0, 5, 5, 5]),
        ("IF(metric1, metric2)", [30, 0, M, M, M]),
        ("IF(metric1, 1, 0)", [1, 1, 0, 0, M]),
        ("IF(PERIOD(metric1) > 0, metric2, metric3)", [30, M, 0, 0, 30]),
        ("IF(0, metric2, metric3)", [0, 0, 20, M, 20]),
        ("IF(0, metric2)", [M, M, M, M, M]),
        ("IF(-1 * metric1, 7, 8)", [7, 7, 8, 8, M]),
    ],
)
def test_if_chooses_as_the_guide_shows(expression: str, expected: list[float | None]) -> None:
    assert values(expression, CHOSEN) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("errors + requests", [101, 200, 5, 3, M]),
        ("100 * errors / requests", [1, 0, M, M, M]),
        ("IF(requests >= 150, 100 * errors / requests)", [M, 0, M, M, M]),
        ("FILL(errors, 0) + 1", [2, 1, 6, 4, 1]),
        ("AVG([errors, requests])", [50.5, 100, 2.5, 1.5, M]),
        ("MAX([errors, requests])", [100, 200, 5, 3, M]),
        ("MIN([errors, requests])", [1, 200, 0, 3, M]),
        ("SUM(METRICS())", [101, 200, 5, 3, M]),
        ('SUM(METRICS("err"))', [1, M, 5, 3, M]),
        ("SUM(100 / [errors, requests])", [101, 0.5, 20, 100 / 3, M]),
        ("STDDEV([errors, requests])", [49.5, 0, 2.5, 0, M]),
        ("requests / METRIC_COUNT(METRICS())", [50, 100, 0, M, M]),
        ("requests / PERIOD(requests)", [100 / 60, 200 / 60, 0, M, M]),
        ("requests - AVG(requests)", [0, 100, -100, M, M]),
        ("TIME_SERIES(MAX(requests))", [200, 200, 200, 200, 200]),
        ("FIRST([errors, requests]) + LAST([errors, requests])", [101, 200, 5, 3, M]),
        ("SUM(SLICE([errors, requests], 1))", [100, 200, 0, M, M]),
        ("SUM(-[errors, requests])", [-101, -200, -5, -3, M]),
        ("RUNNING_SUM(errors)", [1, M, 6, 9, M]),
        ("errors * DATAPOINT_COUNT(errors)", [3, M, 15, 9, M]),
        ("DATAPOINT_COUNT([errors, requests])", [2, 1, 2, 1, M]),
        ("NOT (errors > 2)", [1, M, 0, 0, M]),
        ("-errors ^ 2", [-1, M, -25, -9, M]),
        ("LOG10(requests)", [2, pytest.approx(2.30103, rel=1e-5), M, M, M]),
        ("CEIL(errors / 2) + FLOOR(errors / 2) + ABS(-errors)", [2, M, 10, 6, M]),
    ],
)
def test_functions_do_what_the_guide_says(expression: str, expected: list[float | None]) -> None:
    assert values(expression, RATIO) == expected


def test_a_value_outside_a_band_breaches_and_a_missing_one_is_missing() -> None:
    series: Columns = {"value": [5, 10, 50, 90, 95, M]}
    assert values("IF(value < 10 OR value > 90, 1, 0)", series) == [1, 0, 0, 0, 1, M]


GAPS: Columns = {"a": [M, 10, M, M, 40, M]}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("FILL(a, 7)", [7, 10, 7, 7, 40, 7]),
        ("FILL(a, REPEAT)", [M, 10, 10, 10, 40, 40]),
        ("FILL(a, LINEAR)", [M, 10, 20, 30, 40, M]),
        ("FILL(a, MIN(a))", [10, 10, 10, 10, 40, 10]),
        ("FILL(a, TIME_SERIES(3))", [3, 10, 3, 3, 40, 3]),
        ("SUM(FILL(METRICS(), 0))", [0, 10, 0, 0, 40, 0]),
        ("DIFF(a)", [M, M, M, M, 30, M]),
        ("DIFF_TIME(a)", [M, M, M, M, 180, M]),
        ("RATE(a)", [M, M, M, M, 30 / 180, M]),
    ],
)
def test_gaps_are_filled_and_reached_over(expression: str, expected: list[float | None]) -> None:
    assert values(expression, GAPS) == expected


def test_a_rate_over_a_period_of_five_minutes_compares_minutes_that_lie_five_apart() -> None:
    series: Columns = {"a": [0, 1, 2, 3, 4, 300, 301, 302, 303, 304]}
    assert values("RATE(a)", series, 300) == [M] * 5 + [1.0] * 5
    gaps: Columns = {"a": [1, 2, 3, 4, 5, M, M, 8, 9, 10]}
    assert values("FILL(a, REPEAT)", gaps, 300) == [1, 2, 3, 4, 5, 1, 2, 8, 9, 10]


def test_series_that_begin_at_different_minutes_meet_on_one_grid() -> None:
    result = evaluate(parse("a + b"), {"a": Series([1, 2, 3], start=-1), "b": Series([10, 20, 30])})
    assert (result.start, result.values) == (-1, [1, 12, 23, 30])


@pytest.mark.parametrize(
    ("expression", "approximate"),
    [
        ("a + b", False),
        ("IF(a, b)", False),
        ("IF(a > 0, b)", True),
        ("IF(a > 0, FILL(b, 0))", False),
        ("a - AVG(a)", True),
        ("RUNNING_SUM(a)", True),
        ("RATE(b)", True),
        ("RATE(a)", False),
    ],
)
def test_what_aws_leaves_open_marks_the_result(expression: str, approximate: bool) -> None:
    result = evaluate(parse(expression), {"a": Series([1, 2, 3]), "b": Series([1, M, 2])})
    assert result.approximate is approximate


def test_what_was_estimated_before_stays_so() -> None:
    series = {"a": Series([1.0], approximate=True), "b": Series([1.0])}
    assert evaluate(parse("a * 2"), series).approximate
    assert not evaluate(parse("b * 2"), series).approximate
