"""Metric math reads exactly the metrics that stand beside it."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("100 * left / carts", "100 * left / cart"),
            ["38 S113 «cart» `cart` is none of `metrics` | did you mean `carts`?"],
            id="a misspelt metric is one fault",
        ),
        pytest.param(
            ("100 * left / carts", "if(carts > 1, left)"),
            ["38 S113 «if» `if` is no function or operator | metric math is written in capitals: `IF`"],
            id="a function in lower case",
        ),
        pytest.param(
            ("100 * left / carts", "100 * left"),
            ["41 S113 «carts» `expression` never reads `carts` | take it out, or read it in the expression"],
            id="a metric that nothing reads",
        ),
        pytest.param(
            ("100 * left / carts", "SEARCH('{Shop} x', 'Sum') + left + carts"),
            [
                (
                    "38 S114 «SEARCH» `SEARCH` cannot stand in an alarm's expression | name the metrics under "
                    "`metrics`, or use `query`"
                )
            ],
            id="a search",
        ),
        pytest.param(
            ("100 * left / carts", "(100 * left / carts"),
            ["38 S113 «(100 * left / carts» a parenthesis is never closed | close it with `)`"],
            id="a parenthesis left open",
        ),
        pytest.param(
            ("100 * left / carts", "100 * left) / carts"),
            ["38 S113 «)» `)` closes nothing in the expression | take it out, or open it before"],
            id="a parenthesis too many",
        ),
        pytest.param(
            ("100 * left / carts", "100 * left carts"),
            ["38 S113 «carts» `carts` cannot stand after `left` | an operator belongs between them"],
            id="an operator left out",
        ),
        pytest.param(
            ("100 * left / carts", "MAXIMUM([left, carts])"),
            ["38 S113 «MAXIMUM» `MAXIMUM` is no function of metric math | did you mean `MAX`?"],
            id="a function that does not exist",
        ),
        pytest.param(
            ("100 * left / carts", "left + MAX(carts, left)"),
            ["38 S113 «MAX(carts, left)» `MAX` takes 1 argument, not 2 | for instance `MAX([m1, m2])`"],
            id="arguments that do not fit",
        ),
        pytest.param(("100 * left / carts", "MAX(METRICS())"), [], id="all metrics at once"),
        pytest.param(
            ("100 * left / carts", "left / MAX(carts)"),
            [
                "38 S119 «MAX» `MAX` looks at every datapoint that an alarm fetches, which are more than its window | "
                "let `window` say how many datapoints must be bad"
            ],
            id="a fold of one series",
        ),
        pytest.param(
            ("100 * left / carts", "RUNNING_SUM(left) / carts"),
            [
                "38 S119 «RUNNING_SUM» `RUNNING_SUM` looks at every datapoint that an alarm fetches, which are more than "
                "its window | AWS advises against it in alarms"
            ],
            id="a running sum",
        ),
        pytest.param(
            ("100 * left / carts", '"[left, carts]"'),
            [
                '38 S113 «"[left, carts]"» the expression gives several series, and an alarm judges one | '
                "fold them, for instance with `MAX` or `SUM`"
            ],
            id="several series",
        ),
        pytest.param(
            ("100 * left / carts", "left / carts + 'x"),
            ["38 S113 «'x» a quoted text is never closed | close it with `'`"],
            id="a quoted text left open",
        ),
        pytest.param(
            ("100 * left / carts", "IF(HOUR(left) > 8, left / carts)"),
            [],
            id="a function that only a simulation cannot compute",
        ),
        pytest.param(("100 * left / carts", "100 * left / carts + ${vars.x}"), [], id="a variable is fine"),
    ],
)
def test_an_expression_and_its_metrics_agree(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
