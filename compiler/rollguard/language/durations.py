"""Durations as authors write them: `90s`, `1h30m`, `7d`, `1500ms`."""

from __future__ import annotations

import re
from functools import lru_cache

#: The form of a duration, as the schemas state it: units each once, in falling order.
PATTERN = r"^(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?$"
#: Nothing in a policy lasts longer; a bound also keeps the arithmetic of everything after us exact.
LONGEST = 3650 * 86_400

_FORM = re.compile(r"(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?", re.ASCII)
_MILLISECONDS = (86_400_000, 3_600_000, 60_000, 1_000, 1)
_UNITS = ("d", "h", "m", "s", "ms")
_DIGITS = 12


@lru_cache(maxsize=4096)
def seconds(text: str) -> int | float:
    """The duration in seconds: an int where it is whole, else a float exact to the millisecond.

    Raises ValueError, worded for the author, when `text` is no duration or longer than ten years.
    """
    found = _FORM.fullmatch(text)
    if found is None or not text:
        raise ValueError(_what_is_wrong(text))
    counts = found.groups(default="0")
    if any(len(count) > _DIGITS for count in counts):
        raise ValueError("longer than ten years, `3650d`")
    milliseconds = sum(int(count) * unit for count, unit in zip(counts, _MILLISECONDS, strict=True))
    if milliseconds > LONGEST * 1000:
        raise ValueError("longer than ten years, `3650d`")
    whole, rest = divmod(milliseconds, 1000)
    return milliseconds / 1000 if rest else whole


def text(seconds: float) -> str:
    """The shortest way to write a time in seconds in a policy: `1h30m`, `90ms`, `0s`, rounded to the millisecond.

    For diagnostics, where it stands beside what the author wrote; whoever only reads is told by `wording.lasting`.

    Raises ValueError below zero.
    """
    if seconds < 0:
        raise ValueError("a duration cannot be negative")
    rest = round(seconds * 1000)
    parts: list[str] = []
    for size, unit in zip(_MILLISECONDS, _UNITS, strict=True):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def _what_is_wrong(text: str) -> str:
    plain = text.strip().lower()
    if not plain:
        return "empty; a duration is a number and a unit, such as `90s`"
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", plain):
        return f"a duration needs a unit: `{plain}s` or `{plain}m`"
    if re.fullmatch(r"-.*", plain):
        return "a duration cannot be negative"
    if found := re.fullmatch(r"([0-9]+)\.([0-9]+)([a-z]+)", plain):
        meant = _in_whole(found[1], found[2], found[3])
        return f"a duration has whole numbers: not `{found[0]}` but {meant or 'for instance `1h30m` or `1500ms`'}"
    if re.fullmatch(r"[0-9]{1,3}:[0-9]{2}(?::[0-9]{2})?", plain):
        return "a duration is written with units, such as `22m30s`, not with colons"
    if re.fullmatch(r"(?:[0-9]+(?:ms|[smhd]))+", text):
        return "units stand once each, the largest first, such as `1h30m`"
    if found := re.fullmatch(r"([0-9]+)\s*([a-zµ]+)", plain):
        unit = _near_unit(found[2])
        if unit:
            return f"write it as `{found[1]}{unit}`"
        return f"`{found[2]}` is no unit of time here; there are `ms`, `s`, `m`, `h` and `d`"
    return "a duration is numbers with the units `d`, `h`, `m`, `s` or `ms`, such as `90s` or `1h30m`"


def _in_whole(whole: str, fraction: str, unit: str) -> str:
    """`300ms` in backticks for 0.3 s; empty where it is no whole number of milliseconds, or too long."""
    if unit not in _UNITS or len(whole + fraction) > _DIGITS:
        return ""
    size = _MILLISECONDS[_UNITS.index(unit)]
    milliseconds, rest = divmod(int(whole + fraction) * size, 10 ** len(fraction))
    return f"`{text(milliseconds / 1000)}`" if milliseconds and not rest and milliseconds <= LONGEST * 1000 else ""


def _near_unit(word: str) -> str:
    names = {
        "ms": ("ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"),
        "s": ("s", "sec", "secs", "second", "seconds"),
        "m": ("m", "min", "mins", "minute", "minutes"),
        "h": ("h", "hr", "hrs", "hour", "hours"),
        "d": ("d", "day", "days"),
    }
    return next((unit for unit, words in names.items() if word in words), "")
