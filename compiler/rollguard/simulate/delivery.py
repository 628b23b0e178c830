"""How late datapoints usually are: one table for the simulation, the site and everybody else who says how fast a policy acts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from rollguard.language import durations
from rollguard.plan.model import MetricAlarm
from rollguard.simulate.model import Timing

#: The namespace that a Metrics Insights query names, with its quotes or without.
_FROM = re.compile(r"\bFROM\s+(?:SCHEMA\(\s*)?\"?(?P<namespace>[A-Za-z0-9._/#:-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Delay:
    """A row of the table: `usual` in seconds; `namespace` may end with `*`; `source` says where the number is from."""

    namespace: str
    usual: int
    source: str

    def fits(self, namespace: str) -> bool:
        if self.namespace.endswith("*"):
            return namespace.startswith(self.namespace[:-1])
        return namespace == self.namespace


@cache
def delays() -> tuple[Delay, ...]:
    """The table, in the order in which its rows are tried; the last one fits everything."""
    rows = yaml.load(files("rollguard.simulate").joinpath("delivery.yaml").read_bytes(), yaml.CSafeLoader)
    return tuple(Delay(row["namespace"], int(durations.seconds(row["usual"])), row["source"]) for row in rows)


@cache
def usual_delay(namespace: str) -> int:
    """Seconds until a datapoint of `namespace` can usually be read."""
    return next(row.usual for row in delays() if row.fits(namespace))


def namespaces(alarm: MetricAlarm) -> tuple[str, ...]:
    """The namespaces that an alarm reads, sorted."""
    metrics = [alarm.metric, *(query.metric for query in alarm.queries)]
    found = {metric.namespace for metric in metrics if metric is not None}
    for query in alarm.queries:
        found.update(hit["namespace"] for hit in _FROM.finditer(query.expression or ""))
    return tuple(sorted(found))


def delay(alarm: MetricAlarm) -> int:
    """Seconds until the slowest of the alarm's metrics can usually be read."""
    return max(map(usual_delay, namespaces(alarm) or ("",)))


def timing(alarm: MetricAlarm, delivery: int | None = None, evaluation_range: int | None = None) -> Timing:
    """The timing to judge an alarm with; `delivery`, in seconds, is how late its datapoints are this time, if not as usual."""
    usual = delay(alarm)
    return Timing(usual, usual if delivery is None else delivery, evaluation_range)
