"""One thing in a criterion that does not go with another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Misfit:
    """`at` is the path of the value at fault inside the criterion, or of its key where `key` says so.

    `beside` are the paths of what it does not go with. `inside` are the first character and the one after the last of an expression.
    """

    code: str
    message: str
    help: str
    at: tuple[str, ...]
    beside: tuple[tuple[str, ...], ...] = ()
    key: bool = False
    inside: tuple[int, int] | None = None
    severity: Literal["error", "warning"] = "error"
