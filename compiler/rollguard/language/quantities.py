"""Thresholds and levels as authors write them: a number, a percentage such as `2%`, or a time such as `1500ms`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rollguard.language import durations
from rollguard.wording import listed

#: Milliseconds per unit of time that a signal may be measured in.
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0, "h": 3_600_000.0}
TIME_UNITS = tuple(_MILLISECONDS)

#: The form of a quantity that is written as text, as the schemas state it.
PATTERN = r"^(?:-?[0-9]+(?:\.[0-9]+)? ?%|(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?)$"

_PERCENT = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?) ?%", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A level of a signal.

    `value` is in the signal's unit for `number`, in percent for `percent` (`2%` is 2.0), in seconds for `time`.
    """

    value: float
    kind: Literal["number", "percent", "time"]

    def in_unit(self, unit: str) -> float:
        """The value in the signal's `unit`; a plain number is in it already.

        Raises ValueError, worded for the author, when the unit does not fit, such as a time for a signal in `percent`.
        """
        if self.kind == "number":
            return self.value
        measured = f"measured in `{unit}`" if unit else "that names no unit"
        if self.kind == "percent":
            if unit == "percent":
                return self.value
            help = "the signal lacks `unit: percent`" if not unit else "write a number without `%`"
            if unit in _MILLISECONDS:
                help = f"write a time such as `{_as_time(self.value)}`"
            raise ValueError(f"`{self.value:g}%` does not fit a signal {measured}; {help}")
        size = _MILLISECONDS.get(unit)
        if size is None:
            help = f"a time needs one of the units {listed(TIME_UNITS)}"
            if not unit:
                help = "the signal lacks a unit, such as `unit: s`"
            elif unit == "percent":
                help = f"write a percentage such as `{self.value:g}%`"
            raise ValueError(f"`{durations.text(self.value)}` does not fit a signal {measured}; {help}")
        milliseconds = round(self.value * 1000)
        return milliseconds * 1000.0 if unit == "us" else milliseconds / size


def _as_time(number: float) -> str:
    """`2s` for 2, `500ms` for 0.5: the time that an author may have meant by a percentage."""
    return durations.text(round(number, 3)) if number >= 0.001 else "2s"


def parse(value: object) -> Quantity:
    """Read a number or a text such as `2%`, `0.5 %` or `1500ms`.

    Raises ValueError, worded for the author, for anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("a level is a number, a percentage such as `2%` or a time such as `1500ms`")
    return _number(value) if isinstance(value, int | float) else _written(value)


@lru_cache(maxsize=1024)
def _written(value: str) -> Quantity:
    if found := _PERCENT.fullmatch(value):
        return _percent(found[1])
    if re.fullmatch(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", value):
        raise ValueError(f"a number stands without quotes: `{value}`")
    if "%" in value:
        raise ValueError("a percentage is a number and `%`, such as `2%` or `0.5%`")
    try:
        return Quantity(float(durations.seconds(value)), "time")
    except ValueError as wrong:
        if re.search(r"[0-9]", value):
            raise ValueError(str(wrong)) from None
        raise ValueError("a level is a number, a percentage such as `2%` or a time such as `1500ms`") from None


def _number(value: float) -> Quantity:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("a level must be a finite number")
    return Quantity(number, "number")


def _percent(digits: str) -> Quantity:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("a level must be a finite number")
    return Quantity(number, "percent")
