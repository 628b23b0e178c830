"""CloudWatch's numbers: the digits of a double without our arithmetic's noise, in Java's form."""

from __future__ import annotations

import pytest

from rollguard.sandbox.runtime.numbers import measured, written


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((21.5, "21.5"), (21, "21.0"), (0, "0.0"), (0.5, "0.5"), (-2.25, "-2.25"), (23.196333333333335, "23.196333333333335")),
        *((9_999_999, "9999999.0"), (1e7, "1.0E7"), (860_604_416, "8.60604416E8"), (1e9, "1.0E9"), (-12_345_678.5, "-1.23456785E7")),
        *((0.001, "0.001"), (0.0005, "5.0E-4"), (1e-7, "1.0E-7")),
    ],
)  # fmt: skip
def test_a_number_is_written_as_in_the_reason_of_an_alarm(value: float, text: str) -> None:
    assert written(value) == text


@pytest.mark.parametrize(
    ("value", "threshold", "kept"),
    [
        (10.090000000000002, 5.0, 10.09),
        (0.1 + 0.2, None, 0.3),
        (1234.56789, 5.0, 1234.56789),
        # Never to the other side of the threshold, and never onto it: the reason would contradict the state.
        (3.0000000000000004, 3.0, 3.0000000000000004),
        (2.9999999999999996, 3.0, 2.9999999999999996),
        (3.0, 3.0, 3.0),
    ],
)
def test_a_measured_value_loses_only_the_noise_of_our_arithmetic(
    value: float, threshold: float | None, kept: float
) -> None:
    assert measured(value, threshold) == kept
