"""A project on disk: every policy, preset and environment below `policies/`, read and checked on its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rollguard.document import Document, read
from rollguard.failure import Failure
from rollguard.presets import Catalogue
from rollguard.processes import spread
from rollguard.soundness import sound_environments, sound_part
from rollguard.source import Diagnostic, Note, Span, in_order
from rollguard.validation import inspect, kind_of

Kind = Literal["policy", "environments", "presets", "failureModes"]

POLICIES = "policies"
ENVIRONMENTS = "policies/environments.yaml"
FAILURE_MODES = "policies/failure-modes.yaml"
PRESETS = "policies/presets/"
_ENDINGS = (".yaml", ".yml")
#: Above so many files it pays to read and plan them in several processes.
MANY = 150
#: Bytes above which it pays for fewer files too, such as ones with a hundred scenarios each.
_MUCH = 400_000


@dataclass(frozen=True, slots=True)
class PolicySource:
    """One policy file. `document` is None where it is no YAML; `sound` is False where it has faults of its own.

    `plannable` is what of it can be planned: the document itself where it is sound, else what is left without its faulty parts, so that
    faults across files are found in the same run; None where nothing is left.
    `name` is the policy's name, or the file's where it has none. `path` is relative to the project's root.
    """

    name: str
    path: str
    document: Document | None
    sound: bool
    plannable: Document | None


@dataclass(frozen=True, slots=True)
class Project:
    """Everything below `policies/`. `diagnostics` are the faults that each file has on its own, and names used twice.

    `environments` is None where `environments.yaml` has faults; `plannable_environments` is what is left of it without them, as
    `sound_environments` says.
    `failure_modes` is the project's own `failure-modes.yaml`, None where there is no sound one. `files` are all that were read.
    """

    root: Path
    policies: tuple[PolicySource, ...]
    environments: Document | None
    catalogue: Catalogue
    diagnostics: tuple[Diagnostic, ...]
    failure_modes: Document | None = None
    files: tuple[str, ...] = ()
    plannable_environments: Document | None = None

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
    if not (root / POLICIES).is_dir():
        raise Failure(f"there is no folder `policies` in `{root}`")
    reader, files = _Reader(), sorted(_files(root))
    for file in _read_all(root, files, every_core):
        reader.take(file)
    if not reader.policies:
        raise Failure("there is no policy in `policies/`", "write one into `policies/<team>/<service>.yaml`")
    if reader.environments is None and not reader.has_environments:
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
    return Project(
        root=root,
        policies=tuple(sorted(reader.policies, key=lambda policy: (policy.name, policy.path))),
        environments=reader.environments,
        plannable_environments=reader.plannable_environments,
        catalogue=Catalogue(reader.presets, reader.faulty_services),
        diagnostics=in_order([*reader.found, *_same_names(reader.policies)]),
        failure_modes=reader.failure_modes,
        files=tuple(files),
    )


def _files(root: Path) -> Iterator[str]:
    """The YAML files below `policies/`, relative to the root and `/` separated; hidden ones are left out."""
    seen: set[str] = set()
    top = os.path.realpath(root)

    def _inside(real: str, shown: str) -> None:
        if os.path.commonpath([real, top]) != top:
            raise Failure(
                f"`{shown}` leads out of the project", "policies are read from below the project's folder only"
            )

    def walk(folder: Path, shown: str) -> Iterator[str]:
        real = os.path.realpath(folder)
        if real in seen:
            raise Failure(f"the symbolic links of `{shown}` lead in a circle or to a folder twice", "remove the link")
        _inside(real, shown)
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            raise Failure(f"cannot read the folder `{shown}`: {(error.strerror or '').lower()}") from None
        for entry in entries:
            if entry.name.startswith("."):
                continue
            inner = f"{shown}/{entry.name}"
            if _is_folder(entry):
                yield from walk(Path(entry.path), inner)
            elif entry.name.endswith(_ENDINGS):
                if entry.is_symlink():
                    _inside(os.path.realpath(entry.path), inner)
                yield inner

    return walk(root / POLICIES, POLICIES)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # links in a circle: reading the file says so
        return False


@dataclass(frozen=True, slots=True)
class _File:
    """One file, read and checked on its own."""

    path: str
    document: Document | None
    faults: tuple[Diagnostic, ...]
    plannable: Document | None

    @property
    def sound(self) -> bool:
        return self.document is not None and not any(fault.severity == "error" for fault in self.faults)


def _read_all(root: Path, paths: list[str], every_core: bool) -> Iterator[_File]:
    if not every_core or not _pays(root, paths):
        return (_read(root, path) for path in paths)
    size = min(MANY, -(-len(paths) // 4))
    parts = [paths[start : start + size] for start in range(0, len(paths), size)]
    return (file for part in spread(lambda part: [_read(root, path) for path in part], parts) for file in part)


def _pays(root: Path, paths: list[str]) -> bool:
    """Whether there is so much to read that a second process is worth its start."""
    if len(paths) > MANY:
        return True
    try:
        return len(paths) > 3 and sum((root / path).stat().st_size for path in paths) > _MUCH
    except OSError:  # reading the file says what is wrong with it
        return False


def _expected(path: str) -> Kind:
    if path in (ENVIRONMENTS, ENVIRONMENTS.replace(".yaml", ".yml")):
        return "environments"
    if path in (FAILURE_MODES, FAILURE_MODES.replace(".yaml", ".yml")):
        return "failureModes"
    return "presets" if path.startswith(PRESETS) else "policy"


def _read(root: Path, path: str) -> _File:
    checked = read(root / path, path)
    document, faults = checked.value, list(checked.diagnostics)
    plannable = None
    if document is not None:
        kind, expected = kind_of(document), _expected(path)
        if isinstance(kind, Diagnostic):
            faults.append(kind)
        elif kind != expected:
            faults.append(_misplaced(document, kind))
        else:
            inspection = inspect(document, kind)
            seen = {fault.span for fault in faults}  # a key that is no text is no key of the schema either
            faults += (fault for fault in inspection.diagnostics if fault.span not in seen)
            if kind == "policy":
                plannable = sound_part(document, inspection.faulty)
            elif kind == "environments":
                plannable = sound_environments(document, inspection.faulty)
    return _File(path, document, tuple(faults), plannable)


class _Reader:
    def __init__(self) -> None:
        self.policies: list[PolicySource] = []
        self.presets: dict[str, Document] = {}
        self.faulty_services: set[str] = set()
        self.plannable_environments: Document | None = None
        self.environments: Document | None = None
        self.failure_modes: Document | None = None
        self.has_environments = False
        self.found: list[Diagnostic] = []

    def take(self, file: _File) -> None:
        self.found += file.faults
        kind = _expected(file.path)
        self.has_environments |= kind == "environments"
        if kind == "policy":
            name = _name(file.document, file.path)
            self.policies.append(PolicySource(name, file.path, file.document, file.sound, file.plannable))
            return
        if kind == "environments":
            self.plannable_environments = file.plannable
        elif kind == "presets":
            self.faulty_services |= _services(file)
        if file.sound and file.document is not None:
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


def _services(file: _File) -> set[str]:
    """The services that a file of presets could be about: what it says, and what it is called."""
    stated = file.document.data.get("service") if file.document is not None else None
    return {Path(file.path).stem, *([stated] if isinstance(stated, str) else [])}


def _misplaced(document: Document, kind: Kind) -> Diagnostic:
    place = {
        "policy": "policies stand in `policies/<team>/`",
        "environments": "environments stand in `policies/environments.yaml`",
        "presets": "presets stand in `policies/presets/`",
        "failureModes": "failure modes stand in `policies/failure-modes.yaml`",
    }
    message = f"`kind: {document.data['kind']}` does not belong in this file"
    return Diagnostic("E002", "error", message, document.at("kind"), place[kind])


def _name(document: Document | None, path: str) -> str:
    metadata: Any = document.data.get("metadata") if document is not None else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) and name else Path(path).stem


def _same_names(policies: list[PolicySource]) -> Iterator[Diagnostic]:
    first: dict[str, Document] = {}
    for policy in sorted(policies, key=lambda policy: policy.path):
        document = policy.document
        metadata = document.data.get("metadata") if document is not None else None
        if document is None or not isinstance(metadata, dict) or metadata.get("name") != policy.name:
            continue
        if policy.name.lower() not in first:
            first[policy.name.lower()] = document
            continue
        yield Diagnostic(
            "R003",
            "error",
            f"policy `{policy.name}` exists already",
            document.at("metadata", "name"),
            "names are unique over the whole project, whatever the team",
            (Note("first named here", first[policy.name.lower()].at("metadata", "name")),),
        )
