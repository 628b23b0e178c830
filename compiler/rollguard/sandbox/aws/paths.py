"""Path templates (`metricQueries[].metric.stat`, `Tags[Key=Value]`) and how to find and set what they name in JSON values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rollguard.sandbox.aws.terms import UNKNOWN

#: The token of a template that stands for every element of a list.
EACH = -1

Tokens = tuple[str | int, ...]

_TOKEN = re.compile(r"\[(\w+)=(\w+)\]|\[(\d*)\]|([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Template:
    """`tokens` lead to a value; `pair` names the members of an entry where a map is written as a list of pairs."""

    tokens: Tokens
    pair: tuple[str, str] | None = None


@cache
def template(text: str) -> Template:
    """Reads `a.b[].c`, `a[0].b` and `a[Key=Value]`; the empty text is the value as a whole."""
    tokens: list[str | int] = []
    pair = None
    for key, value, index, name in _TOKEN.findall(text):
        if name:
            tokens.append(name)
        elif key:
            pair = (key, value)
        else:
            tokens.append(int(index) if index else EACH)
    return Template(tuple(tokens), pair)


def occurrences(value: Any, tokens: Sequence[str | int]) -> Iterator[tuple[Tokens, Any]]:
    """Every value that the template names, with its place; nothing where the way ends early or at an unknown value."""
    if not tokens:
        yield (), value
        return
    head, rest = tokens[0], tokens[1:]
    if value == UNKNOWN:
        return
    if head == EACH:
        steps: Iterator[str | int] = iter(range(len(value))) if isinstance(value, list) else iter(())
    elif isinstance(head, int):
        steps = iter((head,)) if isinstance(value, list) and len(value) > head else iter(())
    else:
        steps = iter((head,)) if isinstance(value, dict) and head in value else iter(())
    for step in steps:
        for place, found in occurrences(value[step], rest):
            yield (step, *place), found


def indices(place: Sequence[str | int], tokens: Sequence[str | int]) -> list[int]:
    """The list positions at which a place fills the template's EACH tokens."""
    return [step for step, token in zip(place, tokens, strict=False) if token == EACH and isinstance(step, int)]


def fill(tokens: Sequence[str | int], positions: Sequence[int]) -> Tokens:
    """The template with its EACH tokens replaced in order; it ends before the first for which no position is left."""
    remaining = list(positions)
    place: list[str | int] = []
    for token in tokens:
        if token == EACH:
            if not remaining:
                break
            place.append(remaining.pop(0))
        else:
            place.append(token)
    return tuple(place)


def put(tree: dict[str, Any], place: Sequence[str | int], value: Any) -> None:
    """Sets a value at its place, making the maps and lists on the way; positions skipped in a list become empty maps."""
    node: Any = tree
    for step, following in zip(place, [*place[1:], None], strict=True):
        if isinstance(step, int):
            while len(node) <= step:
                node.append({})
        if following is None:
            node[step] = value
        else:
            wanted: Any = [] if isinstance(following, int) else {}
            present = node[step] if isinstance(step, int) else node.get(step)
            if not isinstance(present, type(wanted)):
                node[step] = wanted
            node = node[step]


def lookup(value: Any, text: str) -> Any:
    """The first value that a template names, or None."""
    return next((found for _, found in occurrences(value, template(text).tokens)), None)


def matches(place: Sequence[str | int], tokens: Sequence[str | int]) -> bool:
    """Whether a place begins as the template says (EACH takes any list position)."""
    return len(place) >= len(tokens) and all(
        isinstance(step, int) if token == EACH else step == token
        for step, token in zip(place[: len(tokens)], tokens, strict=True)
    )
