"""Single IAM statements, and the ARNs in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rollguard.plan.model import Value

Statement = dict[str, object]


@dataclass(frozen=True, slots=True)
class Account:
    """One account in one Region, whose things statements name."""

    partition: str
    region: str
    number: str

    def arn(self, service: str, rest: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.number}:{rest}"

    def role_arn(self, name: str) -> str:
        return f"arn:{self.partition}:iam::{self.number}:role/{name}"


def allow(
    sid: str, actions: Sequence[str], resource: str | list[str], condition: Mapping[str, object] | None = None
) -> Statement:
    """A statement that allows `actions`; without `condition` it always holds."""
    made: Statement = {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}
    return made | {"Condition": dict(condition)} if condition else made


def known(name: Value | None) -> str:
    """A name inside an ARN: `*` where only the deployment knows it."""
    return name if isinstance(name, str) else "*"
