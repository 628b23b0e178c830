"""What an account has once: Slack channels over environments and Regions."""

from __future__ import annotations

from typing import Any

import pytest

SLACK = {"slack": {"workspace": "T0123ABCD", "channel": "C0123ABCD"}}


def _told(**environments: dict[str, Any]) -> Any:
    def change(data: Any) -> None:
        for name, values in environments.items():
            data["environments"][name].update(values)
            if "regions" in values:
                del data["environments"][name]["region"]
            data["environments"][name]["channels"]["chat"] = SLACK

    return change


@pytest.mark.parametrize(
    ("regions", "where"),
    [
        (["eu-central-1", "us-east-1"], "us-east-2"),
        (["eu-central-1", "us-west-2", "eu-west-1"], "eu-west-1"),
        (["ap-southeast-1"], "ap-southeast-1"),
    ],
)
def test_an_environment_has_one_slack_configuration_for_all_its_regions(
    workspace: Any, regions: list[str], where: str
) -> None:
    workspace.environments(_told(prod={"regions": dict.fromkeys(regions)}))
    plan = workspace.plan()
    chats = [channel for region in plan.regions for channel in region.channels if channel.name == "chat"]
    assert [(one.kind, one.topic_name, one.subscriptions) for one in chats] == [
        ("slack", "rollguard_prod_chat", ()) for _ in regions
    ]
    (made,) = [channel.slack for channel in chats if channel.slack]
    assert (made.region, made.topic_regions) == (where, tuple(sorted(regions)))
    assert (made.configuration_name, made.role_name) == ("rollguard_prod_chat", "rollguard_prod_chat_slack")


def test_two_environments_of_one_account_cannot_share_a_slack_channel(workspace: Any) -> None:
    workspace.environments(_told(prod={}, staging={"account": "222222222222"}))
    (found,) = workspace.diagnostics()
    assert (found.code, found.message) == (
        "E003",
        "channel `chat` of `prod` already has the Slack channel `C0123ABCD`, and account 222222222222 can configure it once",
    )
    assert found.span.line > found.notes[0].span.line


def test_two_accounts_can_share_a_slack_channel(workspace: Any) -> None:
    workspace.environments(_told(prod={}, staging={}))
    assert workspace.diagnostics() == ()


def test_a_region_that_is_named_like_none_is_doubted(workspace: Any) -> None:
    workspace.environments(lambda data: data["environments"]["prod"].update(region="eu-wst-11"))
    (found,) = workspace.diagnostics()
    assert (found.code, found.severity, found.message, found.help) == (
        "E004",
        "warning",
        "no Region of AWS is named like `eu-wst-11`",
        "did you mean `eu-west-1`?",
    )


def test_slack_is_refused_where_aws_does_not_tell_it(workspace: Any) -> None:
    workspace.environments(_told(prod={"region": "us-gov-west-1"}))
    assert [(one.code, one.message) for one in workspace.diagnostics()] == [
        ("E005", "`prod` lies in the partition `aws-us-gov`, in which AWS does not tell Slack")
    ]
