"""The shapes of a scenario's series: which may lie over which, and whether they lie inside the scenario."""

from __future__ import annotations

from collections.abc import Iterable

from rollguard.language import durations
from rollguard.source import Note
from rollguard.validation import levels, notation
from rollguard.validation.part import Part
from rollguard.validation.writing import shortened
from rollguard.wording import did_you_mean, listed

BASES = ("hold", "step", "ramp", "noise", "values", "csv")
PATCHES = ("spike", "gap")
ALL = (*BASES, *PATCHES)


def check(series: Part, length: float | None, unit: str | None, inputs: Iterable[str] | None, criterion: str) -> None:
    """What one criterion's signal does.

    `length` is the scenario's in seconds where it is stated, `unit` the signal's where it is known, `inputs` the metrics of its
    expression: none for a plain signal, None where they are not known.
    """
    if isinstance(series.value, list):
        _layers(series, length, unit)
        return
    if not isinstance(series.value, dict):
        return
    shapes = [key for key in series.value if key in ALL]
    others = [key for key in series.value if key not in ALL]
    if shapes and others:
        inner = series.get(others[0])
        message = f"`{shapes[0]}` and `{shortened(others[0])}` cannot stand side by side"
        help = "give either one shape for the whole signal, or one for each input of the expression"
        series.error("S121", message, help, at=inner.key_span if inner else None)
    elif len(shapes) > 1:
        second = series.get(shapes[1])
        message = f"the series has both `{shapes[0]}` and `{shapes[1]}`"
        help = f"lay them over one another in a list: `[{{{shapes[0]}: …}}, {{{shapes[1]}: …}}]`"
        series.error("S121", message, help, at=second.key_span if second else None)
    elif shapes:
        _shape(series, length, unit)
    else:
        for key, inner in series.entries():
            _input(key, inner, length, inputs, criterion)


def _input(name: str, inner: Part, length: float | None, inputs: Iterable[str] | None, criterion: str) -> None:
    known = None if inputs is None else list(inputs)
    if known is not None and name not in known:
        message = f"criterion `{criterion}` reads no `{shortened(name)}`"
        if known:
            help = did_you_mean(name, known) or f"its expression reads {listed(known)}"
        else:
            help = f"it reads one metric: write a shape, one of {listed(ALL)}"
        inner.error("S120", message, help, at=inner.key_span)
        return
    if isinstance(inner.value, list):
        _layers(inner, length, None)
    else:
        _shape(inner, length, None)


def _layers(layers: Part, length: float | None, unit: str | None) -> None:
    base: Part | None = None
    patch: Part | None = None
    for _, layer in layers.entries():
        _shape(layer, length, unit)
        if not isinstance(layer.value, dict) or len(layer.value) != 1:
            continue
        key = next(iter(layer.value))
        if key in PATCHES:
            patch = patch or layer
        elif key in BASES and base:
            note = (Note("the first one", base.span),)
            layer.error(
                "S121",
                f"`{key}` would hide all of `{next(iter(base.value))}`",
                "a list has one shape and patches to it",
                notes=note,
            )
        elif key in BASES and patch:
            note = (Note(f"`{next(iter(patch.value))}` stands before it", patch.span),)
            layer.error("S121", f"`{key}` would hide the patch before it", f"put `{key}` first", notes=note)
            base = layer
        elif key in BASES:
            base = layer


def _shape(shape: Part, length: float | None, unit: str | None) -> None:
    for key, inner in shape.entries():
        if key == "values" and isinstance(inner.value, str):
            _values(inner)
        elif key == "hold":
            levels.amount(inner, unit)
        elif key in ALL:
            for name in ("from", "to", "around", "by"):
                levels.amount(inner.get(name), unit)
            _spread(inner.get("by"))
            within(inner, length, sampled=key != "ramp")


def _values(text: Part) -> None:
    try:
        notation.values(text.value)
    except ValueError as wrong:
        text.error("S123", f"`values` cannot be `{text.written}`", str(wrong))


def _spread(by: Part | None) -> None:
    if by and isinstance(by.value, int | float) and by.value < 0:
        by.error("S007", f"`by` cannot be `{by.written}`", "it is how far values stray at most, so zero or more")


def within(part: Part, length: float | None, *, sampled: bool = True) -> None:
    """`at` and `for` must be times, and lie inside the scenario; what is `sampled` must be there when a minute begins."""
    at, lasts = part.get("at"), part.get("for")
    start, span = seconds(at), seconds(lasts)
    if lasts and span == 0:
        lasts.error("S122", f"`for` cannot be `{lasts.value}`", "it must last some time, such as `1m`")
    elif sampled and at and start is not None and lasts and span and -(-start // 60) * 60 >= start + span:
        message = f"no minute begins in the `{lasts.value}` from {at.value} on, so no datapoint shows them"
        lasts.error("S122", message, "series have one value a minute, taken as the minute begins: use whole minutes")
        return
    if length is None or at is None or start is None:
        return
    if start >= length:
        at.error(
            "S122",
            f"`at: {at.value}` is not before the scenario's end at {durations.text(length)}",
            "move it forward, or give the scenario more `length`",
        )
    elif lasts and span and start + span > length:
        end = durations.text(start + span)
        help = f"at most `{durations.text(length - start)}`, or give the scenario more `length`"
        lasts.error(
            "S122",
            f"from {at.value} on `for: {lasts.value}` ends at {end}, after the scenario's end at {durations.text(length)}",
            help,
        )


def seconds(time: Part | None) -> float | None:
    """A duration in seconds; None where there is none. Reports one that is too long to be a duration."""
    if time is None or not isinstance(time.value, str):
        return None
    try:
        return durations.seconds(time.value)
    except ValueError as wrong:
        time.error("S006", f"`{time.path[-1]}` cannot be `{time.written}`", str(wrong))
        return None
