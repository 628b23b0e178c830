"""What a sandbox run did, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Verb = Literal["up", "preview", "refresh", "destroy"]
#: What may hold the lock of an environment: a run of the engine, or a hand.
Work = Literal[Verb, "edit", "incident"]
#: `retain`: taken out of the stack's state and left in AWS, as the program asked (`retain_on_delete`).
Operation = Literal["create", "update", "replace", "delete", "retain", "same", "read"]


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One resource that a run changes. `name` is Pulumi's logical name, `type` the type token, `properties` the inputs that differ."""

    operation: Operation
    type: str
    name: str
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remains:
    """Something that outlives a `destroy`: `kind` and `name` in AWS's terms, and why it stays."""

    kind: str
    name: str
    region: str
    why: str


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run of the engine over one stack.

    `counts` are the resources by operation, without those that AWS never sees (the stack, components, providers). `outputs` are the stack's
    outputs, secrets as `[secret]`. `placeholders` are the references that got a stand-in value. `recovered` says that the run before this
    one had died and was cleared up first, `unfinished` that it had died and the next `up` has to clear up. `diagnostics` are the
    program's own warnings, as `pulumi up` prints them; `warnings` say what a real stack would refuse. `remains` and `gone` are only filled
    by `destroy`: what a real account would keep, and what rehearsals had left here, in words.
    """

    verb: Verb
    environment: str
    stack: str
    counts: dict[Operation, int]
    changes: tuple[Change, ...]
    outputs: dict[str, object] = field(default_factory=dict)
    placeholders: tuple[str, ...] = ()
    recovered: bool = False
    unfinished: bool = False
    diagnostics: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    remains: tuple[Remains, ...] = ()
    gone: str = ""

    @property
    def changed(self) -> int:
        return len(self.changes)


@dataclass(frozen=True, slots=True)
class Standing:
    """One resource as `status` lists it: `kind`, `name` and `state` in AWS's terms."""

    account: str
    region: str
    kind: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class Running:
    """A run that is under way: what it does, to which stack (empty: all), in which process. All are empty where that is not known yet."""

    verb: str
    stack: str
    process: str


@dataclass(frozen=True, slots=True)
class StackStatus:
    """One stack of an environment. `unfinished` says that its last run died (none is under way); the next `up` mends that."""

    stack: str
    resources: int
    updated: str
    unfinished: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What exists in an environment's sandbox, and the run that is at work on it."""

    environment: str
    folder: str
    stacks: tuple[StackStatus, ...]
    standing: tuple[Standing, ...]
    running: Running | None = None
