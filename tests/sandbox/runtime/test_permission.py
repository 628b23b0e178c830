"""Roles may do what their policies say, no more."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.runtime.permission import allowed, statements, trusts

BUCKET = "arn:aws:s3:::records"


def policy(*found: dict[str, Any]) -> tuple[dict[str, Any], ...]:
    return found


@pytest.mark.parametrize(
    ("action", "resource", "may"),
    [
        ("s3:GetObject", f"{BUCKET}/guards/a.json", True),
        ("S3:getobject", f"{BUCKET}/guards/a.json", True),
        ("s3:GetObject", f"{BUCKET}/records/a.json", False),
        ("s3:PutObject", f"{BUCKET}/guards/a.json", False),
        ("s3:GetObject", "arn:aws:s3:::Records/guards/a.json", False),
    ],
)
def test_an_allow_with_wildcards(action: str, resource: str, may: bool) -> None:
    reading = policy({"Effect": "Allow", "Action": ["s3:Get*"], "Resource": f"{BUCKET}/guards/*"})
    assert allowed(reading, action, resource) is may


def test_a_deny_wins() -> None:
    both = policy(
        {"Effect": "Allow", "Action": "sns:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "sns:Publish", "Resource": "arn:aws:sns:eu-west-1:1:secret"},
    )
    assert allowed(both, "sns:Publish", "arn:aws:sns:eu-west-1:1:open")
    assert not allowed(both, "sns:Publish", "arn:aws:sns:eu-west-1:1:secret")


def resource(kind: str, name: str, members: dict[str, Any]) -> Resource:
    return Resource("1", "", kind, name, "aws:iam", name, f"arn:aws:iam::1:{kind}/{name}", members)


def test_every_policy_of_a_role_counts_and_no_other_roles() -> None:
    one = {"Statement": [{"Effect": "Allow", "Action": "a:B", "Resource": "*"}]}
    two = {"Statement": {"Effect": "Allow", "Action": "c:D", "Resource": "*"}}
    standing = [
        resource("rolePolicy", "r:one", {"RoleName": "r", "PolicyDocument": json.dumps(one)}),
        resource("rolePolicy", "r:two", {"RoleName": "r", "PolicyDocument": json.dumps(two)}),
        resource("rolePolicy", "other:two", {"RoleName": "other", "PolicyDocument": json.dumps(two)}),
    ]
    assert [found["Action"] for found in statements(standing, "r")] == ["a:B", "c:D"]


def test_a_role_is_taken_by_the_services_that_it_trusts() -> None:
    trust = {
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": ["lambda.amazonaws.com"]}}
        ]
    }
    standing = [resource("role", "r", {"AssumeRolePolicyDocument": json.dumps(trust)})]
    assert trusts(standing, "r", "lambda.amazonaws.com")
    assert not trusts(standing, "r", "events.amazonaws.com")
    assert not trusts(standing, "nobody", "lambda.amazonaws.com")
