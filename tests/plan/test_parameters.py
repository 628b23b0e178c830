"""What a policy hands to a preset: a value that no dimension of CloudWatch has would make an alarm that is never red."""

from __future__ import annotations

from typing import Any

import pytest

ARN = "arn:aws:elasticloadbalancing:eu-west-1:222222222222"
BLUE, GREEN = "targetgroup/blue/1a", "targetgroup/green/2b"


def _uses(preset: str, **parameters: Any) -> Any:
    used = {"id": "a", "uses": preset, "with": parameters}
    return lambda data: data["spec"]["criteria"].__setitem__(0, used)


def _said(workspace: Any) -> list[str]:
    lines = (workspace.root / "policies/sales/shop.yaml").read_text().splitlines()
    return [
        f"{one.code} «{lines[one.span.line - 1][one.span.column - 1 : one.span.end_column - 1]}» {one.message} | {one.help}"
        for one in workspace.diagnostics()
    ]


@pytest.mark.parametrize(
    ("preset", "parameters", "wrong", "help"),
    [
        (
            "alb/latency-p99",
            {"loadBalancer": f"{ARN}:loadbalancer/app/x/1a"},
            f"{ARN}:loadbalancer/app/x/1a",
            "write only the part that CloudWatch knows it by: `app/x/1a`",
        ),
        (
            "alb/unhealthy-hosts",
            {"loadBalancer": "app/x/1a", "targetGroup": f"{ARN}:{BLUE}"},
            f"{ARN}:{BLUE}",
            f"write only the part that CloudWatch knows it by: `{BLUE}`",
        ),
        (
            "alb/latency-p99",
            {"loadBalancer": "x"},
            "x",
            "the load balancer as CloudWatch names it, the part of its ARN after `loadbalancer/`; "
            "for example `app/checkout/8d3e1c2b7a6f5e4d`",
        ),
        (
            "sqs/oldest-message-age",
            {"queue": "https://sqs.eu-west-1.amazonaws.com/222222222222/refunds"},
            "https://sqs.eu-west-1.amazonaws.com/222222222222/refunds",
            "write only the part that CloudWatch knows it by: `refunds`",
        ),
        (
            "lambda/throttles",
            {"function": "arn:aws:lambda:eu-west-1:222222222222:function:refunds:live"},
            "arn:aws:lambda:eu-west-1:222222222222:function:refunds:live",
            "the function's name, without version or alias; for example `refunds`",
        ),
    ],
)
def test_a_value_that_cloudwatch_knows_nothing_by_is_an_error(
    workspace: Any, preset: str, parameters: dict[str, str], wrong: str, help: str
) -> None:
    name = next(name for name, value in parameters.items() if value == wrong)
    workspace.policy(_uses(preset, **parameters))
    assert _said(workspace) == [f"P012 «{wrong}» `{name}` of preset `{preset}` cannot be `{wrong}` | {help}"]


def test_each_plain_name_of_a_list_is_an_error_of_its_own(workspace: Any) -> None:
    workspace.policy(_uses("alb/new-version-5xx-ratio", loadBalancer="app/x/1a", targetGroups=["blue", "green"]))
    assert [line.split(" of preset")[0] for line in _said(workspace)] == [
        "P012 «blue» `targetGroups`",
        "P012 «green» `targetGroups`",
    ]


def test_the_same_target_group_twice_is_an_error(workspace: Any) -> None:
    workspace.policy(_uses("alb/new-version-5xx-ratio", loadBalancer="app/x/1a", targetGroups=[BLUE, BLUE]))
    assert _said(workspace) == [
        f"P013 «{BLUE}» `targetGroups` of preset `alb/new-version-5xx-ratio` holds `{BLUE}` twice | "
        "each value stands once; name the other one"
    ]


def test_a_variable_is_judged_by_what_it_comes_to_and_shown_where_it_is_set(workspace: Any) -> None:
    workspace.environments(
        lambda data: data["environments"]["prod"].update(vars={"lb": f"{ARN}:loadbalancer/app/x/1a"})
    )
    workspace.policy(_uses("alb/latency-p99", loadBalancer="${vars.lb}"))
    (found,) = workspace.diagnostics()
    assert (found.code, [note.span.path for note in found.notes]) == ("P012", ["policies/environments.yaml"])


@pytest.mark.parametrize("late", ["${output:acme/network.lb}", "app/${ssm:/name}/1a"])
def test_what_only_the_deployment_knows_is_passed_over(workspace: Any, late: str) -> None:
    workspace.environments(lambda data: data["environments"]["prod"].update(vars={"late": late}))
    for value in (late, "${vars.late}"):
        workspace.policy(_uses("alb/latency-p99", loadBalancer=value))
        assert [code for code in workspace.found() if code.startswith("P")] == []


@pytest.mark.parametrize(
    ("groups", "help"),
    [
        (
            BLUE,
            "it takes 2 values, for example `targetGroups: [targetgroup/checkout-blue/3333333333333333, "
            "targetgroup/checkout-green/4444444444444444]`",
        ),
        (
            [BLUE],
            "for example `targetGroups: [targetgroup/checkout-blue/3333333333333333, "
            "targetgroup/checkout-green/4444444444444444]`",
        ),
    ],
)
def test_a_list_of_another_shape_is_told_how_it_looks(workspace: Any, groups: Any, help: str) -> None:
    workspace.policy(_uses("alb/new-version-5xx-ratio", loadBalancer="app/x/1a", targetGroups=groups))
    (found,) = workspace.diagnostics()
    assert (found.code, found.help) == ("P005", help)
