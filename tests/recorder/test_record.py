"""The record as a document: as its schema says, within bounds whatever is in it, and readable in every version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from rollguard.recorder import bounded
from rollguard.recorder import record as documents
from rollguard.recorder.record import Record, from_bytes, to_bytes
from tests.recorder.aws import FAILURES
from tests.recorder.incident import ALARM, BAD, CRITERION, EVENTS, RED, SWEEP, World, bad_release, sheet, statuses

SCHEMA = json.loads((Path(__file__).parents[2] / "schema/rollback-record.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)


def stored(world: World) -> list[dict[str, Any]]:
    return [json.loads(body) for key, body in world.rim.s3.objects.items() if key.startswith("records/")]


def errors(record: dict[str, Any]) -> list[str]:
    return [f"{list(one.instance_path)}: {one.message}" for one in VALIDATOR.iter_errors(record)]


def test_every_record_of_an_incident_is_as_its_schema_says_at_every_step() -> None:
    for broken in (None, "get_deployment", "describe_alarms", "list_deployments", "get_metric_data", "publish"):
        world = World()
        if broken is not None:
            world.rim.broken[broken] = FAILURES["denied"]
        for event in [*EVENTS, SWEEP]:
            world.try_handle(event)
            for record in stored(world):
                assert errors(record) == []


def test_the_record_that_shows_an_incident_outside_of_a_deployment_is_as_its_schema_says() -> None:
    world = World(sheet(agreed=None, rollbackWithin=None, runbook=None))
    world.rim.codedeploy.deployments = {}
    world.handle(EVENTS[1])
    (record,) = stored(world)
    assert errors(record) == []


def test_a_sheet_that_does_not_say_who_has_a_bypass_gives_a_record_that_does_not_either() -> None:
    older, newer = sheet(), sheet()
    for one in older["criteria"]:
        del one["bypass"]
    newer["criteria"][1]["bypass"] = None
    found = []
    for guard in (older, newer):
        world = World(guard)
        world.handle(*EVENTS)
        (record,) = stored(world)
        assert errors(record) == [] and from_bytes(json.dumps(record).encode())["status"] == "recovered"
        found.append([one.get("bypass", "not said") for one in record["criteria"]])
    assert found == [["not said", "not said"], [f"{CRITERION}_bypass", None]]


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"status": "fine"}, {"extra": 1}, {"times": {"onset": "yesterday"}}]
)
def test_what_is_no_record_is_refused_by_the_schema(change: dict[str, Any]) -> None:
    world = World()
    world.handle(EVENTS[2])
    (record,) = stored(world)
    assert errors({**record, **change}) != []


def test_a_record_has_every_key_of_its_schema() -> None:
    world = World()
    world.handle(EVENTS[2])
    (record,) = stored(world)
    assert record.keys() == SCHEMA["properties"].keys()
    assert SCHEMA["properties"].keys() - SCHEMA["required"] == {
        "beside",
        "lastSeen",
    }  # came later: older records lack it


HOSTILE = '<script>alert(1)</script>"\n\r\t\x00\x1b[31m\ud800\u202e${runbook} $x `rm -rf /` ' + "x" * 1_000_000


def test_hostile_text_everywhere_is_bounded_and_breaks_nothing() -> None:
    world = World()
    world.rim.codedeploy.deployments[BAD] = bad_release(
        errorInformation={"code": "ALARM_ACTIVE", "message": HOSTILE},
        creator=HOSTILE,
        revision={"revisionType": "S3", "s3Location": {"bucket": HOSTILE, "key": HOSTILE}},
    )
    data = {"threshold": "high", "evaluatedDatapoints": [{"timestamp": HOSTILE, "value": HOSTILE}] * 3}
    world.rim.cloudwatch.history[CRITERION] = [(RED, "ALARM", HOSTILE, data)]
    world.rim.cloudwatch.history[ALARM] = [(RED, "ALARM", HOSTILE, {"triggeringAlarms": [{"arn": HOSTILE}] * 3})]
    alarm = {**EVENTS[1], "detail": {**EVENTS[1]["detail"]}}
    alarm["detail"]["state"] = {**alarm["detail"]["state"], "reason": HOSTILE, "reasonData": HOSTILE}
    world.handle(alarm, EVENTS[2], EVENTS[3], EVENTS[4])
    record = world.record()
    assert statuses(record) == ["started", "succeeded"]
    reason = record["criteria"][0]["reason"]
    assert len(reason) == 2_000 and reason.endswith(f" … [cut: {len(HOSTILE):,} characters]")
    assert reason.startswith('<script>alert(1)</script>"\n')
    assert len(world.rim.s3.objects[f"records/checkout-api/{BAD}.json"]) < 60_000
    assert not {"\x00", "\x1b", "\ud800"} & set(json.dumps(record, ensure_ascii=False))
    for message in world.rim.sns.published:
        assert len(message["Subject"]) < 100 and message["Subject"].isprintable()
        assert len(message["Message"].encode()) < 256_000


def test_a_hostile_event_id_or_deployment_id_never_becomes_a_key() -> None:
    world = World()
    for deployment in ("../../guards/checkout-api", "d-" + "A" * 2_000, "d-1/x", ""):
        event = {**EVENTS[2], "id": HOSTILE, "detail": {**EVENTS[2]["detail"], "deploymentId": deployment}}
        world.handle(event)
    assert (world.records(), world.open()) == ({}, [])


def test_datapoints_are_written_once_and_read_as_a_fact_again() -> None:
    world = World()
    world.handle(*EVENTS)
    (record,) = stored(world)
    (fact,) = [one for one in record["facts"] if one["kind"] == "series"]
    assert "series" not in fact
    (read,) = [one for one in documents.facts_of(from_bytes(json.dumps(record).encode())) if one["kind"] == "series"]
    assert read["series"] == record["series"]
    points = dict(record["series"][0]["points"])
    assert min(points) == "2026-11-24T09:11:00Z"
    assert (points["2026-11-24T10:10:00Z"], points["2026-11-24T10:11:00Z"]) == (0.1, 14.2)


def test_an_older_version_is_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 0 never was; it stands for any older form: `incident` was called `deploymentId`, and nobody was `told`."""
    world = World()
    world.handle(EVENTS[2])
    record = world.record()
    old = {key: value for key, value in record.items() if key not in ("incident", "told")} | {
        "version": 0,
        "deploymentId": record["incident"],
    }

    def from_0(old: Record) -> Record:
        kept = {key: value for key, value in old.items() if key != "deploymentId"}
        return {**kept, "version": 1, "incident": old["deploymentId"], "told": []}

    monkeypatch.setitem(documents.UPGRADES, 0, from_0)
    upgraded = from_bytes(json.dumps(old).encode())
    assert upgraded == {**json.loads(to_bytes(record)), "told": []}
    world.rim.s3.objects[f"records/checkout-api/{BAD}.json"] = json.dumps(old).encode()
    world.handle(EVENTS[4])
    assert statuses(world.record()) == ["started", "succeeded", "recovered"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        (b"", "no JSON"),
        (b"[]", "no rollback record: it has no `version`"),
        (b'{"version": 2}', "a rollback record of version 2; this program reads up to 1"),
        (b'{"version": -1}', "a rollback record of version -1"),
        (b'{"version": 1}', "it has no `incident` or no `facts`"),
        (b"[" * 100_000, "no JSON"),
    ],
)
def test_what_is_no_record_is_refused_with_words(written: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_bytes(written)


def test_a_record_that_cannot_be_read_stops_only_its_own_incident() -> None:
    world = World()
    world.rim.s3.objects["records/checkout-api/d-BROKEN.json"] = b"{"
    world.rim.s3.objects["open/checkout-api/d-BROKEN"] = b""
    world.handle(*EVENTS[1:])
    assert not world.try_handle(SWEEP)
    assert statuses(from_bytes(world.rim.s3.objects[f"records/checkout-api/{BAD}.json"])) == [
        "started",
        "succeeded",
        "recovered",
    ]
    assert world.rim.s3.objects["records/checkout-api/d-BROKEN.json"] == b"{"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a\x00b\x7f\n", "a b \n"), ("x" * 2_000, "x" * 2_000), (None, None), (7, "7"), ("\ud800", "?")],
)
def test_text_is_cut_and_cleared(value: object, expected: str | None) -> None:
    assert bounded.cut(value) == expected
