"""What stands in for secrets, parameters and outputs has the shape that its place needs."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pulumi
import pytest

from rollguard.plan.model import (
    Channel,
    EnvironmentPlan,
    Foundation,
    Interpolated,
    PagerDuty,
    Reference,
    RegionPlan,
    Subscription,
)
from rollguard.sandbox.placeholders import (
    absent_stacks,
    cloudformation_outputs,
    placeholder,
    secret_placeholders,
    stood_in,
)
from tests.targets import plans


def secret(name: str) -> Reference:
    return Reference("secret", name)


CHANNELS = (
    Channel("pager", "pagerduty", "", pagerduty=PagerDuty("pager", "{}", Interpolated((secret("pager"),)))),
    Channel("hook", "https", "arn:h", "h", (Subscription("hook", "https", Interpolated((secret("hook"),))),)),
    Channel("mail", "email", "arn:m", "m", (Subscription("mail", "email", Interpolated((secret("mail"),))),)),
    Channel("audit", "topic", Interpolated((Reference("cfn", "TopicArn", "network"),))),
    Channel("other", "topic", Interpolated((Reference("output", "topicArn", "acme/net/prod"),))),
)
FOUNDATION = Foundation("alias/x", CHANNELS, plans.recorder())
REGION = RegionPlan("eu-west-1", FOUNDATION, CHANNELS, (), (), (), plans.recorder_names())
PLAN = EnvironmentPlan("prod", "222222222222", "", "", (), (REGION,))


def test_a_secret_gets_the_shape_of_its_endpoint() -> None:
    assert secret_placeholders(PLAN) == {
        "pager": "sandbox-pager",
        "hook": "https://sandbox.invalid/hook",
        "mail": "mail@sandbox.invalid",
    }


def test_all_that_is_stood_in_for_is_listed_as_authors_write_it() -> None:
    assert stood_in(PLAN) == (
        "${cfn:network.TopicArn}",
        "${output:acme/net/prod.topicArn}",
        "${secret:hook}",
        "${secret:mail}",
        "${secret:pager}",
    )
    assert cloudformation_outputs(PLAN) == (("network", "TopicArn"),)
    assert stood_in(replace(PLAN, regions=())) == ()


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("ssm", "/shop/alb", "sandbox-ssm-shop-alb"),
        ("output", "net.listenerArn", "arn:aws:sandbox:::output/net.listenerArn"),
    ],
)
def test_a_placeholder_says_what_it_stands_for(kind: str, name: str, value: str) -> None:
    assert placeholder(kind, name) == value


def test_stacks_that_are_not_in_the_sandbox_answer_with_placeholders() -> None:
    real = pulumi.StackReference

    async def program() -> None:  # an Output needs the event loop that a Pulumi program runs in
        assert isinstance(pulumi.StackReference("rollguard/net", stack_name="net").get_output("vpc"), pulumi.Output)

    with absent_stacks():
        assert pulumi.StackReference is not real
        asyncio.run(program())
    assert pulumi.StackReference is real
