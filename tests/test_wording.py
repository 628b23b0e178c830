"""How names are listed in sentences, and which one an author meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollguard.wording import did_you_mean, joined, lasting, listed, near


def test_names_are_listed_as_people_write_them() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "`a`",
        "`a` or `b`",
        "`a`, `b` or `c`",
    ]
    assert listed(["a", "b"], "and") == "`a` and `b`"
    assert joined(["a", "b", "c"], "and") == "a, b and c"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("treshold", "threshold"),
        ("Threshold", "threshold"),
        ("managed-by", "managedBy"),
        ("managed_by", "managedBy"),
        ("window", ""),
    ],
)
def test_case_hyphens_and_a_slip_of_the_hand_do_not_hide_what_was_meant(word: str, meant: str) -> None:
    assert near(word, ["threshold", "managedBy"]) == meant
    assert did_you_mean(word, ["threshold", "managedBy"]) == (f"did you mean `{meant}`?" if meant else "")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (0.0005, "500 µs"),
        (0.05, "50 ms"),
        (1.5, "1.5 s"),
        (60, "1 min"),
        (90, "90 s"),
        (120, "2 min"),
        (375, "6 min 15 s"),
        (5400, "1 h 30 min"),
        (172_800, "2 d"),
        (-90, "-90 s"),
    ],
)
def test_a_time_is_said_in_one_way(seconds: float, said: str) -> None:
    assert lasting(seconds) == said


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_time_is_too_long_or_too_short_to_be_said(seconds: float) -> None:
    assert lasting(seconds)
