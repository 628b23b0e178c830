"""Time whole processes, the rivals in turn, and say on which machine."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Contestant:
    """A command to time, and what it says of itself in the table."""

    name: str
    command: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of one contestant, one per round."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def best(self) -> float:
        return min(self.seconds)


def once(contestant: Contestant) -> float:
    """Seconds of one run, from the start of the process to its end. Raises RuntimeError when it does not end with 0."""
    start = time.perf_counter()
    done = subprocess.run(
        contestant.command,
        cwd=contestant.folder,
        env={**os.environ, **contestant.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise RuntimeError(f"{contestant.name} ended with {done.returncode}: {(done.stderr or done.stdout)[-600:]}")
    return seconds


def race(contestants: Sequence[Contestant], rounds: int) -> list[Measured]:
    """One round to warm up, then so many rounds in turn, so that a busy moment of the machine hits all alike."""
    for contestant in contestants:
        once(contestant)
    taken: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants if number % 2 == 0 else reversed(contestants):
            taken[contestant.name].append(once(contestant))
    return [Measured(name, tuple(seconds)) for name, seconds in taken.items()]


def table(title: str, measured: Sequence[Measured], against: str | None = None) -> str:
    """A Markdown table; `against` names the contestant whose median is 1.00."""
    base = next((one.median for one in measured if one.name == against), None)
    lines = [f"### {title}", "", "| what | median | best | rounds | ratio |", "| --- | ---: | ---: | ---: | ---: |"]
    for one in measured:
        ratio = f"{one.median / base:.2f}" if base else ""
        lines.append(f"| {one.name} | {one.median:.2f} s | {one.best:.2f} s | {len(one.seconds)} | {ratio} |")
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
