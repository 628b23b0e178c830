"""Write pages as files, only where they changed, and take away those that are gone; nothing else is ever touched."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from rollguard.failure import Failure
from rollguard.site.page import Page

#: What an earlier run wrote: only these files may go again.
MANIFEST = ".rollguard-pages.json"


def write(pages: Iterable[Page], folder: Path) -> list[tuple[Page, Path]]:
    """Write `pages` below `folder` and remove the pages that an earlier run wrote there and this one did not.

    A file whose text is the same keeps its time stamp. Raises Failure where the folder cannot be written.
    """
    written: list[tuple[Page, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = _manifest(folder)
        for page in pages:
            path = _inside(folder, page.path)
            known.add(page.path)
            written.append((page, path))
        # The manifest comes first: a run that is cut short leaves no page that nobody knows of.
        _replace(folder / MANIFEST, _listed(known))
        for page, path in written:
            _replace(path, page.markdown)
        current = {page.path for page, _ in written}
        for gone in sorted(known - current):
            _remove(folder, gone)
        _replace(folder / MANIFEST, _listed(current))
    except OSError as error:
        raise Failure(f"cannot write the pages to `{folder}`: {(error.strerror or str(error)).lower()}") from None
    return written


def is_ours(folder: Path) -> bool:
    """Whether `folder` is empty, not there yet, or holds pages that we wrote."""
    return not folder.exists() or (folder.is_dir() and (not any(folder.iterdir()) or (folder / MANIFEST).is_file()))


def _inside(folder: Path, relative: str) -> Path:
    path = folder / relative
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Failure(f"the page `{relative}` leads out of `{folder}`", "remove the symbolic link in that folder")
    return path


def _manifest(folder: Path) -> set[str]:
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return set()
    return {entry for entry in listed if isinstance(entry, str)} if isinstance(listed, list) else set()


def _listed(paths: Iterable[str]) -> str:
    return json.dumps(sorted(paths), indent=0) + "\n"


def _replace(path: Path, text: str) -> None:
    raw = text.encode("utf-8")
    if path.is_file() and path.read_bytes() == raw:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}.half")
    try:
        half.write_bytes(raw)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _remove(folder: Path, relative: str) -> None:
    path = folder / relative
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        return
    path.unlink(missing_ok=True)
    for parent in path.parents:
        if parent == folder or not parent.is_dir() or any(parent.iterdir()):
            return
        parent.rmdir()
