"""What to know of a file before it is composed: is it too deep or too large, and does it use anchors, aliases or tags.

PyYAML's C composer recurses without a limit and crashes the interpreter on deep nesting. A look at the bytes says
whether that is possible at all; only then the events are counted, which costs about half as much as composing.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any

from yaml import YAMLError
from yaml._yaml import CParser
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent

from rollguard.document.limits import DEPTH, NODES, PROPERTIES_SHOWN, SAFE_DEPTH
from rollguard.document.places import Places, start_of
from rollguard.source import Diagnostic, Span

#: A block collection can begin only where nothing but spaces and indicators precede it in its line.
_LEAD = re.compile(rb"(?:\A|[\r\n])([ \t?:-]+)")
#: Every place where an anchor, an alias or a tag could begin, and some where none does.
_PROPERTY = re.compile(rb"[&*!](?:(?<=\A.)|(?<=[\s\[{,:?-].))(?:(?<=!)|[0-9A-Za-z_-])")
_TAG = re.compile(r"![^\s,\[\]{}]*")
_TAG_DIRECTIVE = re.compile(rb"^%TAG", re.M)
#: `[a: [a: …`, and `a:` over `- b`, open two levels in one place.
_LEVELS_PER_OPENING = 2


def may_be_deep(raw: bytes) -> bool:
    """Whether the file could be nested deeper than is safe, or hold too many nodes."""
    if len(raw) * 2 > NODES:  # `[?,?]` makes three nodes of two bytes: the densest that there is
        return True
    opened = raw.count(b"[") + raw.count(b"{")
    widest = max(map(len, raw.split(b"\n")))
    if _LEVELS_PER_OPENING * (opened + widest + 1) > SAFE_DEPTH:
        widest = max((len(lead) for lead in _LEAD.findall(raw)), default=0)
    return _LEVELS_PER_OPENING * (opened + widest + 1) > SAFE_DEPTH


def may_use_properties(raw: bytes) -> bool:
    """Whether the file could hold an anchor, an alias or a tag."""
    return _PROPERTY.search(raw.removeprefix(codecs.BOM_UTF8)) is not None


def tag_directive(path: str, raw: bytes) -> Diagnostic | None:
    """The refusal of a `%TAG` line. The parser compares each with all before it: thousands would take seconds."""
    match = _TAG_DIRECTIVE.search(raw) if b"%TAG" in raw else None
    if match is None:
        return None
    line = raw.count(b"\n", 0, match.start()) + 1
    message = "`%TAG` declares a tag, and tags are not used here"
    return Diagnostic("Y005", "error", message, Span(path, line, 1, line, 5), "remove the line")


def walk(places: Places, raw: bytes) -> tuple[bool, list[Diagnostic]]:
    """Count depth and nodes and refuse anchors, aliases and tags.

    True means that composing is safe. A fault of syntax ends the walk without a word: composing will stop at the same
    place and report it.
    """
    found: list[Diagnostic] = []
    depth = nodes = 0
    try:
        for event in _events(raw):
            if isinstance(event, CollectionEndEvent):
                depth -= 1
            if not isinstance(event, NodeEvent):
                continue
            nodes += 1
            found += _properties(places, event)
            if len(found) >= PROPERTIES_SHOWN:
                return False, found
            if isinstance(event, CollectionStartEvent):
                depth += 1
            if depth > DEPTH:
                return False, [*found, too_deep(places.at(start_of(event)))]
            if nodes > NODES:
                return False, [*found, too_many(places.at(start_of(event)))]
    except YAMLError:
        pass
    return True, found


def too_deep(place: Span) -> Diagnostic:
    return Diagnostic("Y013", "error", f"nested deeper than {DEPTH} levels", place, "no policy needs more than 12")


def too_many(place: Span) -> Diagnostic:
    return Diagnostic(
        "Y013", "error", f"more than {NODES:,} keys and values in one file", place, "split it into several files"
    )


def _events(raw: bytes) -> Iterator[Any]:
    parser = CParser(raw)
    while (event := parser.get_event()) is not None:
        yield event


def _properties(places: Places, event: Any) -> Iterator[Diagnostic]:
    if event.anchor is not None:
        mark = start_of(event)
        line = places.lines[mark.line]
        sign = "*" if isinstance(event, AliasEvent) else "&"
        name = f"{sign}{event.anchor}"
        column = max(line.find(name, mark.column), mark.column)
        place = Span(places.path, mark.line + 1, column + 1, mark.line + 1, column + 1 + len(name))
        what = "copies a value from elsewhere" if sign == "*" else "names a value to be copied elsewhere"
        help = "write the value out; for what several policies share use `vars` or a preset"
        yield Diagnostic("Y004", "error", f"`{name}` {what}, which is not part of the policy language", place, help)
    tag = getattr(event, "tag", None)
    if tag is not None:
        mark = start_of(event)
        written = _TAG.search(places.lines[mark.line], mark.column)
        name = written[0] if written else str(tag)
        start = written.start() if written else mark.column
        place = Span(
            places.path, mark.line + 1, start + 1, mark.line + 1, start + 1 + len(name) if written else start + 1
        )
        help = "remove it; a value that must stay text goes in quotes"
        yield Diagnostic("Y005", "error", f"`{name}` is a YAML tag, and tags are not used here", place, help)
