"""Policies that contradict themselves, their environment or AWS in uncommon ways: each fault once, where it was written."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.source import Diagnostic, Span

X = {"namespace": "Shop", "metric": "X", "statistic": "Sum"}


def _first(**values: Any) -> Any:
    return lambda data: data["spec"]["criteria"][0].update(values)


def _prod(**values: Any) -> Any:
    return lambda data: data["spec"]["environments"].update(prod=values)


def _uses(preset: str, **values: Any) -> Any:
    return lambda data: data["spec"]["criteria"].__setitem__(0, {"id": "a", "uses": preset, **values})


def _deployment(**values: Any) -> Any:
    return lambda data: data["spec"]["deployments"][0]["codedeploy"].update(values)


#: Every preset is in time for it.
_SLOW_SHIFT = _deployment(traffic={"canary": {"percent": 10, "interval": "10m"}})


def _two_regions(data: Any) -> None:
    prod = data["environments"]["prod"]
    del prod["region"]
    prod["regions"] = {"eu-west-1": {"vars": {"group": "live"}}, "us-east-1": {}}


def _line(workspace: Any, span: Span) -> str:
    lines = (workspace.root / span.path).read_text(encoding="utf-8").splitlines()
    return str(lines[span.line - 1]).strip()


def _only(workspace: Any) -> Diagnostic:
    (found,) = workspace.diagnostics()
    assert isinstance(found, Diagnostic)
    return found


def test_a_trigger_that_an_observed_criterion_makes_constant_is_one_fault(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"].update(trigger="a and b"), _prod(criteria={"b": {"mode": "observe"}}))
    assert workspace.found() == ["R043 the trigger is always false in `prod` while `b` only observes"]


def test_a_trigger_over_direct_wiring_is_shown_where_an_environment_states_it(workspace: Any) -> None:
    workspace.policy(lambda data: data["spec"].update(wiring="direct"), _prod(trigger="all"))
    found = _only(workspace)
    assert (found.code, _line(workspace, found.span)) == ("R045", "trigger: all")
    assert [_line(workspace, note.span) for note in found.notes] == ["wiring: direct"]


def test_a_misspelt_parameter_of_a_preset_is_one_fault(workspace: Any) -> None:
    workspace.policy(_uses("alb/latency-p99", **{"with": {"loadbalancer": "app/a/1"}}))
    found = _only(workspace)
    assert (found.code, found.help) == ("P002", "did you mean `loadBalancer`?")


@pytest.mark.parametrize(
    ("threshold", "codes"),
    [({"below": "1s"}, ["P011"]), ({"atMost": "1s"}, ["P011"]), ({"atLeast": "1s"}, []), ({"above": "20s"}, ["P010"])],
)
def test_a_threshold_that_waits_in_the_wrong_direction_is_a_warning(
    workspace: Any, threshold: Any, codes: list[str]
) -> None:
    workspace.policy(
        _uses("alb/latency-p99", **{"with": {"loadBalancer": "app/a/1"}}, threshold=threshold), _SLOW_SHIFT
    )
    assert [found.code for found in workspace.diagnostics()] == codes


def test_of_a_configuration_for_another_platform_nothing_is_concluded(workspace: Any) -> None:
    workspace.policy(_deployment(traffic={"config": "CodeDeployDefault.ECSAllAtOnce"}))
    assert [found.code for found in workspace.diagnostics()] == ["R026"]


def test_a_variable_that_only_another_region_sets_is_reported_for_the_region_that_lacks_it(workspace: Any) -> None:
    workspace.environments(_two_regions)
    workspace.policy(_deployment(group="${vars.group}"))
    found = _only(workspace)
    assert found.message == "variable `group` is not set in `prod` for us-east-1"
    assert found.help == "set it there too: another Region of the environment has it"


def test_too_many_channels_are_reported_once_and_where_they_are_listed(workspace: Any) -> None:
    names = [f"c{number}" for number in range(6)]

    def tell(data: Any) -> None:
        data["defaults"]["notify"] = names
        for environment in data["environments"].values():
            environment["channels"] = {name: {"email": f"{name}@example.com"} for name in names}

    workspace.environments(tell)
    found = _only(workspace)
    assert (found.code, found.span.path) == ("X041", "policies/environments.yaml")
    assert found.message == "`started` tells 6 channels; an alarm can tell 5"


def test_a_topic_lies_in_the_region_of_the_alarms_that_tell_it(workspace: Any) -> None:
    def tell(arn: str) -> Any:
        return lambda data: data["environments"]["prod"].update(channels={"audit": {"topic": arn}})

    workspace.environments(tell("arn:aws:sns:us-east-1:222222222222:audit"))
    assert workspace.found() == ["E006 the topic lies in us-east-1, and the recorder that tells it in eu-west-1"]
    workspace.environments(tell("arn:aws:sns:eu-west-1:222222222222:audit"))
    assert workspace.found() == []


@pytest.mark.parametrize("variable", ["${output:network.topic}", "arn:aws:sns:eu-west-1:222222222222:audit"])
def test_a_topic_that_is_a_variable_is_held_against_its_region_when_it_is_known(workspace: Any, variable: str) -> None:
    def tell(data: Any) -> None:
        data["environments"]["prod"] |= {"vars": {"audit": variable}, "channels": {"audit": {"topic": "${vars.audit}"}}}

    workspace.environments(tell)
    assert workspace.found() == []


@pytest.mark.parametrize(
    ("signal", "variable", "message"),
    [
        (X | {"metric": "${vars.v}"}, "m" * 300, f"R027 CloudWatch refuses `{'m' * 60}…` here"),
        (X | {"namespace": "${vars.v}"}, ":m", "R027 CloudWatch refuses `:m` here"),
        (X | {"dimensions": {"D": "${vars.v}"}}, "müll", "R027 CloudWatch refuses `müll` here"),
        (X | {"dimensions": {"D": "${vars.v}"}}, "${ssm:/d}", None),
        (
            X | {"metric": "${vars.v}"},
            "${ssm:/m}",
            "R022 `${vars.v}` is only known at deployment, but `metric` must be known before",
        ),
    ],
)
def test_what_a_variable_comes_to_is_held_against_cloudwatch(
    workspace: Any, signal: Any, variable: str, message: str | None
) -> None:
    workspace.policy(_first(signal=signal), _prod(vars={"v": variable}))
    assert workspace.found() == ([message] if message else [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (_deployment(group="${vars.v}"), "R023"),
        (_deployment(**{"lambda": {"function": "${vars.v}", "alias": "live"}}), "R025"),
        (_first(signal=X | {"namespace": "${vars.v}"}), "R027"),
    ],
)
def test_a_wrong_value_of_a_variable_is_shown_where_it_is_used_and_where_it_is_set(
    workspace: Any, changes: Any, code: str
) -> None:
    workspace.environments(lambda data: data["environments"]["prod"].update(vars={"v": ":a b"}))
    workspace.policy(changes)
    found = _only(workspace)
    assert (found.code, "${vars.v}" in _line(workspace, found.span)) == (code, True)
    assert [(note.message, note.span.path) for note in found.notes] == [
        ("`v` is set here", "policies/environments.yaml")
    ]
    workspace.policy(changes, _prod(vars={"v": ":c d"}))
    assert [note.span.path for note in _only(workspace).notes] == ["policies/sales/shop.yaml"]


LIVE = {"with": {"function": "shop", "alias": "live"}}


@pytest.mark.parametrize(
    ("threshold", "message", "help"),
    [
        ({"above": "400%"}, "`above: 400%` can never be met", "did you mean `4%`?"),
        (
            {"above": "100%"},
            "`above: 100%` can never be met",
            "preset `lambda/error-ratio` was vetted for 0.5 % to 10 %",
        ),
        ({"above": "-4%"}, "`above: -4%` is always met", "did you mean `4%`?"),
        (
            {"atLeast": "0%"},
            "`atLeast: 0%` is always met",
            "preset `lambda/error-ratio` was vetted for 0.5 % to 10 %",
        ),
        ({"below": "0%"}, "`below: 0%` can never be met", "preset `lambda/error-ratio` was vetted for 0.5 % to 10 %"),
        ({"atMost": 100}, "`atMost: 100` is always met", "preset `lambda/error-ratio` was vetted for 0.5 % to 10 %"),
    ],
)
def test_a_share_that_never_or_always_is_beyond_its_threshold_is_an_error(
    workspace: Any, threshold: Any, message: str, help: str
) -> None:
    workspace.policy(_uses("lambda/error-ratio", **LIVE, threshold=threshold), _SLOW_SHIFT)
    found = _only(workspace)
    assert (found.code, found.severity, found.help) == ("P014", "error", help)
    assert found.message == f"{message}: a share lies between 0 and 100 %"


@pytest.mark.parametrize("threshold", [{"atLeast": "100%"}, {"above": "99%"}, {"above": "0%"}])
def test_a_share_that_may_be_beyond_its_threshold_is_only_held_against_the_range(
    workspace: Any, threshold: Any
) -> None:
    workspace.policy(_uses("lambda/error-ratio", **LIVE, threshold=threshold), _SLOW_SHIFT)
    assert _only(workspace).code == "P010"


@pytest.mark.parametrize(
    ("above", "help"),
    [
        (2000, "2000 is read as 2000 s; did you mean `2000ms`?"),
        ("2000s", "Set it where users or callers give up, not where the graph looks uncommon."),
        (100000, "Set it where users or callers give up, not where the graph looks uncommon."),
    ],
)
def test_milliseconds_written_as_seconds_are_told_what_they_mean(workspace: Any, above: Any, help: str) -> None:
    parameters = {"with": {"loadBalancer": "app/a/1"}}
    workspace.policy(_uses("alb/latency-p99", **parameters, threshold={"above": above}), _SLOW_SHIFT)
    found = _only(workspace)
    assert (found.code, found.help) == ("P010", help)


@pytest.mark.parametrize(
    ("trigger", "help"),
    [
        ({"atLeast": 3}, "`atLeast` goes up to 2 here"),
        ("a and", "go on with it, or take the last word away"),
        ("(a and b", "each `(` needs its `)`"),
        ("and a", "write one before and one after each `and` and `or`"),
    ],
)
def test_a_trigger_that_cannot_be_is_told_how_to_mend_it(workspace: Any, trigger: Any, help: str) -> None:
    workspace.policy(lambda data: data["spec"].update(trigger=trigger))
    assert [found.help for found in workspace.diagnostics()] == [help]


@pytest.mark.parametrize(
    ("name", "help"), [("shopp", "did you mean `shop`?"), ("refunds", "there is only `shop`"), ("shop", None)]
)
def test_the_traffic_of_a_policy_that_is_not_there_is_an_error(workspace: Any, name: str, help: str | None) -> None:
    modes = f"apiVersion: rollguard/v1\nkind: FailureModes\ntrafficOf:\n  {name}: 600/min\n"
    workspace.write("policies/failure-modes.yaml", modes)
    found = workspace.diagnostics()
    assert [(one.code, one.help, one.span.line) for one in found] == ([("R004", help, 4)] if help else [])
