"""The plots of a scenario: one SVG for each criterion that it is about."""

from __future__ import annotations

import re

from rollguard.charts import ScenarioChart, breaching, scenario_chart
from rollguard.charts.model import Threshold
from rollguard.scenarios.model import Played, Signal
from rollguard.scenarios.reports.timeline import concerned
from rollguard.scenarios.traces import Traced

_LONGEST = 60


def plots(played: Played, environment: str) -> tuple[tuple[str, str], ...]:
    """(file name, SVG text) of each plot; names are unlike over a whole project."""
    number = played.scenario.path[-1] if played.scenario.path else 0
    stem = f"{played.guard.policy}_{environment}_{number:02}-{slug(played.scenario.name)}"
    return tuple(
        (
            f"{stem}_{signal.criterion.id}.svg",
            scenario_chart(chart(played, signal, f"{signal.criterion.title}: {played.scenario.name}"), f"c{index}"),
        )
        for index, signal in enumerate(concerned(played))
    )


def slug(name: str) -> str:
    """A name as a part of a file's name."""
    return re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST].rstrip("-")


def trace_chart(traced: Traced, title: str) -> ScenarioChart:
    """A preset's trace, to be drawn."""
    signal = traced.signal
    threshold = signal.criterion.threshold or (("outside", "band"),)
    return ScenarioChart(
        title=title,
        unit=signal.criterion.unit,
        values=signal.values,
        threshold=threshold,
        breaching=bad_minutes(signal, threshold),
        alarm=signal.timeline,
        end=-(-traced.trace.length // 60),
    )


def chart(played: Played, signal: Signal, title: str) -> ScenarioChart:
    """One criterion in a scenario that was played, to be drawn."""
    rollback = played.rollback
    caused = rollback is not None and signal.criterion.id in rollback.because
    red = signal.timeline.change_at(rollback.started_at) if rollback is not None and caused else None
    threshold = signal.criterion.threshold or (("outside", "band"),)
    return ScenarioChart(
        title=title,
        unit=signal.criterion.unit,
        values=signal.values,
        threshold=threshold,
        breaching=bad_minutes(signal, threshold),
        alarm=signal.timeline,
        trigger=played.rollback_alarm,
        deployment=played.deployments[0] if played.deployments else None,
        onset=red.onset if red is not None else None,
        end=-(-played.end // 60),
    )


def bad_minutes(signal: Signal, threshold: Threshold) -> tuple[int, ...]:
    """The minutes whose value breaches, and those without one where silence counts as bad."""
    bad = set(breaching(signal.values, threshold))
    alarm = signal.criterion.alarm
    if alarm is not None and alarm.treat_missing_data == "breaching":
        bad |= {minute for minute, value in enumerate(signal.values) if value is None}
    return tuple(sorted(bad))
