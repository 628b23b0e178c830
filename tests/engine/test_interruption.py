"""Builds that meet another one, or are stopped half way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.conftest import Machine

COMMAND = [sys.executable, "-m", "rollguard.engine"]


def start(machine: Machine) -> subprocess.Popen[str]:
    return subprocess.Popen(
        COMMAND, env=machine.environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Zombies are dead: nobody may have collected them yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_two_runs_at_once_build_once_and_both_have_it(machine: Machine) -> None:
    machine.go(build="sleep 1")
    first, second = start(machine), start(machine)
    said = sorted([first.communicate(timeout=60)[0], second.communicate(timeout=60)[0]], key=len)
    assert (first.returncode, second.returncode) == (0, 0)
    assert machine.builds() == 1
    place = machine.cache / "3.259.0" / "pulumi"
    assert f"engine: pulumi 3.259.0 from the cache ({place})\n" in said[0]
    assert "another run is getting the engine: waiting for it" in said[0]
    assert said[1].endswith(f"engine: pulumi 3.259.0 from a build from Go modules ({place})\n")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_build_leaves_nothing_behind(machine: Machine, number: signal.Signals, code: int) -> None:
    machine.go(build=f"echo $$ > {machine.folder}/pid; sleep 600 & wait")
    run = start(machine)
    pid = machine.folder / "pid"
    wait_until(lambda: pid.exists() and pid.read_text(encoding="utf-8").strip() != "")
    run.send_signal(number)
    said, _ = run.communicate(timeout=30)
    assert run.returncode == code, said
    assert "Traceback" not in said
    assert machine.in_cache() == []
    assert not alive(int(pid.read_text(encoding="utf-8")))


def test_what_a_killed_build_left_is_cleared_by_the_next(machine: Machine) -> None:
    machine.go(build=f"echo $$ > {machine.folder}/pid; exec sleep 600")
    run = start(machine)
    pid = machine.folder / "pid"
    wait_until(lambda: pid.exists() and pid.read_text(encoding="utf-8").strip() != "")
    run.kill()
    os.kill(int(pid.read_text(encoding="utf-8")), signal.SIGKILL)
    run.communicate(timeout=30)
    assert any(name.startswith(".unfinished-") for name in machine.in_cache())

    machine.go()
    after = subprocess.run(COMMAND, env=machine.environment(), capture_output=True, text=True, timeout=60, check=False)
    assert after.returncode == 0
    assert machine.in_cache() == ["3.259.0", "3.259.0/pulumi"]


def test_without_an_engine_the_command_ends_in_two_lines(machine: Machine) -> None:
    machine.no_go()
    run = subprocess.run(COMMAND, env=machine.environment(), capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 2
    assert run.stdout == ""
    error, help = run.stderr.splitlines()[-2:]
    assert error.startswith("error: the Pulumi engine cannot be had: ")
    assert help.startswith("  = help: install Pulumi 3.200 or newer (https://www.pulumi.com/docs/install/)")
