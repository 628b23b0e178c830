"""Run a long command: its output told line by line, its whole process group ended with us, a stall noticed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_TICK = 0.5  # seconds
_STOPS = (signal.SIGINT, signal.SIGTERM)
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
    process: subprocess.Popen[str] | None = None
    try:
        with _no_interruption():
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
        reader = threading.Thread(target=_read, args=(process, tail, on_line), daemon=True)
        reader.start()
        _watch(process, on_tick, stall, limit)
        reader.join(timeout=5)
    finally:
        if process is not None:
            _end(process)
    if process.returncode:
        last = next((line for line in reversed(tail) if line.strip()), "it said nothing")
        raise ChildFailed(f"exit {process.returncode}: {last.strip()}")


@contextmanager
def _no_interruption() -> Iterator[None]:
    """Put ^C and SIGTERM off to the end of the block: between a process's start and our knowing of it they would lose it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    before = {number: signal.signal(number, lambda came, _: arrived.append(came)) for number in _STOPS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for came in arrived:
        signal.raise_signal(came)


def _read(process: subprocess.Popen[str], tail: deque[str], on_line: Callable[[str], None]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            tail.append(line.rstrip())
            on_line(line.rstrip())


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
