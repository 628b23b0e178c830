"""`rollguard test --coverage` as somebody uses it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.scenarios.guards import guard

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
