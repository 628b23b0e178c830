"""Where minutes and values stand in a chart, and which of them an axis names."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

#: Beyond these a double leaves no room to compute in; what is drawn there is the edge.
_LARGEST, _SMALLEST = 1e300, 1e-300
_MINUTE_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720)
_DAY = 1440
#: A real minus, as wide as a digit.
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle that minutes `first` to `last` and values `low` to `high` are mapped into."""

    left: float
    top: float
    width: float
    height: float
    first: int
    last: int
    low: float = 0.0
    high: float = 1.0

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def x(self, minute: float) -> float:
        """Where a minute is; outside the frame, its edge."""
        share = (minute - self.first) / (self.last - self.first)
        return self.left + self.width * min(max(share, 0.0), 1.0)

    def y(self, value: float) -> float:
        """Where a value is; outside the frame, its edge."""
        share = (_bounded(value) - self.low) / (self.high - self.low)
        return self.bottom - self.height * min(max(share, 0.0), 1.0)


def domain(values: Iterable[float]) -> tuple[float, float]:
    """The lowest and the highest value of an axis that shows all of `values`, with zero where it is near, and never empty."""
    known = [_bounded(value) for value in values] or [0.0]
    low, high = min(known), max(known)
    span, size = high - low, max(abs(low), abs(high))
    if size == 0:
        return 0.0, 1.0
    if span <= size * 1e-9:
        low, high = (0.0, high * 1.5) if high > 0 else (low * 1.5, 0.0)
        return low, high
    from_zero = low >= 0 and span >= 0.4 * high
    to_zero = high <= 0 and span >= -0.4 * low
    return 0.0 if from_zero else low - 0.1 * span, 0.0 if to_zero else high + 0.1 * span


def value_ticks(low: float, high: float, most: int = 4) -> list[float]:
    """Round values between two others, `most` of them and one more at most."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next((factor * power for factor in (1, 2, 2.5, 5) if factor * power >= rough), 10 * power)
    return [index * step for index in range(math.ceil(low / step), math.floor(high / step) + 1)]


def minute_ticks(first: int, last: int, most: int = 8) -> list[int]:
    """Round minutes from `first` to `last`."""
    rough = (last - first) / most
    days = _DAY * math.ceil(rough / _DAY)
    step = next((step for step in _MINUTE_STEPS if step >= rough), days)
    return list(range(math.ceil(first / step) * step, last + 1, step))


def short(value: float) -> str:
    """A value in at most seven characters: `0.05`, `-2.5k`, `12M`, `1e300`."""
    sign, size = (MINUS if value < 0 else ""), abs(value)
    if size and not 1e-4 <= size < 1e15:
        digits, power = f"{size:.1e}".split("e")
        return f"{sign}{digits.removesuffix('.0')}e{int(power)}"
    for letter, unit in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if size >= (1e4 if letter == "k" else unit):
            return f"{sign}{size / unit:.3g}{letter}" if size / unit < 999.5 else f"{sign}{size / unit:.0f}{letter}"
    return f"{sign}{size:.4g}"


def _bounded(value: float) -> float:
    return 0.0 if abs(value) < _SMALLEST else min(max(value, -_LARGEST), _LARGEST)
