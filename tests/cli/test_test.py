"""`rollguard test` as people and CI run it: words, files, formats, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as xml

import jsonschema
import pytest

from tests.scenarios.making import project

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "schema/scenario-result.schema.json").read_text(encoding="utf-8"))
BAD = "length: 40m, series: {errors: {step: {from: 0, to: 9, at: 8m}}}"
GOOD_AND_BAD = f"""
- {{name: it breaks, {BAD}, expect: {{rollback: {{because: [errors], within: 4m}}}}}}
- {{name: it is calm, length: 40m, expect: {{rollback: never, alarm: false}}}}
"""
FAILS = f"{GOOD_AND_BAD}- {{name: it should not break, {BAD}, expect: {{rollback: never}}}}"


def _test(*arguments: str, root: Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rollguard", "--root", str(root), "test", *arguments],
        cwd=folder or root,
        env=os.environ | {"PYTHONPATH": str(ROOT / "compiler"), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_acceptance_policies_pass_every_scenario(tmp_path: Path) -> None:
    done = _test(root=ROOT / "tests/acceptance", folder=tmp_path)
    assert done.returncode == 0
    assert done.stderr == "16 scenarios, 16 passed, criterion coverage 94 %\n"
    assert done.stdout == "not shown: checkout-api: to fire new-version-5xx\n"


def test_our_own_policies_pass_every_scenario(tmp_path: Path) -> None:
    done = _test(root=ROOT, folder=tmp_path)
    assert (done.returncode, "failed" in done.stderr) == (0, False)


def test_a_scenario_that_fails_is_told_in_full_and_drawn(tmp_path: Path) -> None:
    done = _test(root=project(tmp_path, FAILS))
    assert done.returncode == 1
    plot = ".rollguard/test/shop_prod_02-it-should-not-break_errors.svg"
    assert done.stdout.startswith(
        "FAILED: shop in prod: it should not break\n\n"
        "error[T001]: rolled back at 11:15 because of `errors`, at 10 % of the traffic; no rollback is expected\n"
    )
    assert f"  plot: {plot}\n" in done.stdout
    assert (tmp_path / plot).read_text().startswith("<svg")
    assert (tmp_path / ".rollguard/.gitignore").read_text() == "*\n"
    assert done.stderr == "3 scenarios, 2 passed, 1 failed, criterion coverage 100 %\n"


def test_json_holds_every_result_as_the_schema_says(tmp_path: Path) -> None:
    done = _test("--format", "json", root=project(tmp_path, FAILS))
    found = json.loads(done.stdout)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(found, SCHEMA)
    assert done.returncode == 1
    red = [{"at": 0, "state": "OK", "ambiguous": False}, {"at": 660, "state": "ALARM", "ambiguous": False}]
    assert found[2] == {
        "policy": "shop",
        "environment": "prod",
        "scenario": "it should not break",
        "passed": False,
        "failures": [
            {
                "message": "rolled back at 11:15 because of `errors`, at 10 % of the traffic; no rollback is expected",
                "path": "policies/team/shop.yaml",
                "line": 29,
            }
        ],
        "alarms": {"errors": red},
        "rollbackAlarm": red,
        "rollback": {"startedAt": 675, "because": ["errors"], "trafficPercent": 10.0},
        "notified": ["oncall"],
    }
    assert [result["passed"] for result in found] == [True, True, False]
    assert found[1]["rollback"] is None


@pytest.mark.parametrize("root", [ROOT, ROOT / "tests/acceptance"], ids=["own", "acceptance"])
def test_the_json_of_every_policy_is_valid(root: Path, tmp_path: Path) -> None:
    done = _test("--format", "json", root=root, folder=tmp_path)
    jsonschema.validate(json.loads(done.stdout), SCHEMA)


def test_an_empty_list_is_json_too(tmp_path: Path) -> None:
    root = project(tmp_path, GOOD_AND_BAD)
    file = root / "policies/team/shop.yaml"
    file.write_text(file.read_text().split("  scenarios:")[0])
    done = _test("--format", "json", root=root)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_junit_holds_every_scenario_and_the_failure_in_full(tmp_path: Path) -> None:
    done = _test("--format", "junit", root=project(tmp_path, FAILS))
    suites = xml.fromstring(done.stdout)
    assert (suites.tag, suites.get("tests"), suites.get("failures"), suites.get("errors")) == (
        "testsuites",
        "3",
        "1",
        "0",
    )
    (suite,) = suites
    assert [case.get("name") for case in suite] == [
        "it breaks [prod]",
        "it is calm [prod]",
        "it should not break [prod]",
    ]
    (failure,) = suite[2]
    assert (failure.get("message") or "").startswith("rolled back at 11:15")
    assert "stopped, 10 % of the traffic; rollback started" in (failure.text or "")


def test_a_report_folder_gets_the_results_and_the_plots(tmp_path: Path) -> None:
    done = _test("--report", str(tmp_path / "out"), root=project(tmp_path / "project", FAILS))
    assert done.returncode == 1
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "junit.xml",
        "results.json",
        "shop_prod_02-it-should-not-break_errors.svg",
    ]
    jsonschema.validate(json.loads((tmp_path / "out/results.json").read_text()), SCHEMA)
    assert xml.parse(tmp_path / "out/junit.xml").getroot().get("tests") == "3"


def test_k_environment_and_paths_narrow_what_is_run(tmp_path: Path) -> None:
    root = project(tmp_path, FAILS)
    assert _test("-k", "CALM", root=root).stderr.startswith("1 scenario, 1 passed")
    assert _test("-k", "shop", root=root).stderr.startswith("3 scenarios")
    assert _test("--environment", "prod", root=root).stderr.startswith("3 scenarios")
    assert _test("policies/team", root=root).stderr.startswith("3 scenarios")
    nothing = _test("-k", "nothing like it", root=root)
    assert (nothing.returncode, nothing.stderr.splitlines()[0]) == (2, "error: no scenario was chosen")
    unknown = _test("--environment", "moon", root=root)
    assert unknown.returncode == 2
    assert "there is no environment `moon`" in unknown.stderr


def test_fail_under_asks_for_criteria_that_fire_and_stay_quiet(tmp_path: Path) -> None:
    root = project(tmp_path, GOOD_AND_BAD)
    assert _test("--fail-under", "100", root=root).returncode == 0
    half = _test("--fail-under", "75", "-k", "calm", root=root)
    assert half.returncode == 1
    assert "not shown: shop: to fire errors\n" in half.stdout
    assert "error: criterion coverage is 50.0 %, less than --fail-under 75 %\n" in half.stderr
    assert _test("--fail-under", "50", "-k", "calm", root=root).returncode == 0
    assert _test("--fail-under", "101", root=root).returncode == 2


def test_a_policy_with_faults_is_not_played_but_the_others_are(tmp_path: Path) -> None:
    root = project(tmp_path, GOOD_AND_BAD)
    (root / "policies/team/broken.yaml").write_text(
        (root / "policies/team/shop.yaml")
        .read_text()
        .replace("name: shop,", "name: broken,")
        .replace("at: 8m", "at: 8")
    )
    done = _test(root=root)
    assert done.returncode == 1
    assert "policies/team/broken.yaml:27:83" in done.stdout
    assert done.stderr.startswith("2 scenarios, 2 passed, 1 file with faults")
    assert _test("policies/team/shop.yaml", root=root).returncode == 0
    junit = xml.fromstring(_test("--format", "junit", root=root).stdout)
    assert (junit.get("tests"), junit.get("errors")) == ("3", "1")


def test_faults_across_files_keep_a_policy_from_being_played(tmp_path: Path) -> None:
    root = project(tmp_path, GOOD_AND_BAD, more="notify: [nobody]")
    done = _test(root=root)
    assert done.returncode == 1
    assert "`nobody` is no channel of environment `prod`" in done.stdout
    assert done.stderr.startswith("0 scenarios, 0 passed, 1 file with faults")


def test_with_broken_environments_nothing_is_played(tmp_path: Path) -> None:
    root = project(tmp_path, GOOD_AND_BAD)
    (root / "policies/environments.yaml").write_text("apiVersion: rollguard/v1\nkind: Environments\n")
    done = _test("policies/team/shop.yaml", root=root)
    assert done.returncode == 1
    assert done.stdout.startswith("error[S003]: the file lacks `environments`\n --> policies/environments.yaml:1:1\n")
    assert done.stderr.startswith("0 scenarios, 0 passed, 1 file with faults")


PRESETS = """\
apiVersion: rollguard/v1
kind: Presets
service: shop
title: Our shop
owners: ["@sre"]
presets:
  - id: failures
    title: Orders fail
    why: A lost order is a lost customer.
    concern: errors
    parameters: {shop: {description: Which shop., example: berlin}}
    signal: {namespace: Acme/Shop, metric: ErrorRatio, statistic: Average, dimensions: {Shop: "${with.shop}"}, unit: percent}
    threshold: {above: 5%}
    window: {period: 60s, datapoints: 3, of: 5}
    missing: notBreaching
    tuning: {from: 1%, to: 10%, when: Always.}
    blindSpots: None that we know.
    since: 1.0.0
    sources: [{url: "https://example.com", seen: "2026-11-01", says: Five percent.}]
    traces:
      fires:
        - {name: it breaks, series: {step: {from: 0.1, to: 9, at: 10m}}, within: WITHIN}
      quiet:
        - {name: one bad minute, series: {spike: {from: 0.1, to: 60, at: 10m, for: 1m}}}
        - {name: three bad minutes, series: {spike: {from: 0.1, to: 60, at: 10m, for: LASTS}}}
"""


def _with_presets(folder: Path, *, within: str = "4m", lasts: str = "2m") -> Path:
    root = project(folder, GOOD_AND_BAD)
    (root / "policies/presets").mkdir()
    text = PRESETS.replace("WITHIN", within).replace("LASTS", lasts)
    (root / "policies/presets/shop.yaml").write_text(text)
    return root


def test_the_traces_of_a_projects_own_presets_are_judged(tmp_path: Path) -> None:
    root = _with_presets(tmp_path)
    done = _test(root=root)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "2 scenarios, 2 passed, 3 preset traces, 3 passed, criterion coverage 100 %\n"
    assert _test("-k", "minute", root=root).stderr.startswith("0 scenarios, 0 passed, 2 preset traces")
    assert _test("policies/presets", root=root).stderr.startswith("0 scenarios, 0 passed, 3 preset traces")
    assert "trace" not in _test("--environment", "prod", root=root).stderr
    assert "trace" not in _test("policies/team", root=root).stderr


def test_a_trace_that_does_not_hold_is_told_in_full_and_drawn(tmp_path: Path) -> None:
    root = _with_presets(tmp_path, within="3m", lasts="3m")
    done = _test(root=root)
    assert done.returncode == 1
    plot = ".rollguard/test/preset_shop-failures_three-bad-minutes.svg"
    assert done.stdout.split("FAILED: ")[2] == (
        "preset shop/failures: three bad minutes\n\n"
        "error[T001]: the alarm turns red at 14:00; the trace is `three bad minutes`\n"
        "  --> policies/presets/shop.yaml:25:18\n"
        "   |\n"
        "25 |         - {name: three bad minutes, series: {spike: {from: 0.1, to: 60, at: 10m, for: 3m}}}\n"
        "   |                  ^^^^^^^^^^^^^^^^^\n\n"
        "minute  failures  alarm\n"
        "  0:00  0.1       OK\n"
        "     …\n"
        "  9:00  0.1       OK\n"
        " 10:00  60 !      OK\n"
        "     …\n"
        " 12:00  60 !      OK\n"
        " 13:00  0.1       OK\n"
        " 14:00  0.1       ALARM\n"
        "     …\n"
        " 16:00  0.1       ALARM\n"
        " 17:00  0.1       OK\n"
        "     …\n"
        " 29:00  0.1       OK\n"
        " 30:00            OK\n\n"
        f"  plot: {plot}\n\n"
    )
    assert "the alarm turns red 4 min after the onset; expected within 3 min" in done.stdout
    assert (tmp_path / plot).read_text().startswith("<svg")
    found = json.loads(_test("--format", "json", root=root).stdout)
    jsonschema.validate(found, SCHEMA)
    assert [(one["trace"], one["wanted"], one["passed"]) for one in found[2:]] == [
        ("it breaks", "fires", False),
        ("one bad minute", "quiet", True),
        ("three bad minutes", "quiet", False),
    ]
    assert [one["at"] for one in found[4]["alarm"]] == [0, 840, 1020]
    suites = xml.fromstring(_test("--format", "junit", root=root).stdout)
    assert (suites.get("tests"), suites.get("failures"), suites[1].get("name")) == ("5", "2", "shop/failures")
    assert [case.get("name") for case in suites[1]] == ["it breaks", "one bad minute", "three bad minutes"]


def test_many_scenarios_run_on_every_core_with_the_same_results(tmp_path: Path) -> None:
    from tests.bench.scenarios import write_project

    write_project(tmp_path, 5)
    done = _test("--format", "json", root=tmp_path)
    found = json.loads(done.stdout)
    assert (done.returncode, len(found), all(result["passed"] for result in found)) == (0, 500, True)
    assert [result["policy"] for result in found[::100]] == [f"service-{n:03}" for n in range(5)]


def test_a_policy_without_scenarios_shows_nothing_of_its_criteria(tmp_path: Path) -> None:
    done = _test("--fail-under", "1", root=project(tmp_path, "[]"))
    assert done.returncode == 1
    assert "criterion coverage 0 %" in done.stderr
    assert "not shown: shop: to fire " in done.stdout


def test_a_faulty_policy_never_looks_like_success(tmp_path: Path) -> None:
    root = project(tmp_path, GOOD_AND_BAD)
    policy = next((root / "policies").glob("*/*.yaml"))
    policy.write_text(policy.read_text().replace("missing: notBreaching", "missing: never", 1))
    done = _test(root=root)
    assert (done.returncode, "coverage" in done.stderr, "1 file with faults" in done.stderr) == (1, False, True)
    done = _test("--format", "json", root=root)
    assert (done.returncode, json.loads(done.stdout)) == (1, [])
    assert "error[" in done.stderr
    assert _test("--fail-under", "1", root=root).stderr.count("error: criterion coverage is 0.0 %") == 1
