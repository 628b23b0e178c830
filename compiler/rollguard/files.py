"""The YAML files of a project: which there are, and each read and checked on its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rollguard.document import Document, read
from rollguard.failure import Failure
from rollguard.soundness import sound_environments, sound_part
from rollguard.source import Diagnostic
from rollguard.validation import inspect, kind_of

Kind = Literal["policy", "environments", "presets", "failureModes"]

POLICIES = "policies"
ENVIRONMENTS = "policies/environments.yaml"
FAILURE_MODES = "policies/failure-modes.yaml"
PRESETS = "policies/presets/"
_ENDINGS = (".yaml", ".yml")


def files(root: Path) -> list[str]:
    """The YAML files below `policies/`, relative to the root and `/` separated, sorted; hidden ones are left out.

    Raises Failure where there is no `policies/`, for a folder that cannot be read, and for links in a circle or out of the project.
    """
    if not (root / POLICIES).is_dir():
        raise Failure(f"there is no folder `policies` in `{root}`")
    seen: set[str] = set()
    top = os.path.realpath(root)

    def inside(real: str, shown: str) -> None:
        if os.path.commonpath([real, top]) != top:
            raise Failure(
                f"`{shown}` leads out of the project", "policies are read from below the project's folder only"
            )

    def walk(folder: Path, shown: str) -> Iterator[str]:
        real = os.path.realpath(folder)
        if real in seen:
            raise Failure(f"the symbolic links of `{shown}` lead in a circle or to a folder twice", "remove the link")
        inside(real, shown)
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
                    inside(os.path.realpath(entry.path), inner)
                yield inner

    return sorted(walk(root / POLICIES, POLICIES))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # links in a circle: reading the file says so
        return False


@dataclass(frozen=True, slots=True)
class File:
    """One file, read and checked on its own. `document` is None where it is no YAML.

    `plannable` is what of a policy or of environments can be planned: the document itself where it is sound, else what is left without
    its faulty parts, so that faults across files are found in the same run; None where nothing is left.
    """

    path: str
    document: Document | None
    faults: tuple[Diagnostic, ...]
    plannable: Document | None

    @property
    def sound(self) -> bool:
        """Whether the file has no error of its own."""
        return self.document is not None and not any(fault.severity == "error" for fault in self.faults)


def expected_kind(path: str) -> Kind:
    """What a file must hold, as its path says."""
    if path in (ENVIRONMENTS, ENVIRONMENTS.replace(".yaml", ".yml")):
        return "environments"
    if path in (FAILURE_MODES, FAILURE_MODES.replace(".yaml", ".yml")):
        return "failureModes"
    return "presets" if path.startswith(PRESETS) else "policy"


def read_file(root: Path, path: str) -> File:
    """Read and check one of `files`. Raises Failure where it cannot be read."""
    checked = read(root / path, path)
    document, faults = checked.value, list(checked.diagnostics)
    plannable = None
    if document is not None:
        kind, expected = kind_of(document), expected_kind(path)
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
    return File(path, document, tuple(faults), plannable)


def _misplaced(document: Document, kind: Kind) -> Diagnostic:
    place = {
        "policy": "policies stand in `policies/<team>/`",
        "environments": "environments stand in `policies/environments.yaml`",
        "presets": "presets stand in `policies/presets/`",
        "failureModes": "failure modes stand in `policies/failure-modes.yaml`",
    }
    message = f"`kind: {document.data['kind']}` does not belong in this file"
    return Diagnostic("E002", "error", message, document.at("kind"), place[kind])
