"""The cause of a rollback is the union of the minimal sets of red criteria that make the trigger true."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollguard.scenarios.causes import because

UNHEALTHY = {"any": ["unhealthy", {"all": ["backlog", "late"]}]}


@pytest.mark.parametrize(
    ("trigger", "red", "cause"),
    [
        (UNHEALTHY, "unhealthy backlog", ("unhealthy",)),
        (UNHEALTHY, "backlog late", ("backlog", "late")),
        (UNHEALTHY, "unhealthy backlog late", ("backlog", "late", "unhealthy")),
        (UNHEALTHY, "backlog", None),
        ({"any": ["a", "b", "c"]}, "a c", ("a", "c")),
        ({"atLeast": [2, ["a", "b", "c"]]}, "a c", ("a", "c")),
        ({"atLeast": [2, ["a", "b", "c"]]}, "a", None),
        ({"all": ["a", {"not": "b"}]}, "a", ("a",)),
        ({"all": ["a", {"not": "b"}]}, "a b", None),
        ({"not": "a"}, "", ()),
        ({"not": {"not": "a"}}, "a", ("a",)),
        # `b` is red but adds nothing: `a` is enough whenever `a and b` is
        ({"any": ["a", {"all": ["a", "b"]}]}, "a b", ("a",)),
        (False, "a", None),
        (True, "a", ()),
    ],
)
def test_the_cause_of(trigger: object, red: str, cause: tuple[str, ...] | None) -> None:
    assert because(trigger, set(red.split())) == cause


def test_a_bypassed_criterion_is_no_cause_but_still_holds_back_under_not() -> None:
    assert because({"any": ["a", "b"]}, {"a", "b"}, {"a"}) == ("b",)
    assert because({"any": ["a", "b"]}, {"a"}, {"a"}) is None
    assert because({"all": ["a", {"not": "b"}]}, {"a", "b"}, {"b"}) is None


IDS = st.sampled_from("abcde")
TREES: Any = st.recursive(
    IDS,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
        st.builds(lambda parts: {"atLeast": [len(parts) // 2 + 1, parts]}, st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=8,
)


def _holds(tree: Any, towards: frozenset[str], against: frozenset[str], positive: bool = True) -> bool:
    """The trigger's truth, with the ids under a `not` looked up in `against`."""
    if isinstance(tree, str):
        return tree in (towards if positive else against)
    ((kind, value),) = tree.items()
    if kind == "not":
        return not _holds(value, towards, against, not positive)
    needed, parts = value if kind == "atLeast" else (1 if kind == "any" else len(value), value)
    return sum(_holds(part, towards, against, positive) for part in parts) >= needed


@given(TREES, st.frozensets(IDS))
def test_the_cause_agrees_with_trying_every_set(tree: Any, red: frozenset[str]) -> None:
    sets = [frozenset(each) for size in range(len(red) + 1) for each in itertools.combinations(sorted(red), size)]
    true = [each for each in sets if _holds(tree, each, red)]
    minimal = [each for each in true if not any(other < each for other in true)]
    expected = tuple(sorted(frozenset().union(*minimal))) if true else None
    assert because(tree, red) == expected


def test_fifty_criteria_of_which_half_are_needed_are_no_work() -> None:
    ids = [f"c{number:02}" for number in range(50)]
    assert because({"atLeast": [25, ids]}, set(ids)) == tuple(ids)
    pairs = {"all": [{"any": [f"a{n}", f"b{n}", f"a{n}"]} for n in range(25)]}
    red = {f"{letter}{n}" for letter in "ab" for n in range(25)}
    assert because(pairs, red) == tuple(sorted(red))
