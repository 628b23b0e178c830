"""Make what others wrote (reasons, revisions, titles) harmless in a line of text, and cut it without breaking a character."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

#: Control, surrogate, line and paragraph separator: each could end a line or break an encoding.
_BREAKING = ("Cc", "Cs", "Zl", "Zp")
#: Invisible characters, among them those that turn the reading direction.
_INVISIBLE = ("Cf",)
#: Dashes and quotes of typography, which have no decomposition of their own.
_PLAIN = str.maketrans({0x2013: "-", 0x2014: "-", 0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})


def line(value: object, limit: int = 300) -> str:
    """One line of at most `limit` characters, without control characters; empty for None."""
    if value is None:
        return ""
    raw = str(value)
    read = raw[: 2 * limit]
    shown = " ".join((read if read.isascii() and read.isprintable() else "".join(map(_kept, read))).split())
    if len(shown) > limit or len(raw) > 2 * limit:
        return shown[: limit - 1].rstrip() + "…"
    return shown


def lines(text: str) -> str:
    """Text of several lines as `line` would leave each; indentation stays, and of empty lines in a row one."""
    shown: list[str] = []
    for one in text.replace("\r\n", "\n").split("\n"):
        cleaned = "".join(map(_kept, one.replace("\t", "    "))).rstrip()
        if cleaned or (shown and shown[-1]):
            shown.append(cleaned)
    return "\n".join(shown).strip("\n")


def ascii_line(value: object, limit: int) -> str:
    """As `line`, in ASCII: accents go, other characters become `?`, so that no mail gateway recodes or cuts it in the middle of one."""
    plain = unicodedata.normalize("NFKD", line(value, 4 * limit).translate(_PLAIN))
    shown = "".join(
        character if character.isascii() else "?" for character in plain if not unicodedata.combining(character)
    )
    return shown if len(shown) <= limit else shown[: limit - 3].rstrip() + "..."


def bytes_of(text: str) -> int:
    """How many bytes the text has in UTF-8."""
    return len(text.encode("utf-8"))


def within_bytes(text: str, limit: int, ending: str = "…") -> str:
    """The text in at most `limit` bytes of UTF-8, never cut inside a character; `ending` says that it was cut."""
    raw = text.encode("utf-8", "replace")
    if len(raw) <= limit:
        return raw.decode("utf-8")
    return raw[: limit - bytes_of(ending)].decode("utf-8", "ignore") + ending


def number(value: Any) -> float | int | None:
    """The value if it is a finite number, which alone is JSON; without what binary fractions add behind the twelfth digit."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(f"{value:.12g}") if isinstance(value, float) else value


def address(value: object) -> str:
    """The value if it is an https address without anything that could end it early; else empty."""
    text = value if isinstance(value, str) else ""
    usable = text.startswith("https://") and len(text) <= 1000 and text.isprintable()
    return text if usable and not any(character in text for character in " \"'<>`|\\^{}") else ""


def _kept(character: str) -> str:
    if character.isascii() and character.isprintable():
        return character
    category = unicodedata.category(character)
    if category in _BREAKING:
        return " "
    return "" if category in _INVISIBLE else character
