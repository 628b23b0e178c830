"""Which alarm a query of GetMetricData asks about: queries that mean the same whatever their ids are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rollguard.plan.model import Metric, MetricAlarm

#: Quoted text, or a name.
_TOKEN = re.compile(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[A-Za-z_][A-Za-z0-9_]*""")

#: What a query is: its expression, or else its metric.
Asked = str | Metric


def meaning_of_query(query: Mapping[str, Any], beside: Iterable[Mapping[str, Any]]) -> str:
    """What a query asks for, its inputs written out; `beside` are the queries of the same call."""
    return _written(query["Id"], {one["Id"]: _asked(one) for one in beside}, ())


def meaning_of_alarm(alarm: MetricAlarm) -> str:
    """What an alarm judges, in the same form."""
    if alarm.metric is not None:
        return _metric(alarm.metric)
    asked: dict[str, Asked] = {one.id: one.metric or one.expression or "" for one in alarm.queries}
    judged = next((one.id for one in alarm.queries if one.return_data and one.id != alarm.threshold_metric_id), "")
    return _written(judged, asked, ())


def _asked(query: Mapping[str, Any]) -> Asked:
    stat = query.get("MetricStat")
    if stat is None:
        return str(query.get("Expression", ""))
    metric = stat["Metric"]
    dimensions = sorted((one["Name"], one["Value"]) for one in metric.get("Dimensions") or ())
    return Metric(metric.get("Namespace", ""), metric.get("MetricName", ""), stat.get("Stat", ""), tuple(dimensions))


def _written(id: str, asked: Mapping[str, Asked], above: tuple[str, ...]) -> str:
    """Names of queries replaced by what these ask for; one that leads back to itself stays a name."""
    found = asked.get(id, "")
    if isinstance(found, Metric):
        return _metric(found)

    def inner(token: re.Match[str]) -> str:
        name = token[0]
        return f"({_written(name, asked, (*above, id))})" if name in asked and name not in (*above, id) else name

    return _TOKEN.sub(inner, found)


def _metric(metric: Metric) -> str:
    return json.dumps(
        [metric.namespace, metric.name, metric.statistic, sorted(map(list, metric.dimensions))], default=str
    )
