"""From the shapes of a series to its values, one a minute (corrections 1.1)."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rollguard.language import durations, quantities
from rollguard.validation import notation
from rollguard.validation.shapes import PATCHES

Values = list[float | None]
#: The values of a CSV file by its path as the policy writes it, from minute 0.
CsvFiles = Callable[[str], Sequence[float | None]]


def values(shape: Any, minutes: int, healthy: float | None, unit: str | None, csv: CsvFiles) -> Values:
    """What a shape, or a list of one and patches to it, gives for minutes 0 to `minutes` - 1, each sampled at its start.

    Levels are converted into `unit`; None takes numbers as they stand. `healthy` lies under a patch that stands alone. A series that ends
    early is missing from there on.
    """
    layers = shape if isinstance(shape, list) else [shape]
    found: Values = [healthy] * minutes
    for index, layer in enumerate(layers):
        ((kind, data),) = layer.items()
        if kind in PATCHES:
            if kind == "spike" and len(layers) == 1 and "from" in data:
                found = [_level(data["from"], unit)] * minutes
            _patch(found, data, _level(data["to"], unit) if kind == "spike" else None)
        elif index == 0:
            found = _base(kind, data, minutes, unit, csv)
    return found


def _level(value: Any, unit: str | None) -> float:
    quantity = quantities.parse(value)
    return quantity.value if unit is None else quantity.in_unit(unit)


def _minute(time: str) -> int:
    """The first minute that starts at a time or later."""
    return -int(-durations.seconds(time) // 60)


def _patch(values: Values, data: Mapping[str, Any], level: float | None) -> None:
    at = durations.seconds(data["at"])
    first, after = _minute(data["at"]), -int(-(at + durations.seconds(data["for"])) // 60)
    for minute in range(first, min(after, len(values))):
        values[minute] = level


def _base(kind: str, data: Any, minutes: int, unit: str | None, csv: CsvFiles) -> Values:
    if kind == "hold":
        return [_level(data, unit)] * minutes
    if kind == "step":
        before = min(_minute(data["at"]), minutes)
        return [*[_level(data["from"], unit)] * before, *[_level(data["to"], unit)] * (minutes - before)]
    if kind == "ramp":
        return _ramp(data, minutes, unit)
    if kind == "noise":
        return _noise(_level(data["around"], unit), _level(data["by"], unit), data["seed"], minutes)
    given = list(notation.values(data) if kind == "values" else csv(data))[:minutes]
    return given + [None] * (minutes - len(given))


def _ramp(data: Mapping[str, Any], minutes: int, unit: str | None) -> Values:
    low, high = _level(data["from"], unit), _level(data["to"], unit)
    at, lasts = durations.seconds(data["at"]), durations.seconds(data["for"])
    found: Values = [low + (high - low) * min(max((minute * 60 - at) / lasts, 0.0), 1.0) for minute in range(minutes)]
    return found


def _noise(around: float, by: float, seed: int, minutes: int) -> Values:
    draw = random.Random(seed).random
    found: Values = [around + by * (2 * draw() - 1) for _ in range(minutes)]
    return found
