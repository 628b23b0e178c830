"""SQS: queues and their policies."""

from __future__ import annotations

from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.resource import Resource


def create_queue(call: Call) -> Resource:
    """Idempotent: the same queue again is answered with what exists; with other attributes it is refused."""
    name = call.members["QueueName"]
    existing = call.get("queue", name)
    if existing is not None:
        if existing.members.get("Attributes") != call.members.get("Attributes"):
            words = "A queue already exists with the same name and a different value for attribute(s)"
            raise call.refuse("QueueNameExists", words, ("name",))
        return existing
    url = f"https://sqs.{call.region}.amazonaws.com/{call.account}/{name}"
    return call.made(name, url, call.arn("sqs", name))


def delete_queue(call: Call, old: Resource) -> None:
    """The policy is an attribute of the queue and goes with it."""
    for policy in [one for one in call.of("queuePolicy").values() if one.members["QueueUrl"] == old.id]:
        call.state.remove(policy)
    call.state.remove(old)


def set_policy(call: Call) -> Resource:
    url = call.members["QueueUrl"]
    queue = next((one for one in call.of("queue").values() if one.id == url), None)
    if queue is None:
        words = "The specified queue does not exist."
        raise call.refuse("AWS.SimpleQueueService.NonExistentQueue", words, ("queueUrl",))
    return call.made(queue.name, url, "")


def update_policy(call: Call, old: Resource) -> Resource:
    set_policy(call)
    return overwrite(call, old)


def remove(call: Call, old: Resource) -> None:
    call.state.remove(old)


def _find_policy(call: Call) -> Resource | None:
    return call.get("queuePolicy", call.members["QueueUrl"].rpartition("/")[2])


QUEUE = Commands(create_queue, overwrite, delete_queue, lambda call: call.get("queue", call.members["QueueName"]))
QUEUE_POLICY = Commands(set_policy, update_policy, remove, _find_policy)
