"""KMS: keys, which are never deleted at once, and their aliases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.resource import Resource
from rollguard.sandbox.aws.rules.policies import administers
from rollguard.sandbox.aws.values import is_hash

PENDING = "PendingDeletion"
_WAITING_DAYS = 30
_ROTATION_DAYS = 365


def create_key(call: Call) -> Resource:
    """Every call makes another key: keys have no names."""
    _check_policy(call)
    id = call.new_id()
    status = {"CreationDate": call.now, "MultiRegion": call.members.get("MultiRegion", False), **_settings(call)}
    if "Policy" not in call.members:
        status["Policy"] = _default_policy(call.partition, call.account)
    return call.made(id, id, call.arn("kms", f"key/{id}"), status)


def update_key(call: Call, old: Resource) -> Resource:
    _check_state(call, old)
    _check_policy(call)
    return overwrite(call, old, {**old.status, **_settings(call)})


def schedule_deletion(call: Call, old: Resource) -> None:
    """The key stays, pending deletion, for 7 to 30 days; its aliases stay with it."""
    if old.status.get("KeyState") == PENDING:
        return
    days = call.members.get("ScheduleKeyDeletion", {}).get("PendingWindowInDays", _WAITING_DAYS)
    date = datetime.fromisoformat(call.now) + timedelta(days=days)
    call.state.put(replace(old, status={**old.status, "KeyState": PENDING, "DeletionDate": date.isoformat()}))


def create_alias(call: Call) -> Resource:
    name = call.members["AliasName"]
    arn = call.arn("kms", name)
    if call.get("alias", name):
        raise call.refuse("AlreadyExistsException", f"An alias with the name {arn} already exists", ("name",))
    return call.made(name, name, arn, {"TargetKeyArn": _target(call)})


def update_alias(call: Call, old: Resource) -> Resource:
    return overwrite(call, old, {**old.status, "TargetKeyArn": _target(call)})


def delete_alias(call: Call, old: Resource) -> None:
    call.state.remove(old)


def _settings(call: Call) -> dict[str, Any]:
    rotates = call.kept.get("enableKeyRotation") is True
    days = call.members.get("EnableKeyRotation", {}).get("RotationPeriodInDays", _ROTATION_DAYS)
    state = "Disabled" if call.kept.get("isEnabled") is False else "Enabled"
    return {"KeyState": state, "KeyRotationEnabled": rotates, "RotationPeriodInDays": days if rotates else 0}


def _target(call: Call) -> str:
    wanted = call.members["TargetKeyId"]
    for key in call.of("key").values():
        if wanted in (key.id, key.arn):
            _check_state(call, key)
            return key.arn
    arn = wanted if wanted.startswith("arn:") else call.arn("kms", f"key/{wanted}")
    raise call.refuse("NotFoundException", f"Key '{arn}' does not exist", ("targetKeyId",))


def _check_state(call: Call, key: Resource) -> None:
    if key.status.get("KeyState") == PENDING:
        raise call.refuse("KMSInvalidStateException", f"{key.arn} is pending deletion.")


def _check_policy(call: Call) -> None:
    """The policy must let this very account change it later."""
    policy = call.members.get("Policy")
    if policy is None or is_hash(policy) or call.members.get("BypassPolicyLockoutSafetyCheck") is True:
        return
    document: Mapping[str, Any] = json.loads(policy)
    if not administers(dict(document), call.account):
        words = "The new key policy will not allow you to update the key policy in the future."
        raise call.refuse("MalformedPolicyDocumentException", words, ("policy",))


def _default_policy(partition: str, account: str) -> str:
    statement = {
        "Sid": "Enable IAM User Permissions",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    return json.dumps({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [statement]}, separators=(",", ":"))


def _find_key(call: Call) -> Resource | None:
    """A key has no name: what a dead run left behind is told by the URN that it was made for."""
    for key in call.of("key").values():
        if call.mark.urn and key.mark == call.mark and key.status.get("KeyState") != PENDING:
            return key
    return None


def _find_alias(call: Call) -> Resource | None:
    return call.get("alias", call.members["AliasName"])


KEY = Commands(create_key, update_key, schedule_deletion, _find_key)
ALIAS = Commands(create_alias, update_alias, delete_alias, _find_alias)
