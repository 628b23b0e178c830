"""What a place of records must be able to do, whatever it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

#: No record comes near this: the recorder cuts what AWS says. What is larger is something else.
LARGEST = 8_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is kept. `written` is when its present content was written, where the place knows it for certain."""

    key: str
    written: datetime | None = None


class Shelf(Protocol):
    """A folder or a bucket, laid out as `keys` says. Every method raises Failure where the place itself cannot be reached."""

    @property
    def name(self) -> str:
        """How people call it: a path, or `s3://…`."""
        ...

    def entries(self, prefix: str) -> Iterator[Entry]:
        """Everything below `prefix`, in no order."""
        ...

    def read(self, keys: Iterable[str]) -> Iterator[tuple[str, bytes | str]]:
        """Each key with its content, or with the reason (a text) why it cannot be read; in the order of `keys`."""
        ...

    def add(self, key: str, content: bytes) -> bool:
        """Writes what was never there before; False, and nothing changed, where something is."""
        ...
