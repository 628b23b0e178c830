"""How fast alarms are judged, next to a plain Python loop over the same points, which nothing that looks at every point can beat."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rollguard.plan.model import Metric, MetricAlarm
from rollguard.simulate.alarm import judge
from rollguard.simulate.model import Series, Timing, Values

YEAR = 365 * 24 * 60
HOURS = 10_000
ROUNDS = 5
LATE = Timing(usual=180, delivery=180)


@dataclass(frozen=True, slots=True)
class Task:
    """An alarm to judge `times` over."""

    name: str
    alarm: MetricAlarm
    series: Series
    minutes: int
    times: int = 1
    goal: float | None = None

    def ours(self) -> None:
        for _ in range(self.times):
            judge(self.alarm, self.series, end=self.minutes, timing=LATE)

    def plain_loop(self) -> None:
        for _ in range(self.times):
            touch(self.series.values)


def touch(values: Values) -> int:
    """The least that any evaluator does: look at each point and compare it."""
    breaching = 0
    for value in values:
        if value is not None and value > 2.0:
            breaching += 1
    return breaching


def alarm(needed: int, of: int, period: int = 60) -> MetricAlarm:
    metric = Metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum")
    return MetricAlarm(
        "alarm", "", period, of, needed, "GreaterThanThreshold", "notBreaching", threshold=2.0, metric=metric
    )


def year(seed: int = 1) -> Series:
    """One-minute data: 2 % of the minutes missing, 5 % breaching."""
    chance = random.Random(seed)
    return Series([None if chance.random() < 0.02 else 9.0 if chance.random() < 0.05 else 0.1 for _ in range(YEAR)])


def hour() -> Series:
    """An hour with ten healthy minutes before it and an outage from minute 8 on."""
    return Series([0.1] * 18 + [9.0] * 52, -10)


def tasks() -> list[Task]:
    points = year()
    return [
        Task("a year, 3 of 5 minutes", alarm(3, 5), points, YEAR, goal=1.0),
        Task("a year, 50 of 60 minutes", alarm(50, 60), points, YEAR, goal=1.0),
        Task("a year, 2 of 3 times 5 minutes", alarm(2, 3, 300), points, YEAR),
        Task("a year, 1 of 1 hour", alarm(1, 1, 3600), points, YEAR),
        Task("a year, 3 of 3 times 10 seconds", alarm(3, 3, 10), points, YEAR),
        Task(f"{HOURS:,} hours, 3 of 5 minutes", alarm(3, 5), hour(), 60, HOURS, goal=1.0),
        Task(f"{HOURS:,} hours, 2 of 3 times 5 minutes", alarm(2, 3, 300), hour(), 60, HOURS),
    ]


def best(work: Callable[[], None]) -> float:
    """Seconds of the fastest round: what the machine can do when nobody disturbs it."""
    taken: list[float] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def report(_: Path) -> str:
    """A Markdown table; one process, one core, nothing but the evaluator."""
    lines = [
        f"### Judging alarms, {YEAR:,} points a year",
        "",
        f"| best of {ROUNDS} rounds, one core | Rollguard | plain loop over the points | ratio | goal |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for task in tasks():
        ours, plain = best(task.ours), best(task.plain_loop)
        goal = "" if task.goal is None else f"{task.goal:.0f} s"
        lines.append(f"| {task.name} | {ours:.3f} s | {plain:.3f} s | {ours / plain:.1f} | {goal} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(report(Path()))
