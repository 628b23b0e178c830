"""Trigger expressions: parsing, meaning, and what stays when some criteria only observe."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollguard.language.trigger import (
    AllOf,
    AnyOf,
    AtLeast,
    Not,
    Tree,
    TriggerError,
    as_json,
    ids_by_polarity,
    parse,
    simplify,
)

IDS = ("a", "b", "c", "d")


def _holds(tree: Tree, red: frozenset[str]) -> bool:
    """An independent reading of a tree: is it true while exactly `red` is red?"""
    if isinstance(tree, bool):
        return tree
    if isinstance(tree, str):
        return tree in red
    if isinstance(tree, Not):
        return not _holds(tree.part, red)
    count = sum(_holds(part, red) for part in tree.parts)
    if isinstance(tree, AnyOf):
        return count > 0
    return count == len(tree.parts) if isinstance(tree, AllOf) else count >= tree.count


def _many(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    several = st.lists(children, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(AnyOf),
        several.map(AllOf),
        children.map(Not),
        several.flatmap(lambda parts: st.integers(1, len(parts)).map(lambda count: AtLeast(count, parts))),
    )


TREES: st.SearchStrategy[Tree] = st.recursive(st.sampled_from(IDS), _many, max_leaves=8)
SUBSETS = [frozenset(chosen) for size in range(5) for chosen in itertools.combinations(IDS, size)]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", "a"),
        ("a or b and c", {"any": ["a", {"all": ["b", "c"]}]}),
        ("(a or b) and c", {"all": [{"any": ["a", "b"]}, "c"]}),
        ("not a and b", {"all": [{"not": "a"}, "b"]}),
        ("not (a and b)", {"not": {"all": ["a", "b"]}}),
        ("  target-5xx\n or\tlatency-p99 ", {"any": ["target-5xx", "latency-p99"]}),
    ],
)
def test_not_binds_tightest_then_and_then_or(text: str, tree: object) -> None:
    assert as_json(parse(text)[0]) == tree


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("a or", 2, 4), ("a b", 2, 3), ("a or %", 5, 6), ("(a", 0, 1), ("a)", 1, 2), ("", 0, 0), ("NOT a", 0, 3)],
)
def test_a_fault_is_placed_inside_the_text(text: str, start: int, end: int) -> None:
    with pytest.raises(TriggerError) as wrong:
        parse(text)
    assert (wrong.value.start, wrong.value.end) == (start, end)


def test_a_hostile_depth_is_refused() -> None:
    with pytest.raises(TriggerError, match="nested deeper than 50 levels"):
        parse("(" * 10_000 + "a" + ")" * 10_000)
    with pytest.raises(TriggerError, match="nested deeper than 50 levels"):
        parse("not " * 10_000 + "a")


@settings(max_examples=200)
@given(TREES, st.sets(st.sampled_from(IDS)))
def test_simplifying_keeps_the_meaning(tree: Tree, silent: set[str]) -> None:
    simple = simplify(tree, dict.fromkeys(silent, False))
    for red in SUBSETS:
        assert _holds(simple, red - silent) == _holds(tree, red - silent)


@settings(max_examples=200)
@given(TREES)
def test_polarity_says_which_way_a_criterion_pushes(tree: Tree) -> None:
    """Turning a criterion red that only pushes towards a rollback never takes one away."""
    towards, against = ids_by_polarity(tree)
    for name in towards - against:
        for red in SUBSETS:
            assert not (_holds(tree, red - {name}) and not _holds(tree, red | {name}))


@given(st.text(alphabet="ab() notrd-\n&", max_size=30))
def test_any_text_is_parsed_or_refused_with_a_place_inside_it(text: str) -> None:
    try:
        parse(text)
    except TriggerError as wrong:
        assert 0 <= wrong.start <= wrong.end <= len(text)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("a && b", "write `and`"),
        ("a || b", "write `or`"),
        ("!a", "write `not`"),
        ("a AND b", "write `and`"),
        ("atLeast(2, a, b)", "join criteria with `and` or `or`; how many must be red is `trigger: {atLeast: 2}`"),
    ],
)
def test_the_words_of_other_languages_are_translated(text: str, help: str) -> None:
    with pytest.raises(TriggerError) as wrong:
        parse(text)
    assert wrong.value.help == help
