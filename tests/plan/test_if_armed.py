"""What a criterion that only observes would do to the rollback alarm: as far as the trigger says it, whoever else is armed by then."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import pytest

from rollguard.language.trigger import holds, parse
from rollguard.plan.if_armed import if_armed

IDS = ("a", "b", "c")


@pytest.mark.parametrize(
    ("trigger", "found"),
    [
        ("any", "alone alone alone"),
        ("all", "together together together"),
        ({"atLeast": 1}, "alone alone alone"),
        ({"atLeast": 2}, "together together together"),
        ("a or b", "alone alone never"),
        ("a or (b and c)", "alone together together"),
        ("a and not b", "together together never"),
        ("a or b and not c", "together together together"),
        ("b", "never alone never"),
    ],
)
def test_what_each_criterion_would_do(trigger: Any, found: str) -> None:
    assert [if_armed(trigger, one, IDS) for one in IDS] == found.split()


@pytest.mark.parametrize("trigger", ["any", "all", {"atLeast": 1}])
def test_the_only_criterion_is_enough_whatever_the_trigger(trigger: Any) -> None:
    assert if_armed(trigger, "a", ["a"]) == "alone"


@pytest.mark.parametrize("trigger", ["a or (b and c)", "a and b or c", "a or b or c", "(a or b) and (b or c)"])
def test_alone_is_true_whatever_the_others_are(trigger: str) -> None:
    """An armed criterion is red or not, one that is not armed reads as false: both are the sets without it."""
    tree, _ = parse(trigger)
    for one in IDS:
        others = [other for other in IDS if other != one]
        sets = chain.from_iterable(combinations(others, size) for size in range(3))
        always = all(holds(tree, frozenset({one, *red})) for red in sets)
        assert (if_armed(trigger, one, IDS) == "alone") == always


def test_the_plan_says_it_of_criteria_that_observe_alone(workspace: Any) -> None:
    def observe(data: dict[str, Any]) -> None:
        data["spec"]["criteria"][0]["mode"] = "observe"

    workspace.policy(observe)
    first, *rest = workspace.guard().criteria
    assert (first.mode, first.if_armed, first.attached) == ("observe", "alone", False)
    assert {one.if_armed for one in rest} == {None}
