"""A record within bounds: of one that is too long, the least telling goes first. That it went is a fact, and stays known."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from rollguard.recorder import bounded, facts, snapshots, times
from rollguard.recorder.facts import Fact

Record = dict[str, Any]

#: Bytes of a record. S3 takes more, but a report, a message and a Lambda function should not have to.
LIMIT = 1_000_000
#: Characters of a reason in a record that is too long otherwise, and facts that it keeps.
SHORT_REASON, MOST_FACTS = 200, 200
#: Datapoints of a criterion that caused the rollback which go before anything else does: an hour on either side of the stop has 120.
WANTED = 120
#: Facts that say which incident this is and how far it has come.
_TELLING = frozenset(
    {
        "deploymentState",
        "deployment",
        "revision",
        "presumed",
        "underWay",
        "moved",
        "beside",
        "closed",
        "unanswered",
        "series",
        "leftOut",
    }
)
_PROSE = frozenset({"reason", "message", "why", "failure"})
_DATAPOINTS = "datapoints of the criteria"


def fitting(record: Record, written: Callable[[Record], bytes]) -> bytes:
    """The record as `written` writes it, at most LIMIT bytes.

    First go the datapoints that are farthest from the stop, of criteria that did not cause it before those that did; then the length of
    reasons; then earlier states of the alarms, and facts. Raises ValueError where that is not enough.
    """
    steps: tuple[Callable[[Record], Record], ...] = (lambda one: one, _with_short_reasons, _with_few_facts)
    for place, step in enumerate(steps):
        record = step(record)
        whole = written(record)
        if len(whole) <= LIMIT:
            return whole
        least = WANTED if place < len(steps) - 1 else 0
        fewer = _with_fewer_points(record, LIMIT - len(written(_without_points(record))), least)
        if fewer is not None and len(shorter := written(fewer)) <= LIMIT:
            return shorter
    raise ValueError(f"the record of `{record['incident']}` has {len(whole):,} bytes, at most {LIMIT:,} can be kept")


def _left_out(record: Record, what: str, how: str) -> Record:
    """The record with the fact that something was left out, and with its entry in `missing`."""
    since = record["reached"][0]["at"] if record["reached"] else record["facts"][0]["at"]
    fact = facts.left_out(what, f"{how}, as the record would have had more than {LIMIT:,} bytes", since)
    others = [one for one in record["missing"] if one["what"] != what]
    said = {"what": what, "why": fact["why"], "since": fact["at"]}
    return {
        **record,
        "missing": sorted([*others, said], key=lambda one: str(one["what"])),
        "facts": facts.merge([one for one in record["facts"] if one["id"] != fact["id"]], [fact]),
    }


# --- datapoints ---------------------------------------------------------------------------------------------------------


def _moment(record: Record) -> str:
    at: str | None = record["times"]["stopped"] or record["times"]["alarm"]
    return at or str(record["facts"][0]["at"])


def _without_points(record: Record) -> Record:
    without = _left_out(record, _DATAPOINTS, "those farthest from the stop are left out")
    return {**without, "series": [{**one, "points": []} for one in record["series"]]}


def _with_fewer_points(record: Record, room: int, least: int) -> Record | None:
    """The record with the points for which there is room, those of each criterion nearest to the stop.

    Criteria that caused the rollback come first, then the others, then what is there in a finer period too. None where fewer than `least`
    points of a cause would stay.
    """
    moment, because = _moment(record), set(record["because"])
    finest: dict[str, int] = {}
    for one in record["series"]:
        finest[one["criterion"]] = min(one["period"], finest.get(one["criterion"], one["period"]))

    def rank(one: Mapping[str, Any]) -> int:
        return 2 if one["period"] > finest[one["criterion"]] else 0 if one["criterion"] in because else 1

    kept: dict[int, Any] = {}
    for wanted in (0, 1, 2):
        places = [place for place, one in enumerate(record["series"]) if rank(one) == wanted]
        sizes = [list(accumulate(_sizes(record["series"][place], moment))) for place in places]
        most = _most(sizes, room)
        if wanted == 0 and any(most < min(least, len(one)) for one in sizes):
            return None
        room -= _needed(sizes, most)
        for place in places:
            kept[place] = snapshots.nearest(record["series"][place], moment, most)
    series = [kept[place] for place in sorted(kept)]
    shortened = _left_out(record, _DATAPOINTS, "those farthest from the stop are left out")
    listed = [{**fact, "series": series} if fact["kind"] == "series" else fact for fact in shortened["facts"]]
    return {**shortened, "series": series, "facts": listed}


def _sizes(entry: Mapping[str, Any], moment: str) -> Iterator[int]:
    """The bytes of each point with its comma, those nearest to the moment first."""
    for point in snapshots.by_distance(entry["points"], moment):
        yield len(json.dumps(point)) + 2


def _most(sizes: Sequence[Sequence[int]], room: int) -> int:
    """How many points of each can stay, so that all together need at most `room` bytes."""
    longest = max((len(one) for one in sizes), default=0)
    return bisect_right(range(1, longest + 1), room, key=lambda most: _needed(sizes, most))


def _needed(sizes: Sequence[Sequence[int]], most: int) -> int:
    """The bytes of `most` points of each; `sizes` add up, those nearest to the stop first."""
    return sum(one[min(most, len(one)) - 1] for one in sizes if one and most)


# --- reasons and facts --------------------------------------------------------------------------------------------------


def _with_short_reasons(record: Record) -> Record:
    def short(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: bounded.cut(one, SHORT_REASON) if key in _PROSE else short(one) for key, one in value.items()}
        return [short(one) for one in value] if isinstance(value, list) else value

    shortened: Record = {**short({**record, "series": []}), "series": record["series"]}
    return _left_out(shortened, "whole reasons", f"cut at {SHORT_REASON} characters")


def _with_few_facts(record: Record) -> Record:
    """Of the alarms' states those on which the statuses rest, and of the rest the newest."""
    moment = times.later(_moment(record), 60)
    seen = [fact for fact in record["facts"] if fact["kind"] == "alarms"]
    needed = {id(fact) for fact in seen[-1:]}
    for one in record["reached"]:
        needed |= {id(fact) for fact in [each for each in seen if each["at"] >= one["at"]][:1]}
    last: dict[str, Fact] = {}
    for fact in record["facts"]:
        if fact["kind"] == "alarmState" and fact["at"] <= moment:
            last[fact["alarm"]] = fact
    needed |= {id(fact) for fact in last.values()}
    needed |= {id(fact) for fact in record["facts"] if fact["kind"] in _TELLING}
    others = [fact for fact in record["facts"] if id(fact) not in needed and fact["kind"] != "alarms"]
    newest = {id(fact) for fact in others[max(0, len(others) - max(0, MOST_FACTS - len(needed))) :]}
    kept = [fact for fact in record["facts"] if id(fact) in needed | newest]
    return _left_out({**record, "facts": kept}, "earlier states of the alarms", "the oldest are left out")
