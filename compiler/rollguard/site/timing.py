"""How fast a criterion can turn red at best: the bad minutes it needs, and the time until CloudWatch has their numbers.

This is arithmetic, not simulation: the fault begins at full strength at the start of a period, and every number arrives as
usual. It never promises more than that, hence *at best*.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rollguard.plan.model import Criterion, MetricAlarm

#: Usual delay, in seconds, until a datapoint can be read. Load balancers 3 minutes (observed: Stack Overflow 64045238);
#: the other namespaces of AWS 2 minutes and everything else 1 minute are assumptions (corrections 4.1).
_LOAD_BALANCERS = frozenset({"AWS/ApplicationELB", "AWS/NetworkELB"})
LOAD_BALANCER_DELAY, AWS_DELAY, OTHER_DELAY = 180, 120, 60

#: The namespace that a Metrics Insights query names, with its quotes or without.
_FROM = re.compile(r"\bFROM\s+(?:SCHEMA\(\s*)?\"?(?P<namespace>[A-Za-z0-9._/#:-]+)", re.IGNORECASE)


def usual_delay(namespace: str) -> int:
    """Seconds until a datapoint of `namespace` can usually be read."""
    if namespace in _LOAD_BALANCERS:
        return LOAD_BALANCER_DELAY
    return AWS_DELAY if namespace.startswith("AWS/") else OTHER_DELAY


def namespaces(alarm: MetricAlarm) -> tuple[str, ...]:
    """The namespaces that an alarm reads, sorted."""
    metrics = [alarm.metric, *(query.metric for query in alarm.queries)]
    found = {metric.namespace for metric in metrics if metric is not None}
    for query in alarm.queries:
        found.update(hit["namespace"] for hit in _FROM.finditer(query.expression or ""))
    return tuple(sorted(found))


def bad_time(alarm: MetricAlarm) -> int:
    """Seconds of breaching data that the alarm needs: period x datapoints to alarm."""
    return alarm.period * alarm.datapoints_to_alarm


def delay(alarm: MetricAlarm) -> int:
    """Seconds until the slowest of the alarm's metrics can usually be read."""
    return max((usual_delay(namespace) for namespace in namespaces(alarm)), default=OTHER_DELAY)


def at_best(criterion: Criterion) -> int | None:
    """Seconds from the start of a fault until the criterion can be red; None where an existing alarm decides by itself."""
    alarm = criterion.alarm
    return None if alarm is None else bad_time(alarm) + delay(alarm)


def trigger_at_best(tree: object, criteria: Mapping[str, int | None]) -> int | None:
    """Seconds until the whole trigger can be true, from when each criterion can be. None if that cannot be known.

    `criteria` holds those that are attached; any other id in the tree never becomes true.
    """
    known = sorted(_waits(tree, criteria), key=lambda wait: wait if wait is not None else -1)
    return known[0] if known else None


def _waits(tree: object, criteria: Mapping[str, int | None]) -> list[int | None]:
    """The earliest time as a list of one, or nothing for what can never be true."""
    if isinstance(tree, bool):
        return [0] if tree else []
    if isinstance(tree, str):
        return [criteria[tree]] if tree in criteria else []
    if not isinstance(tree, Mapping):
        return []
    ((kind, value),) = tree.items()
    if kind == "not":
        return [0]
    least, parts = value if kind == "atLeast" else (None, value)
    waits = [wait for part in parts for wait in _waits(part, criteria)]
    needed = {"any": 1, "all": len(parts)}.get(kind, least)
    if not isinstance(needed, int) or len(waits) < needed or needed < 1:
        return []
    if None in waits:
        return [None]
    return [sorted(wait for wait in waits if wait is not None)[needed - 1]]
