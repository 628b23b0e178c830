"""The datapoints of all criteria in as few calls of GetMetricData as there can be: their queries together, and apart again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rollguard.recorder import bounded, times
from rollguard.recorder.snapshots import Entry, entry

#: Queries of one call, of which one may be a Metrics Insights query (API reference of GetMetricData).
QUERIES = 500
#: Seconds for which datapoints of less than a minute are kept (API reference of MetricStat, `Period`), less one to be on the safe side.
FINE = 3 * 3_600 - 60
#: Seconds before the onset from which datapoints are kept; and the longest stretch, so that a record stays small.
BEFORE, LONGEST = 3_600, 12 * 3_600
#: Quoted text, or a name. Names of functions and Metrics Insights queries are no ids of queries.
_TOKEN = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_][A-Za-z0-9_]*""")


def window(onset: str, end: str) -> tuple[str, str]:
    """From when to when datapoints are kept, for an incident that began at `onset` and is looked at until `end`."""
    start = times.later(onset, -BEFORE)
    return start, max(start, min(end, times.later(start, LONGEST)))


@dataclass(frozen=True, slots=True)
class Request:
    """One call of GetMetricData. `periods` are those of the criteria in it, in seconds, by their place among all."""

    queries: list[dict[str, Any]]
    start: str
    end: str
    periods: dict[int, int]


def requests(criteria: Sequence[Mapping[str, Any]], start: str, end: str, now: str) -> list[Request]:
    """The calls that ask for the datapoints of the criteria from `start` to `end`, as it is `now`.

    A call holds at most QUERIES queries, those of one criterion together, and one Metrics Insights query. Datapoints of less than a minute
    are asked for as far back as CloudWatch keeps them, and beside them those of a minute for the whole stretch. Criteria may use the same
    ids, so each gets a prefix, in expressions too. Adopted alarms have no queries.
    """
    kept = times.later(now, -FINE)
    made: list[Request] = []
    for index, one in enumerate(criteria):
        stated = int(one["period"] or 60)
        fine = stated % 60 != 0 and start < kept
        wanted = [(max(60, stated), start), *([(stated, kept)] if kept < end else [])] if fine else [(stated, start)]
        for period, begin in wanted if one["queries"] else ():
            queries = [_at_period(query, period) if fine else query for query in _renamed(one["queries"], f"c{index}_")]
            call = next((one for one in made if one.start == begin and _takes(one, queries)), None)
            if call is None:
                call = Request([], begin, end, {})
                made.append(call)
            call.queries.extend(queries)
            call.periods[index] = period
    return made


def _takes(call: Request, queries: Sequence[Mapping[str, Any]]) -> bool:
    """Whether there is room for these queries too."""
    both = any(map(_is_insights, call.queries)) and any(map(_is_insights, queries))
    return len(call.queries) + len(queries) <= QUERIES and not both


def _is_insights(query: Mapping[str, Any]) -> bool:
    expression = query.get("Expression")
    return isinstance(expression, str) and expression.lstrip().upper().startswith("SELECT")


def _at_period(query: Mapping[str, Any], period: int) -> dict[str, Any]:
    found = dict(query)
    if "MetricStat" in found:
        found["MetricStat"] = {**found["MetricStat"], "Period": period}
    return found | ({"Period": period} if "Period" in found else {})


def _renamed(queries: Sequence[Mapping[str, Any]], prefix: str) -> list[dict[str, Any]]:
    ids = {str(query["Id"]) for query in queries}

    def named(token: re.Match[str]) -> str:
        return prefix + token[0] if token[0] in ids else token[0]

    found = []
    for query in queries:
        renamed = {**query, "Id": prefix + str(query["Id"])}
        expression = query.get("Expression")
        if isinstance(expression, str) and not _is_insights(query):
            renamed["Expression"] = _TOKEN.sub(named, expression)
        found.append(renamed)
    return found


def entries(
    criteria: Sequence[Mapping[str, Any]], request: Request, results: Iterable[Mapping[str, Any]], at: str
) -> list[Entry]:
    """GetMetricData's results of a request by criterion, gaps filled with null; `at` is when it was asked.

    Raises KeyError, TypeError or ValueError for results that are not as botocore's model has them.
    """
    values: dict[int, dict[str, float | None]] = {}
    for result in results:
        index = int(str(result["Id"]).partition("_")[0][1:])
        if result.get("StatusCode") in ("InternalError", "Forbidden"):
            continue
        points = values.setdefault(index, {})
        for stamp, value in zip(result["Timestamps"], result["Values"], strict=True):
            moment = times.text(stamp)
            if moment is not None:
                points[moment] = bounded.number(value)
    return [
        entry(criteria[index]["id"], period, _filled(values[index], period, request.start, request.end), at)
        for index, period in sorted(request.periods.items())
        if index in values
    ]


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
