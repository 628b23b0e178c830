"""The datapoints of all criteria in as few calls of GetMetricData as there can be: their queries in one list, and apart again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from rollguard.recorder import bounded, times

#: Queries of one call (API reference of GetMetricData).
QUERIES = 500
#: Seconds before the onset from which datapoints are kept; and the longest stretch, so that a record stays small.
BEFORE, LONGEST = 3_600, 12 * 3_600
#: Quoted text, or a name. Names of functions and Metrics Insights queries are no ids of queries.
_TOKEN = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_][A-Za-z0-9_]*""")


def window(onset: str, end: str) -> tuple[str, str]:
    """From when to when datapoints are kept, for an incident that began at `onset` and is looked at until `end`."""
    start = times.later(onset, -BEFORE)
    return start, max(start, min(end, times.later(start, LONGEST)))


def requests(criteria: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """The queries of the criteria for GetMetricData, at most QUERIES a list, those of one criterion together.

    Criteria may use the same ids, so each gets a prefix, in expressions too. Adopted alarms have no queries.
    """
    lists: list[list[dict[str, Any]]] = []
    for index, one in enumerate(criteria):
        queries = _renamed(one["queries"], f"c{index}_")
        if queries and (not lists or len(lists[-1]) + len(queries) > QUERIES):
            lists.append([])
        if queries:
            lists[-1] += queries
    return lists


def _renamed(queries: Sequence[Mapping[str, Any]], prefix: str) -> list[dict[str, Any]]:
    ids = {str(query["Id"]) for query in queries}

    def named(token: re.Match[str]) -> str:
        return prefix + token[0] if token[0] in ids else token[0]

    found = []
    for query in queries:
        renamed = {**query, "Id": prefix + str(query["Id"])}
        expression = query.get("Expression")
        if isinstance(expression, str) and not expression.lstrip().upper().startswith("SELECT"):
            renamed["Expression"] = _TOKEN.sub(named, expression)
        found.append(renamed)
    return found


def series(
    criteria: Sequence[Mapping[str, Any]], results: Iterable[Mapping[str, Any]], start: str, end: str
) -> tuple[list[dict[str, Any]], list[str]]:
    """GetMetricData's results by criterion, gaps filled with null; and the ids of the criteria for which there was none.

    Raises KeyError, TypeError or ValueError for results that are not as botocore's model has them.
    """
    values: dict[int, dict[str, float | None]] = {}
    for result in results:
        index = int(str(result["Id"]).partition("_")[0][1:])
        if result.get("StatusCode") in ("InternalError", "Forbidden"):
            continue
        points = values.setdefault(index, {})
        for stamp, value in zip(result["Timestamps"], result["Values"], strict=True):
            at = times.text(stamp)
            if at is not None:
                points[at] = bounded.number(value)
    found, without = [], []
    for index, one in enumerate(criteria):
        if index in values:
            period = int(one["period"] or 60)
            found.append(
                {"criterion": one["id"], "period": period, "points": _filled(values[index], period, start, end)}
            )
        elif one["queries"]:
            without.append(one["id"])
    return found, without


def _filled(points: Mapping[str, float | None], period: int, start: str, end: str) -> list[list[Any]]:
    begin, until = times.instant(start), times.instant(end)
    if begin is None or until is None:
        raise ValueError(f"`{start}` to `{end}` is no stretch of time")
    found = [[at, value] for at, value in sorted({**dict.fromkeys(_grid(begin, until, period)), **points}.items())]
    # The last minutes are not there yet, which is no gap.
    while found and found[-1][1] is None:
        found.pop()
    return found


def _grid(begin: datetime, until: datetime, period: int) -> Iterable[str]:
    at = begin - timedelta(seconds=int(begin.timestamp()) % period)
    while at < until:
        yield at.strftime(times.FORM)
        at += timedelta(seconds=period)
