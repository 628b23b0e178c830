"""What AWS does when a resource is created, changed or deleted: one file per service, over the state alone, in the API's terms.

A command reads and changes the `State` of its `Call`, answers the resource as it then is, and raises Refusal in AWS's words where AWS
refuses. It never touches a file, a clock or chance: those come with the call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rollguard.sandbox.aws.faults import InputPath, Refusal
from rollguard.sandbox.aws.resource import Resource, State
from rollguard.sandbox.aws.terms import Limits, Mark


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `operation` is the API's; `members` are its parameters as the world keeps them; `region` is empty for IAM.

    `now` is an ISO time in UTC; `new_id` makes a fresh UUID text; `kept` are the inputs that only the provider keeps
    (`forceDetachPolicies`, `isEnabled` …).
    """

    state: State
    operation: str
    type: str
    kind: str
    account: str
    region: str
    members: Mapping[str, Any]
    kept: Mapping[str, Any]
    mark: Mark
    limits: Limits
    now: str
    new_id: Callable[[], str]
    partition: str
    """the partition of the account, which the provider's Region tells also where the call itself has none"""

    def of(self, kind: str) -> dict[str, Resource]:
        """All resources of a kind in the call's account and Region, by name."""
        return self.state.of(self.account, self.region, kind)

    def get(self, kind: str, name: str) -> Resource | None:
        return self.state.get(self.account, self.region, kind, name)

    def everywhere(self, kind: str) -> Iterable[Resource]:
        """All resources of a kind that has no Region, in the call's account."""
        return self.state.of(self.account, "", kind).values()

    def arn(self, service: str, rest: str) -> str:
        """An ARN in the call's account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{rest}"

    def made(self, name: str, id: str, arn: str, status: Mapping[str, Any] | None = None) -> Resource:
        """The resource that this call creates."""
        return Resource(
            self.account, self.region, self.kind, name, self.type, id, arn, self.members, status or {}, self.mark
        )

    def refuse(self, code: str, message: str, path: InputPath = ()) -> Refusal:
        return Refusal(code, self.operation, message, path)


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands of one kind. `find` is the resource that a create would collide with (for adoption), or None."""

    create: Callable[[Call], Resource]
    update: Callable[[Call, Resource], Resource]
    delete: Callable[[Call, Resource], None]
    find: Callable[[Call], Resource | None]


def overwrite(call: Call, old: Resource, status: Mapping[str, Any] | None = None) -> Resource:
    """The old resource with the call's members: most update operations replace the whole configuration."""
    return replace(old, members=call.members, status=old.status if status is None else status)
