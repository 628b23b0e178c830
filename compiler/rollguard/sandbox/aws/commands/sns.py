"""SNS: topics, their policies and subscriptions (aws-facts 7.3, 7.4)."""

from __future__ import annotations

import json

from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.resource import Resource

#: Protocols whose endpoint has to confirm before it hears anything.
_CONFIRMED_BY_HAND = ("email", "email-json", "http", "https")
_OWNER_ACTIONS = (
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
)


def create_topic(call: Call) -> Resource:
    """Idempotent: the same topic again is answered with what exists; with other attributes or tags it is refused."""
    name = call.members["Name"]
    existing = call.get("topic", name)
    arn = call.arn("sns", name)
    if existing is not None:
        for member in ("Attributes", "Tags"):
            if existing.members.get(member) != call.members.get(member):
                words = f"Invalid parameter: {member} Reason: Topic already exists with different {member.lower()}"
                raise call.refuse("InvalidParameter", words, ("name",))
        return existing
    return call.made(name, arn, arn, {"Policy": _default_policy(call.account, arn)})


def delete_topic(call: Call, old: Resource) -> None:
    """Deletes the topic's subscriptions and its policy with it."""
    for kind in ("subscription", "topicPolicy"):
        for dependent in [entry for entry in call.of(kind).values() if entry.members["TopicArn"] == old.arn]:
            call.state.remove(dependent)
    call.state.remove(old)


def set_topic_policy(call: Call) -> Resource:
    arn = call.members["TopicArn"]
    _check_topic(call, arn, "arn")
    return call.made(arn.rpartition(":")[2], arn, "")


def update_topic_policy(call: Call, old: Resource) -> Resource:
    _check_topic(call, call.members["TopicArn"], "arn")
    return overwrite(call, old)


def subscribe(call: Call) -> Resource:
    """Idempotent per topic, protocol and endpoint; what a person or a server must confirm is pending."""
    arn = call.members["TopicArn"]
    _check_topic(call, arn, "topic")
    existing = _find_subscription(call)
    if existing is not None:
        if existing.members.get("Attributes") != call.members.get("Attributes"):
            words = "Invalid parameter: Attributes Reason: Subscription already exists with different attributes"
            raise call.refuse("InvalidParameter", words, ("endpoint",))
        return existing
    id = f"{arn}:{call.new_id()}"
    pending = call.members["Protocol"] in _CONFIRMED_BY_HAND and call.kept.get("endpointAutoConfirms") is not True
    status = {"PendingConfirmation": pending, "ConfirmationWasAuthenticated": not pending}
    return call.made(id.split(":", 5)[5], id, id, status)


def remove(call: Call, old: Resource) -> None:
    call.state.remove(old)


def _check_topic(call: Call, arn: str, name: str) -> None:
    if not any(topic.arn == arn for topic in call.of("topic").values()):
        raise call.refuse("NotFound", f"Topic does not exist: {arn}", (name,))


def _default_policy(account: str, arn: str) -> str:
    """The policy that SNS gives a new topic: its owner alone."""
    statement = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in _OWNER_ACTIONS],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return json.dumps(
        {"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [statement]}, separators=(",", ":")
    )


def _find_topic(call: Call) -> Resource | None:
    return call.get("topic", call.members["Name"])


def _find_policy(call: Call) -> Resource | None:
    return call.get("topicPolicy", call.members["TopicArn"].rpartition(":")[2])


def _find_subscription(call: Call) -> Resource | None:
    wanted = [call.members.get(member) for member in ("TopicArn", "Protocol", "Endpoint")]
    for subscription in call.of("subscription").values():
        if [subscription.members.get(member) for member in ("TopicArn", "Protocol", "Endpoint")] == wanted:
            return subscription
    return None


TOPIC = Commands(create_topic, overwrite, delete_topic, _find_topic)
TOPIC_POLICY = Commands(set_topic_policy, update_topic_policy, remove, _find_policy)
SUBSCRIPTION = Commands(subscribe, overwrite, remove, _find_subscription)
