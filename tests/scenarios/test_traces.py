"""Every trace of our presets ends as its preset says, to the second, and would not pass if it said otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rollguard.charts import breaching
from rollguard.presets import Catalogue, Preset
from rollguard.scenarios.traces import Traced, judged

#: When the alarm turns red, from the trace's start, in the order of the file.
RED = {
    "alb/elb-5xx-ratio": ["16:00", "16:00"],
    "alb/latency-p90": ["16:00", "18:00"],
    "alb/latency-p99": ["16:00", "21:00"],
    "alb/new-version-5xx-ratio": ["16:00", "14:00"],
    "alb/target-5xx-ratio": ["16:00", "14:00"],
    "alb/unhealthy-hosts": ["16:00", "16:00"],
    "apigateway/http-5xx-ratio": ["15:00", "17:00"],
    "apigateway/rest-5xx-ratio": ["15:00", "17:00"],
    "apigateway/rest-latency-p90": ["15:00", "22:00"],
    "ecs/running-tasks": ["14:00", "23:00", "16:00"],
    "lambda/error-ratio": ["15:00", "13:00"],
    "lambda/throttles": ["15:00", "13:00", "15:00"],
    "sqs/oldest-message-age": ["21:00", "34:00"],
}

CATALOGUE = {preset.name: preset for preset in Catalogue()}
JUDGED = {name: judged(preset) for name, preset in CATALOGUE.items()}
TRACES = [pytest.param(name, traced, id=f"{name}: {traced.trace.name}") for name in JUDGED for traced in JUDGED[name]]
each_trace = pytest.mark.parametrize(("name", "traced"), TRACES)


def changed(preset: Preset, traces: dict[str, Any]) -> Preset:
    """The preset with other traces, or with another one of its traces."""
    return replace(preset, data={**preset.data, "traces": traces})


def turned(name: str, traced: Traced) -> str:
    """What is said against the trace when it promises the opposite."""
    stated = {"name": traced.trace.name, "series": traced.trace.series, "length": f"{traced.trace.length}s"}
    if traced.trace.samples is not None:
        stated["samples"] = traced.trace.samples
    (found,) = judged(
        changed(
            CATALOGUE[name],
            {"quiet": [stated]} if traced.trace.within is not None else {"fires": [{**stated, "within": "30m"}]},
        )
    )
    return found.unmet


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_preset_of_ours_shows_when_it_fires_and_when_it_is_quiet(name: str) -> None:
    assert len(CATALOGUE[name].data["traces"]["fires"]) >= 2
    assert len(CATALOGUE[name].data["traces"]["quiet"]) >= 2


@each_trace
def test_a_trace_ends_as_it_says(name: str, traced: Traced) -> None:
    assert traced.unmet == ""


@each_trace
def test_a_trace_that_is_turned_round_fails(name: str, traced: Traced) -> None:
    minutes = f"{(traced.red or 0) // 60}:00"
    expected = "the alarm never turns red" if traced.red is None else f"the alarm turns red at {minutes}"
    assert turned(name, traced) == expected


@each_trace
def test_what_a_trace_shows_is_documented_by_aws(name: str, traced: Traced) -> None:
    assert traced.signal.timeline.doubts == ()
    assert not traced.signal.approximate


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_alarm_turns_red_when_it_must_to_the_second(name: str) -> None:
    fired = [traced for traced in JUDGED[name] if traced.trace.within is not None]
    assert [f"{(traced.red or 0) // 60}:{(traced.red or 0) % 60:02}" for traced in fired] == RED[name]
    # `within` is the time it takes, not a limit that leaves room.
    assert [traced.elapsed for traced in fired] == [traced.trace.within for traced in fired]


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_trace_fails_that_promises_to_be_quicker_by_a_minute(name: str) -> None:
    fires = [{**data, "within": f"{int(data['within'][:-1]) - 1}m"} for data in CATALOGUE[name].data["traces"]["fires"]]
    for traced in judged(changed(CATALOGUE[name], {"fires": fires})):
        assert traced.unmet.startswith("the alarm turns red ")
        assert "after the onset; expected within" in traced.unmet


@each_trace
def test_one_bad_minute_is_one_minute_that_breaches(name: str, traced: Traced) -> None:
    if traced.trace.name.startswith("one bad minute"):
        assert breaching(traced.signal.values, traced.signal.criterion.threshold) == (10,)


@pytest.mark.parametrize("name", ["alb/latency-p99", "alb/latency-p90", "apigateway/rest-latency-p90"])
def test_few_slow_requests_are_quiet_only_because_they_are_few(name: str) -> None:
    (few,) = (data for data in CATALOGUE[name].data["traces"]["quiet"] if "samples" in data)
    (enough,) = judged(changed(CATALOGUE[name], {"quiet": [{**few, "samples": 1000}]}))
    assert enough.unmet == f"the alarm turns red at {RED[name][0]}"


def test_a_handful_of_failures_is_quiet_only_because_of_the_traffic_floor() -> None:
    preset = CATALOGUE["alb/target-5xx-ratio"]
    (few,) = (data for data in preset.data["traces"]["quiet"] if "handful" in data["name"])
    assert few["series"] == {"errors": {"hold": 5}, "requests": {"hold": 10}}
    many = {"errors": {"hold": 50}, "requests": {"hold": 100}}
    (found,) = judged(changed(preset, {"quiet": [{**few, "series": many}]}))
    assert found.unmet == "the alarm turns red at 6:00"


def test_a_preset_without_traces_has_none() -> None:
    assert judged(changed(CATALOGUE["sqs/oldest-message-age"], {})) == ()
