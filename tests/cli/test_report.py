"""`rollguard report` and `rollguard verdict` as a user runs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rollguard.cli import run
from tests.reports import made

Told = pytest.CaptureFixture[str]


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return made.shelved(tmp_path / "records of ours", *(make() for make in made.EVERY))


def test_the_overview_of_a_folder(records: Path, capsys: Told) -> None:
    assert run(["report", "--from", str(records)]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines()[2].startswith("8 incidents to 20")
    assert told.out.splitlines()[3] == "Succeeded: 4 of 6 (67 %) of those that have ended."
    assert told.err == ""
    assert run(["report", "--from", str(records), "--policy", "card-webhooks", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["incidents"] == 1
    assert run(["report", "--from", str(records), "--since", "2026-11-25"]) == 0
    assert "No incident from 2026-11-25 00:00:00 UTC" in capsys.readouterr().out


def test_a_broken_record_is_warned_of_and_left_out(records: Path, capsys: Told) -> None:
    (records / "records/checkout-api/d-STILLRED.json").write_text("{", encoding="utf-8")
    assert run(["report", "--from", str(records)]) == 0
    told = capsys.readouterr()
    assert told.err.startswith(
        f"warning: `{records}/records/checkout-api/d-STILLRED.json` is empty or only half written: "
    )
    assert told.err.endswith("; it is left out\n")
    assert told.out.splitlines()[2].startswith("7 incidents to ")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["report", "--from", "nowhere"], "error: `nowhere` is no folder"),
        (["report", "d-RECOVERD", "--from", "{records}"], "  = help: did you mean `d-RECOVERED`?"),
        (["report", "--from", "{records}", "--since", "30 days"], "--since takes a duration such as 30d"),
        (["report", "--from", "{records}", "--since", "2026-13-45"], "--since takes a duration such as 30d"),
        (["report", "d-RECOVERED", "--since", "30d"], "--since and --policy choose among incidents"),
        (
            ["verdict", "d-RECOVERD", "--right", "--cause", "x", "--from", "{records}"],
            "no record of an incident `d-RECOVERD`",
        ),
        (
            ["verdict", "d-RECOVERED", "--cause", "x", "--from", "{records}"],
            "say one of --right, --wrong and --unclear",
        ),
        (
            ["verdict", "d-RECOVERED", "--right", "--wrong", "--cause", "x", "--from", "{records}"],
            "say one of --right, --wrong and --unclear, not several",
        ),
        (
            ["verdict", "d-RECOVERED", "--right", "--cause", "password=hunter2hunter2", "--from", "{records}"],
            "error: the cause holds a password or key in clear text",
        ),
        (
            ["verdict", "d-RECOVERED", "--right", "--cause", "x" * 5000, "--from", "{records}"],
            "error: the cause has 5,000 characters, at most 2,000 are kept",
        ),
        *(
            (
                ["verdict", "d-RECOVERED", "--right", "--cause", "x", "--ticket", ticket, "--from", "{records}"],
                "error: the ticket is neither an id nor an address",
            )
            for ticket in ("javascript:alert(1)", "OPS 1", "data:text/html,x", "https://x y", "<b>")
        ),
        (["verdict", "d-RECOVERED", "--right", "--from", "{records}"], "Missing option '--cause'"),
        (
            ["verdict", "d-RECOVERED", "--right", "--cause", "key AKIAIOSFODNN7EXAMPLE", "--from", "{records}"],
            "error: the cause holds an AWS access key in clear text",
        ),
    ],
)
def test_what_is_used_wrongly_is_said_and_repeats_no_secret(
    records: Path, capsys: Told, arguments: list[str], error: str
) -> None:
    assert run([argument.format(records=records) for argument in arguments]) == 2
    told = capsys.readouterr()
    assert error in told.err
    assert "AKIA" not in told.err
    assert not (records / "verdicts").exists()


def test_a_report_for_a_review_is_a_file_with_its_chart_beside_it(records: Path, tmp_path: Path, capsys: Told) -> None:
    file = tmp_path / "reviews/my review.md"
    assert run(["report", "d-RECOVERED", "--from", str(records), "--format", "markdown", "--output", str(file)]) == 0
    assert capsys.readouterr().err == f"{file}, and 1 chart beside it\n"
    assert "](my%20review-target-5xx.svg)" in file.read_text(encoding="utf-8")
    chart = (tmp_path / "reviews/my review-target-5xx.svg").read_text(encoding="utf-8")
    assert chart.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert "<style>" in chart
    assert run(["report", "d-RECOVERED", "--from", str(records), "--format", "html", "--output", str(file)]) == 0
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_verdict_counts_in_the_reports(records: Path, capsys: Told) -> None:
    judge = ["--from", str(records), "--cause", "a null pointer", "--by", "kim"]
    assert run(["verdict", "d-RECOVERED", "--right", *judge]) == 0
    assert run(["verdict", "checkout-api/d-RECOVERED", "--wrong", "--ticket", "OPS-1", *judge]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(
        f"d-RECOVERED of checkout-api: the rollback judged right: {records}/verdicts/checkout-api/d-"
    )
    assert second.startswith("d-RECOVERED of checkout-api: the rollback judged wrong; it counts instead of 1 earlier: ")
    assert run(["report", "d-RECOVERED", "--from", str(records), "--format", "json"]) == 0
    verdicts = json.loads(capsys.readouterr().out)["verdicts"]
    assert [(each["judgement"], each["ticket"], each["by"]) for each in verdicts] == [
        ("wrong", "OPS-1", "kim"),
        ("right", "", "kim"),
    ]
    assert run(["report", "--from", str(records), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["criteria"][0]["precision"] == 0


@pytest.mark.parametrize("ticket", ["https://tickets.example.com/a?b=1#c", "OPS-1234", "owner/repo#12"])
def test_a_ticket_is_an_id_or_an_address_that_can_be_followed(records: Path, capsys: Told, ticket: str) -> None:
    where = ["--from", str(records)]
    assert run(["verdict", "d-RECOVERED", "--right", "--cause", "x", "--ticket", ticket, *where]) == 0
    capsys.readouterr()
    for format in ("markdown", "html", "text"):
        run(["report", "d-RECOVERED", "--format", format, *where])
        told = capsys.readouterr().out
        if ticket.startswith("https"):
            expected = {"markdown": f"<{ticket}>", "html": f'<a href="{ticket}" rel', "text": "https://"}[format]
            assert expected in told


@pytest.mark.parametrize(
    ("incident", "what"),
    [(made.outside, "the alarm"), (made.nothing_to_roll_back, "the stop"), (made.failed, "the rollback")],
)
def test_a_verdict_says_what_was_judged_where_nothing_was_rolled_back(
    records: Path, capsys: Told, incident: Callable[[], made.Json], what: str
) -> None:
    name, where = incident()["incident"], ["--from", str(records)]
    assert run(["verdict", name, "--wrong", "--cause", "x", "--by", "kim", *where]) == 0
    assert f": {what} judged wrong: " in capsys.readouterr().out
    assert run(["report", name, "--format", "json", *where]) == 0
    timeline = json.loads(capsys.readouterr().out)["timeline"]
    assert timeline[-1]["what"] == f"`kim` judged {what} wrong"


def test_without_from_the_sandboxes_of_the_project_are_read(tmp_path: Path, capsys: Told) -> None:
    (tmp_path / "policies").mkdir()
    assert run(["--root", str(tmp_path), "report"]) == 2
    assert "no sandbox of this project has had an incident yet" in capsys.readouterr().err
    made.shelved(tmp_path / ".rollguard/sandbox/prod/bucket/rollguard-prod-111122223333-eu-west-1", made.recovered())
    made.shelved(tmp_path / ".rollguard/sandbox/staging/bucket", made.still_red())
    assert run(["--root", str(tmp_path), "report", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["incidents"] == 2


def test_a_bucket_needs_boto3_and_says_so(capsys: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    monkeypatch.delitem(sys.modules, "rollguard.records.bucket", raising=False)
    assert run(["report", "--from", "s3://records"]) == 2
    assert capsys.readouterr().err == (
        "error: `s3://records` needs `boto3`, which is not installed\n  = help: install `rollguard[aws]`\n"
    )
