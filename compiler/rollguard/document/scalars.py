"""Plain scalars as the core schema of YAML 1.2 reads them (10.3.2): `on`, `22:30` and dates are text, `010` is ten."""

from __future__ import annotations

import re
from functools import lru_cache

Scalar = str | int | float | bool | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER_STARTS = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SPECIAL = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def plain(text: str) -> Scalar:
    """The value of a scalar without quotes.

    Raises OverflowError for a number that a 64-bit float cannot hold.
    """
    return _numeric(text) if text[:1] in _NUMBER_STARTS else _WORDS.get(text, text)


@lru_cache(maxsize=1024)
def _numeric(text: str) -> Scalar:
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    if _BASED.fullmatch(text):
        return _finite(int(text[2:], 8 if text[1] == "o" else 16))
    if _FLOAT.fullmatch(text):
        if float(text) in (float("inf"), float("-inf")):
            raise OverflowError(text)
        return int(text) if _INTEGER.fullmatch(text) else float(text)
    return text


def _finite(number: int) -> int:
    float(number)
    return number
