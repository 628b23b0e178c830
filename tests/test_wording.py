"""How names are listed in sentences, and which one an author meant."""

from __future__ import annotations

import pytest

from rollguard.wording import did_you_mean, joined, listed, near


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
