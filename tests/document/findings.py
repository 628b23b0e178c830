"""Diagnostics in a form that tests can compare at a glance."""

from __future__ import annotations

from collections.abc import Iterable

from rollguard.document import lines_of, parse
from rollguard.source import Diagnostic, Span


def found(text: str | bytes) -> list[str]:
    """`CODE line:column-column message` for each diagnostic; the end has its line where that is another one."""
    raw = text.encode() if isinstance(text, str) else text
    return [
        f"{diagnostic.code} {where(diagnostic.span)} {diagnostic.message}"
        for diagnostic in parse("p.yaml", raw).diagnostics
    ]


def only(text: str | bytes) -> Diagnostic:
    """The one diagnostic that a file has."""
    raw = text.encode() if isinstance(text, str) else text
    (diagnostic,) = parse("p.yaml", raw).diagnostics
    return diagnostic


def where(span: Span) -> str:
    end = f"{span.end_column}" if span.line == span.end_line else f"{span.end_line}:{span.end_column}"
    return f"{span.line}:{span.column}-{end}"


def marked(text: str, span: Span) -> str:
    """What a span covers."""
    lines = lines_of(text)[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def inside(text: str, spans: Iterable[Span]) -> bool:
    """Whether every span lies in the text and does not end before it begins."""
    lines = lines_of(text)
    return all(
        1 <= span.line <= span.end_line <= len(lines)
        and (span.line, span.column) <= (span.end_line, span.end_column)
        and 1 <= span.column <= len(lines[span.line - 1]) + 1
        and 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1
        for span in spans
    )
