"""Operators over numbers and columns of values, minute by minute.

The guide (`using-metric-math.html`): "Missing values in a time series are treated as 0. If the value of a data point causes a function
to attempt to divide by zero, the data point is dropped." Between two series that means: where only one of them has a value, the other
counts as 0 (worked example: `metric1 < metric2` of [30,20,0,0] and [20,-,20,-] is 0,0,1,0).

Where the guide is silent we chose:
* where no operand has a datapoint, the result has none: a timestamp without data does not exist. So a missing value against a number
  gives no datapoint, not `0 op number`
* a result that is no finite number (`LOG(0)`, a root of a negative number, an overflow) is dropped, as a division by zero is
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable

Value = float | None
Column = list[Value]
#: What an operator takes: the guide's S and TS.
Operand = float | Column

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def combine(sign: str, left: Operand, right: Operand) -> Operand | None:
    """`left sign right`: a number from two numbers, else a column. None: two numbers without a result, such as `1 / 0`."""
    apply = _SIGNS[sign]
    if isinstance(left, list):
        if isinstance(right, list):
            return [
                None if a is None and b is None else apply(0.0 if a is None else a, 0.0 if b is None else b)
                for a, b in zip(left, right, strict=True)
            ]
        return [None if a is None else apply(a, right) for a in left]
    if isinstance(right, list):
        return [None if b is None else apply(left, b) for b in right]
    return apply(left, right)


def each(function: Callable[[float], Value], operand: Operand) -> Operand | None:
    """The function of every value; missing values stay missing."""
    if isinstance(operand, list):
        return [None if value is None else function(value) for value in operand]
    return function(operand)


def _divide(a: float, b: float) -> Value:
    return a / b if b else None


def _power(a: float, b: float) -> Value:
    try:
        result = float(a) ** float(b)
    except (ZeroDivisionError, OverflowError):
        return None
    return result if isinstance(result, float) and math.isfinite(result) else None


def _logarithm(function: Callable[[float], float]) -> Callable[[float], Value]:
    return lambda value: function(value) if value > 0 else None


def _whole(function: Callable[[float], int]) -> Callable[[float], Value]:
    return lambda value: float(function(value)) if math.isfinite(value) else None


def _comparison(compare: Callable[[float, float], bool]) -> Callable[[float, float], Value]:
    return lambda a, b: 1.0 if compare(a, b) else 0.0


_SIGNS: dict[str, Callable[[float, float], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "^": _power,
    "AND": lambda a, b: 1.0 if a and b else 0.0,
    "OR": lambda a, b: 1.0 if a or b else 0.0,
    **{sign: _comparison(compare) for sign, compare in _COMPARE.items()},
}

EACH: dict[str, Callable[[float], Value]] = {
    "negative": operator.neg,
    "NOT": lambda value: 0.0 if value else 1.0,
    "ABS": abs,
    "CEIL": _whole(math.ceil),
    "FLOOR": _whole(math.floor),
    "LOG": _logarithm(math.log),
    "LOG10": _logarithm(math.log10),
}
