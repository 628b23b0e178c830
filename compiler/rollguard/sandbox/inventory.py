"""Reads what a sandbox holds, without the engine: Pulumi's state on one side, the stand-in's world on the other."""

from __future__ import annotations

import json
import shutil
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollguard.sandbox.aws import Resource, World
from rollguard.sandbox.aws.commands.s3 import SETTINGS
from rollguard.sandbox.home import Home
from rollguard.sandbox.results import Remains, StackStatus, Standing, Status
from rollguard.wording import joined

_NO_RESOURCES = ("pulumi:pulumi:Stack", "pulumi:providers:", "rollguard:index:", "pulumi:pulumi:StackReference")


@dataclass(frozen=True, slots=True)
class StackState:
    """One stack as Pulumi's file backend keeps it. `resources` are the entries of the checkpoint that AWS knows too."""

    name: str
    path: Path
    resources: tuple[dict[str, Any], ...]
    updated: str

    @property
    def protected(self) -> tuple[str, ...]:
        """URNs that the engine refuses to delete."""
        return tuple(str(entry["urn"]) for entry in self.resources if entry.get("protect"))


def stacks(home: Home) -> tuple[StackState, ...]:
    """All stacks of an environment, sorted by name."""
    return tuple(_read(path) for path in sorted((home.state / ".pulumi" / "stacks").glob("*/*.json")))


def status(home: Home) -> Status:
    """What exists in the environment's sandbox."""
    running = home.running()
    found = []
    for one in stacks(home):
        at_work = running is not None and running.stack in ("", one.name)
        died = home.unfinished(one.name).exists() and not at_work
        found.append(StackStatus(one.name, len(one.resources), one.updated, died))
    return Status(
        environment=home.environment,
        folder=str(home.folder),
        stacks=tuple(found),
        standing=tuple(
            Standing(one.account, one.region, one.kind, _shown_name(one), _state(one))
            for one in World(home.folder).resources()
        ),
        running=running,
    )


def unconfirmed(home: Home) -> tuple[Resource, ...]:
    """Subscriptions that nobody has confirmed: AWS lets no one delete them."""
    return tuple(one for one in World(home.folder).resources() if one.status.get("PendingConfirmation"))


def remains(home: Home, destroyed: Container[str], were_unconfirmed: Iterable[Resource]) -> tuple[Remains, ...]:
    """What a real account would keep of stacks (`project/stack`) after their `destroy`, and why. What is set on a bucket is part of it.

    Unconfirmed subscriptions end after 48 hours (SNS guide, "Deleting a subscription").
    """
    found = [one for one in World(home.folder).resources() if one.mark.stack in destroyed]
    left = [one for one in found if one.kind not in SETTINGS]
    forgotten = [one for one in were_unconfirmed if one.mark.stack in destroyed]
    return (*map(_left, left), *map(_forgotten, forgotten))


def rehearsed(home: Home) -> str:
    """What incidents, and who judged them, have left in the sandbox's bucket: `3 records and 1 verdict`; empty for nothing."""
    counts = {
        "record": len([*home.bucket.glob("*/records/*/*.json")]),
        "observation": len([*home.bucket.glob("*/observations/**/*.json")]),
        "verdict": len([*home.bucket.glob("*/verdicts/*/*/*.json")]),
    }
    return joined([f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items() if count], "and")


def forget(home: Home, destroyed: Iterable[str]) -> None:
    """Drops all that is known of stacks (`project/stack`) that were destroyed; with the last one goes the environment's whole folder.

    Call it only under the environment's lock.
    """
    names = {one: one.rpartition("/")[2] for one in destroyed}
    if all(state.name in names.values() for state in stacks(home)):
        home.remove()
        return
    world = World(home.folder)
    for stack, name in names.items():
        world.forget(stack)
        backend = home.state / ".pulumi"
        for path in (*backend.glob(f"*/*/{name}"), *backend.glob(f"stacks/*/{name}.*")):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        (home.project / f"Pulumi.{name}.yaml").unlink(missing_ok=True)


def _left(one: Resource) -> Remains:
    if one.status.get("KeyState") == "PendingDeletion":
        return Remains("key", one.name, one.region, f"pending deletion until {str(one.status['DeletionDate'])[:10]}")
    if one.kind == "bucket":
        return Remains("bucket", one.name, one.region, "kept with the records of rollbacks and the verdicts on them")
    return Remains(one.kind, _shown_name(one), one.region, "kept: its policy was retired")


def _forgotten(subscription: Resource) -> Remains:
    return Remains(
        "subscription", _shown_name(subscription), subscription.region, "never confirmed; AWS forgets it after 48 hours"
    )


def _shown_name(resource: Resource) -> str:
    """The name; a subscription's by its key in the policies, as its endpoint may be a secret: a person must know which one to confirm."""
    if resource.kind != "subscription":
        return resource.name
    topic = str(resource.members.get("TopicArn", "")).rpartition(":")[2]
    key = resource.mark.urn.rpartition("::")[2].partition("/")[2].rpartition("@")[0]
    return f"{resource.members.get('Protocol', '')} {f'{key} ' if key else ''}of {topic}"


def _state(resource: Resource) -> str:
    state = str(resource.status.get("StateValue") or resource.status.get("KeyState") or "")
    if resource.assumed:
        state = "assumed to exist"
    elif resource.status.get("PendingConfirmation"):
        state = "pending confirmation"
    return state if resource.unedited is None else f"{state}, edited by hand".removeprefix(", ")


def _read(path: Path) -> StackState:
    latest = (json.loads(path.read_text(encoding="utf-8")).get("checkpoint") or {}).get("latest") or {}
    entries = [one for one in latest.get("resources") or () if not str(one["type"]).startswith(_NO_RESOURCES)]
    return StackState(path.stem, path, tuple(entries), str((latest.get("manifest") or {}).get("time", ""))[:19])
