"""Cut a metric-math expression into tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rollguard.language.metric_math.syntax import MathError

Kind = Literal["number", "name", "text", "mark", "end"]

_TOKEN = re.compile(
    r"""(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>"[^"]*"|'[^']*')
      | (?P<mark><=|>=|==|!=|&&|\|\||[-+*/^<>()\[\],])""",
    re.ASCII | re.VERBOSE,
)
_SPACE = re.compile(r"\s*")
#: What other languages write, and what metric math writes for it.
_INSTEAD = {
    "=": "compare with `==`",
    "!": "compare with `!=`",
    "&": "write `AND`",
    "|": "write `OR`",
    "%": "write a ratio as `100 * a / b`",
    "\u00d7": "multiply with `*`",
    "÷": "divide with `/`",
    "\u2212": "subtract with `-`",
    "≥": "write `>=`",
    "≤": "write `<=`",
    "“": 'quote with `"`',
    "”": 'quote with `"`',
}


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as it stands in the expression; for a quoted text without its quotes."""

    kind: Kind
    text: str
    start: int
    end: int


def tokens(expression: str) -> list[Token]:
    """The tokens of an expression with an `end` token last. Raises MathError at a character that metric math does not know."""
    found: list[Token] = []
    at = _past_space(expression, 0)
    while at < len(expression):
        match = _TOKEN.match(expression, at)
        if match is None:
            raise _unknown(expression, at)
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups' names are the kinds
        text = match[0][1:-1] if kind == "text" else match[0]
        if kind == "number" and (following := _TOKEN.match(expression, match.end())) and following.lastgroup == "name":
            word = match[0] + following[0]
            raise MathError(
                f"`{word}` is neither a number nor an id", at, following.end(), "an id begins with a letter"
            )
        found.append(Token(kind, text, at, match.end()))
        at = _past_space(expression, match.end())
    found.append(Token("end", "", len(expression), len(expression)))
    return found


def _past_space(expression: str, at: int) -> int:
    match = _SPACE.match(expression, at)
    return match.end() if match else at


def _unknown(expression: str, at: int) -> MathError:
    character = expression[at]
    if character in "\"'":
        return MathError("a quoted text is never closed", at, len(expression), f"close it with `{character}`")
    return MathError(f"`{character}` is no sign of metric math", at, at + 1, _INSTEAD.get(character, "take it out"))
