"""From the queries of a metric alarm to the one series that it judges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from rollguard.language.metric_math import parse
from rollguard.plan.model import MetricDataQuery
from rollguard.simulate.math.evaluate import evaluate
from rollguard.simulate.model import Series


def evaluate_queries(queries: Sequence[MetricDataQuery], given: Mapping[str, Series], period: int = 60) -> Series:
    """The series of the query that returns data. `given` holds a series for every metric, aggregated to `period` seconds.

    A series given for an expression is taken as it is: so anomaly bands and Metrics Insights queries, which cannot be computed here,
    come in. Raises MathError as `parse` and `evaluate` do, ValueError where expressions read each other in a circle, where no query or
    more than one returns data, or where a metric has no series.
    """
    judged = [query for query in queries if query.return_data]
    if len(judged) != 1:
        raise ValueError(f"an alarm judges one query, not {len(judged)}")
    by_id = {query.id: query for query in queries}
    metrics = [query.id for query in queries if query.metric is not None]
    known: dict[str, Series] = {}

    def series_of(id: str, reading: tuple[str, ...]) -> Series:
        if id in reading:
            raise ValueError(
                f"the expressions read each other in a circle: {' → '.join(f'`{one}`' for one in (*reading, id))}"
            )
        if id not in known:
            known[id] = given[id] if id in given else computed(id, (*reading, id))
        return known[id]

    def computed(id: str, reading: tuple[str, ...]) -> Series:
        text = by_id[id].expression
        if text is None:
            raise ValueError(f"the metric `{id}` has no series")
        expression = parse(text)
        wanted = [*(one for one in expression.ids if one in by_id), *(metrics if expression.metrics else ())]
        inputs = {one: series_of(one, reading) for one in dict.fromkeys(wanted)}
        if not inputs:
            inputs = {one: series_of(one, reading) for one in metrics}
        return evaluate(expression, inputs, period, [one for one in metrics if one in inputs])

    return series_of(judged[0].id, ())


@lru_cache(maxsize=1024)
def unarrived(queries: tuple[MetricDataQuery, ...], period: int) -> float | None:
    """What an alarm judges for a period of which no input has arrived yet: a value where FILL makes one up, else None (facts 1.6).

    A FILL that repeats what came before makes nothing up out of nothing, and is not seen here.
    """
    if not any("FILL" in (query.expression or "").upper() for query in queries):
        return None
    nothing = Series([None], period=max(period, 60))
    try:
        return evaluate_queries(queries, {one.id: nothing for one in queries if one.metric is not None}, period).values[
            0
        ]
    except ValueError:  # it reads what cannot be computed here
        return None
