"""Evaluate one expression over series on one grid of minutes.

Periods longer than a minute slide by a minute (facts 1.2), so what such an expression knows of earlier datapoints are those a whole
number of periods before: it is evaluated once for each offset within the period. What AWS advises against or does not document marks the
result as approximate: numbers over one series, running sums, a rate over a gap, and the 0 that `choice` speaks of.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import cast

from rollguard.language.metric_math.functions import FUNCTIONS
from rollguard.language.metric_math.syntax import (
    Array,
    Binary,
    Call,
    Expression,
    Id,
    MathError,
    Negative,
    Node,
    Not,
    Number,
    Text,
    Word,
)
from rollguard.simulate.math import choice, folds, history
from rollguard.simulate.math.columns import EACH, Column, Operand, combine, each
from rollguard.simulate.model import Series

_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=", "AND", "OR")


class Columns(list[Column]):
    """Several series, the guide's TS[]; a type of its own, since a series is a list too."""


_Result = Operand | Columns


def evaluate(
    expression: Expression, series: Mapping[str, Series], period: int = 60, metrics: Collection[str] | None = None
) -> Series:
    """The expression's series over all minutes that any of `series` covers. `period` is the alarm's, in seconds.

    `series` are those of the alarm's other ids, each aggregated to `period` already; `metrics` are the ids that METRICS() means, by
    default all. Raises MathError for an id that is not there and for a result of several series, ValueError for a series of another
    period.
    """
    known = series.keys() if metrics is None else metrics
    names = {*expression.ids, *(id for text in expression.metrics for id in known if text in id)}
    for id in expression.ids:
        if id not in series:
            raise _unknown(expression, id, series)
    for id in names:
        if series[id].period != max(period, 60):
            raise ValueError(f"the series of `{id}` has a period of {series[id].period} s, not of {max(period, 60)} s")
    start, length, columns = _aligned(series, names)
    step = max(period // 60, 1)
    if step == 1 or not expression.history:
        run = _Run(expression, columns, tuple(known), period, length)
        values, approximate = run.column(), run.approximate
    else:
        values = [None] * length
        approximate = False
        for offset in range(min(step, length)):
            part = {id: column[offset::step] for id, column in columns.items()}
            run = _Run(expression, part, tuple(known), period, len(range(offset, length, step)))
            values[offset::step] = run.column()
            approximate |= run.approximate
    finite = [None if value is None or not math.isfinite(value) else value for value in values]
    inherited = any(series[id].approximate for id in names)
    return Series(finite, start, period=max(period, 60), approximate=approximate or inherited)


def _aligned(series: Mapping[str, Series], names: Collection[str]) -> tuple[int, int, dict[str, Column]]:
    """The first of the minutes that any series covers, their number, and the columns of `names` over all of them."""
    start = min((one.start for one in series.values()), default=0)
    end = max((one.start + len(one.values) for one in series.values()), default=0)
    columns: dict[str, Column] = {}
    for id in names:
        one = series[id]
        before, after = one.start - start, end - one.start - len(one.values)
        columns[id] = [*[None] * before, *one.values, *[None] * after] if before or after else list(one.values)
    return start, end - start, columns


def _unknown(expression: Expression, id: str, series: Mapping[str, Series]) -> MathError:
    place = next(node.place for node in _walk(expression.tree) if isinstance(node, Id) and node.name == id)
    there = ", ".join(f"`{name}`" for name in series)
    return MathError(
        f"`{id}` is none of the alarm's ids", place.start, place.end, f"there are {there}" if there else ""
    )


def _walk(node: Node) -> list[Node]:
    match node:
        case Array(items) | Call(_, items):
            inner = items
        case Negative(operand) | Not(operand):
            inner = (operand,)
        case Binary(_, left, right):
            inner = (left, right)
        case _:
            inner = ()
    return [node, *(found for each in inner for found in _walk(each))]


class _Run:
    """One evaluation over columns of one length. What fits where was checked when the expression was parsed."""

    def __init__(
        self, expression: Expression, columns: Mapping[str, Column], metrics: tuple[str, ...], period: int, length: int
    ) -> None:
        self.expression = expression
        self.columns = columns
        self.metrics = metrics
        self.period = period
        self.length = length
        self.approximate = False

    def column(self) -> Column:
        """The result, which must be one series."""
        result = self.value(self.expression.tree)
        if isinstance(result, Columns):
            if len(result) != 1:
                text = self.expression.text
                raise MathError(
                    f"the expression gives {len(result)} series, and an alarm judges one",
                    0,
                    len(text),
                    "fold them, for instance with `MAX`",
                )
            return result[0]
        return cast(Column, result)

    def value(self, node: Node) -> _Result:
        match node:
            case Id(name):
                return self.columns[name]
            case Number(value):
                return value
            case Binary(sign, left, right):
                return self.binary(sign, self.value(left), self.value(right))
            case Call():
                return self.call(node)
            case Negative(operand):
                return self.mapped("negative", self.value(operand))
            case Not(operand):
                return self.mapped("NOT", self.value(operand))
            case Array(items):
                return Columns(column for item in items for column in self.several(item))
            case Text() | Word():
                raise AssertionError(f"{node} stands alone")

    def several(self, node: Node) -> Columns:
        value = self.value(node)
        return value if isinstance(value, Columns) else Columns([cast(Column, value)])

    def number(self, value: Operand | None) -> Operand:
        """A number that has no value, such as `1 / 0` or the AVG of no datapoint, makes every result of it missing."""
        return [None] * self.length if value is None else value

    def binary(self, sign: str, left: _Result, right: _Result) -> _Result:
        if isinstance(left, Columns):
            return Columns(cast(Column, self.binary(sign, one, right)) for one in left)
        if isinstance(right, Columns):
            return Columns(cast(Column, self.binary(sign, left, one)) for one in right)
        return self.number(combine(sign, left, right))

    def mapped(self, function: str, value: _Result) -> _Result:
        if isinstance(value, Columns):
            return Columns(cast(Column, self.mapped(function, one)) for one in value)
        if function in EACH:
            return self.number(each(EACH[function], value))
        column = cast(Column, value)
        if function == "RUNNING_SUM":
            self.approximate = True
            return history.running_sum(column)
        result, over_gap = history.since_previous(function, column, max(self.period, 60))
        self.approximate |= over_gap
        return result

    def call(self, node: Call) -> _Result:
        name, arguments = node.function, node.arguments
        match FUNCTIONS[name].shape:
            case "each":
                return self.mapped(name, self.value(arguments[0]))
            case "fold":
                return self.folded(name, self.value(arguments[0]))
            case "count":
                return float(len(self.several(arguments[0])))
            case "pick":
                several = self.several(arguments[0])
                return several[0 if name == "FIRST" else -1] if several else self.number(None)
            case "slice":
                bounds = [int(cast(Number, argument).value) for argument in arguments[1:]]
                return Columns(self.several(arguments[0])[slice(bounds[0], bounds[1] if len(bounds) == 2 else None)])
            case "fill":
                return self.filled(self.value(arguments[0]), arguments[1])
            case "if":
                return self.chosen(node)
            case "metrics":
                text = cast(Text, arguments[0]).value if arguments else ""
                return Columns(self.columns[id] for id in self.metrics if text in id)
            case "period":
                return float(self.period)
            case "constant":
                return self.constant(self.value(arguments[0]))

    def folded(self, name: str, value: _Result) -> _Result:
        if isinstance(value, Columns):
            return folds.across(name, value) if value else self.number(None)
        self.approximate = True
        return self.number(folds.over(name, cast(Column, value)))

    def filled(self, value: _Result, filler: Node) -> _Result:
        by = filler.word if isinstance(filler, Word) else cast(Operand, self.value(filler))
        if isinstance(value, Columns):
            return Columns(history.fill(one, by) for one in value)
        return history.fill(cast(Column, value), by)

    def chosen(self, node: Call) -> Column:
        condition, yes, *rest = (cast(Operand, self.value(argument)) for argument in node.arguments)
        column, zero = choice.choose(condition, yes, rest[0] if rest else None)
        asked = node.arguments[0]
        self.approximate |= zero and (
            isinstance(asked, Not) or (isinstance(asked, Binary) and asked.operator in _COMPARISONS)
        )
        return column

    def constant(self, value: _Result) -> Column:
        return cast(Column, value) if isinstance(value, list) else [value] * self.length
