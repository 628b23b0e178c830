"""Records where they are kept: found, checked, upgraded, left out by name where they are none."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from rollguard.failure import Failure
from rollguard.recorder import record as recorded
from rollguard.records.bucket import Bucket, bucket
from rollguard.records.find import everything, one
from rollguard.records.judge import judge
from rollguard.records.keys import Name
from rollguard.records.model import Verdict
from rollguard.records.place import shelves
from tests.records.bucket_of_ours import OurS3
from tests.reports import made

VERDICT = Verdict("right", "a null pointer", "OPS-1", "kim", "2026-11-25T08:00:00.000000Z")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty or only half written: Expecting value: line 1 column 1 (char 0)"),
        (b'{"version": 1, "incident": "d-', "is empty or only half written: Unterminated string starting at"),
        (json.dumps(made.recovered()).encode()[:-40], "is empty or only half written: "),
        (b"\xff\xfe", "is not UTF-8"),
        (b"hello", "is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b"[]", "is not a JSON object"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"version": NaN}', "is not JSON: `NaN` is no number of JSON"),
        (b'{"version": 1e999}', "is not JSON: a number is beyond what can be reckoned with"),
        (b"{}", "is no rollback record: it has no `version`"),
        (b'{"version": 99}', "is a rollback record of version 99; this program reads up to 1"),
        (b'{"version": 1}', 'does not fit schema/rollback-record.schema.json: "incident" is a required property'),
        (
            json.dumps(made.changed(made.recovered(), open="AKIAIOSFODNN7EXAMPLE")).encode(),
            'does not fit schema/rollback-record.schema.json: `open`: "********************" is not of type "boolean"',
        ),
        (
            json.dumps(made.recovered("d-OTHER")).encode(),
            "is the record of `checkout-api/d-OTHER`, in the place of another",
        ),
    ],
    ids=range(14),
)
def test_what_is_no_record_is_named_and_left_out(tmp_path: Path, content: bytes, why: str) -> None:
    made.shelved(tmp_path, made.still_red())
    path = tmp_path / "records/checkout-api/d-RECOVERED.json"
    path.write_bytes(content)
    found = everything(shelves([str(tmp_path)]))
    assert [incident.name.incident for incident in found.incidents] == ["d-STILLRED"]
    (unreadable,) = found.unreadable
    assert unreadable.place == str(path)
    assert unreadable.why.startswith(why)
    with pytest.raises(Failure, match=r"d-RECOVERED.json` (is|does not fit) "):
        one(shelves([str(tmp_path)]), "d-RECOVERED")


def test_an_older_record_is_upgraded_as_the_recorder_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recorded.UPGRADES, 0, _renamed)
    older = made.changed(made.recovered(), version=0, name="Checkout")
    del older["title"]
    made.shelved(tmp_path, older)
    (incident,) = everything(shelves([str(tmp_path)])).incidents
    assert (incident.record["version"], incident.record["title"]) == (1, "Checkout")


def _renamed(record: recorded.Record) -> recorded.Record:
    return {**{key: value for key, value in record.items() if key != "name"}, "version": 1, "title": record["name"]}


def test_half_a_character_becomes_a_sign(tmp_path: Path) -> None:
    path = made.shelved(tmp_path, made.recovered()) / "records/checkout-api/d-RECOVERED.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"Checkout api"', '"Check\\ud83dout"'), encoding="utf-8")
    (incident,) = everything(shelves([str(tmp_path)])).incidents
    assert incident.record["title"] == "Check\ufffdout"


def test_the_newest_come_first_and_older_ones_than_asked_for_not_at_all(tmp_path: Path) -> None:
    days = [made.recovered(f"d-{day:02}", began=made.BEGAN - timedelta(days=day)) for day in range(5)]
    made.shelved(tmp_path, *days, made.recovered("d-X", "search"))
    where = shelves([str(tmp_path)])
    found = everything(where, made.BEGAN - timedelta(days=2), "checkout-api")
    assert [incident.name.incident for incident in found.incidents] == ["d-00", "d-01", "d-02"]
    with pytest.raises(Failure, match="no record of a policy `checkout_api`") as wrong:
        everything(where, None, "checkout_api")
    assert wrong.value.help == "did you mean `checkout-api`?"


def test_an_incident_is_named_with_its_policy_where_its_id_is_not_enough(tmp_path: Path) -> None:
    made.shelved(tmp_path, made.outside(), made.outside(policy="search"), made.recovered())
    where = shelves([str(tmp_path)])
    with pytest.raises(Failure, match="several incidents are called") as several:
        one(where, "outside-20261124T100800Z")
    assert several.value.help == "name the policy too, or the place by `--from`"
    _, found = one(where, "search/outside-20261124T100800Z")
    assert found.incidents[0].name == Name("search", "outside-20261124T100800Z")
    with pytest.raises(Failure, match="no record of an incident `d-RECOVRED`") as near:
        one(where, "d-RECOVRED")
    assert near.value.help == "did you mean `d-RECOVERED`?"


def test_a_folder_of_buckets_is_read_whole(tmp_path: Path) -> None:
    made.shelved(tmp_path / "eu", made.recovered("d-EU"))
    made.shelved(tmp_path / "us", made.recovered("d-US"))
    (tmp_path / "notes").mkdir()
    assert {incident.name.incident for incident in everything(shelves([str(tmp_path)])).incidents} == {"d-EU", "d-US"}
    with pytest.raises(Failure, match="holds no records"):
        shelves([str(tmp_path / "notes")])
    with pytest.raises(Failure, match="is no folder"):
        shelves([str(tmp_path / "nowhere")])


def test_a_verdict_lies_beside_the_record_and_changes_nothing(tmp_path: Path) -> None:
    made.shelved(tmp_path, made.recovered())
    record = tmp_path / "records/checkout-api/d-RECOVERED.json"
    before = record.read_bytes()
    shelf, found = one(shelves([str(tmp_path)]), "d-RECOVERED")
    keys = [judge(shelf, found.incidents[0].name, VERDICT) for _ in range(2)]
    assert keys == [f"verdicts/checkout-api/d-RECOVERED/20261125T080000.00000{number}Z.json" for number in range(2)]
    _, again = one(shelves([str(tmp_path)]), "d-RECOVERED")
    assert again.incidents[0].verdicts == (VERDICT, VERDICT)
    assert record.read_bytes() == before
    (tmp_path / keys[1]).write_text('{"version": 1}', encoding="utf-8")
    found = everything(shelves([str(tmp_path)]))
    assert found.incidents[0].verdict == VERDICT
    assert [each.place for each in found.unreadable] == [f"{tmp_path}/{keys[1]}"]


def test_a_verdict_holds_no_secret_and_fits_its_schema(tmp_path: Path) -> None:
    made.shelved(tmp_path, made.recovered())
    (shelf,) = shelves([str(tmp_path)])
    name = Name("checkout-api", "d-RECOVERED")
    with pytest.raises(Failure, match="the ticket holds a password in an address in clear text"):
        judge(shelf, name, Verdict("right", "x", "https://kim:hunter2@jira.example.com/1", "kim", VERDICT.at))
    with pytest.raises(Failure, match=r"the verdict does not fit schema/rollback-verdict.schema.json: `cause`"):
        judge(shelf, name, Verdict("right", "", "", "kim", VERDICT.at))
    assert not (tmp_path / "verdicts").exists()


@pytest.fixture
def s3() -> OurS3:
    return OurS3()


def _filled(s3: OurS3, *records: made.Json, prefix: str = "") -> None:
    for record in records:
        key = f"{prefix}records/{record['policy']}/{record['incident']}.json"
        s3.objects[key] = json.dumps(record).encode()


def test_a_bucket_of_thousands_is_paged_through(s3: OurS3) -> None:
    small = made.changed(made.recovered(), facts=[], series=[])
    _filled(s3, *({**small, "incident": f"d-{number:04}"} for number in range(1_205)), prefix="team/")
    s3.denied.add("team/records/checkout-api/d-0007.json")
    s3.objects["team/guards/checkout-api.json"] = b"{}"
    found = everything([Bucket("records", "team/", s3.client)])
    assert len(found.incidents) == 1_204
    assert [(each.place, each.why) for each in found.unreadable] == [
        ("s3://records/team/records/checkout-api/d-0007.json", "cannot be read: AccessDenied: Access Denied")
    ]
    # Two pages of records, one of verdicts, one of observations.
    assert s3.requests.count("GET ?") == 4


def test_what_was_last_written_long_ago_is_not_fetched(s3: OurS3) -> None:
    old = made.recovered("d-OLD", began=made.BEGAN - timedelta(days=400))
    _filled(s3, old, made.recovered())
    s3.written["records/checkout-api/d-OLD.json"] = "2025-10-20T10:20:00.000Z"
    found = everything([Bucket("records", "", s3.client)], made.BEGAN - timedelta(days=30))
    assert [incident.name.incident for incident in found.incidents] == ["d-RECOVERED"]
    assert [request for request in s3.requests if "d-OLD" in request] == []


def test_a_verdict_in_a_bucket_overwrites_none(s3: OurS3) -> None:
    _filled(s3, made.recovered())
    shelf = Bucket("records", "", s3.client)
    keys = [judge(shelf, Name("checkout-api", "d-RECOVERED"), VERDICT) for _ in range(2)]
    assert len(set(keys)) == 2
    _, found = one([shelf], "d-RECOVERED")
    assert found.incidents[0].verdicts == (VERDICT, VERDICT)
    s3.denied.add(keys[0])
    with pytest.raises(Failure, match=r"cannot write to `s3://records`: AccessDenied"):
        judge(shelf, Name("checkout-api", "d-RECOVERED"), VERDICT)


def test_a_bucket_that_cannot_be_reached_is_said(s3: OurS3) -> None:
    with pytest.raises(
        Failure, match="cannot list `s3://nowhere/x`: NoSuchBucket: The specified bucket does not exist"
    ):
        everything([Bucket("nowhere", "x/", s3.client)])
    with pytest.raises(Failure, match="names no bucket"):
        bucket("s3://")
