"""What is wrong with a template whatever policy it is for: its syntax, names that it does not have, fields that do not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from string import Template

from jinja2 import TemplateAssertionError, TemplateSyntaxError, meta, nodes

from rollguard.notices.environment import FILTERS, NoticeEnvironment
from rollguard.notices.values import VALUES
from rollguard.recorder.fields import FIELDS
from rollguard.source import Diagnostic, Span
from rollguard.wording import did_you_mean, listed

_QUOTED = re.compile(r"'([^']+)'")
#: The line `Subject: …`, or the block of that name in a template that extends ours.
_SUBJECTS = re.compile(
    r"^[ \t]*Subject:(?P<line>[^\n]*)|\{%-?\s*block\s+subject\s*-?%\}(?P<block>.*?)\{%-?\s*endblock",
    re.MULTILINE | re.DOTALL,
)
_OPENS = re.compile(r"\{%-?\s*(?:for|if|block|macro|call|filter)\b")
_CLOSES = re.compile(r"\{%-?\s*end(?:for|if|block|macro|call|filter)\b")
_HELP_FIELD = "how-to/message-templates lists the fields; a literal dollar sign is `$$`"


def check_templates(sources: Mapping[str, str]) -> tuple[Diagnostic, ...]:
    """The faults of each template on its own, sorted by nothing in particular."""
    environment = NoticeEnvironment(sources)
    return tuple(fault for path, text in sources.items() for fault in _check(environment, path, text))


def line_span(path: str, text: str, line: int, word: str = "") -> Span:
    """The word on a line of a template, else the whole line without its indentation."""
    lines = text.split("\n")
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    found = re.search(rf"(?<![\w$]){re.escape(word)}(?!\w)", written) if word else None
    start = found.start() if found else len(written) - len(written.lstrip())
    end = found.end() if found else max(len(written.rstrip()), start + 1)
    return Span(path, max(line, 1), start + 1, max(line, 1), end + 1)


def syntax_fault(wrong: TemplateSyntaxError, path: str, text: str) -> Diagnostic:
    """What Jinja2 cannot read, at the word that it names."""
    message = _lower(wrong.message or "syntax")
    named = _QUOTED.search(message)
    return Diagnostic(
        "N002",
        "error",
        f"the template cannot be read: {message}",
        line_span(path, text, wrong.lineno, named[1] if named else ""),
        f"filters are {listed(FILTERS, 'and')}"
        if "filter named" in message
        else "the language is Jinja2, without calls and arithmetic",
    )


def _check(environment: NoticeEnvironment, path: str, text: str) -> Iterator[Diagnostic]:
    environment.begin()
    try:
        tree = environment.parse(text, path, path)
        unknown = meta.find_undeclared_variables(tree) - set(VALUES)
        environment.compile(text, path, path)
    except TemplateSyntaxError as wrong:
        yield syntax_fault(wrong, path, text)
        if not isinstance(
            wrong, TemplateAssertionError
        ):  # the tokens can be read: a filter that there is not, a block twice
            return
        unknown = set()
    except (RecursionError, SyntaxError, ValueError, OverflowError, MemoryError):
        yield Diagnostic("N002", "error", "the template is nested too deeply", Span(path), "make it simpler")
        return
    for name in sorted(unknown):
        lines = [node.lineno for node in tree.find_all(nodes.Name) if node.name == name and node.ctx == "load"]
        field = f"`${name}`, without braces, is a field of the incident" if name in FIELDS else ""
        yield Diagnostic(
            "N003",
            "error",
            f"a message template knows no `{name}`",
            line_span(path, text, min(lines, default=1), name),
            field or did_you_mean(name, VALUES) or f"it knows {listed(VALUES, 'and')}",
        )
    yield from _fields(environment, path, text)
    yield from _subject(path, text)


def _subject(path: str, text: str) -> Iterator[Diagnostic]:
    """A subject is one line: what a loop or a block prints on further lines would become the message."""
    for match in _SUBJECTS.finditer(text):
        inside = match["line"] if match["line"] is not None else match["block"]
        opened, closed = len(_OPENS.findall(inside)), len(_CLOSES.findall(inside))
        if opened > closed or "\n" in inside.strip("\n"):
            line = text[: match.start()].count("\n") + 1
            yield Diagnostic(
                "N006",
                "warning",
                "the subject goes on over several lines: only the first of them is the subject, the rest becomes the message",
                line_span(path, text, line),
                "write it on one line, with its loops and conditions closed there",
            )


def _fields(environment: NoticeEnvironment, path: str, text: str) -> Iterator[Diagnostic]:
    for start, data in _data(environment, text):
        for match in Template.pattern.finditer(data):
            name = match["named"] or match["braced"]
            if match["escaped"] is not None or name in FIELDS:
                continue
            before = text[: start + match.start()]
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            shown = match[0]
            message = f"there is no field `{shown}`" if name else "this `$` begins no field"
            value = f"`{{{{ {name} }}}}` is a value of the policy" if name in VALUES else ""
            yield Diagnostic(
                "N004",
                "error",
                message,
                Span(path, line, column, line, column + len(shown)),
                value or (did_you_mean(name, FIELDS) if name else "") or _HELP_FIELD,
            )


def _data(environment: NoticeEnvironment, text: str) -> Iterator[tuple[int, str]]:
    """The parts of a template that are printed as they stand, with the place where each begins."""
    place = 0
    for _, kind, token in environment.lex(text):
        found = text.find(token, place)
        if found < 0:
            continue
        place = found + len(token)
        if kind == "data":
            yield found, token


def _lower(message: str) -> str:
    return (message[:1].lower() + message[1:]).rstrip(".")
