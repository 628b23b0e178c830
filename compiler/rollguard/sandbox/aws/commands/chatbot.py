"""Amazon Q Developer in chat applications (once AWS Chatbot): Slack channel configurations."""

from __future__ import annotations

from rollguard import conventions
from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.resource import Resource


def create_slack_channel(call: Call) -> Resource:
    """The API is in a few Regions only; names are unique in the account over all of them, and a channel has one configuration."""
    name, channel = call.members["ConfigurationName"], call.members["SlackChannelId"]
    if call.region not in conventions.SLACK_REGIONS:
        # What the real provider says there: the endpoint's name does not resolve.
        words = f"dial tcp: lookup chatbot.{call.region}.amazonaws.com: no such host"
        raise call.refuse("RequestError", words, ("region",))
    everywhere = (call.state.of(call.account, region, "slackChannel") for region in conventions.SLACK_REGIONS)
    for existing in (one for held in everywhere for one in held.values()):
        if existing.name == name:
            words = f"A Slack channel configuration with the name {name} already exists"
            raise call.refuse("ConflictException", words, ("configurationName",))
        if (existing.members["SlackTeamId"], existing.members["SlackChannelId"]) == (
            call.members["SlackTeamId"],
            channel,
        ):
            words = f"A configuration for the Slack channel {channel} already exists: {existing.name}"
            raise call.refuse("ConflictException", words, ("slackChannelId",))
    arn = f"arn:{call.partition}:chatbot::{call.account}:chat-configuration/slack-channel/{name}"
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
