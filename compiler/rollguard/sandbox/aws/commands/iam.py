"""IAM: roles and their inline policies. IAM is global: nothing here has a Region."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from rollguard.sandbox.aws.commands import Call, Commands, overwrite
from rollguard.sandbox.aws.resource import Resource

_INLINE_BYTES = 10240


def create_role(call: Call) -> Resource:
    name = call.members["RoleName"]
    if call.get("role", name):
        raise call.refuse("EntityAlreadyExists", f"Role with name {name} already exists.", ("name",))
    arn = f"arn:{call.partition}:iam::{call.account}:role{call.members.get('Path', '/')}{name}"
    status = {"RoleId": "AROA" + call.new_id().replace("-", "").upper()[:17], "CreateDate": call.now}
    return call.made(name, name, arn, status)


def delete_role(call: Call, old: Resource) -> None:
    """Refused while the role has inline policies, unless the provider was told to detach them."""
    policies = _policies(call, old.name)
    if policies and call.kept.get("forceDetachPolicies") is not True:
        raise call.refuse("DeleteConflict", "Cannot delete entity, must delete policies first.")
    for policy in policies:
        call.state.remove(policy)
    call.state.remove(old)


def put_role_policy(call: Call) -> Resource:
    """Adds or overwrites an inline policy: IAM does not mind that it exists."""
    role, name = call.members["RoleName"], call.members["PolicyName"]
    _check_role(call, role)
    return call.made(f"{role}:{name}", f"{role}:{name}", "")


def update_role_policy(call: Call, old: Resource) -> Resource:
    _check_role(call, call.members["RoleName"])
    return overwrite(call, old)


def remove(call: Call, old: Resource) -> None:
    call.state.remove(old)


def trusts(role: Resource, service: str) -> bool:
    """Whether a role's trust policy lets a service (`codedeploy`) assume it."""
    statements = _statements(role.members["AssumeRolePolicyDocument"])
    return not statements or any(_allows(statement, service) for statement in statements)


def allows(call: Call, role: Resource, action: str, resource: str) -> bool:
    """Whether the inline policies of a role allow an action on a resource (an ARN), conditions aside."""
    policies = [one for one in call.everywhere("rolePolicy") if one.members["RoleName"] == role.name]
    statements = [one for policy in policies for one in _statements(policy.members["PolicyDocument"])]
    return any(
        statement.get("Effect") == "Allow"
        and any(fnmatchcase(action.lower(), one.lower()) for one in _listed(statement.get("Action")))
        and any(fnmatchcase(resource, one) for one in _listed(statement.get("Resource")))
        for statement in statements
    )


def _statements(text: str) -> list[Mapping[str, Any]]:
    try:
        found = json.loads(text).get("Statement", [])
    except ValueError:
        return []
    return found if isinstance(found, list) else [found]


def _listed(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)] if value else []


def _allows(statement: Mapping[str, Any], service: str) -> bool:
    principal = statement.get("Principal")
    named = principal.get("Service", []) if isinstance(principal, dict) else [principal]
    names = named if isinstance(named, list) else [named]
    return statement.get("Effect") == "Allow" and any(
        name == "*" or re.fullmatch(rf"{service}(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?", str(name)) for name in names
    )


def _check_role(call: Call, role: str) -> None:
    """The role exists, and all its inline policies together stay within 10,240 bytes without white space."""
    if call.get("role", role) is None:
        raise call.refuse("NoSuchEntity", f"The role with name {role} cannot be found.", ("role",))
    documents = {policy.name: policy.members["PolicyDocument"] for policy in _policies(call, role)}
    documents[f"{role}:{call.members['PolicyName']}"] = call.members["PolicyDocument"]
    if sum(len(re.sub(r"\s", "", document)) for document in documents.values()) > _INLINE_BYTES:
        words = f"Maximum policy size of {_INLINE_BYTES} bytes exceeded for role {role}"
        raise call.refuse("LimitExceeded", words, ("policy",))


def _policies(call: Call, role: str) -> list[Resource]:
    return [policy for policy in call.of("rolePolicy").values() if policy.members["RoleName"] == role]


def _find_role(call: Call) -> Resource | None:
    return call.get("role", call.members["RoleName"])


def _find_policy(call: Call) -> Resource | None:
    return call.get("rolePolicy", f"{call.members['RoleName']}:{call.members['PolicyName']}")


ROLE = Commands(create_role, overwrite, delete_role, _find_role)
ROLE_POLICY = Commands(put_role_policy, update_role_policy, remove, _find_policy)
