"""What the command line does when nobody takes its words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT / "compiler")}
COVERAGE = [sys.executable, "-m", "rollguard", "--root", str(ROOT / "tests/acceptance"), "test", "--coverage"]


def test_a_reader_that_goes_away_is_no_finding() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody:
        ran = subprocess.run(COVERAGE, stdout=nobody, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_is_no_bug_of_ours() -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(COVERAGE, stdout=full, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, check=False)
    assert (ran.returncode, ran.stderr) == (2, "error: no space left on device\n")
