"""What an account has once, whatever the Region: Slack configurations, IAM, and the partition it lies in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rollguard.sandbox.aws import Answer, Mark, Refusal, Scope, World

Legal = Callable[..., dict[str, Any]]
Make = Callable[..., Answer]
Token = Callable[[str], str]


def refused(command: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        command()
    return str(caught.value)


def test_one_slack_channel_has_one_configuration(make: Make) -> None:
    make("SlackChannelConfiguration")
    assert "A configuration for the Slack channel C0123456789 already exists: rollguard_prod_releases" in refused(
        lambda: make("SlackChannelConfiguration", configurationName="other")
    )


def test_a_slack_channel_has_one_configuration_in_all_regions_of_an_account(make: Make) -> None:
    make("SlackChannelConfiguration")
    assert "A configuration for the Slack channel C0123456789 already exists: rollguard_prod_releases" in refused(
        lambda: make("SlackChannelConfiguration", configurationName="other", region="us-east-2")
    )


def test_slack_is_only_configured_where_the_api_is(make: Make) -> None:
    assert refused(lambda: make("SlackChannelConfiguration", region="eu-central-1")) == (
        "An error occurred (RequestError) when calling the CreateSlackChannelConfiguration operation: "
        "dial tcp: lookup chatbot.eu-central-1.amazonaws.com: no such host"
    )


@pytest.mark.parametrize(
    ("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")]
)
def test_what_is_global_lies_in_the_partition_of_the_providers_region(
    region: str, partition: str, world: World, legal: Legal, token: Token
) -> None:
    there = Scope("123456789012", region)
    role = world.create(token("Role"), legal("Role"), there, Mark("rollguard/prod", "urn:Role"))
    assert role.outputs["arn"].startswith(f"arn:{partition}:iam::123456789012:role/")
    key = world.create(token("Key"), legal("Key", region=region, policy=None), there, Mark("rollguard/prod", "urn:Key"))
    assert f"arn:{partition}:iam::123456789012:root" in key.outputs["policy"]
