"""EventBridge: rules of the default bus, their targets, connections and API destinations (aws-facts 7.1, 7.2)."""

from __future__ import annotations

from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.resource import Resource

_TARGETS_PER_RULE = 5


def put_rule(call: Call) -> Resource:
    """Refused for a name in use: the API would overwrite silently, and no name of ours is ever meant twice (U)."""
    name = call.members["Name"]
    if call.get("eventRule", name):
        raise call.refuse("ResourceAlreadyExistsException", f"Rule {name} already exists.", ("name",))
    if len(call.of("eventRule")) >= call.limits.event_rules:
        raise call.refuse("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
    return call.made(name, name, call.arn("events", f"rule/{name}"))


def delete_rule(call: Call, old: Resource) -> None:
    if any(target.members["Rule"] == old.name for target in call.of("eventTarget").values()):
        raise call.refuse("ValidationException", "Rule can't be deleted since it has targets.")
    call.state.remove(old)


def put_target(call: Call) -> Resource:
    """The rule must exist and take one more; whether the target itself exists nobody asks."""
    _check_rule(call)
    rule, id = call.members["Rule"], call.members["Targets"][0]["Id"]
    others = [one for one in call.of("eventTarget").values() if one.members["Rule"] == rule]
    if any(one.members["Targets"][0]["Id"] == id for one in others):
        raise call.refuse(
            "ResourceAlreadyExistsException", f"Target {id} of rule {rule} already exists.", ("targetId",)
        )
    if len(others) >= _TARGETS_PER_RULE:
        words = f"The requested resource exceeds the maximum number allowed: {_TARGETS_PER_RULE} targets of rule {rule}"
        raise call.refuse("LimitExceededException", words, ("rule",))
    return call.made(f"{rule}/{id}", f"{rule}-{id}", "")


def update_target(call: Call, old: Resource) -> Resource:
    _check_rule(call)
    return overwrite(call, old)


def create_connection(call: Call) -> Resource:
    """The connection keeps what it authorises with in a secret of its own."""
    name = call.members["Name"]
    if call.get("eventConnection", name):
        raise call.refuse("ResourceAlreadyExistsException", f"Connection {name} already exists.", ("name",))
    id = call.new_id()
    secret = call.arn("secretsmanager", f"secret:events!connection/{name}/{id}")
    return call.made(name, name, call.arn("events", f"connection/{name}/{id}"), {"SecretArn": secret})


def create_destination(call: Call) -> Resource:
    name = call.members["Name"]
    if call.get("apiDestination", name):
        raise call.refuse("ResourceAlreadyExistsException", f"An api-destination {name} already exists.", ("name",))
    _check_connection(call)
    return call.made(name, name, call.arn("events", f"api-destination/{name}/{call.new_id()}"))


def update_destination(call: Call, old: Resource) -> Resource:
    _check_connection(call)
    return overwrite(call, old)


def remove(call: Call, old: Resource) -> None:
    call.state.remove(old)


def _check_rule(call: Call) -> None:
    if call.get("eventRule", call.members["Rule"]) is None:
        words = f"Rule {call.members['Rule']} does not exist on EventBus default."
        raise call.refuse("ResourceNotFoundException", words, ("rule",))


def _check_connection(call: Call) -> None:
    arn = call.members["ConnectionArn"]
    if not any(connection.arn == arn for connection in call.of("eventConnection").values()):
        words = f"Connection '{arn.partition(':connection/')[2]}' does not exist."
        raise call.refuse("ResourceNotFoundException", words, ("connectionArn",))


def _find_target(call: Call) -> Resource | None:
    return call.get("eventTarget", f"{call.members['Rule']}/{call.members['Targets'][0]['Id']}")


RULE = Commands(put_rule, overwrite, delete_rule, lambda call: call.get("eventRule", call.members["Name"]))
TARGET = Commands(put_target, update_target, remove, _find_target)
CONNECTION = Commands(
    create_connection, overwrite, remove, lambda call: call.get("eventConnection", call.members["Name"])
)
DESTINATION = Commands(
    create_destination, update_destination, remove, lambda call: call.get("apiDestination", call.members["Name"])
)
