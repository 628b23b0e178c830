"""S3 as the recorder uses it: one folder per bucket, with conditional writes. The same tree is what `rollguard report` reads."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_PART = re.compile(r"[A-Za-z0-9!_.*'()&$@=;:+ ,?-]+")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object: its bytes, and the entity tag that conditional writes go by, in quotes as S3 has it."""

    key: str
    body: bytes
    etag: str


class Precondition(Exception):
    """The object is there already, or is another one than the writer has read (`PreconditionFailed`, 412)."""


class Bucket:
    """The objects of one bucket below `folder`. One process writes at a time: the sandbox's lock is held by whoever plays."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, key: str) -> Stored | None:
        """The object, or None where there is none."""
        path = self._path(key)
        if path is None or not path.is_file():
            return None
        body = path.read_bytes()
        return Stored(key, body, _etag(body))

    def put(self, key: str, body: bytes, *, only_new: bool = False, only_over: str | None = None) -> str:
        """Writes the object and returns its entity tag.

        `only_new` is `If-None-Match: *`, `only_over` is `If-Match` with an entity tag. Raises Precondition, and ValueError for a key that
        cannot be a path here.
        """
        path = self._path(key)
        if path is None:
            raise ValueError(f"`{key}` is no key that the sandbox keeps")
        present = self.get(key)
        if only_new and present is not None:
            raise Precondition(key)
        if only_over is not None and (present is None or present.etag != only_over):
            raise Precondition(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(body)
        Path(file.name).replace(path)
        return _etag(body)

    def delete(self, key: str) -> None:
        """Removes the object; one that is not there is fine, as in S3."""
        path = self._path(key)
        if path is not None:
            path.unlink(missing_ok=True)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """The keys that begin with `prefix`, in S3's order."""
        if self.folder.is_dir():
            found = (
                path.relative_to(self.folder).as_posix()
                for path in self.folder.rglob("*")
                if path.is_file() and not path.name.startswith(".")
            )
            yield from sorted(key for key in found if key.startswith(prefix))

    def written(self, key: str) -> datetime:
        """When the object was last written. Raises OSError where there is none."""
        return datetime.fromtimestamp(self.folder.joinpath(key).stat().st_mtime, UTC)

    def _path(self, key: str) -> Path | None:
        """Where an object lies; None for keys that would lead out of the folder or hide in it."""
        parts = key.split("/")
        if any(not _PART.fullmatch(part) or part.startswith(".") for part in parts):
            return None
        return self.folder.joinpath(*parts)


def _etag(body: bytes) -> str:
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
