"""Whether a role may make a call: its policies as they stand, for the identity policies that we make (Allow, with wildcards)."""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rollguard.sandbox.aws import Resource


def statements(resources: Sequence[Resource], role: str) -> tuple[Mapping[str, Any], ...]:
    """The statements of every policy of a role."""
    found: list[Mapping[str, Any]] = []
    for one in resources:
        if one.kind == "rolePolicy" and one.members.get("RoleName") == role:
            found += _several(json.loads(one.members["PolicyDocument"]).get("Statement"))
    return tuple(found)


def trusts(resources: Sequence[Resource], role: str, service: str) -> bool:
    """Whether a service of AWS, such as `lambda.amazonaws.com`, may take the role. Conditions are not looked at."""
    found = next((one for one in resources if one.kind == "role" and one.name == role), None)
    if found is None:
        return False
    document = json.loads(found.members["AssumeRolePolicyDocument"])
    return any(
        statement.get("Effect") == "Allow" and service in _several((statement.get("Principal") or {}).get("Service"))
        for statement in _several(document.get("Statement"))
    )


def allowed(policy: Iterable[Mapping[str, Any]], action: str, resource: str) -> bool:
    """Whether an action (`s3:PutObject`) on a resource's ARN is allowed; a Deny that fits wins. Conditions are not looked at."""
    fitting = [one for one in policy if _fits(one, "Action", action, fold=True) and _fits(one, "Resource", resource)]
    effects = {one.get("Effect") for one in fitting}
    return "Allow" in effects and "Deny" not in effects


def _fits(statement: Mapping[str, Any], key: str, value: str, *, fold: bool = False) -> bool:
    """Action names are compared without case, as IAM does; ARNs are not."""
    return any(_like(one, value, fold) for one in _several(statement.get(key)))


def _like(pattern: str, value: str, fold: bool) -> bool:
    if fold:
        pattern, value = pattern.lower(), value.lower()
    return fnmatch.fnmatchcase(value, re.sub(r"\[", "[[]", pattern))


def _several(value: Any) -> list[Any]:
    return list(_iterate(value))


def _iterate(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value
