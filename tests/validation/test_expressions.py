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
        pytest.param(("100 * left / carts", "MAX(METRICS())"), [], id="all metrics at once"),
        pytest.param(("100 * left / carts", "100 * left / carts + ${vars.x}"), [], id="a variable is fine"),
    ],
)
def test_an_expression_and_its_metrics_agree(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
