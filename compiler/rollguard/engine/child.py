"""Run a long command: its output told line by line, its whole process group ended with us, a stall noticed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_TICK = 0.5  # seconds
_KEPT = 40  # lines of output kept for the words of a failure


class ChildFailed(Exception):
    """The command failed, stalled or ran out of time; its text says which, and ends with the command's own words."""


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str],
    on_line: Callable[[str], None] = lambda _line: None,
    on_tick: Callable[[float], object] = lambda _seconds: None,
    stall: float | None = None,
    limit: float | None = None,
) -> None:
    """Run to the end, or raise ChildFailed.

    `on_tick` is called twice a second with the seconds since the start; what it returns stands for the work done so
    far. If that has not changed for `stall` seconds, or `limit` seconds are over, the command is ended.
    """
    tail: deque[str] = deque(maxlen=_KEPT)
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )

    def read() -> None:
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                tail.append(line.rstrip())
                on_line(line.rstrip())

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        _watch(process, on_tick, stall, limit)
    finally:
        _end(process)
        reader.join(timeout=5)
    if process.returncode:
        last = next((line for line in reversed(tail) if line.strip()), "it said nothing")
        raise ChildFailed(f"exit {process.returncode}: {last.strip()}")


def _watch(
    process: subprocess.Popen[str], on_tick: Callable[[float], object], stall: float | None, limit: float | None
) -> None:
    start = moved = time.monotonic()
    work: object = None
    while True:
        try:
            process.wait(_TICK)
            return
        except subprocess.TimeoutExpired:
            now = time.monotonic()
        done = on_tick(now - start)
        if done != work:
            work, moved = done, now
        if stall is not None and now - moved > stall:
            raise ChildFailed(f"nothing arrived for {stall:.0f} s")
        if limit is not None and now - start > limit:
            raise ChildFailed(f"not done after {limit:.0f} s")


def _end(process: subprocess.Popen[str]) -> None:
    """End the command with all that it started: a compiler left alone would keep a core busy for minutes."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
