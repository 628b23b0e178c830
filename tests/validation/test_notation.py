"""promtool's notation means here what it means there, and is refused in words."""

from __future__ import annotations

import re

import pytest

from rollguard.validation import notation


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1 2 _ 4", [1, 2, None, 4]),
        ("0x9", [0] * 10),
        ("1+2x3", [1, 3, 5, 7]),
        ("5-1x4", [5, 4, 3, 2, 1]),
        ("_x3 1.5", [None, None, None, 1.5]),
        ("-1-1x1", [-1, -2]),
        ("0x9 700x40", [0] * 10 + [700] * 41),
        ("1e3", [1000]),
        ("7x0", [7]),
    ],
)
def test_values_are_read_minute_by_minute(text: str, values: list[float | None]) -> None:
    assert notation.values(text) == values


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  ", "there are no values"),
        ("1,2,3", "values stand with spaces between them, without commas"),
        ("1+2", "`1+2` does not say how often: `1+2x10`"),
        ("nan", "`nan` is no value; `_` is a minute without data"),
        ("5%", "`5%` is no plain number; values are in the signal's unit"),
        ("5s", "`5s` is no plain number; values are in the signal's unit"),
        ("x5", "`x5` is no value; there are `5`, `_`, `5x9`, `0+2x9`, `9-1x9` and `_x9`"),
        ("0x20000", "`0x20000` is more than 10,080 values, which are 7 days of minutes"),
        ("_x10080 1", "more than 10,080 values, which are 7 days of minutes"),
        ("1e999", "`1e999` is larger than any number"),
    ],
)
def test_what_is_no_series_is_refused_with_the_cure(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        notation.values(text)
