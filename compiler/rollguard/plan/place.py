"""Where a value of a policy was written, through every layer it may come from, and the collector of what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rollguard.document import Document
from rollguard.source import Diagnostic, Note, Path, Severity, Span

#: Values that a nearer layer replaces whole; every list does as well (design 3, corrections 2.2).
REPLACED_WHOLE = frozenset(
    {"threshold", "signal", "traffic", "from", "missing", "leastTraffic", "healthyHosts", "loadBalancer"}
)


@dataclass(frozen=True, slots=True)
class Place:
    """A value in a file. `fixed` places stand for values that came from elsewhere (a preset) and were called in here."""

    document: Document
    path: Path
    fixed: bool = False

    def __truediv__(self, step: str | int) -> Place:
        return self if self.fixed else Place(self.document, (*self.path, step))

    @property
    def span(self) -> Span:
        return self.document.at(*self.path)

    @property
    def key(self) -> Span:
        return self.document.key_at(*self.path)

    def inside(self, start: int, end: int) -> Span:
        """The characters `start` to `end` of a one-line string value, or the whole value where the text was escaped."""
        span = self.span
        if span.line != span.end_line or self.fixed:
            return span
        line = self.document.source.text.split("\n")[span.line - 1]
        written = line[span.column - 1 : span.end_column - 1]
        quote = 1 if written[:1] in ("'", '"') else 0
        value = written[quote : len(written) - quote] if quote else written
        node: Any = self.document.data
        for step in self.path:
            node = node[step]
        if value != node:
            return span
        column = span.column + quote
        return Span(span.path, span.line, column + start, span.line, column + max(end, start + 1))


@dataclass(slots=True)
class Findings:
    """Collects diagnostics while a plan is made."""

    found: list[Diagnostic] = field(default_factory=list)

    def error(self, code: str, message: str, at: Span, help: str = "", notes: Iterable[Note] = ()) -> None:
        self._add("error", code, message, at, help, notes)

    def warning(self, code: str, message: str, at: Span, help: str = "", notes: Iterable[Note] = ()) -> None:
        self._add("warning", code, message, at, help, notes)

    def _add(self, severity: Severity, code: str, message: str, at: Span, help: str, notes: Iterable[Note]) -> None:
        self.found.append(Diagnostic(code, severity, message, at, help, tuple(notes)))

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.severity == "error" for diagnostic in self.found)


@dataclass(slots=True)
class Layered:
    """Maps laid over one another, farthest first, which still know where each value was written."""

    data: dict[str, Any] = field(default_factory=dict)
    origins: dict[Path, Place] = field(default_factory=dict)

    def lay(self, data: Mapping[str, Any] | None, place: Place, leave_out: Iterable[str] = ()) -> Layered:
        """Put a nearer layer on top: maps merge by key, lists and the values of REPLACED_WHOLE replace."""
        for key, value in (data or {}).items():
            if key not in leave_out:
                self._set(self.data, (), key, value, place / key)
        return self

    def _set(self, target: dict[str, Any], path: Path, key: str, value: Any, place: Place) -> None:
        here = (*path, key)
        below = target.get(key)
        if isinstance(value, dict) and isinstance(below, dict) and key not in REPLACED_WHOLE:
            merged = target[key] = dict(below)
            for inner, nested in value.items():
                self._set(merged, here, inner, nested, place / inner)
            return
        target[key] = value
        for known in [known for known in self.origins if known[: len(here)] == here]:
            del self.origins[known]
        self.origins[here] = place

    def place(self, *path: str | int, otherwise: Place) -> Place:
        """Where the value at `path` was written; `otherwise` if no layer set it."""
        for cut in range(len(path), 0, -1):
            origin = self.origins.get(path[:cut])
            if origin is not None:
                for step in path[cut:]:
                    origin = origin / step
                return origin
        return otherwise
