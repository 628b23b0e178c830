"""The failure-mode matrix as text and JSON, over the policies of this repository."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from rollguard.document import parse
from rollguard.project import load
from rollguard.scenarios.failure_mode_catalogue import packaged
from rollguard.scenarios.matrix import Matrix, matrix
from rollguard.scenarios.reports.failure_coverage import coverage_report
from rollguard.scenarios.suite import collect
from rollguard.validation import validate

ROOT = Path(__file__).resolve().parents[2]


@cache
def ours() -> Matrix:
    suite = collect(load(ROOT))
    guards = [
        (environment, placed)
        for policy in suite.policies
        for environment, each in policy.guards.items()
        for placed in each
    ]
    return matrix(guards, packaged())


@cache
def records() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(coverage_report(ours(), "json"))
    return found


def test_the_packaged_catalogue_is_valid() -> None:
    raw = (ROOT / "compiler/rollguard/simulate/failure_modes.yaml").read_bytes()
    document = parse("failure_modes.yaml", raw).value
    assert document is not None
    assert validate(document, "failureModes") == ()


def test_the_json_keeps_its_contract() -> None:
    schema = json.loads((ROOT / "schema/failure-mode-coverage.schema.json").read_text(encoding="utf-8"))
    jsonschema_rs.meta.validate(schema)
    jsonschema_rs.validate(schema, records())


def test_every_policy_of_the_repository_has_an_outcome_in_every_mode() -> None:
    modes = [mode.id for mode in packaged()]
    assert len(modes) == 10
    assert records()["policies"]
    for policy in records()["policies"]:
        assert [outcome["failureMode"] for outcome in policy["outcomes"]] == modes


@pytest.mark.parametrize(
    ("policy", "mode", "verdict", "seconds", "traffic"),
    [
        ("checkout", "hard-outage", "rolledBack", 375, 10),
        ("checkout", "traffic-to-zero", "rolledBack", 1155, 100),
        ("search", "metrics-stop", "rolledBack", 555, 40),
        ("refunds", "partial-errors", "rolledBack", 915, 25),
        ("price-feed", "recovery", "quiet", None, None),
        ("label-printer", "hard-outage", "unknown", None, None),
    ],
)
def test_the_matrix_of_production(
    policy: str, mode: str, verdict: str, seconds: int | None, traffic: float | None
) -> None:
    (found,) = (
        outcome
        for row in records()["policies"]
        if (row["policy"], row["environment"]) == (policy, "prod")
        for outcome in row["outcomes"]
        if outcome["failureMode"] == mode
    )
    assert (found["verdict"], found["seconds"], found["trafficPercent"]) == (verdict, seconds, traffic)


def test_none_of_our_examples_rolls_back_without_need_or_lets_a_hard_outage_pass() -> None:
    for policy in records()["policies"]:
        verdicts = {outcome["failureMode"]: outcome["verdict"] for outcome in policy["outcomes"]}
        assert "firedWrongly" not in verdicts.values()
        assert verdicts["hard-outage"] in ("rolledBack", "notApplicable", "unknown")


def test_the_text_answers_at_a_glance_and_tells_why_below() -> None:
    lines = coverage_report(ours()).splitlines()
    (row,) = (line.split() for line in lines if line.startswith("checkout in prod "))
    assert row[3:8] == ["6:15", "6:15", "16:15", "19:15", "9:15"]
    assert "checkout in loadtest    nothing rolls back here: the policy only watches" in lines
    start = next(index for index, line in enumerate(lines) if line.startswith("checkout in prod: "))
    assert "is caught from 3.1 % failed requests on" in lines[start]
    assert lines[start + 4].startswith(
        "  traffic-to-zero    rolled back 19 min 15 s after it began, 9 min 15 s after the first bad datapoint, at 100 % "
    )


def test_the_same_policies_give_the_same_matrix() -> None:
    ours.cache_clear()
    first = coverage_report(ours(), "json")
    ours.cache_clear()
    assert coverage_report(ours(), "json") == first
