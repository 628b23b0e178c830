"""Edits of a resource in the sandbox's world: which one is meant, what it becomes, and whether AWS could hold that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from rollguard.failure import Failure
from rollguard.sandbox.aws import Resource, constraints
from rollguard.sandbox.aws.paths import Tokens, occurrences, put, template
from rollguard.sandbox.aws.resource_types import ResourceType, resource_types
from rollguard.wording import did_you_mean, listed

_NAMES = ("applicationName",)
_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Draft:
    """What a resource is to become: the members of the API's own, and what AWS adds to them."""

    members: dict[str, Any]
    status: dict[str, Any]

    @staticmethod
    def of(resource: Resource) -> Draft:
        return Draft(deepcopy(dict(resource.members)), deepcopy(dict(resource.status)))

    def as_text(self) -> str:
        """The draft as JSON for an editor."""
        return json.dumps({"members": self.members, "status": self.status}, indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def from_text(text: str) -> Draft:
        """What came back from an editor. Raises ValueError, worded for whoever wrote it."""
        try:
            found = _from_json(text)
        except json.JSONDecodeError as wrong:
            raise ValueError(f"line {wrong.lineno}, column {wrong.colno}: {wrong.msg}") from wrong
        if not isinstance(found, dict) or found.keys() != {"members", "status"}:
            raise ValueError("the file holds `members` and `status`, and nothing else")
        if not all(isinstance(part, dict) for part in found.values()):
            raise ValueError("`members` and `status` are mappings")
        return Draft(found["members"], found["status"])

    def set(self, setting: str) -> None:
        """Carry out one `PATH=VALUE`; a value that is no JSON is text. Raises Failure for what is no such thing."""
        path, equals, text = setting.partition("=")
        tokens = _tokens(path)
        if not equals:
            raise Failure(
                f"`{setting}` sets nothing", help="write `PATH=VALUE`, such as `alarmConfiguration.alarms=[]`"
            )
        try:
            value = _from_json(text)
        except ValueError:
            value = text
        put(self._holder(tokens), tokens, value)

    def remove(self, path: str) -> None:
        """Take out what stands at a path. Raises Failure where nothing does."""
        tokens = _tokens(path)
        holder: Any = next((found for _, found in occurrences(self._holder(tokens), tokens[:-1])), None)
        if next(occurrences(holder, tokens[-1:]), None) is None:
            raise Failure(f"nothing stands at `{path}`", help=self._near(tokens))
        del holder[tokens[-1]]

    def _holder(self, tokens: Tokens) -> dict[str, Any]:
        return self.status if tokens[0] in self.status and tokens[0] not in self.members else self.members

    def _near(self, tokens: Tokens) -> str:
        there = [*self.members, *self.status]
        return did_you_mean(str(tokens[0]), there) if tokens[0] not in there else ""


def _from_json(text: str) -> Any:
    """Raises ValueError too for `NaN` and `Infinity`, which Python takes for JSON and no number of AWS's can be."""

    def refuse(name: str) -> Any:
        raise ValueError(f"`{name}` is no number")

    return json.loads(text, parse_constant=refuse)


def _tokens(path: str) -> Tokens:
    tokens = template(path).tokens
    if not tokens or not all(isinstance(step, str) or step >= 0 for step in tokens) or isinstance(tokens[0], int):
        raise Failure(f"`{path}` is no path", help="such as `Threshold` or `alarmConfiguration.alarms[0].name`")
    return tokens


def find(resources: Iterable[Resource], name: str) -> Resource:
    """The resource that is meant: by its name, `kind/name`, or its whole key. Raises Failure where that is none or more than one."""
    there = tuple(resources)
    found = [one for one in there if name in (one.name, f"{one.kind}/{one.name}", one.key)]
    if len(found) == 1:
        return found[0]
    if not found:
        help = did_you_mean(name, [one.name for one in there]) or "`rollguard sandbox status` lists what there is"
        raise Failure(f"nothing named `{name}` stands in the sandbox", help=help)
    kinds = {one.kind for one in found}
    whole = [f"{one.kind}/{one.name}" for one in found] if len(kinds) == len(found) else [one.key for one in found]
    raise Failure(f"{len(found)} resources are named `{name}`", help=f"say which one: {listed(whole)}")


def refuse(resource: Resource, draft: Draft) -> None:
    """Raises Failure where the draft breaks a rule of AWS's API that the resource has kept so far, and where it renames it."""
    table = _table(resource)
    if table is None:
        return
    for name in (table.name, *_NAMES):
        if draft.members.get(name) != resource.members.get(name):
            raise Failure(f"`{name}` is the resource's name, which stays")
    known = set(_violations(table, resource.members))
    new = [one for one in _violations(table, draft.members) if one not in known]
    if new:
        raise Failure(f"AWS would not hold that: {'; '.join(new)}", help=_misspelt(resource, draft))


def changes(resource: Resource, draft: Draft) -> Iterator[str]:
    """A sentence for each value that differs."""
    for before, after in ((resource.members, draft.members), (resource.status, draft.status)):
        yield from _differences(before, after, ())


def _violations(table: ResourceType, members: Mapping[str, Any]) -> list[str]:
    operations = {row.member[0] for row in table.rows if row.member} - {table.create}
    own = {key: value for key, value in members.items() if key not in operations}
    calls = {table.create: own, **{key: value for key, value in members.items() if key in operations}}
    return [
        violation.message
        for operation, parameters in calls.items()
        for violation in constraints.violations(table.service, operation, parameters)
    ]


def _table(resource: Resource) -> ResourceType | None:
    """The resource's type; of what is only assumed to exist, the one of its kind."""
    types = resource_types()
    if resource.type:
        return types[resource.type]
    return next((one for one in types.values() if one.kind == resource.kind and one.kind != "alarm"), None)


def _misspelt(resource: Resource, draft: Draft) -> str:
    known = [*resource.members, *resource.status]
    strange = [key for key in draft.members if key not in known]
    return next(filter(None, (did_you_mean(key, known) for key in strange)), "")


def _differences(before: Any, after: Any, path: Tokens) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys((*before, *after)):
            yield from _differences(before.get(key, _NOTHING), after.get(key, _NOTHING), (*path, key))
    elif before != after:
        yield f"{_spelt(path)} was {_shown(before)}, is {_shown(after)}"


def _shown(value: Any) -> str:
    return "absent" if value is _NOTHING else json.dumps(value, ensure_ascii=False)


def _spelt(path: Sequence[str | int]) -> str:
    return ".".join(map(str, path))
