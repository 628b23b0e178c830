"""A preset's traces: courses of its signal, judged by the alarm that the preset makes with the examples of its parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rollguard.language import durations
from rollguard.plan.criteria import criterion, effective
from rollguard.plan.environment import Environment
from rollguard.plan.model import Criterion
from rollguard.plan.place import Findings, Place, Variables
from rollguard.presets import Catalogue, Preset
from rollguard.scenarios.model import Signal
from rollguard.scenarios.run import no_files
from rollguard.scenarios.signals import Circumstances, Judge
from rollguard.scenarios.times import clock
from rollguard.simulate.alarm import judge
from rollguard.simulate.delivery import timing
from rollguard.simulate.model import Series
from rollguard.validation.traces import USUAL
from rollguard.wording import lasting


@dataclass(frozen=True, slots=True)
class Trace:
    """One course of a signal. `within` is the most time in seconds from its onset to the red alarm; None: it must stay quiet.

    `length` is in seconds, `samples` a minute's sample count where there may be too few for a percentile.
    """

    name: str
    series: Any
    within: int | None
    length: int
    samples: float | None = None


@dataclass(frozen=True, slots=True)
class Traced:
    """A trace that was judged. `unmet` says what of its promise does not hold, or is empty; `red` is the first time, in seconds.

    `elapsed` is from the onset to the red alarm, in seconds.
    """

    trace: Trace
    signal: Signal
    unmet: str
    red: int | None = None
    onset: int | None = None

    @property
    def elapsed(self) -> int | None:
        return None if self.red is None or self.onset is None else self.red - self.onset


def traces(preset: Preset) -> Iterator[Trace]:
    """The traces of a sound preset, those that fire first; none where its author gave none."""
    stated = preset.data.get("traces") or {}
    for data in (*stated.get("fires", ()), *stated.get("quiet", ())):
        yield Trace(
            name=data["name"],
            series=data["series"],
            within=round(durations.seconds(data["within"])) if "within" in data else None,
            length=round(durations.seconds(data["length"])) if "length" in data else USUAL,
            samples=data.get("samples"),
        )


def judged(preset: Preset) -> tuple[Traced, ...]:
    """Every trace of a sound preset, judged.

    Raises ValueError, worded for the author, for a signal that cannot be judged.
    """
    wanted = tuple(traces(preset))
    if not wanted:
        return ()
    alone = Judge(_criterion(preset))
    return tuple(_judged(trace, alone) for trace in wanted)


def _criterion(preset: Preset) -> Criterion:
    findings, place = Findings(), Place(preset.document, ("presets",), fixed=True)
    handed = {name: stated["example"] for name, stated in preset.parameters.items()}
    data = {"id": str(preset.data["id"]), "uses": preset.name, "with": handed}
    catalogue = Catalogue({str(preset.service["service"]): preset.document})
    whole = effective(data, place, None, place, "rollback", catalogue, Variables(), findings)
    somewhere = Environment("example", preset.document, {}, {})
    policy = {"metadata": {"name": "example"}}
    if whole is not None:
        made = criterion(
            whole, policy, somewhere, Variables(), attached=True, bypass=False, tags=(), page="", findings=findings
        )
        if not findings.found:
            return made
    raise ValueError("; ".join(one.message for one in findings.found))


def _judged(trace: Trace, alone: Judge) -> Traced:
    around = Circumstances(-(-trace.length // 60))
    signal = alone.shaped(trace.series, around, no_files)
    if trace.samples is not None:
        signal = _with_samples(signal, trace.samples, around)
    red = signal.timeline.first("ALARM")
    found = Traced(trace, signal, "") if red is None else Traced(trace, signal, "", red.at, red.onset)
    return replace(found, unmet=_unmet(found))


def _with_samples(signal: Signal, samples: float, around: Circumstances) -> Signal:
    """The signal as judged by an alarm that minds how many requests a percentile is made of."""
    alarm, series = signal.criterion.alarm, signal.series
    assert alarm is not None and series is not None
    counted = Series(series.values, series.start, [samples] * len(series.values), series.period, series.approximate)
    timeline = judge(alarm, counted, end=around.minutes, timing=timing(alarm), initial="OK")
    return replace(signal, timeline=timeline, series=counted)


def _unmet(found: Traced) -> str:
    within = found.trace.within
    if found.red is None:
        return "" if within is None else "the alarm never turns red"
    if within is None:
        return f"the alarm turns red at {clock(found.red)}"
    if found.elapsed is not None and found.elapsed > within:
        return f"the alarm turns red {lasting(found.elapsed)} after the onset; expected within {lasting(within)}"
    return ""
