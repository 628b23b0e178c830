"""What is wrong with a scenario is said at its place; nothing is played on a guess."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from rollguard.checking import check
from rollguard.project import load
from rollguard.scenarios.suite import collect
from rollguard.source import Diagnostic
from tests.scenarios.making import failures, project, ran

HOLDS = "{rollback: never}"


Faults = list[tuple[str, str, str]]


def _faults(root: Path) -> Faults:
    """What is wrong with scenarios of a sound policy, which are not played then."""
    found = ran(root)
    assert found.cases == []
    return _placed(root, found.faults)


def _files_faults(root: Path) -> Faults:
    """What is wrong with the files that scenarios name; `check` and `test` say the same."""
    checked, suite = check(root).diagnostics, collect(load(root))
    assert (suite.policies, suite.faults) == ((), checked)
    return _placed(root, checked)


def _placed(root: Path, found: Iterable[Diagnostic]) -> Faults:
    line = (root / "policies/team/shop.yaml").read_text().splitlines()
    return [
        (fault.code, fault.message, line[fault.span.line - 1][fault.span.column - 1 : fault.span.end_column - 1])
        for fault in found
    ]


def _csv(folder: Path, text: str | bytes, path: str = "trace.csv") -> Path:
    root = project(folder, f"- {{name: a test, length: 30m, series: {{errors: {{csv: {path}}}}}, expect: {HOLDS}}}")
    file = root / "policies/team" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def test_a_csv_file_is_read_from_beside_the_policy(tmp_path: Path) -> None:
    text = "\ufeffminute,value\r\n0,1\r\n1,\r\n2,1.5e0\r\n\r\n"
    assert failures(_csv(tmp_path, text, "traces/a.csv")) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "`trace.csv` begins with ``"),
        ("time,value\n0,1\n", "`trace.csv` begins with `time,value`"),
        ("0,1\n", "`trace.csv` begins with `0,1`"),
        ("minute,value\n", "`trace.csv` has no values"),
        ("minute,value\n0,1\n2,1\n", "line 3 of `trace.csv` is minute 2, after minute 0"),
        ("minute,value\n0,1\n0,1\n", "line 3 of `trace.csv` is minute 0, after minute 0"),
        ("minute,value\n5,1\n", "line 2 of `trace.csv` is minute 5, after minute -1"),
        ("minute,value\n0,much\n", "`much` in line 2 of `trace.csv` is no number"),
        ("minute,value\n0,nan\n", "`nan` in line 2 of `trace.csv` is no number"),
        ("minute,value\n0,1e999\n", "`1e999` in line 2 of `trace.csv` is larger than any number"),
        ("minute,value\n0,1,2\n", "line 2 of `trace.csv` has 3 columns"),
        ("minute;value\n0;1\n", "`trace.csv` begins with `minute;value`"),
        ("minute,value\n-1,1\n", "`-1` in line 2 of `trace.csv` is no minute"),
        ("minute,value\n0.5,1\n", "`0.5` in line 2 of `trace.csv` is no minute"),
        (b"minute,value\n0,\xff\n", "`trace.csv` is not UTF-8"),
        ('minute,value\n0,"1\n', "line 2 of `trace.csv` is no CSV: unexpected end of data"),
        (
            "minute,value\n" + "".join(f"{n},1\n" for n in range(10_081)),
            "`trace.csv` has more than 10,080 minutes, which are 7 days",
        ),
        ("minute,value\n" + "0,1\n" * 300_000, "`trace.csv` has more than 1 MiB"),
    ],
)
def test_a_csv_file_that_cannot_be_used(tmp_path: Path, text: str | bytes, message: str) -> None:
    assert _files_faults(_csv(tmp_path, text)) == [("S126", message, "trace.csv")]


def test_a_csv_file_that_is_not_there_or_not_ours(tmp_path: Path) -> None:
    root = _csv(tmp_path / "inside", "minute,value\n0,1\n")
    (root / "policies/team/trace.csv").unlink()
    assert _files_faults(root) == [("S126", "there is no file `trace.csv` beside the policy", "trace.csv")]
    (tmp_path / "outside.csv").write_text("minute,value\n0,1\n")
    (root / "policies/team/trace.csv").symlink_to(tmp_path / "outside.csv")
    assert _files_faults(root) == [("S126", "`trace.csv` leads out of the project", "trace.csv")]


def test_a_csv_file_for_an_input_and_in_a_list_is_checked_too(tmp_path: Path) -> None:
    series = "{errors: [{csv: missing.csv}, {gap: {at: 1m, for: 1m}}]}"
    root = project(tmp_path, f"- {{name: a test, length: 30m, series: {series}, expect: {HOLDS}}}")
    assert _files_faults(root) == [("S126", "there is no file `missing.csv` beside the policy", "missing.csv")]


@pytest.mark.parametrize(
    ("rest", "expect", "message", "place"),
    [
        (
            "series: {errors: {step: {from: 0, to: 1, at: 2h}}}",
            HOLDS,
            "`at: 2h` is not before the scenario's end at 45m",
            "2h",
        ),
        (
            "series: {errors: {spike: {to: 1, at: 40m, for: 20m}}}",
            HOLDS,
            "from 40m on `for: 20m` ends at 1h, after the scenario's end at 45m",
            "20m",
        ),
        ("fault: {errors: 5%, at: 3h}", HOLDS, "`at: 3h` is not before the scenario's end at 45m", "3h"),
        (
            "before: healthy",
            "{alarms: {errors: [{at: 50m, state: OK}]}}",
            "`at: 50m` is after the scenario's end at 45m",
            "50m",
        ),
        (
            "before: healthy",
            "{rollback: {because: [errors], within: 2h}}",
            "`within: 2h` is longer than the scenario, 45m",
            "2h",
        ),
        ("delivery: 1h", HOLDS, "with `delivery: 1h` no datapoint arrives before the scenario's end at 45m", "1h"),
    ],
)
def test_without_a_length_times_must_lie_before_the_default_end(
    tmp_path: Path, rest: str, expect: str, message: str, place: str
) -> None:
    root = project(tmp_path, f"- {{name: a test, {rest}, expect: {expect}}}")
    assert _faults(root) == [("S122", message, place)]
