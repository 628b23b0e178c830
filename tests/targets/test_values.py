"""Values that only the deployment knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from rollguard.plan import model
from tests.targets import plans
from tests.targets.deployed import deployed
from tests.targets.recording import SECRET, Run

NETWORK = "acme/network/prod.eu"
OUTPUTS = {NETWORK: {"alb": "app/checkout/8d3e1f", "port": 8080, "zones": ["a", "b"]}}


def _value(*parts: str | model.Reference) -> model.Interpolated:
    return model.Interpolated(parts)


def _deployed(*values: model.Value, looked_up: Mapping[str, dict[str, Any]]) -> Run:
    dimensions = tuple((f"D{index}", value) for index, value in enumerate(values))
    alarm = plans.alarm("latency", metric=model.Metric("Shop", "Latency", "Average", dimensions))
    return deployed(plans.region(plans.guard(criteria=(plans.criterion(made=alarm),))), looked_up=looked_up)


def _dimensions(run: Run) -> list[str]:
    return list(run.one("MetricAlarm", "checkout-api/latency@eu-west-1").inputs["dimensions"].values())


def test_outputs_of_another_stack_are_read_through_one_reference() -> None:
    alb, port = model.Reference("output", "alb", NETWORK), model.Reference("output", "port", NETWORK)
    run = _deployed(_value(alb), _value("port-", port), _value(alb), looked_up=OUTPUTS)
    assert sorted(_dimensions(run)) == ["app/checkout/8d3e1f", "app/checkout/8d3e1f", "port-8080"]
    assert run.calls == [("pulumi:pulumi:StackReference", {"name": NETWORK})]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("alp", "stack `acme/network/prod.eu` has no output `alp`; check the name, or deploy that stack first"),
        ("zones", "output `zones` of stack `acme/network/prod.eu` is not text, so it cannot stand in a policy"),
    ],
)
def test_an_output_that_is_missing_or_no_text_is_refused_with_its_name(name: str, words: str) -> None:
    with pytest.raises(pulumi.RunError, match=f"^{words}$"):
        _deployed(_value(model.Reference("output", name, NETWORK)), looked_up=OUTPUTS)


def test_a_parameter_is_looked_up_in_the_region_of_the_resource() -> None:
    parameter = {"/net/alb": {"value": "app/x/1", "type": "String"}}
    run = _deployed(_value("is-", model.Reference("ssm", "/net/alb")), looked_up=parameter)
    assert _dimensions(run) == ["is-app/x/1"]
    assert run.calls == [("aws:ssm/getParameter:getParameter", {"name": "/net/alb", "region": "eu-west-1"})]


def test_a_secure_string_stays_secret() -> None:
    parameter = {"/net/alb": {"value": "app/x/1", "type": "SecureString"}}
    run = _deployed(_value("is-", model.Reference("ssm", "/net/alb")), looked_up=parameter)
    assert _dimensions(run) == [SECRET]


def test_an_output_of_a_cloudformation_stack_is_looked_up_by_name() -> None:
    stacks = {"network": {"outputs": {"Alb": "app/x/1"}}}
    run = _deployed(_value(model.Reference("cfn", "Alb", "network")), looked_up=stacks)
    assert _dimensions(run) == ["app/x/1"]
    with pytest.raises(pulumi.RunError, match=r"^CloudFormation stack `network` has no output `Nope`; "):
        _deployed(_value(model.Reference("cfn", "Nope", "network")), looked_up=stacks)


def test_a_secret_may_not_be_called_like_a_setting() -> None:
    hook = model.Subscription("hook", "https", _value(model.Reference("secret", "include")))
    with pytest.raises(pulumi.RunError, match="`rollguard:include` is a setting of Rollguard; choose another name"):
        deployed(plans.region(base=plans.foundation(plans.channel("on-call", "https", hook))))
