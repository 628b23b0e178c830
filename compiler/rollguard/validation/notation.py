"""promtool's notation for the values of a series: `1 2 _ 4`, `0x9`, `1+2x3`, `5-1x4`, `_x3`."""

from __future__ import annotations

import re

#: Seven days of minutes, the longest a scenario can be.
MOST = 7 * 24 * 60

_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_MISSING = re.compile(r"_(?:x([0-9]+))?")
_VALUE = re.compile(rf"({_NUMBER})(?:([-+])({_NUMBER}))?(?:x([0-9]+))?")


def values(text: str) -> list[float | None]:
    """The values, one a minute; None where there is no datapoint.

    As in promtool `ax9` is ten values, `a` and nine more, and `_x9` is nine missing ones. Raises ValueError, worded for the author.
    """
    found: list[float | None] = []
    for token in text.split():
        found += _token(token)
        if len(found) > MOST:
            raise ValueError(f"more than {MOST:,} values, which are 7 days of minutes")
    if not found:
        raise ValueError("there are no values")
    return found


def _token(token: str) -> list[float | None]:
    if missing := _MISSING.fullmatch(token):
        return [None] * _count(token, missing[1] or "1")
    match = _VALUE.fullmatch(token)
    if match is None or (match[3] and not match[4]):
        raise ValueError(_what_is_wrong(token))
    start = float(match[1])
    step = float(f"{match[2]}1") * float(match[3]) if match[3] else 0.0
    more = _count(token, match[4]) if match[4] else 0
    last = start + step * more
    if max(abs(start), abs(last)) == float("inf"):
        raise ValueError(f"`{token}` is larger than any number")
    return [start + step * index for index in range(more + 1)]


def _count(token: str, digits: str) -> int:
    if len(digits) > 6 or int(digits) > MOST:
        raise ValueError(f"`{token}` is more than {MOST:,} values, which are 7 days of minutes")
    return int(digits)


def _what_is_wrong(token: str) -> str:
    if "," in token:
        return "values stand with spaces between them, without commas"
    if re.fullmatch(rf"{_NUMBER}[-+]{_NUMBER}", token):
        return f"`{token}` does not say how often: `{token}x10`"
    if token.lower() in ("nan", "null", "none", "-", "na", "n/a"):
        return f"`{token}` is no value; `_` is a minute without data"
    if "%" in token or re.fullmatch(r"[0-9.]+[a-z]+", token):
        return f"`{token}` is no plain number; values are in the signal's unit"
    return f"`{token}` is no value; there are `5`, `_`, `5x9`, `0+2x9`, `9-1x9` and `_x9`"
