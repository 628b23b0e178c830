"""Levels keep their kind, turn into the signal's unit exactly, and are refused in words."""

from __future__ import annotations

import math
import re

import pytest

from rollguard.language.quantities import Quantity, parse


@pytest.mark.parametrize(
    ("value", "quantity"),
    [
        (2, Quantity(2.0, "number")),
        (0.5, Quantity(0.5, "number")),
        (-3, Quantity(-3.0, "number")),
        ("2%", Quantity(2.0, "percent")),
        ("0.5 %", Quantity(0.5, "percent")),
        ("1500ms", Quantity(1.5, "time")),
        ("15m", Quantity(900.0, "time")),
    ],
)
def test_a_level_is_read_with_its_kind(value: object, quantity: Quantity) -> None:
    assert parse(value) == quantity


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2", "a number stands without quotes: `2`"),
        ("1e3", "a number stands without quotes: `1e3`"),
        ("two%", "a percentage is a number and `%`, such as `2%` or `0.5%`"),
        ("2  %", "a percentage is a number and `%`, such as `2%` or `0.5%`"),
        ("high", "a level is a number, a percentage such as `2%` or a time such as `1500ms`"),
        ("5 min", "write it as `5m`"),
        (True, "a level is a number, a percentage such as `2%` or a time such as `1500ms`"),
        (None, "a level is a number, a percentage such as `2%` or a time such as `1500ms`"),
        (math.nan, "a level must be a finite number"),
        (math.inf, "a level must be a finite number"),
        (10**400, "a level must be a finite number"),
        ("9" * 400 + "%", "a level must be a finite number"),
    ],
)
def test_what_is_no_level_is_refused_with_the_cure(value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse(value)


@pytest.mark.parametrize(
    ("value", "unit", "number"),
    [
        (20, "percent", 20.0),
        (20, "", 20.0),
        ("2%", "percent", 2.0),
        ("1500ms", "s", 1.5),
        ("1500ms", "ms", 1500.0),
        ("1009ms", "ms", 1009.0),
        ("15m", "s", 900.0),
        ("90s", "m", 1.5),
        ("1ms", "us", 1000.0),
        ("90m", "h", 1.5),
    ],
)
def test_a_level_turns_into_the_unit_of_the_signal(value: object, unit: str, number: float) -> None:
    assert parse(value).in_unit(unit) == number


@pytest.mark.parametrize(
    ("value", "unit", "reason"),
    [
        ("2%", "s", "`2%` does not fit a signal measured in `s`; write a time such as `2s`"),
        ("0.5%", "ms", "`0.5%` does not fit a signal measured in `ms`; write a time such as `500ms`"),
        ("2%", "count", "`2%` does not fit a signal measured in `count`; write a number without `%`"),
        ("2%", "", "`2%` does not fit a signal that names no unit; the signal lacks `unit: percent`"),
        (
            "4s",
            "",
            "`4s` does not fit a signal that names no unit; the signal lacks a unit, such as `unit: s`",
        ),
        ("4s", "percent", "`4s` does not fit a signal measured in `percent`; write a percentage such as `4%`"),
        (
            "1500ms",
            "percent",
            "`1s500ms` does not fit a signal measured in `percent`; write a percentage such as `1.5%`",
        ),
    ],
)
def test_a_unit_that_does_not_fit_is_refused(value: object, unit: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        parse(value).in_unit(unit)
