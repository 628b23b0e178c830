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
from rollguard.source import Path
from rollguard.validation.traces import USUAL
from rollguard.wording import lasting


@dataclass(frozen=True, slots=True)
class Trace:
    """One course of a signal. `within` is the most time in seconds from its onset to the red alarm; None: it must stay quiet.

    `length` is in seconds, `samples` a minute's sample count where there may be too few for a percentile. `path` is its place in the
    preset's file.
    """

    path: Path
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
    ids = [one["id"] for one in preset.document.data["presets"]]
    for kind in ("fires", "quiet"):
        for index, data in enumerate(stated.get(kind, ())):
            yield Trace(
                path=("presets", ids.index(preset.data["id"]), "traces", kind, index),
                name=data["name"],
                series=data["series"],
                within=round(durations.seconds(data["within"])) if "within" in data else None,
                length=round(durations.seconds(data["length"])) if "length" in data else USUAL,
                samples=data.get("samples"),
            )


def own_traces(catalogue: Catalogue, text: str) -> Iterator[tuple[Preset, tuple[str, ...]]]:
    """The project's own presets, with the names of their traces that have `text` (in lower case) in their or the preset's name."""
    for preset in catalogue:
        if preset.local:
            names = tuple(one.name for one in traces(preset) if text in f"{preset.name} {one.name}".lower())
            if names:
                yield preset, names


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
        signal = alone.counted(signal, [trace.samples] * around.minutes, trace.samples, around)
    red = signal.timeline.first("ALARM")
    found = Traced(trace, signal, "") if red is None else Traced(trace, signal, "", red.at, red.onset)
    return replace(found, unmet=_unmet(found))


def _unmet(found: Traced) -> str:
    within = found.trace.within
    if found.red is None:
        return "" if within is None else "the alarm never turns red"
    if within is None:
        return f"the alarm turns red at {clock(found.red)}"
    if found.elapsed is not None and found.elapsed > within:
        return f"the alarm turns red {lasting(found.elapsed)} after the onset; expected within {lasting(within)}"
    return ""
