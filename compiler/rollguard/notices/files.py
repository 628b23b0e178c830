"""A project's own message templates: `templates/<status>.txt.j2` below `policies/`, for everybody or for one team."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from rollguard.plan.model import STATUSES
from rollguard.source import Diagnostic, Span
from rollguard.wording import did_you_mean, listed

#: The template for every status that has none of its own in the same folder.
ANY = "any"
ENDING = ".txt.j2"
FOLDER = "templates"
#: Bytes of one file. A message is 48,000 bytes at most, so nothing longer can be meant.
MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Templates:
    """The project's own templates by path (relative to the root), and what is wrong with the files themselves.

    `unreadable` says of files that are templates by their names why there is no text of them: they stand where they stand all the same,
    so that a policy does not silently tell what another team's template says.
    """

    sources: dict[str, str] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    unreadable: dict[str, str] = field(default_factory=dict)

    def chosen(self, policy: str, status: str) -> str | None:
        """The template for a status of the policy at this path: the nearest folder upwards that has one; None for our own."""
        for folder in PurePosixPath(policy).parents:
            for name in (status, ANY):
                path = f"{folder}/{FOLDER}/{name}{ENDING}"
                if path in self.sources or path in self.unreadable:
                    return path
        return None


def planned_templates(sources: Mapping[str, str], unreadable: Mapping[str, str]) -> Templates:
    """The templates that a plan holds, checked."""
    return Templates(dict(sources), _checked(dict(sources)), dict(unreadable))


def read_templates(root: Path) -> Templates:
    """Read every template below `policies/`, and check each on its own. Never raises for what a file holds."""
    sources: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    found: list[Diagnostic] = []
    for path in _paths(root):
        name = PurePosixPath(path).name
        if fault := _misnamed(path, name):
            found.append(fault)
            continue
        text = _text(root, path)
        if isinstance(text, Diagnostic):
            found.append(text)
            unreadable[path] = text.message
        else:
            sources[path] = text
    return Templates(sources, (*found, *_checked(sources)), unreadable)


def _checked(sources: dict[str, str]) -> tuple[Diagnostic, ...]:
    if not sources:
        return ()
    # Jinja2 takes a tenth of a second to import, which `check` of a project without templates must not wait for.
    from rollguard.notices.checks import check_templates

    return check_templates(sources)


def _paths(root: Path) -> Iterator[str]:
    top = root / "policies"
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if Path(folder).name == FOLDER and folder != str(top):
            for name in sorted(names):
                if name.endswith(".j2") and not name.startswith("."):
                    yield (Path(folder) / name).relative_to(root).as_posix()


def _misnamed(path: str, name: str) -> Diagnostic | None:
    status = name.removesuffix(".j2").removesuffix(".txt")
    if name.endswith(ENDING) and (status in (*STATUSES, ANY) or status.startswith("_")):
        return None
    hint = did_you_mean(status, (*STATUSES, ANY))
    known = f"call it `<status>{ENDING}`, with one of {listed((*STATUSES, ANY))}; or `_name{ENDING}` for a part that others include"
    return Diagnostic("N001", "error", f"`{name}` is the template of no status", Span(path), f"{hint} {known}".strip())


def _text(root: Path, path: str) -> str | Diagnostic:
    file, top = root / path, os.path.realpath(root)
    if os.path.commonpath([os.path.realpath(file), top]) != top:
        message = "the template leads out of the project"
        return Diagnostic("N002", "error", message, Span(path), "put the file itself there")
    try:
        raw = file.read_bytes() if file.stat().st_size <= MOST_BYTES else None
    except OSError as error:
        return Diagnostic(
            "N002",
            "error",
            f"the template cannot be read: {(error.strerror or '').lower()}",
            Span(path),
            "see its permissions",
        )
    if raw is None:
        return Diagnostic(
            "N005",
            "error",
            f"the template has more than {MOST_BYTES:,} bytes",
            Span(path),
            "a message for people fits on two screens; link to the rest",
        )
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return Diagnostic(
            "N002",
            "error",
            "the template is not UTF-8",
            Span(path, line, 1, line, 2),
            "save it as UTF-8",
        )
