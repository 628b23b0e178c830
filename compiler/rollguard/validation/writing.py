"""How values and places read in a sentence."""

from __future__ import annotations

import math
import re
from typing import Any

from rollguard.document import Document
from rollguard.source import Path

_LONGEST = 60
_PLAIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*|[0-9]+(?:ms|[smhd])|[0-9.]+%")
_WORDS = frozenset({"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"})


def written(document: Document, path: Path, value: Any) -> str:
    """A value as it stands in the file, short enough for a sentence."""
    if isinstance(value, dict | list):
        return shortened(flow(value))
    span = document.at(*path)
    if span.line == span.end_line and value is not None:
        line = document.source.text.splitlines()[span.line - 1 : span.line]
        text = line[0][span.column - 1 : span.end_column - 1] if line else ""
        if text and not text.startswith(("|", ">")) and not text.endswith(":"):
            return shortened(text)
    return shortened(flow(value))


def shortened(text: str, longest: int = _LONGEST) -> str:
    """At most `longest` characters, none of them a control character."""
    text = "".join(character if character.isprintable() else "�" for character in text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def entries(count: int) -> str:
    """`1 entry`, `3 entries`."""
    return f"{count} {'entry' if count == 1 else 'entries'}"


def flow(value: Any) -> str:
    """A value as YAML in one line, the way the examples of the schemas are shown."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    text = str(value)
    if isinstance(value, int | float) or _is_plain(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _is_plain(text: str) -> bool:
    if text in _WORDS:
        return False
    return bool(_PLAIN.fullmatch(text)) or bool(re.fullmatch(r"[A-Za-z][A-Za-z0-9 ./()_-]*[A-Za-z0-9)]", text))


def _key(key: str) -> str:
    return key if _is_plain(key) else f'"{key}"'


def label(document: Document, path: Path) -> str:
    """What to call the thing at a path: `` `window` ``, `` criterion `errors` ``, `item 2 of `by``, `the file`."""
    if not path:
        return "the file"
    last = path[-1]
    if isinstance(last, str):
        return f"`{shortened(last)}`"
    above = next((str(part) for part in reversed(path[:-1]) if isinstance(part, str)), "")
    item: Any = document.data
    for part in path:
        item = item[part]
    named = _ENTRIES.get(above)
    if named and isinstance(item, dict):
        word, key = named
        name = item.get(key)
        if isinstance(name, str) and name:
            return f"{word} `{shortened(name)}`"
        return f"{word} {last + 1}"
    return f"item {last + 1} of `{shortened(above)}`"


#: What the entries of a list are called, and the key that names one.
_ENTRIES = {
    "criteria": ("criterion", "id"),
    "scenarios": ("scenario", "name"),
    "presets": ("preset", "id"),
    "failureModes": ("failure mode", "id"),
    "sources": ("source", "url"),
    "deployments": ("deployment", ""),
}
