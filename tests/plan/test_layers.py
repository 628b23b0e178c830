"""What a preset, a policy and an environment say well on their own but not together."""

from __future__ import annotations

from typing import Any

import pytest

X = {"namespace": "Shop", "metric": "X", "statistic": "Sum"}


def _first(**values: Any) -> Any:
    return lambda data: data["spec"]["criteria"][0].update(values)


PRESETS = """\
apiVersion: rollguard/v1
kind: Presets
service: own
title: Our own
owners: ["@us"]
presets:
  - id: judged
    title: Judged
    measures: what we judge
    concern: errors
    judges: service
    parameters: {}
    signal: SIGNAL
    threshold: THRESHOLD
    window: {period: 60s, datapoints: 2, of: 3}
    missing: notBreaching
    why: Because.
    blindSpots: Everything else.
    sources: [{url: "https://example.com/", seen: "2026-11-24"}]
    since: "0.1"
"""


@pytest.mark.parametrize(
    ("signal", "threshold", "stated", "found"),
    [
        (
            "{anomaly: {namespace: N, metric: X, statistic: Sum}}",
            "{above: band}",
            {"threshold": {"above": 5}},
            "R035 an anomaly is held against its band, not against `5`",
        ),
        (
            "{namespace: N, metric: X, statistic: Sum}",
            "{above: 5}\n    tuning: {from: 1, to: 9, when: always}",
            {"threshold": {"outside": "band"}},
            "R035 only an anomaly has a band",
        ),
        (
            "{query: 'SELECT MAX(X) FROM \"N\"'}",
            "{above: 5}\n    tuning: {from: 1, to: 9, when: always}",
            {"threshold": {"outside": {"below": 1, "above": 2}}},
            "R036 a query can be held against one level only",
        ),
        (
            "{namespace: N, metric: X, statistic: p99}",
            "{above: 5}\n    tuning: {from: 1, to: 9, when: always}",
            {"threshold": {"outside": {"below": 1, "above": 2}}, "fewSamples": "ignore"},
            "R037 `fewSamples: ignore` has no effect beside `outside`, which makes the alarm one on metric math",
        ),
        (
            "{namespace: N, metric: X, statistic: Sum}",
            "{above: 5}\n    tuning: {from: 1, to: 9, when: always}",
            {"fewSamples": "ignore"},
            "R037 `fewSamples: ignore` is for percentiles such as `p99`, not for `Sum`",
        ),
        (
            "{anomaly: {namespace: N, metric: X, statistic: Sum}}",
            "{above: band}",
            {"leastTraffic": {"metric": X, "perPeriod": 5}},
            "R038 `leastTraffic` cannot be combined with `anomaly`",
        ),
        (
            "{anomaly: {namespace: N, metric: X, statistic: Sum}}",
            "{above: band}",
            {"window": {"period": "10s"}},
            "S102 `period` cannot be `10s` here",
        ),
        (
            "{query: 'SELECT MAX(X) FROM \"N\"'}",
            "{above: 5}\n    tuning: {from: 1, to: 9, when: always}",
            {"window": {"period": "1h", "of": 4}},
            "S103 4 periods of 1h are 4h; CloudWatch looks back at most 3h for a Metrics Insights query",
        ),
        (
            "{namespace: N, metric: X, statistic: Average, unit: ms}",
            "{above: 5}\n    tuning: {from: 1, to: 9, when: always}",
            {"threshold": {"outside": {"below": "1s", "above": 500}}},
            "S112 nothing lies between `1s` and `500`",
        ),
    ],
)
def test_what_a_preset_and_a_policy_say_must_fit_together(
    workspace: Any, signal: str, threshold: str, stated: Any, found: str
) -> None:
    workspace.write("policies/presets/own.yaml", PRESETS.replace("SIGNAL", signal).replace("THRESHOLD", threshold))

    def use(data: Any) -> None:
        data["spec"]["criteria"][0] = {"id": "a", "uses": "own/judged"} | stated

    workspace.policy(use)
    assert workspace.found() == [found]


def test_a_fault_between_preset_and_policy_stands_at_what_the_policy_wrote_and_names_the_preset(workspace: Any) -> None:
    own = PRESETS.replace("SIGNAL", "{namespace: N, metric: X, statistic: Sum}").replace(
        "THRESHOLD", "{above: 5}\n    tuning: {from: 1, to: 9, when: always}"
    )
    workspace.write("policies/presets/own.yaml", own.replace("missing: notBreaching", "missing: breaching"))

    def use(data: Any) -> None:
        traffic = {"metric": X, "perPeriod": 5}
        data["spec"]["criteria"][0] = {"id": "a", "uses": "own/judged", "leastTraffic": traffic}

    workspace.policy(use)
    (found,) = workspace.diagnostics()
    lines = (workspace.root / "policies/sales/shop.yaml").read_text().splitlines()
    assert (found.code, lines[found.span.line - 1].strip()) == ("R034", "leastTraffic:")
    (note,) = found.notes
    assert note.message == "`missing: breaching` comes from preset `own/judged`"
    assert lines[note.span.line - 1].strip() == "uses: own/judged"


def test_an_environment_that_spoils_a_preset_is_shown_where_it_does(workspace: Any) -> None:
    def use(data: Any) -> None:
        data["spec"]["criteria"][0] = {"id": "a", "uses": "alb/latency-p99", "with": {"loadBalancer": "app/a/1"}}
        change = {"leastTraffic": {"metric": X, "perPeriod": 5}}
        data["spec"]["environments"]["prod"] = {"criteria": {"a": change}}

    workspace.policy(use)
    (found,) = workspace.diagnostics()
    lines = (workspace.root / "policies/sales/shop.yaml").read_text().splitlines()
    assert (found.code, lines[found.span.line - 1].strip()) == ("R037", "leastTraffic:")
    assert [note.message for note in found.notes] == ["`fewSamples: ignore` comes from preset `alb/latency-p99`"]


def test_a_preset_s_few_samples_give_way_to_least_traffic_where_the_policy_says_so(workspace: Any) -> None:
    def use(data: Any) -> None:
        data["spec"]["criteria"][0] = {
            "id": "a",
            "uses": "alb/latency-p99",
            "with": {"loadBalancer": "app/a/1"},
            "leastTraffic": {"metric": X, "perPeriod": 5},
            "fewSamples": "evaluate",
        }
        data["spec"]["deployments"][0]["codedeploy"]["traffic"] = {"canary": {"percent": 10, "interval": "10m"}}

    workspace.policy(use)
    assert workspace.found() == []


@pytest.mark.parametrize(
    ("variable", "found"),
    [
        ("100", []),
        ("all_", []),
        ("a b", ["S113 `a` is none of `metrics`", "S113 `b` is none of `metrics`"]),
        ("SEARCH('x')", ["S114 `SEARCH` cannot stand in an alarm's expression"]),
    ],
)
def test_an_expression_is_checked_with_its_variables_filled_in(workspace: Any, variable: str, found: list[str]) -> None:
    expression = {"expression": "bad / all_ * ${vars.x}", "metrics": {"bad": X, "all_": X}}
    workspace.policy(
        _first(signal=expression), lambda data: data["spec"]["environments"].update(prod={"vars": {"x": variable}})
    )
    assert workspace.found() == found


def test_a_window_over_a_preset_is_held_against_cloudwatch(workspace: Any) -> None:
    def use(data: Any) -> None:
        data["spec"]["criteria"][0] = {
            "id": "a",
            "uses": "sqs/oldest-message-age",
            "with": {"queue": "q"},
            "window": {"of": 2000},
        }

    workspace.policy(use)
    assert workspace.found() == [
        "S103 2000 periods of 60s are 1d9h20m; CloudWatch looks back at most 1d, as the period is less than an hour"
    ]


def test_what_a_policy_hands_to_a_preset_is_held_against_cloudwatch_and_the_preset_is_named(workspace: Any) -> None:
    own = PRESETS.replace("parameters: {}", "parameters: {fn: {description: The function., example: x}}")
    signal = '{namespace: N, metric: X, statistic: Sum, dimensions: {F: "${with.fn}"}}'
    tuned = "{above: 5}\n    tuning: {from: 1, to: 9, when: always}"
    workspace.write("policies/presets/own.yaml", own.replace("SIGNAL", signal).replace("THRESHOLD", tuned))

    def use(data: Any) -> None:
        data["spec"]["criteria"][0] = {"id": "a", "uses": "own/judged", "with": {"fn": "${vars.v}${vars.v}"}}
        data["spec"]["environments"]["prod"] = {"vars": {"v": "v" * 600}}

    workspace.policy(use)
    assert workspace.found() == [f"R027 CloudWatch refuses `{'v' * 60}…` as `F` of preset `own/judged`"]


def test_a_parameter_that_only_seemed_optional_is_named_as_the_policy_writes_it(workspace: Any) -> None:
    own = PRESETS.replace(
        "parameters: {}", "parameters: {fn: {description: The function., example: x, optional: true}}"
    )
    signal = '{namespace: N, metric: X, statistic: Sum, dimensions: {F: "${with.fn}"}}'
    tuned = "{above: 5}\n    tuning: {from: 1, to: 9, when: always}"
    workspace.write("policies/presets/own.yaml", own.replace("SIGNAL", signal).replace("THRESHOLD", tuned))
    workspace.policy(lambda data: data["spec"]["criteria"].__setitem__(0, {"id": "a", "uses": "own/judged"}))
    assert workspace.found() == ["P004 preset `own/judged` needs `fn`"]
