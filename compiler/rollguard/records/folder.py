"""Records in a folder: a bucket that was copied, or the sandbox's."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rollguard.failure import Failure
from rollguard.records.keys import OBSERVATIONS, RECORDS
from rollguard.records.shelf import LARGEST, Entry


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that holds `records/`, `observations/` or both."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    def entries(self, prefix: str) -> Iterator[Entry]:
        """Files only; hidden ones, and links to folders, are left out. A file's own time says nothing: copying changes it."""
        stack = [(self.path / prefix, prefix)]
        while stack:
            folder, shown = stack.pop()
            try:
                with os.scandir(folder) as found:
                    for entry in found:
                        if entry.name.startswith("."):
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            stack.append((Path(entry.path), f"{shown}{entry.name}/"))
                        elif entry.name.endswith(".json"):
                            yield Entry(f"{shown}{entry.name}")
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                raise Failure(f"cannot read the folder `{folder}`: {_reason(error)}") from None

    def read(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes | str]]:
        for key in keys:
            try:
                with (self.path / key).open("rb") as file:
                    content = file.read(LARGEST + 1)
            except OSError as error:
                yield key, f"cannot be read: {_reason(error)}"
            else:
                yield key, content if len(content) <= LARGEST else "is larger than any record"

    def add(self, key: str, content: bytes) -> bool:
        path = self.path / key
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            return False
        except OSError as error:
            raise Failure(f"cannot write `{path}`: {_reason(error)}") from None
        return True


def folders(path: Path) -> tuple[Folder, ...]:
    """`path` itself where it holds `records/` or `observations/`, else those folders right below it that do, as for several Regions."""
    if _holds(path):
        return (Folder(path),)
    if not path.is_dir():
        return ()
    return tuple(Folder(below) for below in sorted(path.iterdir()) if _holds(below))


def _holds(path: Path) -> bool:
    """A policy that only observes has observations, and no record."""
    return (path / RECORDS).is_dir() or (path / OBSERVATIONS).is_dir()


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
