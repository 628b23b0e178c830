"""Levels of a signal: numbers, percentages and times, which must fit the unit that the signal is measured in."""

from __future__ import annotations

from rollguard.language import quantities
from rollguard.validation.part import Part


def amount(level: Part | None, unit: str | None) -> float | None:
    """The level in the signal's unit, None where it does not fit it; as it stands where the unit is not known (None)."""
    if level is None:
        return None
    try:
        quantity = quantities.parse(level.value)
        return quantity.value if unit is None else quantity.in_unit(unit)
    except ValueError as wrong:
        message, _, help = str(wrong).partition("; ")
        level.error("R030", message, help)
        return None
