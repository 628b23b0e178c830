"""Everything that exists in the stand-in's accounts, kept in one file, and the commands that change it as AWS would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rollguard.sandbox.aws.terms import Limits, Mark, Scope


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that exists, in AWS's terms: what `rollguard sandbox status`, the HTTP door and the incident player read.

    `kind` is `alarm` (metric and composite share one name space), `application`, `deploymentConfig`, `deploymentGroup`, `role`, `rolePolicy`,
    `topic`, `topicPolicy`, `subscription`, `key`, `alias` or `slackChannel`; `name` is unique within account, Region and kind.
    `members` are the API's own (`AlarmName`, `AlarmRule`, `alarmConfiguration` …); `status` is what AWS adds (`StateValue`, `KeyState` …).
    `region` is empty for what is global (IAM). Secrets in `members` are hashes.
    """

    account: str
    region: str
    kind: str
    name: str
    type: str
    id: str
    arn: str
    members: Mapping[str, Any]
    status: Mapping[str, Any]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers: Pulumi's id, all output properties, the inputs as they stand in AWS, and whether a resource was adopted.

    Values that were handed over as Secret come back as Secret.
    """

    id: str
    outputs: dict[str, Any]
    inputs: dict[str, Any]
    adopted: bool = False


class World:
    """The stand-in's world in `<folder>/world.json`. Every command takes the file lock, reads what is new, and writes atomically.

    Safe for several threads and processes. All commands raise Refusal, and then nothing was changed.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the world of a state folder; the folder and the file are made at the first change.

        Raises Failure where the file cannot be read or is not a world.
        """
        raise NotImplementedError

    def create(
        self,
        type: str,
        inputs: Mapping[str, Any],
        scope: Scope,
        mark: Mark,
        *,
        limits: Limits = Limits(),  # noqa: B008
        adopt: bool = False,
    ) -> Answer:
        """Creates a resource from checked inputs without unknowns.

        With `adopt` (the previous run died before it could note what it had made) a resource of the same name, stack mark and
        `rollguard:policy`/`rollguard:environment` tags is taken over and brought to these inputs instead of refused.
        """
        raise NotImplementedError

    def update(self, type: str, id: str, inputs: Mapping[str, Any], scope: Scope, *, limits: Limits = Limits()) -> Answer:  # noqa: B008
        """Brings an existing resource to these inputs. Refused as AWS does for what cannot be changed in place."""
        raise NotImplementedError

    def read(self, type: str, id: str, scope: Scope, known: Mapping[str, Any] | None = None) -> Answer | None:
        """The resource as it stands now, or None when it is gone.

        `known` are the inputs that Pulumi's state holds (they may hold Secret): where nothing drifted they come back unchanged, so that a refresh
        is clean. Its `region`, where given, wins over the scope's.
        """
        raise NotImplementedError

    def delete(self, type: str, id: str, scope: Scope, known: Mapping[str, Any] | None = None) -> None:
        """Deletes a resource; one that is gone already is fine, as for the real provider. `known` as in `read`."""
        raise NotImplementedError

    def resources(self) -> tuple[Resource, ...]:
        """Everything that exists, sorted by account, Region, kind and name; keys pending deletion included."""
        raise NotImplementedError
