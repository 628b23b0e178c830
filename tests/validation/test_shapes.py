"""A series is one shape with patches, inside the scenario and in the unit of its signal."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("at: 8m}}", "at: 45m}}"),
            [
                (
                    "55 S122 «45m» `at: 45m` is not before the scenario's end at 45m | move it forward, or give the "
                    "scenario more `length`"
                )
            ],
            id="a step at the end",
        ),
        pytest.param(
            ("errors: {step: {from: 0, to: 9, at: 8m}}", "errors: {gap: {at: 40m, for: 10m}}"),
            [
                (
                    "55 S122 «10m» from 40m on `for: 10m` ends at 50m, after the scenario's end at 45m | at most "
                    "`5m`, or give the scenario more `length`"
                )
            ],
            id="a gap beyond the end",
        ),
        pytest.param(
            ("errors: {step: {from: 0, to: 9, at: 8m}}", "errors: {gap: {at: 40m, for: 0m}}"),
            ["55 S122 «0m» `for` cannot be `0m` | it must last some time, such as `1m`"],
            id="a gap of nothing",
        ),
        pytest.param(
            ("errors: {step: {from: 0, to: 9, at: 8m}}", "errors: {spike: {to: 9, at: 8m10s, for: 50s}}"),
            [
                (
                    "55 S122 «50s» no minute begins in the `50s` from 8m10s on, so no datapoint shows them | series have "
                    "one value a minute, taken as the minute begins: use whole minutes"
                )
            ],
            id="a spike between two datapoints",
        ),
        pytest.param(
            ("errors: {step: {from: 0, to: 9, at: 8m}}", "errors: {spike: {to: 9, at: 8m10s, for: 51s}}"),
            [],
            id="a spike that one datapoint shows",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        errors: [{hold: 1}, {ramp: {from: 0, to: 9, at: 8m, for: 5m}}]\n",
            ),
            [
                (
                    "55 S121 «{ramp: {from: 0, to: 9, at: 8m, for: 5m}}» `ramp` would hide all of `hold` | a list "
                    "has one shape and patches to it"
                )
            ],
            id="two shapes in a list",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        errors: [{spike: {to: 9, at: 8m, for: 5m}}, {hold: 1}]\n",
            ),
            ["55 S121 «{hold: 1}» `hold` would hide the patch before it | put `hold` first"],
            id="a shape after a patch",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        abandoned: {hold: 1, left: {hold: 1}}\n",
            ),
            [
                (
                    "55 S121 «left» `hold` and `left` cannot stand side by side | give either one shape for the "
                    "whole signal, or one for each input of the expression"
                )
            ],
            id="a shape beside an input",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                (
                    "      series:\n"
                    "        abandoned: {left: {hold: 1}, carts: [{hold: 100}, {gap: {at: 5m, for: 1m}}]}\n"
                ),
            ),
            [],
            id="inputs of an expression are fine",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        abandoned: {lefts: {hold: 1}}\n",
            ),
            ["55 S120 «lefts» criterion `abandoned` reads no `lefts` | did you mean `left`?"],
            id="a misspelt input",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        slow: {duration: {hold: 1}}\n",
            ),
            [
                (
                    "55 S120 «duration» criterion `slow` reads no `duration` | it reads one metric: write a shape, "
                    "one of `hold`, `step`, `ramp`, `noise`, `values`, `csv`, `spike` or `gap`"
                )
            ],
            id="an input of a single metric",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        slow: {hold: 2%}\n",
            ),
            ["55 R030 «2%» `2%` does not fit a signal measured in `ms` | write a time such as `2s`"],
            id="a level in another unit",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        slow: {hold: 1500ms}\n",
            ),
            [],
            id="a level in a unit of the same kind is fine",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        slow: {noise: {around: 1, by: -1, seed: 1}}\n",
            ),
            ["55 S007 «-1» `by` cannot be `-1` | it is how far values stray at most, so zero or more"],
            id="noise of less than nothing",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                '      series:\n        slow: {values: "1 2 x"}\n',
            ),
            [
                (
                    '55 S123 «"1 2 x"» `values` cannot be `"1 2 x"` | `x` is no value; there are `5`, `_`, `5x9`, '
                    "`0+2x9`, `9-1x9` and `_x9`"
                )
            ],
            id="a letter among values",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                '      series:\n        slow: {values: "0x9 1+1 5"}\n',
            ),
            ['55 S123 «"0x9 1+1 5"» `values` cannot be `"0x9 1+1 5"` | `1+1` does not say how often: `1+1x10`'],
            id="a step without a count",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                '      series:\n        slow: {values: "0x99999999"}\n',
            ),
            [
                (
                    '55 S123 «"0x99999999"» `values` cannot be `"0x99999999"` | `0x99999999` is more than 10,080 '
                    "values, which are 7 days of minutes"
                )
            ],
            id="values for centuries",
        ),
        pytest.param(
            (
                "      series:\n        errors: {step: {from: 0, to: 9, at: 8m}}\n",
                "      series:\n        slow: {csv: /etc/passwd}\n",
            ),
            [
                (
                    "55 S006 «/etc/passwd» `csv` cannot be `/etc/passwd` | a CSV file is named by its path from the "
                    "policy's folder, such as `traces/black-friday.csv`"
                )
            ],
            id="a file outside the project",
        ),
    ],
)
def test_a_series_must_make_sense(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
