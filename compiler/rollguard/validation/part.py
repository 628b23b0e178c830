"""A cursor over a document that only shows what its schema found nothing against, so that checks neither crash nor say things twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rollguard.document import Document
from rollguard.source import Diagnostic, Note, Path, Span
from rollguard.validation.faults import VALUES, Fault, meant
from rollguard.validation.writing import written


@dataclass(slots=True)
class Findings:
    """One document with what its schema holds against it, and what the checks have found since.

    `unsound` are the places of wrong values, `uneven` those of mappings and lists with wrong keys or counts, `misspelt` the keys that an
    author meant and wrote wrongly, `unknown` the keys that the schema does not have.
    """

    document: Document
    found: list[Diagnostic] = field(default_factory=list)
    unsound: set[Path] = field(default_factory=set)
    uneven: set[Path] = field(default_factory=set)
    misspelt: set[Path] = field(default_factory=set)
    faulty: set[Path] = field(default_factory=set)
    unknown: set[Path] = field(default_factory=set)

    def note(self, fault: Fault) -> None:
        """Remember what is wrong already."""
        self.faulty.add(fault.path)
        (self.unsound if fault.keyword in VALUES else self.uneven).add(fault.path)
        if fault.keyword == "unknown":
            self.unknown.add((*fault.path, fault.detail))
        if fault.keyword == "unknown" and (key := meant(fault.detail, fault)):
            self.misspelt.add((*fault.path, key))


@dataclass(frozen=True, slots=True)
class Part:
    """A sound value of a document and its place."""

    findings: Findings
    path: Path
    value: Any

    def get(self, *keys: str | int) -> Part | None:
        """What stands below, or None where nothing does or it is unsound."""
        path, value, unsound = self.path, self.value, self.findings.unsound
        for key in keys:
            if isinstance(value, dict):
                if key not in value:
                    return None
            elif not isinstance(value, list) or not isinstance(key, int) or key >= len(value):
                return None
            value = value[key]
            path = (*path, key)
            if unsound and path in unsound:
                return None
        return Part(self.findings, path, value)

    def entries(self) -> Iterator[tuple[Any, Part]]:
        """The sound entries of a mapping, by key, or of a list, by index; none where the value is neither."""
        value = self.value
        keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        unsound = self.findings.unsound
        for key in keys:
            path = (*self.path, key)
            if path not in unsound:
                yield key, Part(self.findings, path, value[key])

    def text(self, key: str) -> str:
        """A text that stands below, or an empty one."""
        found = self.value.get(key) if isinstance(self.value, dict) else None
        return found if isinstance(found, str) and (*self.path, key) not in self.findings.unsound else ""

    def sound(self, key: str) -> Any:
        """The value below `key`, with None for whatever in it is wrong: a value, or a mapping with wrong keys other than a window."""
        findings = self.findings
        if not findings.unsound and not findings.uneven:
            return self.value[key]
        return _pruned(self.value[key], (*self.path, key), findings)

    def has(self, key: str) -> bool:
        """Whether a key is there, sound or not, or was meant to be."""
        return isinstance(self.value, dict) and (key in self.value or (*self.path, key) in self.findings.misspelt)

    @property
    def whole(self) -> bool:
        """Whether the schema has nothing against anything from here down, so that what is absent is really absent."""
        depth = len(self.path)
        findings = self.findings
        return not any(path[:depth] == self.path for path in (*findings.unsound, *findings.uneven))

    @property
    def even(self) -> bool:
        """Whether the schema has nothing against the keys or the number of entries."""
        return self.path not in self.findings.uneven

    @property
    def written(self) -> str:
        """The value as it stands in the file."""
        return written(self.findings.document, self.path, self.value)

    @property
    def span(self) -> Span:
        return self.findings.document.at(*self.path)

    @property
    def key_span(self) -> Span:
        return self.findings.document.key_at(*self.path)

    def warning(self, code: str, message: str, help: str = "", *, at: Span | None = None) -> None:
        """Report what is legal and most likely not meant."""
        self.findings.found.append(Diagnostic(code, "warning", message, at or self.span, help))

    def error(
        self, code: str, message: str, help: str = "", *, at: Span | None = None, notes: tuple[Note, ...] = ()
    ) -> None:
        """Report an error at this place, or at another."""
        self.findings.faulty.add(self.path)
        self.findings.found.append(Diagnostic(code, "error", message, at or self.span, help, notes))


def _pruned(value: Any, path: Path, findings: Findings) -> Any:
    if path in findings.unsound:
        return None
    if isinstance(value, dict):
        if path in findings.uneven and path[-1] != "window":
            return None
        return {key: _pruned(inner, (*path, key), findings) for key, inner in value.items()}
    return value
