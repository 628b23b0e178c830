"""What comes from outside, within bounds: no text, list or number of AWS can grow a record beyond what S3 and a message may hold."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from typing import Any

#: Characters that a reason or message keeps, and what an identifier keeps (alarm names have at most 255, aws-facts 1.1).
REASON, NAME = 2_000, 1_024
#: Characters of JSON that are read at all; a state's reasonData is a few thousand.
JSON_TEXT = 200_000


def cut(value: object, limit: int = REASON) -> str | None:
    """`value` as text of at most `limit` characters, with a mark that says how long it was; None where there is none.

    Control characters other than newline and tab become spaces, and lone surrogates `?`: not every reader of UTF-8 JSON takes them.
    """
    if value is None:
        return None
    stated = value if isinstance(value, str) else str(value)
    mark = f" … [cut: {len(stated):,} characters]" if len(stated) > limit else ""
    kept = stated[: limit - len(mark)] if mark else stated
    clear = "".join(one if one >= " " or one in "\n\t" else " " for one in kept.replace("\x7f", " "))
    return clear.encode("utf-8", "replace").decode("utf-8") + mark


def name(value: object) -> str | None:
    """An identifier, cut at NAME characters; None where it is empty or no text."""
    return cut(value, NAME) if isinstance(value, str) and value else None


def one_of(value: object, words: Collection[str]) -> str | None:
    """`value` where it is one of `words`; None for anything else, and for what no set can look up."""
    return value if isinstance(value, str) and value in words else None


def number(value: object) -> float | None:
    """A finite number, also from text (CodeDeploy's overview states numbers as text, aws-facts 2.5); None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def mapping(value: object) -> dict[str, Any]:
    """An object, also where AWS hands it over as JSON text (aws-facts 2.5 and 7.1); empty for anything else."""
    if isinstance(value, str) and len(value) <= JSON_TEXT:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return dict(value) if isinstance(value, Mapping) else {}


def entries(value: object, limit: int) -> list[Any]:
    """The first `limit` entries of a list; empty for anything else."""
    return list(value[:limit]) if isinstance(value, list | tuple) else []
