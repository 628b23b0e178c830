"""Who hears what is published to a topic, as topics, subscriptions and Slack configurations stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.aws.values import is_hash
from rollguard.sandbox.incident.model import Delivery

NOT_CONFIRMED = "would not arrive: not confirmed yet"


def deliveries(resources: Sequence[Resource], topic: str) -> tuple[Delivery, ...]:
    """Every endpoint of the topic (an ARN). A topic that is not here is somebody else's, and so are its subscribers."""
    if not any(one.kind == "topic" and one.arn == topic for one in resources):
        return (Delivery("whoever subscribed to it", True, "the topic is not ours"),)
    found = tuple(_endpoints(resources, topic))
    return found or (Delivery("nobody", False, "nobody has subscribed to the topic"),)


def _endpoints(resources: Sequence[Resource], topic: str) -> Iterator[Delivery]:
    for one in resources:
        if one.kind == "subscription" and one.members.get("TopicArn") == topic:
            endpoint = one.members.get("Endpoint", "")
            shown = "an address that is secret" if is_hash(endpoint) else str(endpoint)
            waits = bool(one.status.get("PendingConfirmation"))
            yield Delivery(f"{one.members.get('Protocol', '')} {shown}", not waits, NOT_CONFIRMED if waits else "")
        if one.kind == "slackChannel" and topic in (one.members.get("SnsTopicArns") or ()):
            yield Delivery(f"Slack channel {one.members.get('SlackChannelId', '')}", True)
