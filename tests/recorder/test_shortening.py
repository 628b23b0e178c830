"""A record of more than a megabyte: the least telling goes first, what went is said and stays said, and what counts stays."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from rollguard.recorder import record as documents
from rollguard.recorder import snapshots
from rollguard.recorder.record import Record, from_bytes, to_bytes
from tests.recorder.aws import instant
from tests.recorder.incident import ALARM, BAD, CRITERION, EVENTS, RED, STOPPED, SWEEP, World, alarm_event, statuses
from tests.recorder.test_record import errors

POINTS, REASONS, STATES = "datapoints of the criteria", "whole reasons", "earlier states of the alarms"


def series(criterion: str, minutes: int, period: int = 60) -> dict[str, Any]:
    """Points from an hour before the onset on."""
    begin = instant("2026-11-24T09:11:00Z")
    assert begin is not None
    stamps = [begin + timedelta(seconds=period * place) for place in range(minutes)]
    points = [[f"{at:%Y-%m-%dT%H:%M:%SZ}", 0.123456789] for at in stamps]
    return snapshots.entry(criterion, period, points, "2026-11-25T10:00:00Z")


def large(*entries: dict[str, Any], reasons: int = 0) -> Record:
    world = World()
    world.handle(*EVENTS[:5])
    record = world.record()
    record["criteria"] = [*record["criteria"], *({**record["criteria"][0], "reason": "r" * 2_000},) * reasons]
    record["series"] = list(entries)
    record["facts"] = [
        {**fact, "series": record["series"]} if fact["kind"] == "series" else fact for fact in record["facts"]
    ]
    return record


@pytest.mark.parametrize(
    ("minutes", "reasons", "left_out"),
    [(1_000, 1, []), (40_000, 1, [POINTS]), (40_000, 600, [POINTS, REASONS]), (10, 600, [REASONS])],
)
def test_a_record_of_more_than_a_megabyte_leaves_out_the_least_and_says_what(
    minutes: int, reasons: int, left_out: list[str]
) -> None:
    written = to_bytes(large(series("target-5xx", minutes), reasons=reasons))
    assert len(written) <= 1_000_000
    record = from_bytes(written)
    assert [one["what"] for one in record["missing"]] == left_out
    assert errors(record) == []
    assert len(written) > 900_000 or not left_out or left_out == [REASONS]


def test_of_every_criterion_the_datapoints_around_the_stop_stay_and_the_cause_keeps_all() -> None:
    others = [series(f"c{place:02}", 720) for place in range(60)]
    record = from_bytes(to_bytes(large(series("target-5xx", 720), series("target-5xx", 4_320, 10), *others)))
    coarse, fine, *rest = record["series"]
    assert len(fine["points"]) == 4_320 and len(coarse["points"]) < 60
    kept = {len(one["points"]) for one in rest}
    assert len(kept) == 1 and 120 < min(kept) < 720
    for one in rest:
        stamps = [at for at, _ in one["points"]]
        assert stamps == sorted(stamps) and min(stamps) < RED < STOPPED < max(stamps)
        assert one["asked"] == [[stamps[0], "2026-11-25T10:00:00Z"]]


def test_what_was_left_out_is_still_said_when_the_record_has_grown() -> None:
    world = World()
    world.handle(*EVENTS[:5])
    key = f"records/checkout-api/{BAD}.json"
    world.rim.s3.objects[key] = to_bytes(large(series("target-5xx", 60_000)))
    assert world.record()["missing"][0]["what"] == POINTS
    world.handle(EVENTS[5], SWEEP)
    record = from_bytes(world.rim.s3.objects[key])
    assert statuses(record) == ["started", "succeeded", "recovered"]
    assert [one["what"] for one in record["missing"]] == [POINTS]
    assert errors(record) == []


def test_the_newest_facts_stay_with_those_that_tell_which_incident_this_is() -> None:
    world = World()
    world.handle(*EVENTS[:5])
    record, last = world.record(), ""
    for minute in range(600):
        at = f"2026-11-24T{11 + minute // 60:02}:{minute % 60:02}:00Z"
        event = alarm_event("ALARM" if minute % 2 else "OK", at, alarm=CRITERION, reason="r" * 2_000)
        fact = {**record["facts"][0], "id": event["id"], "kind": "alarmState", "at": at, "reason": "r" * 200}
        last = event["id"]
        filler = {"reasonData": {"datapoints": [[at, 1.0]] * 60, "recent": [], "triggering": [], "threshold": 1.0}}
        record["facts"].append(fact | filler | {"alarm": CRITERION, "value": "OK", "previous": "ALARM"})
    short = from_bytes(to_bytes(record))
    assert len(short["facts"]) < 210
    kept = {fact["id"] for fact in short["facts"]}
    assert {event["id"] for event in EVENTS[1:5]} | {last} <= kept
    assert f"deployment:{BAD}:Stopped:d-ROLLBACK1" in kept
    assert [one["what"] for one in short["missing"]] == [STATES, REASONS]
    again = documents.merge(short, [], world.sheet, BAD)
    for same in ("reached", "because", "times", "rollback"):
        assert again[same] == record[same]
    assert json.loads(to_bytes(again))["missing"] == short["missing"]


def test_a_record_that_cannot_be_short_enough_is_refused_with_its_name() -> None:
    record = large(reasons=0)
    record["title"] = "x" * 1_000_001
    with pytest.raises(ValueError, match=f"the record of `{BAD}` has 1,0"):
        to_bytes(record)


def test_a_snapshot_on_which_a_status_rests_stays() -> None:
    world = World()
    for name in (ALARM, CRITERION):
        world.rim.cloudwatch.history[name][-1] = ("2026-11-24T10:50:00Z", "OK", "", None)
    for at in ("2026-11-24T10:18:20Z", "2026-11-24T10:34:00Z", "2026-11-24T10:51:00Z"):
        world.now = at
        world.handle(*EVENTS[1:5], SWEEP)
    record = world.record()
    assert statuses(record) == ["started", "succeeded", "stillRed", "recovered"]
    seen = next(fact for fact in record["facts"] if fact["kind"] == "alarms")
    crowd = {f"alarm-{number}": {**seen["alarms"][ALARM], "reason": "r" * 200} for number in range(3_000)}
    record["facts"] += [
        {**seen, "id": f"alarms:{minute}", "at": f"2026-11-24T11:0{minute}:00Z", "alarms": crowd} for minute in range(3)
    ]
    record["facts"][-1]["alarms"] = seen["alarms"]
    short = from_bytes(to_bytes(record))
    assert statuses(documents.merge(short, [], world.sheet, BAD)) == statuses(record)
