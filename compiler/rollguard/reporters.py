"""Diagnostics as text for people, JSON for scripts, SARIF for code scanning and workflow commands for GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from urllib.parse import quote

from rollguard import __version__
from rollguard.codes import CODES
from rollguard.diagnostics import TextOf, render, visible
from rollguard.source import Diagnostic, Severity, Span

Found = Sequence[Diagnostic]
Json = dict[str, object]

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_GITHUB_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "note": "notice"}


def report(found: Found, format_: str, text_of: TextOf, *, color: bool = False) -> str:
    """All of `found` in one of FORMATS, without a line break at the end.

    Empty in `text` and `github` if nothing was found. `text_of` gives a file's text by its path, as in `render`.
    """
    return _REPORTERS[format_](found, text_of, color)


def text(found: Found, text_of: TextOf, color: bool) -> str:
    """Frames, with an empty line between them."""
    return "\n\n".join(render(diagnostic, text_of, color=color) for diagnostic in found)


def json_(found: Found, text_of: TextOf, color: bool) -> str:
    """`{"version": 1, "diagnostics": [{code, severity, message, help, path, line, column, endLine, endColumn, notes}]}`.

    `notes` are `{message, path, line, column, endLine, endColumn}`; lines and columns count from 1, in characters, the
    end being the first column after the place. Keys are added in later versions of Rollguard, never renamed or dropped
    under the same `version`.
    """
    diagnostics = [
        {
            "code": diagnostic.code,
            "severity": diagnostic.severity,
            "message": diagnostic.message,
            "help": diagnostic.help,
            **_json_place(diagnostic.span),
            "notes": [{"message": note.message, **_json_place(note.span)} for note in diagnostic.notes],
        }
        for diagnostic in found
    ]
    return json.dumps({"version": 1, "diagnostics": diagnostics}, indent=2)


def sarif(found: Found, text_of: TextOf, color: bool) -> str:
    """SARIF 2.1.0 (OASIS) with the rules that were broken; addresses are relative to the project's root."""
    used = sorted({diagnostic.code for diagnostic in found})
    driver = {"name": "rollguard", "version": __version__, "rules": [_sarif_rule(code) for code in used]}
    results = [_sarif_result(diagnostic, used.index(diagnostic.code)) for diagnostic in found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def github(found: Found, text_of: TextOf, color: bool) -> str:
    """Workflow commands (docs.github.com, "Workflow commands for GitHub Actions"), one line each."""
    return "\n".join(map(_github_command, found))


_REPORTERS: dict[str, Callable[[Found, TextOf, bool], str]] = {
    "text": text,
    "json": json_,
    "sarif": sarif,
    "github": github,
}
FORMATS = tuple(_REPORTERS)


def _json_place(span: Span) -> Json:
    return {
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _sarif_rule(code: str) -> Json:
    title, explanation = CODES[code]
    return {"id": code, "shortDescription": {"text": title}, "fullDescription": {"text": explanation}}


def _sarif_result(diagnostic: Diagnostic, rule: int) -> Json:
    message = f"{diagnostic.message}\nhelp: {diagnostic.help}" if diagnostic.help else diagnostic.message
    result: Json = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": {"text": message},
        "locations": [_sarif_location(diagnostic.span)],
    }
    if diagnostic.notes:
        result["relatedLocations"] = [
            {"id": index, "message": {"text": note.message}, **_sarif_location(note.span)}
            for index, note in enumerate(diagnostic.notes)
        ]
    return result


def _sarif_location(span: Span) -> Json:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    artifact = {"uri": quote(span.path, errors="surrogateescape"), "uriBaseId": "%SRCROOT%"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _github_command(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    properties: dict[str, object] = {"file": visible(span.path), "line": span.line, "endLine": span.end_line}
    if span.line == span.end_line:  # GitHub drops annotations that give columns of different lines
        properties |= {"col": span.column, "endColumn": span.end_column}
    properties["title"] = f"rollguard {diagnostic.code}"
    listed = ",".join(f"{name}={_github_property(str(value))}" for name, value in properties.items())
    message = visible(diagnostic.message)
    if diagnostic.help:
        message += f"\nhelp: {visible(diagnostic.help)}"
    return f"::{_GITHUB_COMMANDS[diagnostic.severity]} {listed}::{_github_data(message)}"


def _github_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _github_property(text: str) -> str:
    return _github_data(text).replace(":", "%3A").replace(",", "%2C")
