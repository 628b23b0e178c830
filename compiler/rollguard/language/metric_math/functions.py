"""The functions of metric math: what each takes and gives, and why some cannot be computed here.

Sources: the CloudWatch guide's "Using metric math" (`using-metric-math.html`, table of functions) and `alarm-limits.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: A number, a series, or several series; the guide's S, TS and TS[].
Kind = Literal["number", "series", "array"]
#: What a function does with the kind of its argument.
Shape = Literal["each", "fold", "count", "pick", "fill", "if", "metrics", "period", "constant", "slice"]


@dataclass(frozen=True, slots=True)
class Function:
    """`least` and `most` are numbers of arguments. `history`: a value depends on other minutes' datapoints."""

    shape: Shape
    example: str
    least: int = 1
    most: int = 1
    history: bool = False


def _each(name: str, history: bool = False) -> Function:
    return Function("each", f"{name}(m1)", history=history)


FUNCTIONS: dict[str, Function] = {
    **{name: _each(name) for name in ("ABS", "CEIL", "FLOOR", "LOG", "LOG10")},
    **{name: _each(name, history=True) for name in ("RATE", "DIFF", "DIFF_TIME", "RUNNING_SUM")},
    # Of one series these give a number over all its datapoints, hence `history`.
    **{name: Function("fold", f"{name}([m1, m2])", history=True) for name in ("AVG", "MAX", "MIN", "SUM", "STDDEV")},
    "DATAPOINT_COUNT": Function("fold", "DATAPOINT_COUNT([m1, m2])", history=True),
    "METRIC_COUNT": Function("count", "METRIC_COUNT(METRICS())"),
    "FIRST": Function("pick", "FIRST([m1, m2])"),
    "LAST": Function("pick", "LAST([m1, m2])"),
    "SLICE": Function("slice", "SLICE(METRICS(), 0, 2)", 2, 3),
    "FILL": Function("fill", "FILL(m1, 0)", 2, 2, history=True),
    "IF": Function("if", "IF(m1 > 10, m2)", 2, 3),
    "METRICS": Function("metrics", 'METRICS("errors")', 0, 1),
    "PERIOD": Function("period", "PERIOD(m1)"),
    "TIME_SERIES": Function("constant", "TIME_SERIES(10)"),
}

_NO_CLOCK = "it reads the time of day, and a simulation has no clock"
_FETCHED = "its result depends on how many datapoints an alarm fetches, which AWS does not publish"
#: Functions of metric math that we cannot compute, each with the reason.
REFUSED: dict[str, str] = {
    "ANOMALY_DETECTION_BAND": "the band comes from a model that AWS trains; give the breach itself as the series",
    "SEARCH": "an alarm's expression cannot search; name the metrics",
    "INSIGHT_RULE_METRIC": "it reads a Contributor Insights rule; give its result as a series",
    "DB_PERF_INSIGHTS": "it reads Performance Insights; give its result as a series",
    "SERVICE_QUOTA": "it reads the account's quotas; write the quota as a number",
    "LAMBDA": "it calls a Lambda function; give its result as a series",
    "REMOVE_EMPTY": _FETCHED,
    "SORT": _FETCHED,
    **dict.fromkeys(("MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH"), _NO_CLOCK),
}
#: Words that stand where FILL's number could.
FILLERS = ("REPEAT", "LINEAR")
