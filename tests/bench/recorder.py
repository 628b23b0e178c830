"""A thousand rollbacks in one minute, all their events, through the recorder over stand-ins in memory: time and peak memory per event."""

from __future__ import annotations

import json
import resource
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rollguard.plan.recorder import TIMEOUT
from rollguard.recorder import handler
from rollguard.recorder.handler import TOGETHER
from tests.recorder.incident import SWEEP, World
from tests.recorder.storm import rolled_back, storm

ROLLBACKS = 1_000
#: Open incidents, and the seconds of the function, which are those of `plan.recorder`.
OPEN, LAMBDA = 6_000, TIMEOUT
#: Seconds that a call takes: assumed, as nobody has measured them here.
LATENCY = {"s3": 0.03, "cloudwatch": 0.08, "codedeploy": 0.08, "sns": 0.04, "events": 0.04}
CALLS = {
    "s3": ("get_object", "put_object", "delete_object", "list_objects_v2"),
    "cloudwatch": ("describe_alarms", "describe_alarm_history", "get_metric_data"),
    "codedeploy": ("get_deployment", "batch_get_deployments", "list_deployments"),
    "sns": ("publish",),
    "events": ("put_events",),
}
NEWS = {"nothing new": "2026-11-24T10:22:00Z", "all recovered, 3 messages each": "2026-11-24T10:30:00Z"}


def report(_folder: Path) -> str:
    """The table of the benchmarks page. AWS's own time is not in it: the stand-ins answer at once."""
    world, events = storm(ROLLBACKS)
    begin, busy = time.perf_counter(), time.process_time()
    spent = [_timed(world, event) for event in events]
    clock, processor = time.perf_counter() - begin, time.process_time() - busy
    sweep = _timed(world, SWEEP)
    peak = _peak(world, events)
    records = [json.loads(body) for key, body in world.rim.s3.objects.items() if key.startswith("records/")]
    assert len(records) == ROLLBACKS and all(one["status"] == "recovered" for one in records)
    told = world.told()
    assert len(told) == len(set(told)) == 9 * ROLLBACKS
    sizes = [len(body) for key, body in world.rim.s3.objects.items() if key.startswith("records/")]
    calls = len(world.rim.calls) / len(events)
    kibibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return "\n".join(
        [
            f"{ROLLBACKS:,} rollbacks of different services, {len(events):,} events in random order, one process, AWS in memory.",
            "",
            "| | |",
            "| --- | ---: |",
            f"| all events | {clock:.1f} s |",
            f"| all events, processor | {processor:.1f} s |",
            f"| an event, mean of the processor | {processor / len(events) * 1000:.1f} ms |",
            f"| an event, median | {median(spent) * 1000:.1f} ms |",
            f"| an event, 99th percentile | {quantiles(spent, n=100)[98] * 1000:.1f} ms |",
            f"| peak memory of an event, on top of what was there | {peak / 1024:.0f} KiB |",
            f"| resident memory of the process, with all of its AWS | {kibibytes / 1024:.0f} MiB |",
            f"| calls of AWS per event | {calls:.1f} |",
            f"| a record, median | {median(sizes) / 1000:.0f} kB |",
            f"| the sweeper with nothing open | {sweep * 1000:.1f} ms |",
            "",
            *_sweeps(),
        ]
    )


def _sweeps() -> list[str]:
    """One run of the sweeper over more open incidents than it can look at, in real time."""
    each = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in LATENCY.items())
    return [
        f"One run of the sweeper of {LAMBDA} s over {OPEN:,} open incidents with three alarms and three channels each, "
        f"{TOGETHER} in hand at a time. Calls take: {each}.",
        "",
        "| | looked at | clock | processor, an incident | calls, an incident | of DescribeAlarms in all |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(_sweep(what, now) for what, now in NEWS.items()),
        "",
    ]


def _sweep(what: str, now: str) -> str:
    world = rolled_back(OPEN)
    world.now, world.together, world.sleep = now, TOGETHER, time.sleep
    for service, operations in CALLS.items():
        world.rim.broken |= dict.fromkeys(operations, _waits(LATENCY[service]))
    begin, busy = time.perf_counter(), time.process_time()
    world.remaining = lambda: round((LAMBDA - (time.perf_counter() - begin)) * 1000)
    handler.run(world.recorder(), SWEEP)
    clock, processor = time.perf_counter() - begin, time.process_time() - busy
    looked = OPEN - next(line["left"] for line in world.log if "left" in line)
    calls = [operation for _, operation, _ in world.rim.calls]
    return (
        f"| {what} | {looked:,} | {clock:.1f} s | {processor / looked * 1000:.1f} ms | {len(calls) / looked:.1f} | "
        f"{calls.count('describe_alarms'):,} |"
    )


def _waits(seconds: float) -> Callable[[dict[str, Any]], None]:
    return lambda _: time.sleep(seconds)


def _timed(world: World, event: dict[str, Any]) -> float:
    begin = time.perf_counter()
    handler.run(world.recorder(), event)
    return time.perf_counter() - begin


def _peak(world: World, events: list[dict[str, Any]]) -> int:
    """The most that one event allocates, over a sample of them, delivered again to a world of its own."""
    fresh, _ = storm(20)
    sample = [event for event in events if any(f"-{number:04}" in json.dumps(event) for number in range(20))]
    tracemalloc.start()
    most = 0
    for event in sample:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        handler.run(fresh.recorder(), event)
        most = max(most, tracemalloc.get_traced_memory()[1] - before)
    tracemalloc.stop()
    return most
