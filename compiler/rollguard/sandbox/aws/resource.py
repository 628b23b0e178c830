"""One thing that exists in the stand-in's accounts, and all of them as commands see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rollguard.sandbox.aws.terms import Mark

#: The mark of what no Pulumi stack made.
NOBODY = Mark("")


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that exists, in AWS's terms: what `rollguard sandbox status`, the HTTP door and the incident player read.

    `kind` is `alarm` (metric and composite share one name space), `application`, `deploymentConfig`, `deploymentGroup`, `role`,
    `rolePolicy`, `topic`, `topicPolicy`, `subscription`, `key`, `alias`, `slackChannel`, `eventRule`, `eventTarget`, `eventConnection`,
    `apiDestination`, `function`, `logGroup`, `queue`, `queuePolicy`, `bucket`, what is set on one (`commands.s3.SETTINGS`) or `object`;
    `name` is unique within account, Region and kind (a deployment group's is `application/group`, a role policy's `role:policy`, a target's
    `rule/target`, an object's `bucket/key`). `type` is Pulumi's type token, empty for
    what is only assumed to exist.
    `members` are the API's own (`AlarmName`, `AlarmRule`, `alarmConfiguration` …); `status` is what AWS adds (`StateValue`, `KeyState` …).
    `region` is empty for what is global (IAM). Secrets in `members` are hashes. `unedited` is what stood here before a hand changed it
    (`members` and `status`); None where none did.
    """

    account: str
    region: str
    kind: str
    name: str
    type: str
    id: str
    arn: str
    members: Mapping[str, Any]
    status: Mapping[str, Any] = field(default_factory=dict)
    mark: Mark = NOBODY
    unedited: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """Its key in the world file: `account/region/kind/name`, the Region `-` where there is none."""
        return f"{self.account}/{self.region or '-'}/{self.kind}/{self.name}"

    @property
    def assumed(self) -> bool:
        """Whether it stands in for something that nobody here made: an alarm or configuration that a policy only names."""
        return not self.type

    @property
    def tags(self) -> Mapping[str, str]:
        """Its tags, however the service spells them."""
        members = self.members.get("CreateBucketConfiguration", self.members)
        entries = members.get("Tags", members.get("tags", ()))
        if isinstance(entries, Mapping):
            return entries
        return {
            entry.get("Key", entry.get("TagKey", "")): entry.get("Value", entry.get("TagValue", ""))
            for entry in entries
        }


class State:
    """Everything that exists, indexed by place, kind and name. Commands change it; the world keeps it only when they succeed."""

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self._index: dict[tuple[str, str, str], dict[str, Resource]] = {}
        for resource in resources:
            self.put(resource)

    def put(self, resource: Resource) -> None:
        self._index.setdefault((resource.account, resource.region, resource.kind), {})[resource.name] = resource

    def remove(self, resource: Resource) -> None:
        self.of(resource.account, resource.region, resource.kind).pop(resource.name, None)

    def of(self, account: str, region: str, kind: str) -> dict[str, Resource]:
        """All resources of a kind in one place, by name. A change of the dictionary is a change of the state."""
        return self._index.setdefault((account, region, kind), {})

    def get(self, account: str, region: str, kind: str, name: str) -> Resource | None:
        return self._index.get((account, region, kind), {}).get(name)

    def by_id(self, account: str, region: str, kind: str, id: str) -> Resource | None:
        """The resource of Pulumi's id; names come first, since most ids are names."""
        found = self.of(account, region, kind)
        if id in found and found[id].id == id:
            return found[id]
        return next((resource for resource in found.values() if resource.id == id), None)

    def all(self) -> Iterator[Resource]:
        for held in self._index.values():
            yield from held.values()

    def copy(self) -> State:
        fresh = State()
        fresh._index = {place: dict(held) for place, held in self._index.items()}
        return fresh
