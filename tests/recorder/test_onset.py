"""When a fault began: from what the alarms judged, the same way as `rollguard test` counts it (corrections 2.3)."""

from __future__ import annotations

from typing import Any

from tests.recorder.incident import CRITERION, EVENTS, LATENCY, RED, World, sheet

QUIET = "2026-11-01T00:00:00Z"


def judged(points: list[tuple[str, float]], period: int = 60) -> dict[str, Any]:
    return {
        "period": period,
        "evaluatedDatapoints": [{"timestamp": f"2026-11-24T{at}:00.000+0000", "value": value} for at, value in points],
    }


def red(world: World, alarm: str, data: dict[str, Any]) -> None:
    world.rim.cloudwatch.history[alarm] = [(QUIET, "OK", "", None), (RED, "ALARM", "crossed", data)]


def test_of_several_criteria_the_earliest_counts() -> None:
    world = World()
    red(world, CRITERION, judged([("10:14", 8.0), ("10:13", 7.0), ("10:12", 6.0)]))
    red(world, LATENCY, judged([("10:14", 3.0), ("10:10", 2.0), ("10:09", 1.9)]))
    world.handle(EVENTS[2])
    record = world.record()
    assert record["because"] == ["target-5xx", "latency-p99"]
    assert record["times"]["onset"] == "2026-11-24T10:09:00Z"


def periods(length: int) -> dict[str, Any]:
    guard = sheet()
    for one in guard["criteria"]:
        one["period"] = length
    return guard


def test_a_datapoint_of_five_minutes_counts_from_its_last_minute_on() -> None:
    world = World(periods(300))
    red(world, CRITERION, judged([("10:10", 9.0), ("10:05", 8.0), ("10:00", 7.0), ("09:55", 0.1)], 300))
    world.handle(EVENTS[2])
    record = world.record()
    assert record["times"]["onset"] == "2026-11-24T10:04:00Z"
    assert record["durations"]["toRollback"] == 676  # 10:04:00 to 10:15:16; from the period's begin it would be 916


def test_a_datapoint_of_ten_seconds_counts_from_its_begin_on() -> None:
    world = World(periods(10))
    red(world, CRITERION, judged([("10:14", 9.0), ("10:13", 8.0)], 10))
    world.handle(EVENTS[2])
    assert world.record()["times"]["onset"] == "2026-11-24T10:13:00Z"
