"""A project on disk: every policy, preset and environment below `policies/`, read and checked on its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rollguard.document import Document, Written
from rollguard.failure import Failure
from rollguard.files import ENVIRONMENTS, POLICIES, File, expected_kind, files, read_file
from rollguard.notices import Templates, read_templates
from rollguard.presets import Catalogue
from rollguard.processes import spread
from rollguard.source import Diagnostic, Note, Span, in_order

#: Above so many policies it pays to read them in several processes.
MANY = 150
#: Bytes above which it pays for fewer policies too, such as ones with a hundred scenarios each.
_MUCH = 400_000
#: Policies that a process reads at a time: few, so that all end at about the same time.
_AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class PolicySource:
    """One policy file. `document` is None where it is no YAML; `sound` is False where it has faults of its own.

    `plannable` is what of it can be planned, as `File` says. `name` is the policy's name, or the file's where it has none. `path` is
    relative to the project's root.
    """

    name: str
    path: str
    document: Document | None
    sound: bool
    plannable: Document | None


@dataclass(frozen=True, slots=True)
class Shared:
    """What the policies of a project have in common. `diagnostics` are the faults of these files, `files` their paths; the templates'
    faults are `templates.diagnostics`, as they concern the policies alone that use them.

    `environments` and `failure_modes` (the project's own `failure-modes.yaml`) are None where there is no sound one;
    `plannable_environments` is what is left of the environments without their faults, as `sound_environments` says. `templates` are the
    project's own message templates.
    """

    files: tuple[str, ...]
    environments: Document | None
    plannable_environments: Document | None
    failure_modes: Document | None
    catalogue: Catalogue
    templates: Templates
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """Everything below `policies/`. `diagnostics` are the faults that each file has on its own but for templates, and names used twice.

    `environments` and `failure_modes` are None where there is no sound one.
    """

    root: Path
    policies: tuple[PolicySource, ...]
    environments: Document | None
    catalogue: Catalogue
    diagnostics: tuple[Diagnostic, ...]
    failure_modes: Document | None = None
    templates: Templates = field(default_factory=Templates)

    @property
    def environment_names(self) -> tuple[str, ...]:
        """The environments' names, sorted; empty where `environments.yaml` is not sound."""
        return tuple(sorted(self.environments.data["environments"])) if self.environments else ()


def find_root(given: Path | None, start: Path) -> Path:
    """The project's folder: the one given, else the nearest upwards from `start` that holds `policies/`.

    Raises Failure where there is none.
    """
    if given is not None:
        if not (given / POLICIES).is_dir():
            raise Failure(
                f"there is no folder `policies` in `{given}`", "`--root` names the folder that holds `policies/`"
            )
        return given.resolve()
    for folder in (start, *start.parents):
        if (folder / POLICIES).is_dir():
            return folder
    raise Failure(
        f"there is no folder `policies` in `{start}` or above it",
        "change to a project's folder, or name it with `--root`",
    )


def load(root: Path, *, every_core: bool = False) -> Project:
    """Read and check the project below `root`; `every_core` forks for large ones, which only a process without threads may do.

    Raises Failure for what is no fault of a file's text: no `policies/`, nothing in it, a file that cannot be read, links in a circle.
    """
    shared, paths = read_shared(root)
    parts = batches(root, paths, every_core)
    read = [file for part in spread(lambda part: [read_file(root, path) for path in part], parts) for file in part]
    policies = [policy_source(file) for file in read]
    faults = [fault for file in read for fault in file.faults]
    return Project(
        root=root,
        policies=tuple(sorted(policies, key=lambda policy: (policy.name, policy.path))),
        environments=shared.environments,
        catalogue=shared.catalogue,
        diagnostics=in_order([*shared.diagnostics, *faults, *same_names(filter(None, map(named, read)))]),
        failure_modes=shared.failure_modes,
        templates=shared.templates,
    )


def read_shared(root: Path) -> tuple[Shared, list[str]]:
    """What policies share, and the paths of the policies, which are not read yet. Raises Failure as `load` does."""
    paths = files(root)
    reader = _Reader()
    for path in paths:
        if expected_kind(path) != "policy":
            reader.take(read_file(root, path))
    reader.found += _twice(paths)
    policies = [path for path in paths if expected_kind(path) == "policy"]
    if not policies:
        raise Failure("there is no policy in `policies/`", "write one into `policies/<team>/<service>.yaml`")
    if not reader.has_environments:
        reader.found.append(
            Diagnostic(
                "E001",
                "error",
                "there is no environments.yaml",
                Span(ENVIRONMENTS),
                "it says where the policies apply, for example `apiVersion: rollguard/v1`, `kind: Environments`, "
                '`environments: {prod: {account: "111122223333", region: eu-west-1, mode: observe}}`',
            )
        )
    return (
        Shared(
            files=tuple(path for path in paths if expected_kind(path) != "policy"),
            environments=reader.environments,
            plannable_environments=reader.plannable_environments,
            failure_modes=reader.failure_modes,
            catalogue=Catalogue(reader.presets, reader.faulty_services),
            templates=read_templates(root),
            diagnostics=in_order(reader.found),
        ),
        policies,
    )


def _twice(paths: Iterable[str]) -> Iterator[Diagnostic]:
    """Files of which a project has one, where it has both a `.yaml` and a `.yml`: one of them would be read in vain."""
    first: dict[str, str] = {}
    for path in paths:
        kind = expected_kind(path)
        if kind in ("environments", "failureModes") and first.setdefault(kind, path) != path:
            message = f"`{path}` stands beside `{first[kind]}`"
            yield Diagnostic("E007", "error", message, Span(path), "put both into one file, and remove the other one")


def batches(root: Path, paths: Sequence[str], every_core: bool) -> list[Sequence[str]]:
    """The policies in parts for `spread`: one part where there is too little to read for a second process."""
    if not every_core or not _pays(root, paths):
        return [paths]
    size = min(_AT_A_TIME, -(-len(paths) // 8))
    return [paths[start : start + size] for start in range(0, len(paths), size)]


def _pays(root: Path, paths: Sequence[str]) -> bool:
    if len(paths) > MANY:
        return True
    try:
        return len(paths) > 3 and sum((root / path).stat().st_size for path in paths) > _MUCH
    except OSError:  # reading the file says what is wrong with it
        return False


def policy_source(file: File) -> PolicySource:
    """A policy's file under the policy's name."""
    stated = named(file)
    name = stated.name if stated else Path(file.path).stem
    return PolicySource(name, file.path, file.document, file.sound, file.plannable)


@dataclass(frozen=True, slots=True)
class Named:
    """A policy's name and where it is written."""

    name: str
    written: Written


def named(file: File) -> Named | None:
    """The name that a policy states; None where it states none."""
    metadata: Any = file.document.data.get("metadata") if file.document is not None else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    if file.document is None or not isinstance(name, str) or not name:
        return None
    return Named(name, Written(file.document.source))


class _Reader:
    """Sorts the files that policies share."""

    def __init__(self) -> None:
        self.presets: dict[str, Document] = {}
        self.faulty_services: set[str] = set()
        self.plannable_environments: Document | None = None
        self.environments: Document | None = None
        self.failure_modes: Document | None = None
        self.has_environments = False
        self.found: list[Diagnostic] = []

    def take(self, file: File) -> None:
        self.found += file.faults
        kind = expected_kind(file.path)
        self.has_environments |= kind == "environments"
        if kind == "environments":
            self.plannable_environments = file.plannable
        elif kind == "presets":
            self.faulty_services |= _services(file)
        if not file.sound or file.document is None:
            return
        if kind == "environments":
            self.environments = file.document
        elif kind == "failureModes":
            self.failure_modes = file.document
        else:
            self._preset(file.document, file.path)

    def _preset(self, document: Document, path: str) -> None:
        service = document.data["service"]
        stem = Path(path).stem
        if service != stem:
            message = f"the file of service `{service}` is called `{stem}`"
            self.found.append(
                Diagnostic("P006", "error", message, document.at("service"), f"call the file `{service}.yaml`")
            )
        elif service in self.presets:
            message = f"service `{service}` has two files"
            self.found.append(Diagnostic("P007", "error", message, document.at("service"), "put the presets together"))
        else:
            self.presets[service] = document
            self.faulty_services.discard(service)


def _services(file: File) -> set[str]:
    """The services that a file of presets could be about: what it says, and what it is called."""
    stated = file.document.data.get("service") if file.document is not None else None
    return {Path(file.path).stem, *([stated] if isinstance(stated, str) else [])}


def same_names(policies: Iterable[Named]) -> Iterator[Diagnostic]:
    """Policies whose name another one has already."""
    first: dict[str, Written] = {}
    for policy in sorted(policies, key=lambda policy: policy.written.source.path):
        earlier = first.setdefault(policy.name.lower(), policy.written)
        if earlier is not policy.written:
            yield Diagnostic(
                "R003",
                "error",
                f"policy `{policy.name}` exists already",
                policy.written.at("metadata", "name"),
                "names are unique over the whole project, whatever the team",
                (Note("first named here", earlier.at("metadata", "name")),),
            )
