"""Traces of a preset are courses that its criterion can show."""

from __future__ import annotations

import pytest

from tests.validation.saying import PRESETS, changed, said

SINCE = '    since: "0.1"\n'
FIRES = "{name: a, series: {step: {from: 0, to: 9, at: 5m}}, within: 5m}"
QUIET = "{name: b, series: {hold: 0.1}}"


def with_traces(fires: str = FIRES, quiet: str = QUIET) -> str:
    return changed(PRESETS, SINCE, f"{SINCE}    traces:\n      fires: [{fires}]\n      quiet: [{quiet}]\n")


def test_a_preset_may_do_without_traces() -> None:
    assert said(PRESETS) == []


def test_sound_traces_are_accepted() -> None:
    inputs = "{name: c, series: {blue: [{hold: 1}, {gap: {at: 3m, for: 2m}}], green: {hold: 0}}, length: 10m}"
    assert said(with_traces(quiet=f"{QUIET}, {inputs}")) == []


@pytest.mark.parametrize(
    ("fires", "quiet", "expected"),
    [
        pytest.param(
            FIRES,
            "{name: a, series: {hold: 0.1}}",
            ["29 S106 «a» trace `a` exists already | give one of them another `name`"],
            id="a name used twice",
        ),
        pytest.param(
            "{name: a, series: {hold: 9}, within: 0s}",
            QUIET,
            ["28 S122 «0s» `within` cannot be `0s` | alarms need a minute or more"],
            id="no time at all",
        ),
        pytest.param(
            "{name: a, series: {hold: 9}, within: 31m}",
            QUIET,
            ["28 S122 «31m» `within` cannot be `31m` | make it shorter, or give the trace more `length`"],
            id="more time than the trace has",
        ),
        pytest.param(
            FIRES,
            "{name: b, series: {hold: 0.1}, length: 2d}",
            ["29 S122 «2d» `length` cannot be `2d` | a trace is `1m` to `1d` long"],
            id="a trace of two days",
        ),
        pytest.param(
            FIRES,
            "{name: b, series: {blue: {csv: a.csv}}}",
            [
                "29 S126 «a.csv» a trace cannot read `a.csv` | write the values with `values`, since a preset is used "
                "in many places"
            ],
            id="a file",
        ),
        pytest.param(
            FIRES,
            "{name: b, series: {bleu: {hold: 1}}}",
            ["29 S120 «bleu» criterion `errors` reads no `bleu` | did you mean `blue`?"],
            id="an input that nobody reads",
        ),
        pytest.param(
            FIRES,
            "{name: b, series: {spike: {to: 40%, at: 30m, for: 1m}}}",
            [
                "29 S122 «30m» `at: 30m` is not before the scenario's end at 30m | move it forward, or give the scenario "
                "more `length`"
            ],
            id="a spike after the end",
        ),
        pytest.param(
            FIRES,
            "{name: b, series: {hold: 0.1}, samples: 20}",
            ["29 S115 «samples» `samples` only matters for a percentile, and the signal is none | take it out"],
            id="samples of a sum",
        ),
        pytest.param(
            "{name: a, series: {hold: 9}}",
            QUIET,
            ["28 S003 «{name: a, series: {hold: 9}}» item 1 of `fires` lacks `within` | for example `within: 5m`"],
            id="a trace that fires at some time or other",
        ),
    ],
)
def test_a_trace_that_cannot_be_shown_is_refused(fires: str, quiet: str, expected: list[str]) -> None:
    assert said(with_traces(fires, quiet)) == expected


def test_traces_that_only_fire_are_refused() -> None:
    text = changed(PRESETS, SINCE, f"{SINCE}    traces:\n      fires: [{FIRES}]\n")
    (found,) = said(text)
    assert "`traces` lacks `quiet`" in found
