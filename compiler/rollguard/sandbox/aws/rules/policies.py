"""Rules of policy documents: IAM trust and inline policies, SNS topic policies, KMS key policies."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rollguard.sandbox.aws.rules import Complaint, Rule, Site
from rollguard.sandbox.aws.rules.plain import arn_service

_VERSIONS = ("2012-10-17", "2008-10-17")
_ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_SERVICE = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com|amazonaws\.com\.cn|amazon\.com)")
_NO_LOCKOUT = "The new key policy will not allow you to update the key policy in the future."


def trust_policy(site: Site) -> Iterator[Complaint]:
    document = _document(site)
    if isinstance(document, str):
        yield Complaint(document)
        return
    size = _size(site.value)
    if size > site.arguments["size"]:
        words = f"Cannot exceed quota for ACLSizePerRole: {site.arguments['size']}"
        yield Complaint(f"{words}, got {size} characters", code="LimitExceeded")
    for statement in _statements(document):
        if "Resource" in statement or "NotResource" in statement:
            yield Complaint("Has prohibited field Resource")
        actions = _listed(statement.get("Action"))
        if not all(action.lower().startswith("sts:") for action in actions):
            yield Complaint("AssumeRole policy may only specify STS AssumeRole actions.")
        yield from _principals(statement)
        yield from _statement(statement, needs_resource=False)


def inline_policy(site: Site) -> Iterator[Complaint]:
    document = _document(site)
    if isinstance(document, str):
        yield Complaint(document)
        return
    if document.get("Version") != _VERSIONS[0]:
        yield Complaint("Policy document must be version 2012-10-17 or greater.")
    size = _size(site.value)
    if size > site.arguments["size"]:
        words = (
            f"Maximum policy size of {site.arguments['size']} bytes exceeded for role {site.get('role') or ''}".rstrip()
        )
        yield Complaint(f"{words}: {size}", code="LimitExceeded")
    for statement in _statements(document):
        if "Principal" in statement or "NotPrincipal" in statement:
            yield Complaint("Policy document should not specify a principal.")
        yield from _statement(statement, needs_resource=True)


def topic_policy(site: Site) -> Iterator[Complaint]:
    document = _document(site)
    if isinstance(document, str):
        yield Complaint(f"Invalid parameter: Policy Error: {document}")
        return
    for statement in _statements(document):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            yield Complaint("Invalid parameter: Policy Error: Policy statement must contain principals.")
        if not all(action.lower().startswith("sns:") for action in _listed(statement.get("Action"))):
            yield Complaint("Invalid parameter: Policy statement action out of service scope!")
        for complaint in [*_principals(statement), *_statement(statement, needs_resource=True)]:
            yield Complaint(f"Invalid parameter: Policy Error: {complaint.message}")


def resource_policy(site: Site) -> Iterator[Complaint]:
    """The policy of a queue or a bucket: it names principals, and speaks of its own service only."""
    document = _document(site)
    if isinstance(document, str):
        yield Complaint(document)
        return
    service = f"{site.arguments['service']}:"
    for statement in _statements(document):
        if "Principal" not in statement and "NotPrincipal" not in statement:
            yield Complaint("Missing required field Principal")
        if not all(action.lower().startswith(service) for action in _listed(statement.get("Action"))):
            yield Complaint("Action does not apply to any resource(s) in statement")
        yield from _principals(statement)
        yield from _statement(statement, needs_resource=True)


def key_policy(site: Site) -> Iterator[Complaint]:
    """A key policy must let the account change it later, unless the check is bypassed."""
    document = _document(site)
    if isinstance(document, str):
        yield Complaint(document)
        return
    for statement in _statements(document):
        if "Principal" not in statement:
            yield Complaint("Policy contains a statement with no principal.")
        yield from _principals(statement)
    if not administers(document) and site.get("bypassPolicyLockoutSafetyCheck") is not True:
        yield Complaint(_NO_LOCKOUT)


def symmetric_only(site: Site) -> Iterator[Complaint]:
    spec = site.get("customerMasterKeySpec")
    if site.value is True and spec not in (None, "SYMMETRIC_DEFAULT"):
        yield Complaint()


def administers(document: dict[str, Any], account: str = r"\d{12}") -> bool:
    """Whether a key policy lets the account (a pattern) put a new key policy, without a condition."""
    root = re.compile(rf"\*|{account}|arn:aws[a-z-]*:iam::{account}:(root|user/.+|role/.+)")
    for statement in _statements(document):
        principal = statement.get("Principal")
        accounts = _listed(principal.get("AWS") if isinstance(principal, dict) else principal)
        actions = {action.lower() for action in _listed(statement.get("Action"))}
        allowed = statement.get("Effect") == "Allow" and "Condition" not in statement and "Resource" in statement
        if allowed and actions & {"kms:*", "kms:put*", "kms:putkeypolicy", "*"} and any(map(root.fullmatch, accounts)):
            return True
    return False


def _document(site: Site) -> dict[str, Any] | str:
    """The parsed document, or what AWS says of it."""
    try:
        document = json.loads(site.value)
    except (TypeError, ValueError) as error:
        return f"This policy contains invalid Json ({error})"
    if not isinstance(document, dict):
        return "Syntax errors in policy: a policy is a JSON object"
    strangers = sorted(set(document) - {"Version", "Id", "Statement"})
    if strangers:
        return f"Syntax errors in policy: unknown element {', '.join(strangers)}"
    if document.get("Version", _VERSIONS[1]) not in _VERSIONS:
        return f"Syntax errors in policy: Version must be {_VERSIONS[0]} or {_VERSIONS[1]}, got {document['Version']}"
    if not _statements(document):
        return "Syntax errors in policy: a policy needs at least one Statement"
    return document


def _statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    found = document.get("Statement")
    listed = found if isinstance(found, list) else [found]
    return [statement for statement in listed if isinstance(statement, dict)]


def _statement(statement: dict[str, Any], *, needs_resource: bool) -> Iterator[Complaint]:
    strangers = sorted(set(statement) - _ELEMENTS)
    if strangers:
        yield Complaint(f"Syntax errors in policy: unknown element {', '.join(strangers)}")
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield Complaint(f"Syntax errors in policy: Effect must be Allow or Deny, got {statement.get('Effect')}")
    actions = _listed(statement.get("Action", statement.get("NotAction")))
    if not actions:
        yield Complaint("Policy statement must contain actions.")
    for action in actions:
        if _ACTION.fullmatch(action) is None:
            yield Complaint(f"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.: {action}")
    if needs_resource:
        resources = _listed(statement.get("Resource", statement.get("NotResource")))
        if not resources:
            yield Complaint("Policy statement must contain resources.")
        for resource in resources:
            if resource != "*" and not resource.startswith("arn:"):
                yield Complaint(f'Resource {resource} must be in ARN format or "*".')


def _principals(statement: dict[str, Any]) -> Iterator[Complaint]:
    principal = statement.get("Principal")
    if principal is None or principal == "*":
        return
    if not isinstance(principal, dict):
        yield Complaint(f"Invalid principal in policy: {json.dumps(principal)}")
        return
    for kind, named in principal.items():
        for name in _listed(named):
            good = {
                "Service": _SERVICE.fullmatch(name) is not None,
                "AWS": name == "*" or re.fullmatch(r"\d{12}", name) is not None or arn_service(name) in ("iam", "sts"),
                "Federated": True,
                "CanonicalUser": True,
            }.get(kind, False)
            if not good:
                yield Complaint(f'Invalid principal in policy: "{kind.upper()}":"{name}"')


def _listed(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _size(text: str) -> int:
    """Characters as IAM counts them: white space is free."""
    return len(re.sub(r"\s", "", text))


RULES: dict[str, Rule] = {
    "trustPolicy": trust_policy,
    "inlinePolicy": inline_policy,
    "topicPolicy": topic_policy,
    "resourcePolicy": resource_policy,
    "keyPolicy": key_policy,
    "symmetricOnly": symmetric_only,
}
