"""Presets that could not be used: parameters that do not fit their signal, tuning ranges that do not fit their threshold."""

from __future__ import annotations

import re
from typing import Any

from rollguard.language import quantities
from rollguard.validation import criteria, dates
from rollguard.validation.part import Part
from rollguard.validation.writing import listed, near

_PARAMETER = re.compile(r"\$\{with\.([A-Za-z][A-Za-z0-9_]*)(?:\[([0-9]+)\])?\}")


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
    unit = preset.value.get("signal", {}).get("unit", "") if isinstance(preset.value.get("signal"), dict) else ""
    ends = [_amount(end, unit) for end in (low, high)]
    if ends[0] is None or ends[1] is None:
        return
    if ends[0] > ends[1]:
        low.error(
            "S112", f"the tuning range from `{low.written}` to `{high.written}` is empty", "`from` is the lower end"
        )
        return
    for key, limit in threshold.entries():
        amount = _amount(limit, unit) if key != "outside" else None
        if amount is not None and not ends[0] <= amount <= ends[1]:
            message = f"the preset's own threshold `{limit.written}` lies outside its tuning range, {low.written} to {high.written}"
            limit.error("S112", message, "move one of them")


def _amount(level: Part, unit: Any) -> float | None:
    try:
        return quantities.parse(level.value).in_unit(unit if isinstance(unit, str) else "")
    except ValueError as wrong:
        if level.value != "band":
            level.error("R030", str(wrong))
        return None


def _parameters(preset: Part) -> None:
    """Parameters are read by the signal, everything read is a parameter, and examples have the parameter's shape."""
    parameters = preset.get("parameters")
    if parameters is None or not isinstance(parameters.value, dict):
        return
    sizes: dict[str, int | bool] = {}
    for name, parameter in parameters.entries():
        listed_as = parameter.value.get("list", False) if isinstance(parameter.value, dict) else False
        sizes[name] = listed_as["size"] if isinstance(listed_as, dict) and "size" in listed_as else bool(listed_as)
        example = parameter.get("example") if isinstance(parameter.value, dict) else None
        if example and (parameter.get("list") or not parameter.has("list")):
            _example(example, sizes[name])
    read: set[str] = set()
    for key in ("signal", "leastTraffic"):
        if part := preset.get(key):
            _reads(part, sizes, read)
    for name, parameter in parameters.entries():
        if name not in read:
            parameter.error(
                "S118",
                f"the signal never reads `${{with.{name}}}`",
                "take the parameter out, or read it",
                at=parameter.key_span,
            )


def _example(example: Part, size: int | bool) -> None:
    if bool(size) != isinstance(example.value, list):
        example.error(
            "S118",
            f"the example is {'one value' if size else 'a list'}, the parameter {'a list' if size else 'one value'}",
            "make them agree",
        )
    elif size is not True and size and len(example.value) != size:
        example.error("S118", f"the example has {len(example.value)} entries, the parameter {size}", "make them agree")


def _reads(part: Part, sizes: dict[str, int | bool], read: set[str]) -> None:
    if not isinstance(part.value, str):
        for _, inner in part.entries():
            _reads(inner, sizes, read)
        return
    for found in _PARAMETER.finditer(part.value):
        name, index = found[1], found[2]
        read.add(name)
        size = sizes.get(name)
        if size is None:
            probable = near(name, sizes)
            help = (
                f"did you mean `{probable}`?"
                if probable
                else f"there are {listed(sizes)}"
                if sizes
                else "list it under `parameters`"
            )
            part.error("S118", f"`{name}` is none of `parameters`", help)
        elif (index is None) != (size is False):
            part.error(
                "S118",
                f"`{found[0]}` {'reads a list as one value' if index is None else 'reads one value as a list'}",
                "make them agree",
            )
        elif index is not None and size is not True and int(index) >= int(size or 0):
            part.error(
                "S118", f"`{found[0]}` reads beyond the list, which has {size} entries", "the first one is `[0]`"
            )
