"""Time whole processes, the rivals in turn, and say on which machine."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMPORTS = {"PYTHONPATH": f"{ROOT / 'compiler'}:{ROOT}"}  # so that the checkout is what is measured, wherever it is run


@dataclass(frozen=True, slots=True)
class Contestant:
    """A command to time, and what it says of itself in the table."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=lambda: IMPORTS)


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds of one run: on the clock, and of processor time with all child processes."""

    clock: float
    processor: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The rounds of one contestant."""

    name: str
    rounds: tuple[Round, ...]

    @property
    def clock(self) -> float:
        return statistics.median(one.clock for one in self.rounds)

    @property
    def best(self) -> float:
        return min(one.clock for one in self.rounds)

    @property
    def processor(self) -> float:
        return statistics.median(one.processor for one in self.rounds)


def once(contestant: Contestant) -> Round:
    """One run, from the start of the process to its end. Raises RuntimeError when it does not end with 0."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            contestant.command,
            cwd=contestant.folder,
            env={**os.environ, **contestant.environment},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        clock = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{contestant.name} ended with {process.returncode}: {said.read()[-600:]}")
    return Round(clock, used.ru_utime + used.ru_stime)


def race(contestants: Sequence[Contestant], rounds: int) -> list[Measured]:
    """One round to warm up, then so many rounds in turn, so that a busy moment of the machine hits all alike."""
    for contestant in contestants:
        once(contestant)
    taken: dict[str, list[Round]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants if number % 2 == 0 else reversed(contestants):
            taken[contestant.name].append(once(contestant))
    return [Measured(name, tuple(found)) for name, found in taken.items()]


def table(title: str, measured: Sequence[Measured], against: str | None = None) -> str:
    """A Markdown table of medians; `against` names the contestant whose ratio is 1.00."""
    base = next((one for one in measured if one.name == against), None)
    lines = [
        f"### {title}",
        "",
        f"| {len(measured[0].rounds)} rounds in turn, medians | clock | best | ratio | processor | ratio |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in measured:
        clock = f"{one.clock / base.clock:.2f}" if base else ""
        processor = f"{one.processor / base.processor:.2f}" if base else ""
        lines.append(
            f"| {one.name} | {one.clock:.2f} s | {one.best:.2f} s | {clock} | {one.processor:.2f} s | {processor} |"
        )
    return "\n".join(lines) + "\n"


def machine() -> str:
    """The facts that the figures hang on."""
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        if cpuinfo.is_file()
        else []
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({models[0] if models else platform.machine()}), {memory:.0f} GiB, "
        f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} at the start"
    )
