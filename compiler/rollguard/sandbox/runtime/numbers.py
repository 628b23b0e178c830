"""Numbers as CloudWatch writes them in the reasons of alarms: doubles in Java's form."""

from __future__ import annotations

from decimal import Decimal

#: Significant digits that a measured value keeps. What is behind them comes of our own arithmetic with shares of the traffic.
DIGITS = 12


def measured(value: float, threshold: float | None) -> float:
    """The value without the noise of its making, on the same side of the threshold: 10.09 for 10.090000000000002."""
    short = float(f"{value:.{DIGITS}g}")
    if threshold is not None and ((short > threshold), (short < threshold)) != (
        (value > threshold),
        (value < threshold),
    ):
        return value
    return short


def written(value: float) -> str:
    """`21.0`, `23.196333333333335`, `8.60604416E8`: as Java's Double.toString, from 10**7 up and below 10**-3 with an exponent.

    Source: reasons of real alarms, the recorded payloads (`[21.5 …] … the threshold (21.0)`) and published ones of large values
    (`8.60604416E8 … the threshold (1.0E9)`).
    """
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(float(value))
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    first, rest = digits[0], "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{first}.{rest}E{int(exponent) + len(digits) - 1}"
