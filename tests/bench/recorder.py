"""A thousand rollbacks in one minute, all their events, through the recorder over stand-ins in memory: time and peak memory per event."""

from __future__ import annotations

import copy
import json
import random
import resource
import time
import tracemalloc
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rollguard.recorder import handler
from tests.recorder import incident
from tests.recorder.incident import BACK, BAD, EVENTS, SWEEP, World

ROLLBACKS = 1_000


def report(_folder: Path) -> str:
    """The table of the benchmarks page. AWS's own time is not in it: the stand-ins answer at once."""
    world, events = _storm()
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
        ]
    )


def _timed(world: World, event: dict[str, Any]) -> float:
    begin = time.perf_counter()
    handler.run(world.recorder(), event)
    return time.perf_counter() - begin


def _peak(world: World, events: list[dict[str, Any]]) -> int:
    """The most that one event allocates, over a sample of them, delivered again to a world of its own."""
    fresh, _ = _storm(20)
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


def _storm(rollbacks: int = ROLLBACKS) -> tuple[World, list[dict[str, Any]]]:
    """As many services as there are rollbacks, each with a group, alarms and a release that went wrong in the same minute."""
    world = World()
    rim, template = world.rim, World()
    rim.s3.objects, rim.cloudwatch.history, rim.cloudwatch.composites = {}, {}, set()
    rim.codedeploy.deployments = {}
    events: list[dict[str, Any]] = []
    for number in range(rollbacks):
        names = {
            "checkout-api": f"service-{number:04}",
            BAD: f"d-BAD-{number:04}",
            BACK: f"d-BACK-{number:04}",
        }

        def renamed(value: Any, names: dict[str, str] = names) -> Any:
            text = json.dumps(value)
            for name, other in names.items():
                text = text.replace(name, other)
            return json.loads(text)

        guard = renamed(incident.sheet())
        rim.s3.objects[f"guards/{guard['policy']}.json"] = json.dumps(guard).encode()
        pointer = json.dumps({"policy": guard["policy"]}).encode()
        rim.s3.objects[f"index/alarms/{guard['rollbackAlarm']}.json"] = pointer
        rim.s3.objects[f"index/groups/checkout/{guard['policy']}.json"] = pointer
        for alarm, changes in template.rim.cloudwatch.history.items():
            rim.cloudwatch.history[renamed(alarm)] = renamed(changes)
        rim.cloudwatch.composites.add(guard["rollbackAlarm"])
        for info in template.rim.codedeploy.deployments.values():
            kept = {key: value for key, value in info.items() if key.endswith("Time")}
            changed = renamed({key: value for key, value in info.items() if key not in kept}) | copy.copy(kept)
            rim.codedeploy.deployments[changed["deploymentId"]] = changed
        events += renamed(EVENTS)
    random.Random(5).shuffle(events)
    return world, events
