"""How names, numbers and times stand in a sentence, and which known name an author most likely meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from decimal import Context, Decimal, localcontext


def joined(words: Iterable[str], last: str) -> str:
    """`a, b and c`, with `last` before the last word."""
    every = list(words)
    return f" {last} ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)


def listed(names: Iterable[str], last: str = "or") -> str:
    """``a`, `b` or `c``, each name in backticks."""
    return joined((f"`{name}`" for name in names), last)


def there_are(names: Iterable[str], last: str = "or") -> str:
    """``there are `a` or `b` ``, ``there is only `a` ``, `there are none`."""
    every = list(names)
    if len(every) == 1:
        return f"there is only `{every[0]}`"
    return f"there are {listed(every, last)}" if every else "there are none"


def number(value: float | Decimal) -> str:
    """Every digit, thousands apart from five digits on, never an exponent: `0.5`, `1000`, `25 000`."""
    text = format(_exact(value).normalize(_DIGITS), "f")
    whole, point, rest = text.partition(".")
    return (f"{int(whole):,}".replace(",", " ") if len(whole.lstrip("-")) > 4 else whole) + point + rest


#: Enough digits for any float.
_DIGITS = Context(prec=1100)
#: From two minutes on, and for whole minutes, a time is said in the large ones: (seconds, name).
_LARGE = ((86_400, "d"), (3_600, "h"), (60, "min"))
_SMALL = ((Decimal(1), "s"), (Decimal("0.001"), "ms"), (Decimal("0.000001"), "µs"))


def lasting(seconds: float | Decimal) -> str:
    """A time in seconds as people read it, everywhere: `50 ms`, `1.5 s`, `90 s`, `6 min 15 s`, `1 h 30 min`, `2 d`."""
    left = _exact(seconds)
    if left < 0:
        return f"-{lasting(-left)}"
    with localcontext(_DIGITS):
        if left < 120 and left % 60:
            size, name = next((one for one in _SMALL if left >= one[0]), _SMALL[-1])
            return f"{number(left / size)} {name}"
        parts = []
        for length, name in _LARGE:
            count, left = divmod(left, length)
            if count:
                parts.append(f"{number(count)} {name}")
        if left:
            parts.append(f"{number(left)} s")
    return " ".join(parts) or "0 s"


def _exact(value: float | Decimal) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def near(word: str, known: Iterable[str]) -> str:
    """The known name that an author most likely meant, or empty. Case, hyphens and underscores do not count."""
    plain = {_plain(other): other for other in known}
    if found := plain.get(_plain(word)):
        return found
    close = difflib.get_close_matches(_plain(word), plain, 1, cutoff=0.6)
    return plain[close[0]] if close else ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``did you mean `name`?``, or empty where no known name is near."""
    probable = near(word, known)
    return f"did you mean `{probable}`?" if probable else ""


def _plain(word: str) -> str:
    return word.casefold().replace("_", "").replace("-", "")
