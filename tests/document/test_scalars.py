"""Plain scalars mean what the core schema of YAML 1.2 says."""

from __future__ import annotations

import math

import pytest

from rollguard.document.scalars import plain


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL"])
def test_null_has_five_spellings(text: str) -> None:
    assert plain(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False)],
)
def test_truth_values_are_spelt_true_and_false(text: str, value: bool) -> None:
    assert plain(text) is value


@pytest.mark.parametrize(
    "text",
    [
        *(
            "on",
            "off",
            "yes",
            "no",
            "y",
            "n",
            "On",
            "tRUE",
            "nULL",
            "none",
            "22:30",
            "1:20:30",
            "2026-11-02",
            "2026-11-02T10:00:00Z",
        ),
        *(
            "1_000",
            "0b101",
            "0o8",
            "0xg",
            "-0x1",
            "+0o7",
            "1e",
            "e5",
            ".",
            "-",
            "+",
            "1.2.3",
            "60s",
            "2%",
            "1,5",
            "--1",
            "0x",
            "0o",
        ),
        *("inf", "nan", "-.nan", ".iNF", "infinity", "٣", "1 2", "<<", "="),
    ],
)
def test_everything_else_is_text(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("010", 10), ("-7", -7), ("+7", 7), ("0o17", 15), ("0xFf", 255), ("222222222222", 222222222222)],
)
def test_integers_are_decimal_octal_or_hexadecimal(text: str, value: int) -> None:
    read = plain(text)
    assert read == value
    assert type(read) is int


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1e3", -1000.0),
        ("1E-2", 0.01),
        (".inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_floats_have_a_point_or_an_exponent(text: str, value: float) -> None:
    read = plain(text)
    assert read == value
    assert type(read) is float


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number_is_a_number(text: str) -> None:
    read = plain(text)
    assert isinstance(read, float)
    assert math.isnan(read)


@pytest.mark.parametrize("text", ["1e999", "-1e999", "9" * 400, "9" * 5000, "0x" + "f" * 300])
def test_numbers_beyond_64_bit_floats_overflow(text: str) -> None:
    with pytest.raises(OverflowError):
        plain(text)
