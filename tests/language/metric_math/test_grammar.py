"""Metric math that cannot stand is refused at its place, in its author's words."""

from __future__ import annotations

import pytest

from rollguard.language.metric_math import MathError, NotComputable, parse, write


@pytest.mark.parametrize(
    ("expression", "at", "message", "help"),
    [
        ("", "", "the expression is empty", "name an id, such as `m1`"),
        ("100 * a /", "/", "the expression ends after `/`", "a value belongs after it"),
        ("(a + b", "(", "`(` is never closed", "close it with `)`"),
        ("[a, b", "[", "`[` is never closed", "close it with `]`"),
        ("a)", ")", "`)` closes nothing", "take it out, or open it before"),
        ("a b", "b", "`b` cannot stand after `a`", "an operator belongs between them"),
        ("a + * b", "*", "`*` cannot stand after `+`", "a value belongs before it"),
        ("IF(a > 1, , b)", ",", "`,` cannot stand after `,`", "a value belongs before it"),
        ("a ? b", "?", "`?` is no sign of metric math", "take it out"),
        ("a and b", "and", "`and` is no operator", "it is written in capitals: `AND`"),
        ("a = 1", "=", "`=` is no sign of metric math", "compare with `==`"),
        ("METRICS('a)", "'a)", "a quoted text is never closed", "close it with `'`"),
        ("2x * a", "2x", "`2x` is neither a number nor an id", "an id begins with a letter"),
        ("SUMM([a])", "SUMM", "`SUMM` is no function of metric math", "did you mean `SUM`?"),
        ("if(a, b)", "if", "`if` is no function", "metric math is written in capitals: `IF`"),
        ("Errors / a", "Errors", "`Errors` is no id", "an id begins with a lower-case letter"),
        ("'x' + a", "'x'", "a quoted text can only stand in METRICS", ""),
        ("IF(a)", "IF(a)", "`IF` takes 2 to 3 arguments, not 1", "for instance `IF(m1 > 10, m2)`"),
        (
            "MAX(a)",
            "MAX(a)",
            "the expression gives a number, and an alarm judges a series",
            "read an id outside of functions that give a number",
        ),
        ("MAX([a, 0])", "0", "an array holds series, not numbers", "make it one with `TIME_SERIES`"),
        ("[a, b] > 1", "[a, b]", "`>` takes no array", "fold it, for instance with `MAX`"),
        ("[a] + [b]", "[b]", "`+` takes no two arrays", "fold one of them, for instance with `SUM`"),
        ("PERIOD(a + b) + a", "a + b", "`PERIOD` takes the id of a metric, not an expression", ""),
        ("ABS(1) + a", "1", "`ABS` takes one series or several series here, not a number", "for instance `ABS(m1)`"),
        (
            "a * IF(HOUR(a) > 8, 1)",
            "HOUR",
            "`HOUR` cannot be computed: it reads the time of day, and a simulation has no clock",
            "",
        ),
        (
            "ANOMALY_DETECTION_BAND(a)",
            "ANOMALY_DETECTION_BAND",
            "`ANOMALY_DETECTION_BAND` cannot be computed: the band comes from a model that AWS trains; give the breach itself "
            "as the series",
            "",
        ),
        (
            "SEARCH('x', 'Sum')",
            "SEARCH",
            "`SEARCH` cannot be computed: an alarm's expression cannot search; name the metrics",
            "",
        ),
        ("a + INSIGHT_RULE_METRIC(a)", "INSIGHT_RULE_METRIC", None, ""),
    ],
)
def test_what_cannot_stand_says_where_and_how_to_mend_it(
    expression: str, at: str, message: str | None, help: str
) -> None:
    with pytest.raises(MathError) as caught:
        parse(expression)
    error = caught.value
    assert expression[error.start : error.end] == at
    assert message is None or error.message == message
    assert error.help == help


@pytest.mark.parametrize(
    "expression", ["(" * 5000 + "a" + ")" * 5000, "-" * 5000 + "a", "a" + " + a" * 5000, "NOT " * 5000 + "a"]
)
def test_no_expression_exhausts_the_stack(expression: str) -> None:
    with pytest.raises(MathError, match="more than"):
        parse(expression)


@pytest.mark.parametrize(
    ("expression", "cloudwatch_may_take_it"),
    [
        ("HOUR(a) + a", True),
        ("SORT(METRICS(), AVG, DESC)", True),
        ("MAX([a, 0])", True),
        ("ABS(1) + a", False),
        ("a +", False),
    ],
)
def test_what_only_a_simulation_cannot_compute_is_told_apart(expression: str, cloudwatch_may_take_it: bool) -> None:
    with pytest.raises(MathError) as caught:
        parse(expression)
    assert isinstance(caught.value, NotComputable) is cloudwatch_may_take_it


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("(-a)^2", "(-a) ^ 2"),
        ("-(a^2)", "-a ^ 2"),
        ("a^b^c", "a ^ b ^ c"),
        ("(a^b)^c", "(a ^ b) ^ c"),
        ("a&&(b||c)", "a AND (b OR c)"),
        ("NOT(a==b)", "NOT a == b"),
        ("(NOT a)==b", "(NOT a) == b"),
        ("METRICS('x')*1.50", 'METRICS("x") * 1.5'),
    ],
)
def test_an_expression_is_written_with_the_fewest_parentheses(expression: str, written: str) -> None:
    assert write(parse(expression).tree) == written
    assert parse(written).tree == parse(expression).tree


def test_an_expression_knows_what_it_reads() -> None:
    expression = parse('IF(traffic >= 100, 100 * SUM(METRICS("err")) / traffic)')
    assert (expression.ids, expression.metrics) == (("traffic",), ("err",))
