"""Hold a document against its schema and against what a schema cannot say, in an author's words."""

from __future__ import annotations

from dataclasses import dataclass

from rollguard.document import Document
from rollguard.source import Diagnostic, Path, in_order
from rollguard.validation import alone, faults, schemas, secrets, words
from rollguard.validation.part import Findings
from rollguard.validation.schemas import API_VERSION, KINDS, Kind
from rollguard.validation.writing import written
from rollguard.wording import did_you_mean, listed, near

__all__ = ["Inspection", "Kind", "inspect", "kind_of", "validate"]


def kind_of(document: Document) -> Kind | Diagnostic:
    """What a file is, as its `apiVersion` and `kind` say, or why that cannot be told."""
    for key, known in (("apiVersion", (API_VERSION,)), ("kind", tuple(KINDS))):
        if key not in document.data:
            return _without(document, key, known)
        value = document.data[key]
        if value is None:
            return Diagnostic("S011", "error", f"`{key}` has no value", document.at(key), f"write {listed(known)}")
        if value not in known:
            message = f"`{key}` cannot be `{written(document, (key,), value)}`"
            probable = did_you_mean(value, known) if isinstance(value, str) and key == "kind" else ""
            help = probable or f"this version of Rollguard reads {listed(known)}"
            return Diagnostic("S001", "error", message, document.at(key), help)
    return KINDS[document.data["kind"]]


def _without(document: Document, key: str, known: tuple[str, ...]) -> Diagnostic:
    if misspelt := near(key, [name for name in document.data if name not in ("apiVersion", "kind")]):
        help = f"did you mean `{key}`?"
        return Diagnostic("S002", "error", f"the file has no key `{misspelt}`", document.key_at(misspelt), help)
    example = " or ".join(f"`{key}: {word}`" for word in known)
    return Diagnostic("S003", "error", f"the file lacks `{key}`", document.at(), f"begin it with {example}")


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything that is wrong with a file alone, sorted by place, each fault once; and the paths that have a fault of their own."""

    diagnostics: tuple[Diagnostic, ...]
    faulty: frozenset[Path]


def validate(document: Document, kind: Kind) -> tuple[Diagnostic, ...]:
    """The diagnostics of `inspect`."""
    return inspect(document, kind).diagnostics


def inspect(document: Document, kind: Kind) -> Inspection:
    """Hold a document against the schema of its kind and against what a schema cannot say."""
    findings = Findings(document)
    if not schemas.validator(kind).is_valid(document.data):
        for fault in faults.faults(document, kind):
            findings.note(fault)
            findings.found.append(words.worded(fault, document, kind))
    alone.check(findings, kind)
    findings.found += secrets.check(document)
    return Inspection(in_order(findings.found), frozenset(findings.faulty))
