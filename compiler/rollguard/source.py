"""The text an author wrote, the places in it, and what we have to say about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

#: A place inside a YAML value: mapping keys and sequence indexes, outermost first.
Path = tuple[str | int, ...]

Severity = Literal["error", "warning", "note"]

_SEVERITY_RANK: dict[Severity, int] = {"error": 0, "warning": 1, "note": 2}


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path as shown to people (relative to the project's root, `/` separated) and its text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of a file. Lines and columns count from 1; the end column is the first one after the stretch."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """A second place that a diagnostic points to, such as where a name was first used."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong: what (with the author's own values), where, and how to mend it.

    `code` is permanent and says nothing about the severity; `codes.py` lists all of them.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    help: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def sort_key(self) -> tuple[Span, int, str, str]:
        return (self.span, _SEVERITY_RANK[self.severity], self.code, self.message)


@dataclass(frozen=True, slots=True)
class Checked(Generic[T]):
    """A result together with everything found on the way to it. `value` is None when nothing usable is left."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sorted by place, each one once."""
    return tuple(sorted(set(diagnostics), key=lambda found: found.sort_key))


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Whether `severity` is as grave as `threshold` or graver."""
    return _SEVERITY_RANK[severity] <= _SEVERITY_RANK[threshold]
