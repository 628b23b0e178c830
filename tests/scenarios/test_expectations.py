"""An expectation that does not hold says what happened instead, at its own line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.scenarios.suite import Case
from tests.scenarios.making import CRITERIA, failures, project, ran

BAD = "length: 40m, series: {errors: {step: {from: 0, to: 9, at: 8m}}}"
GOOD = "length: 40m"
TOLD = "notify: {started: [oncall, chat], outsideDeployment: [pager]}"


def _failures(folder: Path, rest: str, expect: str, **options: str) -> list[str]:
    return failures(project(folder, f"- {{name: a test, {rest}, expect: {expect}}}", **options))


@pytest.mark.parametrize(
    "expect",
    [
        "{rollback: {because: [errors], within: 4m}}",
        "{rollback: {because: [errors]}, stoppedAt: {traffic: 10}, alarm: true, notified: [chat, oncall]}",
        "{alarms: {errors: [{at: 10m, state: OK}, {at: 659s, state: OK}, {at: 11m, state: ALARM}, {at: 40m, state: ALARM}]}}",
        "{alarm: true}",
        "{notified: [oncall, chat]}",
        "{stoppedAt: {traffic: 10}}",
    ],
)
def test_what_happens_is_expected(tmp_path: Path, expect: str) -> None:
    assert _failures(tmp_path, BAD, expect, more=TOLD) == []


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        (
            "{rollback: never}",
            "rolled back at 11:15 because of `errors`, at 10 % of the traffic; no rollback is expected",
        ),
        (
            "{rollback: {because: [errors], within: 3m}}",
            "the rollback started 3 min 15 s after the onset, at 11:15; expected within 3 min",
        ),
        ("{alarm: false, alarms: {errors: [{at: 12m, state: ALARM}]}}", "the rollback alarm was red at 11:00"),
        ("{notified: [oncall, pager]}", "`pager` heard nothing; `chat` was told too"),
        ("{stoppedAt: {traffic: 100}}", "the rollback started at 11:15, at 10 % of the traffic; expected 100 %"),
        (
            "{alarms: {errors: [{at: 12m, state: OK}]}, alarm: true}",
            "`errors` was ALARM at 12:00, since 11:00; expected OK",
        ),
    ],
)
def test_what_happens_is_not_expected(tmp_path: Path, expect: str, message: str) -> None:
    assert _failures(tmp_path, BAD, expect, more=TOLD) == [message]


@pytest.mark.parametrize(
    ("rest", "expect", "message"),
    [
        (GOOD, "{rollback: {because: [errors]}}", "nothing was rolled back; `errors` was never red"),
        (GOOD, "{alarm: true}", "the rollback alarm was never red"),
        (GOOD, "{stoppedAt: {traffic: 10}}", "nothing was rolled back, so nothing was stopped"),
        (GOOD, "{notified: [oncall]}", "`oncall` heard nothing"),
        (
            "length: 60m, series: {errors: {step: {from: 0, to: 9, at: 40m}}}",
            "{rollback: {because: [errors]}}",
            "nothing was rolled back; the rollback alarm turned red at 43:00, and the deployment was over at 30:00",
        ),
        (
            "deploy: 20m, length: 60m, series: {errors: {spike: {to: 9, at: 2m, for: 5m}}}",
            "{rollback: {because: [errors]}}",
            "nothing was rolled back; the rollback alarm turned red at 5:00, and was green again when the deployment began",
        ),
    ],
)
def test_what_is_expected_does_not_happen(tmp_path: Path, rest: str, expect: str, message: str) -> None:
    assert _failures(tmp_path, rest, expect) == [message]


def test_a_rollback_that_nothing_speaks_of_is_unexpected(tmp_path: Path) -> None:
    (message,) = _failures(tmp_path, BAD, "{alarms: {errors: [{at: 2m, state: OK}]}}")
    assert message.endswith("; no rollback is expected")


def test_because_is_exact(tmp_path: Path) -> None:
    other = CRITERIA.replace("id: errors", "id: others")
    rest = "length: 40m, series: {errors: {hold: 9}, others: {hold: 9}}"
    assert _failures(tmp_path, rest, "{rollback: {because: [others, errors]}}", criteria=CRITERIA + other) == []
    (message,) = _failures(tmp_path, rest, "{rollback: {because: [errors]}}", criteria=CRITERIA + other)
    assert (
        message
        == "rolled back at 5:00 because of `errors` and `others`, at 0 % of the traffic; expected because of `errors`"
    )


def test_rollback_within_is_held_against_every_expected_rollback(tmp_path: Path) -> None:
    expect = "{rollback: {because: [errors]}}"
    assert _failures(tmp_path, BAD, expect, more="rollbackWithin: 4m") == []
    root = project(tmp_path, f"- {{name: a test, {BAD}, expect: {expect}}}", more="rollbackWithin: 3m")
    (case,) = ran(root).cases
    (failure,) = case.failures
    assert failure.message == "the rollback started 3 min 15 s after the onset, at 11:15; `rollbackWithin` is 3 min"
    assert _line(root, failure.span.line).strip() == "rollbackWithin: 3m"


def test_a_trigger_that_never_holds_is_named(tmp_path: Path) -> None:
    other = CRITERIA.replace("id: errors", "id: others")
    options = {"criteria": CRITERIA + other, "more": "trigger: errors and not others"}
    rest = "length: 40m, series: {errors: {hold: 9}, others: {hold: 9}}"
    (message,) = _failures(tmp_path, rest, "{rollback: {because: [errors]}}", **options)
    assert message == "nothing was rolled back; the trigger never held: `errors` and not `others`"


def test_observing_is_why_nothing_happens(tmp_path: Path) -> None:
    (message,) = _failures(tmp_path, BAD, "{rollback: {because: [errors]}}", more="mode: observe")
    assert message == "nothing was rolled back; no criterion rolls back here, they only observe"


def test_a_failure_shows_the_line_the_minutes_and_the_plot(tmp_path: Path) -> None:
    root = project(
        tmp_path, f"- name: a test\n  {BAD.split(', ', 1)[1]}\n  length: 20m\n  expect:\n    rollback: never"
    )
    (case,) = ran(root).cases
    assert case.text == (
        "error[T001]: rolled back at 11:15 because of `errors`, at 10 % of the traffic; no rollback is expected\n"
        "  --> policies/team/shop.yaml:31:19\n"
        "   |\n"
        "31 |         rollback: never\n"
        "   |                   ^^^^^\n"
        "\n"
        "minute  errors  alarm  rollback alarm  deployment\n"
        "  0:00  0       OK     OK\n"
        "     …\n"
        "  4:00  0       OK     OK\n"
        "  5:00  0       OK     OK              started, 10 % of the traffic\n"
        "     …\n"
        "  7:00  0       OK     OK\n"
        "  8:00  9 !     OK     OK\n"
        "     …\n"
        " 10:00  9 !     OK     OK\n"
        " 11:00  9 !     ALARM  ALARM\n"
        " 11:15          ALARM  ALARM           stopped, 10 % of the traffic; rollback started\n"
        " 12:00  9 !     ALARM  ALARM\n"
        " 12:15          ALARM  ALARM           rollback succeeded\n"
        "     …\n"
        " 19:00  9 !     ALARM  ALARM\n"
        " 20:00          ALARM  ALARM"
    )
    ((name, svg),) = case.plots
    assert name == "shop_prod_00-a-test_errors.svg"
    assert svg.startswith("<svg")


def test_an_expectation_that_rests_on_an_undocumented_verdict_says_so(tmp_path: Path) -> None:
    late = f"delivery: 4m, {BAD}"
    root = project(tmp_path, f"- {{name: a test, {late}, expect: {{alarm: true}}}}")
    (case,) = ran(root).cases
    assert case.passed
    assert case.doubts[0].startswith("AWS does not document what state `errors` has from ")


FILLED = """
- id: errors
  title: Requests fail
  why: A test.
  concern: errors
  signal: {expression: "FILL(failed, 0)", metrics: {failed: {namespace: Acme/Shop, metric: Failed, statistic: Sum}}}
  threshold: {atLeast: 5}
  window: {period: 60s, datapoints: 1, of: 1}
  missing: notBreaching
"""


def test_fill_over_minutes_that_have_not_arrived_is_told(tmp_path: Path) -> None:
    scenario = f"- {{name: a test, {BAD}, expect: {{alarm: true, notified: [oncall], stoppedAt: {{traffic: 10}}}}}}"
    (case,) = ran(project(tmp_path, scenario, criteria=FILLED)).cases
    assert case.passed
    assert case.doubts == (
        "FILL in `errors` also fills minutes that have not arrived yet: what state it has from 10:00 to 40:00 depends on how late its "
        "metrics are (judge M of N minutes with M < N, or leave silence to `missing`)",
    )


def _line(root: Path, line: int) -> str:
    return (root / "policies/team/shop.yaml").read_text().splitlines()[line - 1]


def test_cases_cross_from_one_process_to_another(tmp_path: Path) -> None:
    import pickle

    (case,) = ran(project(tmp_path, f"- {{name: a test, {BAD}, expect: {{rollback: never}}}}")).cases
    again: Case = pickle.loads(pickle.dumps(case))
    assert again == case
