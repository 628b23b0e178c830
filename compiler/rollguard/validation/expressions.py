"""Metric math that reads what is not there, or what an alarm cannot have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rollguard.language.metric_math import MathError, NotComputable, parse
from rollguard.source import Note, Span
from rollguard.validation.part import Part
from rollguard.wording import did_you_mean, listed, near

_TOKENS = re.compile(r"""\$\$?\{[^}]*\}|'[^']*'|"[^"]*"|(?<![\w.])[A-Za-z_]\w*|[()]""", re.ASCII)
#: Functions of metric math that an alarm cannot use (facts 1.6), with what to use instead.
_REFUSED = {
    "SEARCH": "name the metrics under `metrics`, or use `query`",
    "ANOMALY_DETECTION_BAND": "use `signal: {anomaly: …}`",
}
_LOGIC = ("AND", "OR", "IF")


def check(signal: Part) -> None:
    """An expression and its metrics: each metric read, each name declared, parentheses closed, no function that alarms refuse."""
    expression, metrics = signal.get("expression"), signal.get("metrics")
    if not expression or not metrics or not metrics.even or not isinstance(metrics.value, dict):
        return
    sound = len(expression.findings.found)
    declared = [*metrics.value]
    read: set[str] = set()
    reads_all = False
    for word, start, called in _words(expression):
        if word in _REFUSED and called:
            expression.error(
                "S114",
                f"`{word}` cannot stand in an alarm's expression",
                _REFUSED[word],
                at=_place(expression, start, word),
            )
        elif word == "METRICS" and called:
            reads_all = True
        elif word in declared:
            read.add(word)
        elif word[0].islower() or word[0] == "_":
            expression.error("S113", *_undeclared(word, declared, called), at=_place(expression, start, word))
            read.add(near(word, declared))
    for name in () if reads_all else [name for name in declared if name not in read]:
        metric = metrics.get(name)
        at = metric.key_span if metric else metrics.span
        help = "take it out, or read it in the expression"
        expression.error(
            "S113", f"`expression` never reads `{name}`", help, at=at, notes=(Note("the expression", expression.span),)
        )
    _parentheses(expression)
    if len(expression.findings.found) == sound and "${" not in expression.value:
        _grammar(expression)


def _grammar(expression: Part) -> None:
    """What is no metric math; an expression that only a simulation cannot compute is fine here."""
    try:
        parse(expression.value)
    except NotComputable:
        return
    except MathError as wrong:
        at = expression.findings.document.inside(expression.path, wrong.start, wrong.end)
        expression.error("S113", wrong.message, wrong.help, at=at)


def _undeclared(word: str, declared: list[str], called: bool) -> tuple[str, str]:
    if called or word.upper() in _LOGIC:
        return f"`{word}` is no function or operator", f"metric math is written in capitals: `{word.upper()}`"
    return (
        f"`{word}` is none of `metrics`",
        did_you_mean(word, declared) or f"there are {listed(declared)}",
    )


def _place(expression: Part, start: int, word: str) -> Span:
    return expression.findings.document.inside(expression.path, start, start + len(word))


def _words(expression: Part) -> Iterator[tuple[str, int, bool]]:
    """The identifiers of an expression, each with its offset and whether a parenthesis opens after it."""
    text: str = expression.value
    for token in _TOKENS.finditer(text):
        if token[0][0].isalpha() or token[0][0] == "_":
            called = text[token.end() :].lstrip().startswith("(")
            yield token[0], token.start(), called


def _parentheses(expression: Part) -> None:
    depth = 0
    for token in _TOKENS.finditer(expression.value):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth < 0:
            at = _place(expression, token.start(), token[0])
            expression.error("S113", "`)` closes nothing in the expression", "take it out, or open it before", at=at)
            return
    if depth:
        expression.error(
            "S113",
            f"{'a parenthesis is' if depth == 1 else f'{depth} parentheses are'} never closed",
            "close it with `)`",
        )
