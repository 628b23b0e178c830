"""How names are listed in a sentence, and which known name an author most likely meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def joined(words: Iterable[str], last: str) -> str:
    """`a, b and c`, with `last` before the last word."""
    every = list(words)
    return f" {last} ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else "".join(every)


def listed(names: Iterable[str], last: str = "or") -> str:
    """``a`, `b` or `c``, each name in backticks."""
    return joined((f"`{name}`" for name in names), last)


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
