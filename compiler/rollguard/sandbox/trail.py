"""What a run changed in the stand-in's world, operation by operation: the sandbox's CloudTrail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rollguard.sandbox.wire import hidden


class Trail:
    """Appends to `trail.jsonl`, one line per finished operation; each run begins a new file. Secrets are left out."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")

    def note(self, verb: str, urn: str, inputs: Mapping[str, object]) -> None:
        line = json.dumps({"operation": verb, "urn": urn, "inputs": hidden(inputs)}, sort_keys=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def read_trail(path: Path) -> tuple[dict[str, Any], ...]:
    """The operations of the last run, in order: `operation` (create, update, delete), `urn`, `inputs`."""
    if not path.is_file():
        return ()
    return tuple(json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
