"""Presets that could not be used: parameters that do not fit their signal, tuning ranges that do not fit their threshold."""

from __future__ import annotations

import re

from rollguard.language.references import parameters
from rollguard.validation import criteria, dates, levels, traces
from rollguard.validation.part import Part
from rollguard.validation.writing import entries
from rollguard.wording import did_you_mean, there_are


def check(root: Part) -> None:
    """Every preset of a file."""
    presets = root.get("presets")
    if presets is None or not isinstance(presets.value, list):
        return
    criteria.unique(presets, "id", "preset")
    for _, preset in presets.entries():
        if not isinstance(preset.value, dict):
            continue
        signal = preset.get("signal")
        if signal and isinstance(signal.value, dict) and signal.even:
            if signal.has("alarm"):
                signal.error(
                    "S104",
                    "a preset cannot stand for an existing alarm",
                    "a policy names one with `signal: {alarm: …}`",
                )
            else:
                criteria.judgement(preset, signal)
        _tuning(preset)
        _parameters(preset)
        traces.check(preset)
        sources = preset.get("sources")
        for _, source in sources.entries() if sources else ():
            dates.check(source.get("seen"))


def _tuning(preset: Part) -> None:
    threshold, tuning = preset.get("threshold"), preset.get("tuning")
    if threshold is None or not isinstance(threshold.value, dict) or not threshold.even:
        return
    if not preset.has("tuning"):
        if next(iter(threshold.value.values())) != "band":
            preset.error(
                "S003",
                f"preset `{preset.text('id')}` lacks `tuning`",
                "for example `tuning: {from: 0.5%, to: 5%, when: …}`",
            )
        return
    low, high = (tuning.get("from"), tuning.get("to")) if tuning else (None, None)
    if not low or not high:
        return
    signal = preset.get("signal")
    if signal is None or not signal.whole:
        return
    unit = signal.value.get("unit", "")
    ends = [levels.amount(end, unit) for end in (low, high)]
    if ends[0] is None or ends[1] is None:
        return
    if ends[0] > ends[1]:
        low.error(
            "S112", f"the tuning range from `{low.written}` to `{high.written}` is empty", "`from` is the lower end"
        )
        return
    for key, limit in threshold.entries():
        amount = levels.amount(limit, unit) if key != "outside" and limit.value != "band" else None
        if amount is not None and not ends[0] <= amount <= ends[1]:
            message = f"the preset's own threshold `{limit.written}` lies outside its tuning range, {low.written} to {high.written}"
            limit.error("S112", message, "move one of them")


def _parameters(preset: Part) -> None:
    """Parameters are read by the signal, everything read is a parameter, and examples have the parameter's shape."""
    parameters = preset.get("parameters")
    if parameters is None or not isinstance(parameters.value, dict):
        return
    sizes = {name: _size(parameter) for name, parameter in parameters.entries()}
    for name, parameter in parameters.entries():
        if (example := parameter.get("example")) and (size := sizes[name]) is not None:
            _example(example, size)
        _pattern(parameter)
    read: set[str] = set()
    for key in ("signal", "leastTraffic"):
        if part := preset.get(key):
            _reads(part, sizes, len(sizes) == len(parameters.value), read)
    signal = preset.get("signal")
    for name, parameter in parameters.entries() if signal and signal.whole else ():
        if name not in read:
            parameter.error(
                "S118",
                f"the signal never reads `${{with.{name}}}`",
                "take the parameter out, or read it",
                at=parameter.key_span,
            )


#: The sizes of a parameter that is a single value, and of a list of any length.
_ONE, _ANY = 0, -1


def _size(parameter: Part) -> int | None:
    """How many values a parameter has; None where faults leave it open."""
    if not parameter.has("list"):
        return _ONE
    stated = parameter.get("list")
    if stated is None or not stated.even:
        return None
    if isinstance(stated.value, bool):
        return _ANY if stated.value else _ONE
    size = stated.get("size")
    return size.value if size else None


def _example(example: Part, size: int) -> None:
    is_list = isinstance(example.value, list)
    if not example.even:
        return
    if is_list == (size == _ONE):
        shape, wanted = ("a list", "one value") if is_list else ("one value", "a list")
        example.error("S118", f"the example is {shape}, the parameter {wanted}", "make them agree")
    elif is_list and size not in (_ANY, len(example.value)):
        example.error("S118", f"the example has {entries(len(example.value))}, the parameter {size}", "make them agree")


def _pattern(parameter: Part) -> None:
    """The form is a regular expression, and the example has it."""
    pattern, example = parameter.get("pattern"), parameter.get("example")
    if pattern is None or not pattern.even:
        return
    try:
        form = re.compile(pattern.value, re.ASCII)
    except re.error as wrong:
        pattern.error("S118", f"`pattern` is no regular expression: {wrong.msg}", "it is written as in Python")
        return
    if example is None or not example.even:
        return
    members = [part for _, part in example.entries()] if isinstance(example.value, list) else [example]
    for member in members:
        if isinstance(member.value, str) and not form.fullmatch(member.value):
            member.error("S118", f"the example `{member.written}` has not the form of `pattern`", "make them agree")


def _reads(part: Part, sizes: dict[str, int | None], complete: bool, read: set[str]) -> None:
    if not isinstance(part.value, str):
        for _, inner in part.entries():
            _reads(inner, sizes, complete, read)
        return
    for found in parameters(part.value):
        name, index = found.name, found.index
        read.add(name)
        if name not in sizes and not complete:
            continue
        if name not in sizes:
            known = there_are(sizes) if sizes else "list it under `parameters`"
            part.error("S118", f"`{name}` is none of `parameters`", did_you_mean(name, sizes) or known)
            continue
        size = sizes[name]
        if size is None:
            continue
        if (index is None) != (size == _ONE):
            how = "reads a list as one value" if index is None else "reads one value as a list"
            part.error("S118", f"`{found.written}` {how}", "make them agree")
        elif index is not None and size != _ANY and index >= size:
            message = f"`{found.written}` reads beyond the list, which has {entries(size)}"
            part.error("S118", message, "the first one is `[0]`")
