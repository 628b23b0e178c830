"""Metric math against an independent reference: Python's own arithmetic for precedence, the guide's sentences for missing values."""

from __future__ import annotations

import math
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as some

from rollguard.language.metric_math import MathError, write
from rollguard.simulate.math import evaluate, parse
from rollguard.simulate.model import Series
from tests.language.metric_math.expressions import series_trees

value = some.one_of(some.none(), some.integers(-5, 5).map(float), some.floats(-1e6, 1e6))
pairs = some.lists(some.tuples(value, value), min_size=1, max_size=20)

PYTHON: dict[str, Callable[[float, float], float | None]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b if b != 0 else None,
    "<": lambda a, b: float(a < b),
    "<=": lambda a, b: float(a <= b),
    ">": lambda a, b: float(a > b),
    ">=": lambda a, b: float(a >= b),
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "AND": lambda a, b: float(a != 0 and b != 0),
    "OR": lambda a, b: float(a != 0 or b != 0),
}


@given(pairs, some.sampled_from(sorted(PYTHON)))
def test_where_one_series_has_no_datapoint_it_counts_as_0(
    rows: list[tuple[float | None, float | None]], sign: str
) -> None:
    series = {"a": Series([a for a, _ in rows]), "b": Series([b for _, b in rows])}
    expected = [None if a is None and b is None else PYTHON[sign](a or 0.0, b or 0.0) for a, b in rows]
    finite = [None if one is None or not math.isfinite(one) else one for one in expected]
    assert evaluate(parse(f"a {sign} b"), series).values == finite


@given(some.lists(value, min_size=1, max_size=20), some.sampled_from(sorted(PYTHON)), some.integers(-3, 3))
def test_against_a_number_a_missing_datapoint_stays_missing(column: list[float | None], sign: str, number: int) -> None:
    expected = [None if a is None else PYTHON[sign](a, float(number)) for a in column]
    assert evaluate(parse(f"a {sign} ({number})"), {"a": Series(column)}).values == expected


@given(pairs)
def test_division_by_zero_drops_the_datapoint_and_no_other(rows: list[tuple[float | None, float | None]]) -> None:
    series = {"a": Series([a for a, _ in rows]), "b": Series([b for _, b in rows])}
    for (_, divisor), result in zip(rows, evaluate(parse("a / b"), series).values, strict=True):
        if not divisor:
            assert result is None


operand = some.builds(
    lambda sign, digit: sign + digit, some.sampled_from(["", "", "-"]), some.sampled_from(["1", "2", "3", "a"])
)


@some.composite
def flat_arithmetic(draw: some.DrawFn) -> str:
    """Operands and operators in a row, some in parentheses."""
    parts = [draw(operand)]
    for _ in range(draw(some.integers(1, 5))):
        inner = draw(operand)
        if draw(some.booleans()):
            inner = f"({draw(operand)} {draw(some.sampled_from('+-*/'))} {inner})"
        parts += [draw(some.sampled_from(["+", "-", "*", "/", "^"])), inner]
    return " ".join(parts)


def python(expression: str) -> float | None:
    text = expression.replace("^", "**").replace("AND", "and").replace("OR", "or").replace("NOT", "not")
    try:
        result = eval(text.replace("1", "1.0").replace("2", "2.0").replace("3", "3.0"), {}, {"a": 2.0})
    except (ZeroDivisionError, OverflowError):
        return None
    return None if isinstance(result, complex) or not math.isfinite(result) else float(result)


@given(flat_arithmetic())
def test_arithmetic_binds_as_in_mathematics(expression: str) -> None:
    (result,) = evaluate(parse(f"{expression} + a * 0"), {"a": Series([2.0])}).values
    expected = python(f"{expression} + a * 0")
    # Where a part divides by zero we drop it and go on as CloudWatch does; Python gives up, so there is nothing to compare.
    if expected is not None:
        assert result is not None
        assert math.isclose(result, expected, rel_tol=1e-9, abs_tol=1e-9)


@some.composite
def flat_logic(draw: some.DrawFn) -> str:
    """Comparisons joined by AND, OR and NOT, without parentheses."""
    parts: list[str] = []
    for _ in range(draw(some.integers(1, 5))):
        sign = draw(some.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
        negation = draw(some.sampled_from(["", "", "NOT "]))
        sum_ = f"{draw(operand)} {draw(some.sampled_from('+-*'))} {draw(operand)}"
        parts += [f"{negation}{sum_} {sign} {draw(operand)}", draw(some.sampled_from(["AND", "OR"]))]
    return " ".join(parts[:-1])


@given(flat_logic())
def test_logic_binds_more_loosely_than_comparison_and_comparison_than_arithmetic(expression: str) -> None:
    (result,) = evaluate(
        parse(f"FILL(IF(a != 99, a), 0) * 0 + IF(a == 2, ({expression}) + a * 0)"), {"a": Series([2.0])}
    ).values
    assert result == python(expression)


@given(series_trees(), some.data(), some.sampled_from([60, 300]))
def test_any_expression_gives_finite_values_on_the_union_of_its_series(
    text: str, data: some.DataObject, period: int
) -> None:
    series = {
        id: Series(data.draw(some.lists(value, max_size=12)), data.draw(some.integers(-3, 3)), period=period)
        for id in ("a", "b", "c")
    }
    result = evaluate(parse(text), series, period)
    start = min(one.start for one in series.values())
    assert result.start == start
    assert len(result.values) == max(one.start + len(one.values) for one in series.values()) - start
    assert all(one is None or math.isfinite(one) for one in result.values)


@given(series_trees())
def test_what_is_written_reads_back_as_the_same_tree(text: str) -> None:
    tree = parse(text).tree
    assert parse(write(tree)).tree == tree


@given(some.text(alphabet="ab1.^+-*/<=>!&|()[],\"' MAXIFNOT%", max_size=40))
def test_no_text_does_worse_than_an_error_with_its_place(text: str) -> None:
    try:
        parse(text)
    except MathError as error:
        assert error.message
        assert 0 <= error.start <= error.end <= len(text)
