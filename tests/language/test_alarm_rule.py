"""The rule of a composite alarm is read as CloudWatch reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rollguard.language.alarm_rule import (
    AtLeast,
    Constant,
    InState,
    Joined,
    Node,
    Not,
    RuleError,
    alarm_name,
    parse,
    write,
)


def test_not_binds_tighter_than_and_and_and_tighter_than_or() -> None:
    tree = parse('ALARM("a") OR OK(b) AND NOT INSUFFICIENT_DATA("c")').tree
    assert tree == Joined(
        "OR", (InState("ALARM", "a"), Joined("AND", (InState("OK", "b"), Not(InState("INSUFFICIENT_DATA", "c")))))
    )


def test_brackets_group_and_count_as_elements() -> None:
    rule = parse('(ALARM("a") AND NOT ALARM("b")) OR (ALARM("a") AND TRUE)')
    assert rule.children == ("a", "b")
    assert rule.elements == 3 + 1 + 4


def test_at_least_takes_a_count_or_a_share_and_a_negated_state() -> None:
    assert parse("AT_LEAST(2, ALARM, (a, b, c))").tree == AtLeast(2, False, "ALARM", False, ("a", "b", "c"))
    assert parse('AT_LEAST(50%, NOT OK, ("a, b", c))').tree == AtLeast(50, True, "OK", True, ("a, b", "c"))


def test_quoted_names_may_hold_anything_and_escape_quotes() -> None:
    assert parse(r'ALARM("say \"hi\" (now), a\\b")').children == ('say "hi" (now), a\\b',)


def test_a_name_may_be_an_arn() -> None:
    rule = parse("ALARM(arn:aws:cloudwatch:eu-central-1:123456789012:alarm:a:b)")
    assert [alarm_name(child) for child in rule.children] == ["a:b"]
    assert alarm_name("plain") == "plain"


def test_constants_stand_alone() -> None:
    assert parse("FALSE").tree == Constant(False)
    assert parse("not true").tree == Not(Constant(True))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("()", "Unsupported token ')' at char 1"),
        ("ALARM(a) ALARM(b)", "Unsupported token 'ALARM' at char 9"),
        ("ALARM(a", "Unexpected end of rule at char 7"),
        ("ALARM(a b)", "Unsupported token 'b' at char 8"),
        ("ALARM()", "Unsupported token ')' at char 6"),
        ("ALARM(a) XOR ALARM(b)", "Unsupported token 'XOR' at char 9"),
        ('ALARM("a) OR TRUE', "Unterminated quoted name at char 6"),
        ("AT_MOST(1, ALARM, (a))", "Unsupported token 'AT_MOST' at char 0"),
        ("AT_LEAST(x, ALARM, (a))", "Unsupported token 'x' at char 9"),
        ("AT_LEAST(1, RED, (a))", "Unsupported token 'RED' at char 12"),
        ("NOT", "Unexpected end of rule at char 3"),
        ("   ", "Unexpected end of rule at char 0"),
        ("a", "Unsupported token 'a' at char 0"),
    ],
)
def test_a_rule_that_cannot_be_read_says_where(rule: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(rule)
    assert str(caught.value) == message


def test_ten_thousand_brackets_are_refused_without_exhausting_the_stack() -> None:
    with pytest.raises(RuleError, match="nested more than 100 levels deep"):
        parse("(" * 10_000 + "TRUE" + ")" * 10_000)


@given(some.text(alphabet='ALRMOK()",\\ NTrue a', max_size=60))
def test_no_text_does_worse_than_a_rule_error(text: str) -> None:
    try:
        parse(text)
    except RuleError as error:
        assert str(error)


def test_thousands_of_negations_are_refused_without_exhausting_the_stack() -> None:
    with pytest.raises(RuleError, match="nested more than 100 levels deep"):
        parse("NOT " * 2_500 + "TRUE")


references = some.text(alphabet='abz09-_ .:/(),"\\\u00e4', min_size=1, max_size=12)
conditions = some.sampled_from(["ALARM", "OK", "INSUFFICIENT_DATA"])
rules = some.recursive(
    some.one_of(
        some.builds(InState, conditions, references),
        some.builds(Constant, some.booleans()),
        some.builds(
            AtLeast,
            some.integers(1, 100),
            some.booleans(),
            conditions,
            some.booleans(),
            some.lists(references, min_size=1, max_size=4).map(tuple),
        ),
    ),
    lambda inner: (
        some.builds(Not, inner)
        | some.builds(Joined, some.sampled_from(["AND", "OR"]), some.lists(inner, min_size=2, max_size=3).map(tuple))
    ),
    max_leaves=10,
)


@given(rules)
def test_a_rule_that_is_written_reads_back_as_the_same_rule(rule: Node) -> None:
    assert parse(write(rule)).tree == rule
