"""What was sent to people and programs: every message that a topic or an API destination would have delivered."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rollguard.failure import Failure

_FILE = "outbox.jsonl"


@dataclass(frozen=True, slots=True)
class Sent:
    """One message to one endpoint. `at` is its date (RFC 3339, UTC), `via` the topic or API destination that it went through.

    `arrives` is False where it is lost; `why` then says so. `attributes` are SNS's message attributes. `play` tells the incidents that were
    played apart.
    """

    at: str
    via: str
    to: str
    arrives: bool
    why: str
    subject: str
    body: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    play: str = ""


class Outbox:
    """The messages of an environment's sandbox, oldest first, in `outbox.jsonl` of its folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE

    def add(self, messages: Iterable[Sent]) -> None:
        """Keeps messages; a line that a run which died has left half-written is left out later."""
        lines = "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in messages)
        if lines:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())

    def read(self) -> tuple[Sent, ...]:
        """Every message. Raises Failure where the file holds something else."""
        if not self._path.is_file():
            return ()
        lines = self._path.read_text(encoding="utf-8").split("\n")
        found = []
        for number, line in enumerate(lines, 1):
            if not line or number == len(lines):  # without its line break a line is not whole
                continue
            try:
                found.append(Sent(**json.loads(line)))
            except (TypeError, ValueError) as wrong:
                raise Failure(
                    f"line {number} of `{self._path}` is no message", help="delete the file to empty the inbox"
                ) from wrong
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One message as it was published: `at` one date, `via` one topic or API destination, to each endpoint of it."""

    at: str
    via: str
    subject: str
    body: str
    to: tuple[Sent, ...]

    @property
    def play(self) -> str:
        return self.to[0].play


def dispatches(sent: Iterable[Sent]) -> tuple[Dispatch, ...]:
    """Messages, each with all its endpoints, in the order in which they were sent."""
    found: dict[tuple[str, str, str, str], list[Sent]] = {}
    for one in sent:
        found.setdefault((one.at, one.via, one.subject, one.body), []).append(one)
    return tuple(Dispatch(*published, tuple(to)) for published, to in found.items())


def attributes_of(stated: Mapping[str, Any] | None) -> dict[str, str]:
    """SNS's message attributes as plain text."""
    return {name: str(one.get("StringValue", "")) for name, one in (stated or {}).items()}
