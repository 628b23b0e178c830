"""Secrets in clear text, wherever they stand in a file: the site publishes policies as they are written, comments too."""

from __future__ import annotations

from collections.abc import Iterator

from rollguard.clear_text import may_hold_secrets, secrets_in
from rollguard.document import Document, lines_of
from rollguard.source import Diagnostic, Span

_HELP = "take it out of the file and out of git's history, renew it, and use `${secret:name}` where a channel needs it"


def check(document: Document) -> Iterator[Diagnostic]:
    """Each secret, at its place; the message never repeats it."""
    if not may_hold_secrets(document.source.text):
        return
    for number, line in enumerate(lines_of(document.source.text), 1):
        for what, start, end in secrets_in(line):
            span = Span(document.source.path, number, start + 1, number, end + 1)
            yield Diagnostic("S130", "error", f"{what} stands here in clear text", span, _HELP)
