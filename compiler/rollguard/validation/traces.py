"""Traces of a preset that its criterion could not show: times outside of them, inputs that nobody reads, files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rollguard.language import durations
from rollguard.language.judgement import is_percentile
from rollguard.source import Note, Path
from rollguard.validation import shapes
from rollguard.validation.part import Part
from rollguard.validation.shapes import seconds
from rollguard.validation.writing import shortened

#: How long a trace is that does not say so, and how long one can be, in seconds.
USUAL, LONGEST = 1800, 86_400


def check(preset: Part) -> None:
    """Every trace of a preset, each on its own, and their names together."""
    names: dict[str, Part] = {}
    for kind in ("fires", "quiet"):
        traces = preset.get("traces", kind)
        for _, trace in traces.entries() if traces else ():
            if isinstance(trace.value, dict):
                _unique(trace, names)
                _trace(trace, preset)


def _unique(trace: Part, names: dict[str, Part]) -> None:
    name = trace.get("name")
    if name is None:
        return
    first = names.setdefault(name.value, name)
    if first is not name:
        message = f"trace `{shortened(name.value)}` exists already"
        name.error("S106", message, "give one of them another `name`", notes=(Note("first used here", first.span),))


def _trace(trace: Part, preset: Part) -> None:
    length = _length(trace.get("length")) if trace.has("length") else float(USUAL)
    series, signal = trace.get("series"), preset.get("signal")
    if series:
        whole = signal.value if signal and signal.whole else None
        unit = whole.get("unit", "") if whole else None
        shapes.check(series, length, unit, [*whole.get("metrics", ())] if whole else None, preset.text("id"))
        for path in _files(series.value, ()):
            if file := series.get(*path):
                help = "write the values with `values`, since a preset is used in many places"
                file.error("S126", f"a trace cannot read `{file.value}`", help)
    within = trace.get("within")
    time = seconds(within)
    if within and time is not None and not (time > 0 and (length is None or time <= length)):
        help = "alarms need a minute or more" if time == 0 else "make it shorter, or give the trace more `length`"
        within.error("S122", f"`within` cannot be `{within.value}`", help)
    samples = trace.get("samples")
    if samples and signal and signal.whole and not is_percentile(signal.text("statistic")):
        message = "`samples` only matters for a percentile, and the signal is none"
        samples.error("S115", message, "take it out", at=samples.key_span)


def _length(length: Part | None) -> float | None:
    total = seconds(length)
    if length is None or total is None:
        return None
    if not 60 <= total <= LONGEST:
        message = f"`length` cannot be `{length.value}`"
        length.error("S122", message, f"a trace is `1m` to `{durations.text(LONGEST)}` long")
        return None
    return total


def _files(series: Any, path: Path) -> Iterator[Path]:
    for key, inner in series.items() if isinstance(series, dict) else enumerate(series):
        if key == "csv" and isinstance(inner, str):
            yield (*path, key)
        elif isinstance(inner, dict | list):
            yield from _files(inner, (*path, key))
