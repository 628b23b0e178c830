"""Amazon Q Developer in chat applications (once AWS Chatbot): Slack channel configurations."""

from __future__ import annotations

from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.resource import Resource


def create_slack_channel(call: Call) -> Resource:
    """Names are unique in the account, and a channel has one configuration."""
    name, channel = call.members["ConfigurationName"], call.members["SlackChannelId"]
    for existing in call.of("slackChannel").values():
        if existing.name == name:
            words = f"A Slack channel configuration with the name {name} already exists"
            raise call.refuse("ConflictException", words, ("configurationName",))
        if (existing.members["SlackTeamId"], existing.members["SlackChannelId"]) == (
            call.members["SlackTeamId"],
            channel,
        ):
            words = f"A configuration for the Slack channel {channel} already exists: {existing.name}"
            raise call.refuse("ConflictException", words, ("slackChannelId",))
    arn = f"arn:aws:chatbot::{call.account}:chat-configuration/slack-channel/{name}"
    status = {
        "SlackChannelName": channel.lower(),
        "SlackTeamName": call.members["SlackTeamId"].lower(),
        "State": "ENABLED",
    }
    return call.made(name, arn, arn, status)


def delete_slack_channel(call: Call, old: Resource) -> None:
    call.state.remove(old)


def _find(call: Call) -> Resource | None:
    return call.get("slackChannel", call.members["ConfigurationName"])


SLACK_CHANNEL = Commands(create_slack_channel, overwrite, delete_slack_channel, _find)
