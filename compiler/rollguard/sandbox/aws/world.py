"""Everything that exists in the stand-in's accounts, kept in one file, and the commands that change it as AWS would."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rollguard import conventions
from rollguard.failure import Failure
from rollguard.sandbox.aws.answers import outputs_of
from rollguard.sandbox.aws.commands import Call
from rollguard.sandbox.aws.commands.by_type import COMMANDS
from rollguard.sandbox.aws.commands.kms import PENDING
from rollguard.sandbox.aws.faults import Refusal
from rollguard.sandbox.aws.paths import occurrences
from rollguard.sandbox.aws.requests import inputs_of, members, with_defaults
from rollguard.sandbox.aws.resource import Resource, State
from rollguard.sandbox.aws.resource_types import ResourceType, resource_type
from rollguard.sandbox.aws.store import Store
from rollguard.sandbox.aws.terms import Limits, Mark, Scope, Secret
from rollguard.sandbox.aws.values import conceal, hash_of, is_hash, plain, reveal

_LIMITS = Limits()
_OWNERS = ("rollguard:policy", "rollguard:environment")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: Pulumi's id, all output properties, the inputs as they stand in AWS, and whether a resource was adopted.

    Values that were handed over as Secret come back as Secret.
    """

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any]
    adopted: bool = False


def utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def random_id() -> str:
    return str(uuid.uuid4())


class World:
    """The stand-in's world in `<folder>/world.json`. Every command takes the file lock, reads what is new, and writes atomically.

    Safe for several threads and processes. All commands raise Refusal, and then nothing was changed; all raise Failure
    where the file is not a world.
    """

    def __init__(self, folder: Path, now: Callable[[], str] = utc_now, new_id: Callable[[], str] = random_id) -> None:
        """Opens the world of a state folder; the folder and the file are made at the first change. `now` is an ISO time in UTC."""
        self._store = Store(folder)
        self._now = now
        self._new_id = new_id

    def create(
        self,
        type: str,
        inputs: Mapping[str, Any],
        scope: Scope,
        mark: Mark,
        *,
        limits: Limits = _LIMITS,
        adopt: bool = False,
    ) -> Answer:
        """Creates a resource from checked inputs without unknowns.

        With `adopt` (the previous run died before it could note what it had made) a resource of the same name, stack mark and
        `rollguard:policy`/`rollguard:environment` tags is taken over and brought to these inputs instead of refused.
        """
        table = resource_type(type)
        values = plain(inputs)
        with self._store.transaction() as (state, salt):
            call = self._call(table, table.create, state, values, scope, mark, limits, salt)
            found = COMMANDS[type].find(call) if adopt else None
            adopted = found is not None and _bears(found, call)
            if found is not None and adopted:
                made = replace(COMMANDS[type].update(call, found), unedited=None)
                if made.key != found.key:
                    state.remove(found)
            else:
                made = COMMANDS[type].create(call)
            state.put(made)
        return Answer(made.id, outputs_of(table, values, made), values, adopted)

    def update(
        self, type: str, id: str, inputs: Mapping[str, Any], scope: Scope, *, limits: Limits = _LIMITS
    ) -> Answer:
        """Brings an existing resource to these inputs. Refused as AWS does for what cannot be changed in place, or is gone."""
        table = resource_type(type)
        values = plain(inputs)
        operation = table.update or table.create
        with self._store.transaction() as (state, salt):
            old = _held(table, state, id, _place(table, values, scope))
            if old is None:
                raise Refusal("ResourceNotFound", operation, f"{table.kind} {id} does not exist")
            call = self._call(table, operation, state, values, scope, old.mark, limits, salt)
            _check_in_place(table, call, old)
            made = replace(COMMANDS[type].update(call, old), unedited=None)
            if made.key != old.key:
                state.remove(old)
            state.put(made)
        return Answer(made.id, outputs_of(table, values, made), values)

    def read(self, type: str, id: str, scope: Scope, known: Mapping[str, Any] | None = None) -> Answer | None:
        """The resource as it stands now, or None when it is gone (a key that is pending deletion counts as gone).

        `known` are the inputs that Pulumi's state holds (they may hold Secret): where nothing drifted they come back unchanged, so that
        a refresh is clean. Its `region`, where given, wins over the scope's.
        """
        table = resource_type(type)
        values = plain(known or {})
        state, salt = self._store.read()
        found = _held(table, state, id, _place(table, values, scope))
        if found is None or found.status.get("KeyState") == PENDING:
            return None
        if not values or conceal(members(table, values), salt) != found.members:
            values = _known_secrets(inputs_of(table, found.members, reveal(values)), values, salt)
        return Answer(found.id, outputs_of(table, values, found), values)

    def delete(self, type: str, id: str, scope: Scope, known: Mapping[str, Any] | None = None) -> None:
        """Deletes a resource; one that is gone already is fine, as for the real provider. `known` as in `read`."""
        table = resource_type(type)
        values = plain(known or {})
        with self._store.transaction() as (state, salt):
            old = _held(table, state, id, _place(table, values, scope))
            if old is not None:
                call = self._call(table, table.delete, state, values, scope, old.mark, _LIMITS, salt)
                COMMANDS[type].delete(call, old)

    def edit(self, old: Resource, members: Mapping[str, Any], status: Mapping[str, Any]) -> None:
        """Changes a resource behind everybody's back, as no command of AWS would; what stood before is kept for `restore`.

        Raises Failure where the resource is not `old` any more.
        """
        with self._store.transaction() as (state, _):
            if state.get(old.account, old.region, old.kind, old.name) != old:
                raise Failure(f"the {old.kind} `{old.name}` has changed meanwhile", help="look at it and edit it again")
            before = old.unedited or {"members": old.members, "status": old.status}
            same = {"members": members, "status": status} == before
            state.put(replace(old, members=members, status=status, unedited=None if same else before))

    def restore(self, edited: Iterable[Resource]) -> None:
        """Puts resources that `edit` has changed back as they stood before."""
        with self._store.transaction() as (state, _):
            for one in edited:
                found = state.get(one.account, one.region, one.kind, one.name)
                if found is not None and found.unedited is not None:
                    state.put(replace(found, **found.unedited, unedited=None))

    def forget(self, stack: str) -> None:
        """Drops everything that a stack (`project/stack`) made, as no command of AWS could: for a sandbox that is taken down."""
        with self._store.transaction() as (state, _):
            for resource in tuple(state.all()):
                if resource.mark.stack == stack:
                    state.remove(resource)

    def assume_alarm(self, name: str, scope: Scope) -> None:
        """Lets a metric alarm exist that no stack of ours makes: one that a policy adopts by name. Nothing happens where it exists."""
        arn = f"arn:{conventions.partition(scope.region)}:cloudwatch:{scope.region}:{scope.account}:alarm:{name}"
        status = {"StateValue": "OK", "StateReason": "assumed to exist", "StateUpdatedTimestamp": self._now()}
        self._assume(Resource(scope.account, scope.region, "alarm", name, "", name, arn, {"AlarmName": name}, status))

    def assume_deployment_config(
        self, name: str, platform: str, scope: Scope, shape: Mapping[str, Any] | None = None
    ) -> None:
        """Lets a deployment configuration exist that a policy only names. `platform` is `Server`, `Lambda` or `ECS`.

        `shape` are members that say how it shifts traffic, where that is known.
        """
        arn = f"arn:{conventions.partition(scope.region)}:codedeploy:{scope.region}:{scope.account}:deploymentconfig:{name}"
        members = {**(shape or {}), "deploymentConfigName": name, "computePlatform": platform}
        self._assume(
            Resource(scope.account, scope.region, "deploymentConfig", name, "", name, arn, members), renew=bool(shape)
        )

    def assume_deployment_group(self, platform: str, members: Mapping[str, Any], scope: Scope) -> None:
        """Lets a deployment group exist that another tool makes; as that tool would, it puts a group that it has made right again."""
        name = f"{members['applicationName']}/{members['deploymentGroupName']}"
        arn = f"arn:{conventions.partition(scope.region)}:codedeploy:{scope.region}:{scope.account}:deploymentgroup:{name}"
        status = {"computePlatform": platform}
        self._assume(
            Resource(scope.account, scope.region, "deploymentGroup", name, "", name, arn, members, status), renew=True
        )

    def resources(self) -> tuple[Resource, ...]:
        """Everything that exists, sorted by account, Region, kind and name; keys pending deletion included."""
        state, _ = self._store.read()
        return tuple(sorted(state.all(), key=lambda resource: resource.key))

    def _assume(self, resource: Resource, *, renew: bool = False) -> None:
        def lacks(state: State) -> bool:
            found = state.get(resource.account, resource.region, resource.kind, resource.name)
            return found is None or (renew and found.assumed and found.members != resource.members)

        present, _ = self._store.read()
        if lacks(present):
            with self._store.transaction() as (state, _):
                if lacks(state):
                    state.put(resource)

    def _call(
        self,
        table: ResourceType,
        operation: str,
        state: State,
        values: Mapping[str, Any],
        scope: Scope,
        mark: Mark,
        limits: Limits,
        salt: str,
    ) -> Call:
        place = _place(table, values, scope)
        return Call(
            state=state,
            operation=operation,
            type=table.token,
            kind=table.kind,
            account=place.account,
            region=place.region,
            members=conceal(members(table, values), salt),
            kept=reveal(with_defaults(table, values)),
            mark=mark,
            limits=limits,
            now=self._now(),
            new_id=self._new_id,
            partition=conventions.partition(place.region or scope.region),
        )


def _place(table: ResourceType, inputs: Mapping[str, Any], scope: Scope) -> Scope:
    if table.is_global:
        return Scope(scope.account, "")
    return Scope(scope.account, reveal(inputs.get("region")) or scope.region)


def _held(table: ResourceType, state: State, id: str, place: Scope) -> Resource | None:
    found = state.by_id(place.account, place.region, table.kind, id)
    return found if found is not None and found.type == table.token else None


def _bears(found: Resource, call: Call) -> bool:
    """Whether a resource was made by the caller's stack for the same policy and environment, so that it may be adopted."""
    wanted = call.made("", "", "").tags
    return found.mark.stack == call.mark.stack and all(found.tags.get(tag) == wanted.get(tag) for tag in _OWNERS)


def _check_in_place(table: ResourceType, call: Call, old: Resource) -> None:
    """What forces a new resource cannot be changed by an update; an immutable kind refuses by itself, in its own words."""
    if not table.update:
        return
    for row in table.rows:
        if row.member and row.input[0] in table.forces_new:
            member = row.member[1:]
            if list(occurrences(call.members, member)) != list(occurrences(old.members, member)):
                words = f"`{row.input[0]}` of {old.kind} {old.name} cannot be changed in place"
                raise Refusal("ValidationError", call.operation, words, (str(row.input[0]),))


def _known_secrets(current: Any, known: Any, salt: str) -> Any:
    """The current inputs, with a secret that did not change back in place of its hash."""
    if isinstance(known, Secret):
        return known if current == hash_of(known.value, salt) else Secret(current)
    if isinstance(current, dict):
        held = known if isinstance(known, dict) else {}
        return {key: _known_secrets(value, held.get(key), salt) for key, value in current.items()}
    if isinstance(current, list):
        held_list = known if isinstance(known, list) else []
        padded = [*held_list, *[None] * len(current)]
        return [_known_secrets(value, other, salt) for value, other in zip(current, padded, strict=False)]
    return Secret(current) if is_hash(current) else current
