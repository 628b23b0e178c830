"""Datapoints asked for at several moments, as one: the snapshots of an incident merged point by point.

An entry is `{criterion, period, points, asked}`. `points` are [time, value or null], oldest first. `asked` are [time, when CloudWatch was
asked]: from that point on, up to the next entry of `asked`, the points are what it said then. Points of another period are other points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rollguard.recorder import times

Entry = dict[str, Any]
_Key = tuple[str, int]
#: A point's value and when it was asked for, in an order in which the greater one counts: a value beats none, then the later answer.
_Said = tuple[bool, str, float]


def entry(criterion: str, period: int, points: Sequence[Sequence[Any]], at: str) -> Entry:
    """What CloudWatch said of a criterion at `at`; `period` in seconds."""
    return {
        "criterion": criterion,
        "period": period,
        "points": [list(point) for point in points],
        "asked": [[points[0][0], at]] if points else [],
    }


def joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Two `series` facts as one: commutative, associative and idempotent, as each point is by itself."""
    said: dict[_Key, dict[str, _Said]] = {}
    for fact in (one, other):
        for each in fact["series"]:
            points = said.setdefault((each["criterion"], each["period"]), {})
            for at, point in _said(each, fact["at"]):
                points[at] = max(points.get(at, point), point)
    later = max(one, other, key=lambda fact: str(fact["at"]))
    return {
        **later,
        "start": min(one["start"], other["start"]),
        "end": max(one["end"], other["end"]),
        "series": [_entry(key, points) for key, points in sorted(said.items())],
    }


def _said(each: Entry, otherwise: str) -> Iterable[tuple[str, _Said]]:
    """Records that were written before `asked` was kept have none: all their points are of the fact's own time."""
    runs = list(each.get("asked") or ())
    place, at = 0, otherwise
    for stamp, value in each["points"]:
        while place < len(runs) and runs[place][0] <= stamp:
            at = runs[place][1]
            place += 1
        yield stamp, (value is not None, at, 0.0 if value is None else value)


def _entry(key: _Key, points: Mapping[str, _Said]) -> Entry:
    runs: list[list[str]] = []
    listed: list[list[Any]] = []
    for stamp, (known, at, value) in sorted(points.items()):
        listed.append([stamp, value if known else None])
        if not runs or runs[-1][1] != at:
            runs.append([stamp, at])
    return {"criterion": key[0], "period": key[1], "points": listed, "asked": runs}


def by_distance(points: Iterable[Sequence[Any]], moment: str) -> list[Sequence[Any]]:
    """Points by how far they are from a moment, the nearest first."""
    return sorted(points, key=lambda point: (abs(times.seconds(moment, point[0]) or 0), point[0]))


def nearest(each: Entry, moment: str, most: int) -> Entry:
    """An entry with `most` points at most, those nearest to a moment."""
    if len(each["points"]) <= most:
        return each
    kept = {point[0] for point in by_distance(each["points"], moment)[:most]}
    said = {stamp: point for stamp, point in _said(each, "") if stamp in kept}
    made = _entry((each["criterion"], each["period"]), said)
    return made if each.get("asked") else {key: value for key, value in made.items() if key != "asked"}


def answered(fact: Mapping[str, Any]) -> dict[str, str]:
    """By criterion, when CloudWatch last gave datapoints of it, or said that there are none."""
    found: dict[str, str] = {}
    for each in fact["series"]:
        at = max((str(asked) for _, asked in each.get("asked") or ()), default=str(fact["at"]))
        found[each["criterion"]] = max(found.get(each["criterion"], ""), at)
    return found


def with_values(fact: Mapping[str, Any]) -> set[str]:
    """The criteria of which there is a datapoint."""
    return {each["criterion"] for each in fact["series"] if any(value is not None for _, value in each["points"])}


def without(fact: Mapping[str, Any], criteria: Iterable[str]) -> dict[str, Any]:
    """The fact without some criteria."""
    left_out = set(criteria)
    return {**fact, "series": [each for each in fact["series"] if each["criterion"] not in left_out]}
