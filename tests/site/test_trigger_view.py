"""A trigger as nested lists that read as a sentence."""

from __future__ import annotations

import pytest

from rollguard.plan.model import Criterion, Readable
from rollguard.site.trigger_view import Rule, brief, readable_rule

CRITERIA = {
    name: Criterion(
        id=name,
        title=name.upper(),
        why="",
        mode="rollback",
        attached=True,
        judges="service",
        alarm_name=name,
        readable=Readable(f"{name} above 2 %", "in 3 of 5 minutes", ""),
    )
    for name in ("c", "a", "b")
}


def outline(rule: Rule) -> object:
    """The rule as nested lists: a criterion's id, or a lead with its parts."""
    return rule.line.id if rule.line else [rule.lead, *(outline(part) for part in rule.parts)]


@pytest.mark.parametrize(
    ("tree", "read"),
    [
        ("a", "a"),
        ({"any": ["a"]}, "a"),
        ({"any": ["a", "b", "c"]}, ["any one of these happens", "c", "a", "b"]),
        ({"all": ["a", "c"]}, ["all of these happen at the same time", "c", "a"]),
        ({"atLeast": [2, ["a", "b", "c"]]}, ["at least 2 of these 3 happen at the same time", "c", "a", "b"]),
        (
            {"any": ["a", {"all": ["b", {"not": "c"}]}]},
            [
                "any one of these happens",
                "a",
                ["this happens", "b", ["and this is not the reason", "c"]],
            ],
        ),
        (
            {"all": ["a", "b", {"not": {"any": ["c"]}}]},
            ["all of these happen at the same time", "a", "b", ["and this is not the reason", "c"]],
        ),
        ({"all": [{"not": "a"}, {"not": "b"}]}, ["none of this is the case", "a", "b"]),
        ({"not": "a"}, ["this is not the case", "a"]),
        (False, ["never"]),
    ],
)
def test_a_trigger_reads_as_a_sentence(tree: object, read: object) -> None:
    assert outline(readable_rule(tree, CRITERIA)) == read


@pytest.mark.parametrize(
    ("tree", "lines"),
    [
        ("a", ("A",)),
        ({"any": ["a", "b"]}, ("A", "B")),
        ({"all": ["a", "b"]}, ("A and B",)),
        ({"atLeast": [2, ["a", "b", "c"]]}, ("at least 2 of these 3 happen at the same time:", "C", "A", "B")),
        ({"any": ["a", {"all": ["b", {"not": "c"}]}]}, ("A", "B, unless: C")),
        ({"all": ["a", {"not": {"any": ["b", "c"]}}]}, ("A, unless: C or B",)),
        ({"all": ["a", {"any": ["b", "c"]}]}, ("A and C or B",)),
        (False, ("never",)),
    ],
)
def test_a_trigger_in_a_few_lines_never_calls_a_reason_against_it_one_for_it(
    tree: object, lines: tuple[str, ...]
) -> None:
    assert brief(readable_rule(tree, CRITERIA)) == lines
