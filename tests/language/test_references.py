"""`${…}` in policy text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollguard.language.references import (
    Interpolated,
    Parameter,
    Reference,
    ReferenceSyntaxError,
    UnknownVariable,
    Variable,
    parameters,
    parse,
    resolve,
    substitute,
)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("plain $5 text", ("plain $5 text",)),
        ("a${vars.alb}b", ("a", Variable("alb"), "b")),
        ("${with.groups[1]}", (Parameter("groups", 1),)),
        ("${output:org/network/prod.eu.albArn}", (Reference("output", "albArn", "org/network/prod.eu"),)),
        ("${cfn:shop-stack.QueueName}", (Reference("cfn", "QueueName", "shop-stack"),)),
        ("${ssm:/shop/alb}", (Reference("ssm", "/shop/alb"),)),
        ("${secret:pager-key}", (Reference("secret", "pager-key"),)),
        ("$${vars.alb} costs", ("${vars.alb} costs",)),
    ],
)
def test_text_splits_into_parts(text: str, parts: object) -> None:
    assert parse(text) == parts


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${vars.alb", "`${vars.alb` has no closing brace"),
        ("${env:HOME}", "`${env:HOME}` is no reference"),
        ("${vars.}", "`${vars.}` is no reference"),
        ("${output:noname}", "`${output:noname}` is no reference"),
        ("${}", "`${}` is no reference"),
        ("${secret:root}", "`${secret:root}` cannot be: `rollguard:root` is a setting of Rollguard itself"),
    ],
)
def test_other_forms_are_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(ReferenceSyntaxError) as wrong:
        parse(text)
    assert str(wrong.value).startswith(message)


def test_variables_are_filled_in_and_deployment_values_stay() -> None:
    variables = {"alb": "app/one", "net": "${output:net.id}"}
    assert resolve("x/${vars.alb}/y", variables) == "x/app/one/y"
    assert resolve("x/${vars.net}/y", variables) == Interpolated(("x/", Reference("output", "id", "net"), "/y"))
    with pytest.raises(UnknownVariable):
        resolve("${vars.none}", variables)


def test_variables_hold_no_variables() -> None:
    with pytest.raises(ReferenceSyntaxError, match="variables cannot hold variables"):
        resolve("${vars.a}", {"a": "${vars.b}", "b": "x"})


def test_a_preset_is_filled_in_and_keeps_what_the_policy_handed_over() -> None:
    handed: dict[str, str | list[str]] = {"lb": "${vars.alb}", "groups": ["blue", "green"]}
    assert substitute("${with.lb}/${with.groups[1]}/${vars.x}", handed) == "${vars.alb}/green/${vars.x}"
    for unknown in ("${with.nothing}", "${with.groups}", "${with.groups[2]}", "${with.lb[0]}"):
        with pytest.raises(UnknownVariable):
            substitute(unknown, handed)


def test_the_parameters_of_a_signal_are_found_beside_what_is_no_reference() -> None:
    found = list(parameters("${with.lb}/$${with.not}/${nothing}/${with.groups[1]}/${with.open"))
    assert found == [Parameter("lb"), Parameter("groups", 1)]
    assert [one.written for one in found] == ["${with.lb}", "${with.groups[1]}"]


@given(st.text(max_size=40))
def test_any_text_is_parsed_or_refused_in_words(text: str) -> None:
    try:
        parts = parse(text)
    except ReferenceSyntaxError:
        return
    if "${" not in text:
        assert parts == ((text,) if text else ())


@given(st.text(max_size=40))
def test_escaping_gives_any_text_back(text: str) -> None:
    assert resolve(text.replace("${", "$${"), {}) == text or "$${" in text
