"""A run that is cut short: whatever dies, the state stays whole and the next `up` converges."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rollguard.sandbox import inventory
from rollguard.sandbox.results import Running
from rollguard.sandbox.trail import read_trail
from tests.real_engine.projects import ORDERS, STOCK, Project

#: The command line with a stand-in that takes its time, as AWS does.
SLOW = """
import functools, sys
import rollguard.cli
from rollguard.sandbox import request
request.Sandbox = functools.partial(request.Sandbox, pause=0.6)
sys.exit(rollguard.cli.run(sys.argv[1:]))
"""

PATIENCE = 60.0


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.file("policies/shop/orders.yaml", ORDERS)
    made.file("policies/shop/stock.yaml", STOCK)
    return made


def start(project: Project) -> subprocess.Popen[str]:
    """`rollguard sandbox up`, some of its resources made and more under way."""
    arguments = ["--root", str(project.root), "sandbox", "up", "--environment", "prod"]
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", SLOW, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    until(lambda: len(read_trail(project.folder() / "trail.jsonl")) >= 3)
    return process


def until(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def processes() -> dict[int, tuple[int, str, str]]:
    """Parent, state and command line of every process."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(["ps", "-axo", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True)
        rows = [line.split(None, 3) for line in listed.stdout.splitlines()]
        return {int(row[0]): (int(row[1]), row[2], row[-1]) for row in rows}
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            arguments = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            found[int(folder.name)] = (int(parent), state, arguments)
    return found


def provider_of(process: subprocess.Popen[str]) -> int:
    return next(
        pid
        for pid, (parent, _, arguments) in processes().items()
        if parent == process.pid and "rollguard.sandbox.serve" in arguments
    )


def ended(pid: int) -> bool:
    _, state, _ = processes().get(pid, (0, "Z", ""))
    return state.startswith("Z")


def converges(project: Project) -> None:
    mended = project.up()
    assert mended.recovered
    settled = project.up()
    assert not settled.recovered
    assert settled.changed == 0
    assert settled.counts["same"] == len(project.world())


def test_after_kill_9_the_next_up_takes_over_what_was_made(project: Project) -> None:
    process = start(project)
    provider = provider_of(process)
    process.kill()
    process.communicate()
    until(lambda: ended(provider))  # the stand-in does not outlive the run that started it
    (stack,) = inventory.status(project.sandbox().home).stacks
    assert stack.unfinished
    foreseen = project.run("preview")
    assert (foreseen.unfinished, foreseen.recovered) == (True, False)
    converges(project)


def test_no_file_of_the_state_is_written_in_place(project: Project) -> None:
    """The engine may die at any moment; what it renames into place is whole then, its `.attrs` files are not."""
    project.up()
    kept = [path for path in project.sandbox().home.state.rglob("*") if path.is_file()]
    assert {path.suffix for path in kept} <= {".json", ".bak", ".yaml"}
    assert any(path.name == "prod.json" for path in kept)


def test_while_an_up_runs_the_status_says_so(project: Project) -> None:
    process = start(project)
    during = inventory.status(project.sandbox().home)
    assert during.running == Running("up", "prod", str(process.pid))
    assert [one.unfinished for one in during.stacks] == [False]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    after = inventory.status(project.sandbox().home)
    assert after.running is None
    assert [one.unfinished for one in after.stacks] == [True]


def test_one_interrupt_ends_in_order(project: Project) -> None:
    process = start(project)
    process.send_signal(signal.SIGINT)
    said, complained = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (130, "")
    assert [line for line in complained.splitlines() if line] == [
        "interrupted: the engine finishes what is under way and writes its state; ^C once more ends it at once",
        "interrupted",
    ]
    converges(project)


def test_a_stand_in_that_dies_is_named_and_the_next_up_goes_on(project: Project) -> None:
    process = start(project)
    os.kill(provider_of(process), signal.SIGKILL)
    said, complained = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (2, "")
    assert complained.splitlines() == [
        "error: the stand-in for AWS ended in the middle of the run; the state is intact",
        "  = help: `rollguard sandbox up --environment prod` goes on where it stopped",
    ]
    converges(project)


def test_destroy_after_kill_9_leaves_nothing_of_the_dead_run(project: Project) -> None:
    process = start(project)
    process.kill()
    process.communicate()
    project.destroy()
    assert not project.folder().exists()
