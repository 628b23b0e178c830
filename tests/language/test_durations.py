"""Durations are read exactly, written shortly, and refused in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollguard.language import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("1h30m", 5400),
        ("7d", 604_800),
        ("0m", 0),
        ("1500ms", 1.5),
        ("1s1ms", 1.001),
        ("2880m", 172_800),
        ("007s", 7),
        ("1d1h1m1s1ms", 90_061.001),
    ],
)
def test_a_duration_is_read_in_seconds(text: str, seconds: float) -> None:
    assert durations.seconds(text) == seconds


def test_whole_seconds_come_as_int_so_that_they_print_without_a_point() -> None:
    assert isinstance(durations.seconds("2000ms"), int)
    assert isinstance(durations.seconds("1500ms"), float)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty; a duration is a number and a unit, such as `90s`"),
        ("60", "a duration needs a unit: `60s` or `60m`"),
        ("-5m", "a duration cannot be negative"),
        ("1.5h", "a duration has whole numbers: not `1.5h` but `1h30m`"),
        ("0.3s", "a duration has whole numbers: not `0.3s` but `300ms`"),
        ("0.3ms", "a duration has whole numbers: not `0.3ms` but for instance `1h30m` or `1500ms`"),
        ("22:30", "a duration is written with units, such as `22m30s`, not with colons"),
        ("30m1h", "units stand once each, the largest first, such as `1h30m`"),
        ("1m1m", "units stand once each, the largest first, such as `1h30m`"),
        ("5 min", "write it as `5m`"),
        ("10M", "write it as `10m`"),
        ("3w", "`w` is no unit of time here; there are `ms`, `s`, `m`, `h` and `d`"),
        ("soon", "a duration is numbers with the units `d`, `h`, `m`, `s` or `ms`, such as `90s` or `1h30m`"),
        ("٣s", "a duration is numbers with the units `d`, `h`, `m`, `s` or `ms`, such as `90s` or `1h30m`"),
        ("5s\n", "write it as `5s`"),
        ("3651d", "longer than ten years, `3650d`"),
        ("9" * 5000 + "s", "longer than ten years, `3650d`"),
    ],
)
def test_what_is_no_duration_is_refused_with_the_cure(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        durations.seconds(text)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (90, "1m30s"), (5400, "1h30m"), (1.5, "1s500ms"), (604_800, "7d"), (0.25, "250ms")]
)
def test_a_time_is_written_in_the_shortest_form(seconds: float, text: str) -> None:
    assert durations.text(seconds) == text


@given(st.integers(min_value=0, max_value=durations.LONGEST * 1000))
def test_writing_and_reading_agree_to_the_millisecond(milliseconds: int) -> None:
    assert durations.seconds(durations.text(milliseconds / 1000)) == milliseconds / 1000


@given(st.text(alphabet="0123456789dhms", max_size=12))
def test_the_schema_pattern_and_the_reader_accept_the_same(text: str) -> None:
    try:
        durations.seconds(text)
        read = True
    except ValueError as wrong:
        read = "ten years" in str(wrong)
    assert read == (bool(text) and re.search(durations.PATTERN, text) is not None)
