"""How fast a criterion can turn red at best: the bad minutes it needs, and the time until CloudWatch has their numbers.

This is arithmetic, not simulation: the fault begins at full strength at the start of a minute, one minute of it is enough to make a
period bad, and every number arrives as usual. It never promises more than that, hence *at best*.
"""

from __future__ import annotations

from collections.abc import Mapping

from rollguard.plan.model import Criterion, MetricAlarm
from rollguard.simulate.delivery import delay as delay

_MINUTE = 60


def bad_time(alarm: MetricAlarm) -> int:
    """Seconds of breaching data that the alarm needs at least: of its first bad period one minute can be bad enough.

    Periods slide from minute to minute, so a fault need not begin with one (CloudWatch user guide, alarm evaluation; facts 1.2).
    """
    return alarm.period * (alarm.datapoints_to_alarm - 1) + min(alarm.period, _MINUTE)


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
