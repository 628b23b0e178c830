"""Windows are what CloudWatch takes, and can be full."""

from __future__ import annotations

import pytest

from tests.validation.saying import POLICY, changed, said


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        pytest.param(
            ("period: 5m", "period: 90s"),
            [
                (
                    "44 S102 «90s» `period` cannot be `90s` | CloudWatch knows 10s, 20s, 30s and whole minutes; the "
                    "nearest is `2m`"
                )
            ],
            id="a period of half minutes",
        ),
        pytest.param(
            ("period: 5m", "period: 5s"),
            [
                (
                    "44 S102 «5s» `period` cannot be `5s` | CloudWatch knows 10s, 20s, 30s and whole minutes; the "
                    "nearest is `10s`"
                )
            ],
            id="a period that is too short",
        ),
        pytest.param(("period: 5m", "period: 10s"), [], id="a high resolution is fine"),
        pytest.param(
            ("period: 60s", "period: 10s"),
            [
                (
                    "32 S127 «10s» `period: 10s` asks for more datapoints than the metric has: AWS's own services publish "
                    "one a minute at most | write `60s`"
                )
            ],
            id="a high resolution of a metric that has none",
        ),
        pytest.param(
            ("datapoints: 2, of: 3", "datapoints: 4, of: 3"),
            ["44 R033 «4» 4 of 3 periods can never be bad | `datapoints` is at most `of`, 3"],
            id="more datapoints than periods",
        ),
        pytest.param(
            ("period: 5m, datapoints: 2, of: 3", "period: 5m, datapoints: 2, of: 300"),
            [
                (
                    "44 S103 «300» 300 periods of 5m are 1d1h; CloudWatch looks back at most 1d, as the period is "
                    "less than an hour | `of` is at most 288"
                )
            ],
            id="more than a day of minutes",
        ),
        pytest.param(
            ("period: 5m, datapoints: 2, of: 3", "period: 1h, datapoints: 2, of: 200"),
            [
                (
                    "44 S103 «200» 200 periods of 1h are 8d8h; CloudWatch looks back at most 7d, as the period is "
                    "an hour or more | `of` is at most 168"
                )
            ],
            id="more than a week of hours",
        ),
    ],
)
def test_a_window_is_what_cloudwatch_takes(edits: tuple[str, ...], expected: list[str]) -> None:
    assert said(changed(POLICY, *edits)) == expected
