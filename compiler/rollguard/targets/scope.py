"""One account and Region, and how plan values and protection are settled in it."""

from __future__ import annotations

from dataclasses import dataclass

from rollguard import conventions
from rollguard.targets.values import Values


@dataclass(frozen=True, slots=True)
class Scope:
    """`protect` is the stack's `rollguard:protect`; None leaves the plan in charge."""

    account: str
    region: str
    values: Values
    protect: bool | None = None

    @property
    def partition(self) -> str:
        return conventions.partition(self.region)

    def arn(self, service: str, rest: str) -> str:
        """An ARN in this account and Region."""
        return conventions.arn(service, self.region, self.account, rest)

    def protected(self, planned: bool, retired: bool = False) -> bool:
        """Whether Pulumi refuses to delete it. A retired resource is unprotected and kept: that is the way out, so no setting closes it."""
        return planned if retired or self.protect is None else self.protect
