"""A composite alarm follows its children as CloudWatch's rules say, and is in doubt only where a child in doubt decides."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rollguard.language.alarm_rule import AtLeast, Constant, InState, Joined, Node, Not, RuleError, write
from rollguard.simulate.composite import evaluate_rule
from rollguard.simulate.model import Change, State, Timeline

STATES: tuple[State, ...] = ("OK", "ALARM", "INSUFFICIENT_DATA")
ARN = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:"


def line(*changes: tuple[int, State], onset: int | None = None, doubts: tuple[tuple[int, int], ...] = ()) -> Timeline:
    made = tuple(Change(at, state, onset=onset if state == "ALARM" else None) for at, state in changes)
    return Timeline(made, doubts)


def states(timeline: Timeline) -> list[tuple[int, State]]:
    return [(change.at, change.state) for change in timeline.changes]


GREEN = line((0, "OK"))
A = line((0, "OK"), (120, "ALARM"), (300, "OK"), onset=60)
B = line((0, "OK"), (180, "ALARM"), (240, "OK"), onset=-60)
SILENT = line((0, "INSUFFICIENT_DATA"), (60, "OK"))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('ALARM("a") OR ALARM("b")', [(0, "OK"), (120, "ALARM"), (300, "OK")]),
        ('ALARM("a") AND ALARM("b")', [(0, "OK"), (180, "ALARM"), (240, "OK")]),
        ('ALARM("a") AND NOT ALARM("b")', [(0, "OK"), (120, "ALARM"), (180, "OK"), (240, "ALARM"), (300, "OK")]),
        ('OK("a")', [(0, "ALARM"), (120, "OK"), (300, "ALARM")]),
        ('INSUFFICIENT_DATA("silent")', [(0, "ALARM"), (60, "OK")]),
        ('NOT OK("silent")', [(0, "ALARM"), (60, "OK")]),
        ("TRUE", [(0, "ALARM")]),
        ("FALSE", [(0, "OK")]),
        ("AT_LEAST(2, ALARM, (a, b, green))", [(0, "OK"), (180, "ALARM"), (240, "OK")]),
        ("AT_LEAST(1, NOT OK, (a, silent))", [(0, "ALARM"), (60, "OK"), (120, "ALARM"), (300, "OK")]),
        ("AT_LEAST(2, NOT ALARM, (a, b, green))", [(0, "ALARM"), (180, "OK"), (240, "ALARM")]),
        ("AT_LEAST(50%, ALARM, (a, b, green))", [(0, "OK"), (180, "ALARM"), (240, "OK")]),
        ("AT_LEAST(50%, ALARM, (a, green))", [(0, "OK"), (120, "ALARM"), (300, "OK")]),
        ("AT_LEAST(100%, OK, (a, b, green))", [(0, "ALARM"), (120, "OK"), (300, "ALARM")]),
        ("AT_LEAST(1, INSUFFICIENT_DATA, (a, silent))", [(0, "ALARM"), (60, "OK")]),
        ("AT_LEAST(2, NOT INSUFFICIENT_DATA, (a, silent))", [(0, "OK"), (60, "ALARM")]),
        ("NOT AT_LEAST(2, OK, (a, b))", [(0, "OK"), (120, "ALARM"), (300, "OK")]),
        (f'ALARM("{ARN}a") AND NOT OK({ARN}b)', [(0, "OK"), (180, "ALARM"), (240, "OK")]),
    ],
)
def test_a_rule_follows_its_children(rule: str, expected: list[tuple[int, State]]) -> None:
    timeline = evaluate_rule(rule, {"a": A, "b": B, "green": GREEN, "silent": SILENT})
    assert states(timeline) == expected


def test_a_new_composite_has_insufficient_data_until_its_first_evaluation() -> None:
    timeline = evaluate_rule("ALARM(a)", {"a": A}, evaluated_from=60)
    assert states(timeline) == [(0, "INSUFFICIENT_DATA"), (60, "OK"), (120, "ALARM"), (300, "OK")]


def test_a_child_that_does_not_exist_is_named() -> None:
    with pytest.raises(RuleError, match="the rule names the alarm `gone`, which does not exist; there are `a`, `b`"):
        evaluate_rule('ALARM("a") OR ALARM("gone")', {"a": A, "b": B})


@pytest.mark.parametrize(
    "rule", ["", "ALARM(a) OR", "AT_MOST(1, ALARM, (a))", "RED(a)", "ALARM(a, b)", "ALARM(a) ALARM(b)"]
)
def test_what_cloudwatch_refuses_is_refused(rule: str) -> None:
    with pytest.raises(RuleError):
        evaluate_rule(rule, {"a": A, "b": B})


@pytest.mark.parametrize(
    ("rule", "onset"),
    [
        ("ALARM(a) OR ALARM(b)", 60),
        ("ALARM(a) AND ALARM(b)", -60),
        ("AT_LEAST(2, ALARM, (a, b, green))", -60),
        ("ALARM(b) OR (ALARM(green) AND ALARM(a))", -60),
        ("ALARM(a) AND NOT ALARM(green)", 60),
        ("NOT NOT ALARM(a)", 60),
        ("NOT (NOT ALARM(a) AND OK(green))", 60),
        ("NOT OK(a)", None),
    ],
)
def test_the_onset_is_the_earliest_of_the_red_children_that_cause_it(rule: str, onset: int | None) -> None:
    found = evaluate_rule(rule, {"a": A, "b": B, "green": GREEN}).first("ALARM")
    assert found is not None
    assert found.onset == onset


DOUBTFUL = line((0, "OK"), (120, "ALARM"), (240, "OK"), doubts=((60, 180),))


@pytest.mark.parametrize(
    ("rule", "doubts"),
    [
        ("ALARM(d)", ((60, 180),)),
        ("NOT ALARM(d)", ((60, 180),)),
        ("ALARM(d) OR ALARM(a)", ((60, 120),)),
        ("ALARM(d) AND ALARM(a)", ((120, 180),)),
        ("ALARM(d) AND FALSE", ()),
        ("AT_LEAST(2, ALARM, (d, a, green))", ((120, 180),)),
        ("AT_LEAST(1, ALARM, (d, a, green))", ((60, 120),)),
    ],
)
def test_doubt_passes_on_only_where_the_child_decides(rule: str, doubts: tuple[tuple[int, int], ...]) -> None:
    timeline = evaluate_rule(rule, {"d": DOUBTFUL, "a": A, "green": GREEN})
    assert timeline.doubts == doubts
    for change in timeline.changes:
        assert change.ambiguous == timeline.ambiguous_at(change.at)


def test_a_change_that_is_marked_ambiguous_is_in_doubt_until_the_next() -> None:
    child = Timeline((Change(0, "OK"), Change(60, "ALARM", ambiguous=True), Change(120, "OK")))
    timeline = evaluate_rule("ALARM(a)", {"a": child})
    assert timeline.doubts == ((60, 120),)


def test_what_was_estimated_stays_so() -> None:
    child = Timeline((Change(0, "OK"),), (), approximate=True)
    assert evaluate_rule("ALARM(a)", {"a": child}).approximate


names = some.sampled_from(["a", "b", "c", "d"])
leaves = some.one_of(
    some.builds(InState, some.sampled_from(STATES), names),
    some.builds(Constant, some.booleans()),
    some.builds(
        lambda count, percent, state, negated, alarms: AtLeast(count, percent, state, negated, tuple(alarms)),
        some.integers(1, 3) | some.sampled_from([34, 50, 67, 100]),
        some.booleans(),
        some.sampled_from(STATES),
        some.booleans(),
        some.lists(names, min_size=1, max_size=4, unique=True),
    ),
)
rules = some.recursive(
    leaves,
    lambda inner: (
        some.builds(Not, inner)
        | some.builds(Joined, some.sampled_from(["AND", "OR"]), some.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=6,
)


def holds(node: Node, states: dict[str, State]) -> bool:
    """The rule in the words of the guide, for one moment."""
    match node:
        case InState(state, alarm):
            return states[alarm] == state
        case Constant(value):
            return value
        case Not(inner):
            return not holds(inner, states)
        case Joined("AND", parts):
            return all(holds(part, states) for part in parts)
        case Joined(_, parts):
            return any(holds(part, states) for part in parts)
        case AtLeast(count, percent, state, negated, alarms):
            share = [(states[alarm] == state) != negated for alarm in alarms].count(True)
            return share / len(alarms) >= count / 100 if percent else share >= count


@given(rules, some.fixed_dictionaries({name: some.sampled_from(STATES) for name in "abcd"}), some.sets(names))
def test_random_rules_agree_with_the_guide_and_are_sure_only_when_no_doubt_matters(
    rule: Node, now: dict[str, State], doubtful: set[str]
) -> None:
    children = {name: Timeline((Change(0, state, ambiguous=name in doubtful),)) for name, state in now.items()}
    timeline = evaluate_rule(write(rule), children)
    assert timeline.state_at(0) == ("ALARM" if holds(rule, now) else "OK")
    if not timeline.ambiguous_at(0):
        for others in itertools.product(STATES, repeat=len(doubtful)):
            assert holds(rule, now | dict(zip(sorted(doubtful), others, strict=True))) == holds(rule, now)
