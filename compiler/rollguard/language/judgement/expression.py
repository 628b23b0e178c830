"""Metric math that reads what is not there, or what an alarm cannot have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from rollguard.language.judgement.misfit import Misfit
from rollguard.language.metric_math import MathError, NotComputable, parse
from rollguard.wording import did_you_mean, near, there_are

_TOKENS = re.compile(r"""\$\$?\{[^}]*\}|'[^']*'|"[^"]*"|["'].*|(?<![\w.])[A-Za-z_]\w*|[()]""", re.ASCII | re.DOTALL)
#: Functions of metric math that an alarm cannot use (facts 1.6), with what to use instead.
_REFUSED = {
    "SEARCH": "name the metrics under `metrics`, or use `query`",
    "ANOMALY_DETECTION_BAND": "use `signal: {anomaly: …}`",
}
#: What such a function gives depends on how many datapoints an alarm fetches, which is more than its window (facts 1.6).
_FETCHED = re.compile(
    r"\b(?:(DATAPOINT_COUNT|RUNNING_SUM|REMOVE_EMPTY)\s*\(|(AVG|MAX|MIN|SUM|STDDEV)\s*\(\s*[a-z]\w*\s*\))"
)
_LOGIC = ("AND", "OR", "IF")
_AT = ("signal", "expression")


def check_expression(text: str, metrics: Collection[str]) -> Iterator[Misfit]:
    """An expression and its metrics: each read, each name declared, parentheses closed, no function that alarms refuse.

    References (`${…}`) in the text are passed over, and then its grammar is not looked at.
    """
    sound = True
    for misfit in (*_names(text, metrics), *_parentheses(text)):
        sound = False
        yield misfit
    if sound:
        yield from _fetched(text)
    if sound and "${" not in text:
        yield from _grammar(text)


def _names(text: str, metrics: Collection[str]) -> Iterator[Misfit]:
    read: set[str] = set()
    reads_all = False
    for word, start, called in _words(text):
        inside = (start, start + len(word))
        if word in _REFUSED and called:
            message = f"`{word}` cannot stand in an alarm's expression"
            yield Misfit("S114", message, _REFUSED[word], _AT, inside=inside)
        elif word == "METRICS" and called:
            reads_all = True
        elif word in metrics:
            read.add(word)
        elif word[0].islower() or word[0] == "_":
            message, help = _undeclared(word, metrics, called)
            yield Misfit("S113", message, help, _AT, inside=inside)
            read.add(near(word, metrics))
    for name in () if reads_all or "${" in text else [name for name in metrics if name not in read]:
        help, at = "take it out, or read it in the expression", ("signal", "metrics", name)
        yield Misfit("S113", f"`expression` never reads `{name}`", help, at, (_AT,), key=True)


def _fetched(text: str) -> Iterator[Misfit]:
    for found in _FETCHED.finditer(text):
        function, start = found[1] or found[2], found.start()
        message = f"`{function}` looks at every datapoint that an alarm fetches, which are more than its window"
        help = "let `window` say how many datapoints must be bad" if found[2] else "AWS advises against it in alarms"
        yield Misfit("S119", message, help, _AT, inside=(start, start + len(function)), severity="warning")


def _grammar(text: str) -> Iterator[Misfit]:
    """What is no metric math; an expression that only a simulation cannot compute is fine here."""
    try:
        several = parse(text).several
    except NotComputable:
        return
    except MathError as wrong:
        yield Misfit("S113", wrong.message, wrong.help, _AT, inside=(wrong.start, wrong.end))
        return
    if several:
        message = "the expression gives several series, and an alarm judges one"
        yield Misfit("S113", message, "fold them, for instance with `MAX` or `SUM`", _AT)


def _undeclared(word: str, metrics: Collection[str], called: bool) -> tuple[str, str]:
    if called or word.upper() in _LOGIC:
        return f"`{word}` is no function or operator", f"metric math is written in capitals: `{word.upper()}`"
    return f"`{word}` is none of `metrics`", did_you_mean(word, metrics) or there_are(metrics)


def _words(text: str) -> Iterator[tuple[str, int, bool]]:
    """The identifiers of an expression, each with its offset and whether a parenthesis opens after it."""
    for token in _TOKENS.finditer(text):
        if token[0][0].isalpha() or token[0][0] == "_":
            yield token[0], token.start(), text[token.end() :].lstrip().startswith("(")


def _parentheses(text: str) -> Iterator[Misfit]:
    depth = 0
    for token in _TOKENS.finditer(text):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth < 0:
            help, inside = "take it out, or open it before", (token.start(), token.end())
            yield Misfit("S113", "`)` closes nothing in the expression", help, _AT, inside=inside)
            return
    if depth:
        open_ = "a parenthesis is" if depth == 1 else f"{depth} parentheses are"
        yield Misfit("S113", f"{open_} never closed", "close it with `)`", _AT)
