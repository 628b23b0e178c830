"""The world file: one JSON document per state folder, replaced as a whole, under a lock that threads and processes share."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rollguard.failure import Failure
from rollguard.sandbox.aws.resource import Resource, State
from rollguard.sandbox.aws.terms import Mark

VERSION = 1
_FIELDS = {field.name for field in fields(Resource)}
_IN_THE_KEY = ("account", "region", "kind", "name")


class Store:
    """Reads and writes `world.json`. One line per resource, sorted, so that a person can read, diff and edit it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "world.json"
        self._lock = threading.RLock()
        self._state = State()
        self._salt = ""
        self._seen: tuple[int, int, int] | None = None
        self._lines: dict[str, tuple[Resource, str]] = {}
        self._refresh()

    @contextmanager
    def transaction(self) -> Iterator[tuple[State, str]]:
        """The state to change, and the salt of its secrets' hashes. Written when the block ends well, else forgotten."""
        with self._lock, self._file_lock():
            self._refresh()
            self._salt = self._salt or secrets.token_hex(16)
            draft = self._state.copy()
            yield draft, self._salt
            with _told(self.path):
                self._write(draft)

    def read(self) -> tuple[State, str]:
        """The state as it stands in the file now, and the salt. The state must not be changed."""
        with self._lock:
            self._refresh()
            return self._state, self._salt

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        with _told(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = self.path.with_name("world.lock").open("a")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _refresh(self) -> None:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            self._state, self._seen = State(), None
            return
        seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if seen == self._seen:
            return
        try:
            document = json.loads(self.path.read_text(encoding="utf-8"))
            if document["version"] != VERSION:
                raise ValueError(f"version {document['version']}, this Rollguard reads {VERSION}")
            resources = [_from_json(key, entry) for key, entry in document["resources"].items()]
            self._salt = str(document["salt"])
        except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise Failure(
                f"`{self.path}` is not a world of the sandbox ({error})",
                help="mend it, or remove the sandbox's folder to begin afresh",
            ) from error
        self._state, self._seen = State(resources), seen

    def _write(self, draft: State) -> None:
        kept: dict[str, tuple[Resource, str]] = {}
        for resource in draft.all():
            line = self._lines.get(resource.key)
            kept[resource.key] = line if line and line[0] is resource else (resource, _to_line(resource))
        body = ",\n".join(kept[key][1] for key in sorted(kept))
        head = f'{{"version": {VERSION}, "salt": {json.dumps(self._salt)}, "resources": {{'
        temporary = self.path.with_name("world.json.tmp")
        try:
            with temporary.open("w", encoding="utf-8") as file:
                file.write(f"{head}\n{body}\n}}}}\n" if body else f"{head}}}}}\n")
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        finally:
            temporary.unlink(missing_ok=True)
        stat = self.path.stat()
        self._state, self._lines, self._seen = draft, kept, (stat.st_ino, stat.st_mtime_ns, stat.st_size)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """An error of the file system as one clear sentence."""
    try:
        yield
    except OSError as error:
        raise Failure(f"`{path}` cannot be written: {error.strerror or error}") from error


def _to_line(resource: Resource) -> str:
    entry = {name: value for name, value in asdict(resource).items() if name not in _IN_THE_KEY}
    if resource.unedited is None:
        del entry["unedited"]
    return f"{json.dumps(resource.key)}: {json.dumps(entry, ensure_ascii=False)}"


def _from_json(key: str, entry: dict[str, Any]) -> Resource:
    account, region, kind, name = key.split("/", 3)
    values = {field: value for field, value in entry.items() if field in _FIELDS}
    values["mark"] = Mark(**entry.get("mark", {"stack": ""}))
    return Resource(account=account, region="" if region == "-" else region, kind=kind, name=name, **values)
