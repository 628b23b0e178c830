"""`rollguard test --coverage` as somebody uses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.scenarios.guards import ECS, guard

ROOT = Path(__file__).resolve().parents[2]
OWN = "apiVersion: rollguard/v1\nkind: FailureModes\nusualTraffic: 5/min\n"


def cover(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "rollguard", "test", "--coverage", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT / "compiler")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_prints_the_matrix_and_ends_with_0_whatever_is_missed(tmp_path: Path) -> None:
    guard(tmp_path)
    done = cover(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nshop in prod  4:15" in done.stdout
    assert "MISSED" in done.stdout


def test_a_projects_own_traffic_counts(tmp_path: Path) -> None:
    guard(tmp_path, own=OWN)
    (policy,) = json.loads(cover(tmp_path, "--format", "json").stdout)["policies"]
    assert policy["smallestErrorRate"]["requestsPerMinute"] == 5


def test_a_faulty_catalogue_is_a_finding_at_its_place(tmp_path: Path) -> None:
    guard(tmp_path)
    (tmp_path / "policies" / "failure-modes.yaml").write_text(OWN.replace("5/min", "5/h"), encoding="utf-8")
    done = cover(tmp_path)
    assert done.returncode == 1
    assert "policies/failure-modes.yaml:3:15" in done.stderr


def test_what_does_not_go_together_is_a_wrong_use(tmp_path: Path) -> None:
    guard(tmp_path)
    assert cover(tmp_path, "--format", "junit").returncode == 2
    assert cover(tmp_path, "-k", "nothing-like-it").returncode == 2


LISTENER = next(line for line in ECS.splitlines() if "loadBalancer" in line)
REQUESTS = """\
    - id: requests
      title: Hardly any requests
      why: Somebody always orders something.
      concern: throughput
      signal: {namespace: AWS/ApplicationELB, metric: RequestCount, statistic: Sum}
      threshold: {below: 100}
      window: {period: 60s, datapoints: 3, of: 3}
      missing: missing"""


def test_what_aws_does_not_document_is_said_in_the_matrix(tmp_path: Path) -> None:
    """One bad minute, then silence: after three of it implementations disagree on `X----` (aws-facts 1.4).

    Worked by hand: the canary has 60 % in minute 5, which leaves 80 of the healthy 200 requests; then all traffic, and no datapoint. Minute
    9 can be read at 13:00 (3 minutes late), when `X----` is all there is; CodeDeploy looks 15 s later, 8m15s after the fault began.
    """
    guard(tmp_path, REQUESTS, deployment=ECS.replace("{percent: 10, interval: 10m}", "{percent: 60, interval: 1m}"))
    (policy,) = json.loads(cover(tmp_path, "--format", "json").stdout)["policies"]
    found = {one["failureMode"]: one for one in policy["outcomes"]}["traffic-to-zero"]
    assert (found["verdict"], found["seconds"], found["ambiguous"]) == ("rolledBack", 495, True)
    told = cover(tmp_path).stdout
    assert "8:15~" in told
    assert "(AWS does not document this)" in told


def test_regions_that_judge_differently_are_told_apart(tmp_path: Path) -> None:
    """The same criterion on a metric of AWS, three minutes late, and on one of our own, a minute late."""
    guard(tmp_path)
    regions = """regions:
      eu-west-1: {vars: {space: AWS/ApplicationELB}}
      eu-north-1: {vars: {space: Acme/Shop}}
      us-east-1: {vars: {space: AWS/ApplicationELB}}"""
    for name, old, new in (
        ("environments.yaml", "region: eu-west-1", regions),
        ("shop/shop.yaml", "namespace: Acme/Shop", 'namespace: "${vars.space}"'),
        ("shop/shop.yaml", "managedBy: rollguard", "managedBy: cdk"),
        ("shop/shop.yaml", "ecs: {cluster: shop, service: shop}", ""),
        ("shop/shop.yaml", LISTENER, ""),
    ):
        file = tmp_path / "policies" / name
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    rows = json.loads(cover(tmp_path, "--format", "json").stdout)["policies"]
    assert [(row["regions"], row["outcomes"][0]["seconds"]) for row in rows] == [
        (["eu-north-1"], 255),
        (["eu-west-1", "us-east-1"], 375),
    ]
    told = cover(tmp_path).stdout
    assert "\nshop in prod (eu-north-1)            4:15" in told
    assert "\nshop in prod (eu-west-1, us-east-1)  6:15" in told


def test_fail_on_makes_a_gate_of_what_the_matrix_shows(tmp_path: Path) -> None:
    guard(tmp_path)
    verdicts = [
        one["verdict"] for one in json.loads(cover(tmp_path, "--format", "json").stdout)["policies"][0]["outcomes"]
    ]
    missed, wrong = verdicts.count("missed"), verdicts.count("firedWrongly")
    assert missed > 1
    done = cover(tmp_path, "--fail-on", "missed")
    assert (done.returncode, done.stderr) == (1, f"error: {missed} outcomes of --fail-on missed\n")
    done = cover(tmp_path, "--fail-on", "wrong")
    assert done.returncode == bool(wrong)
    assert cover(tmp_path, "--fail-on", "late,missed", "--fail-on", "wrong").returncode == 1
    assert cover(tmp_path, "--fail-on", "red").returncode == 2
