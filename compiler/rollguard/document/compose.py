"""Compose a file's node tree and build plain data from it, refusing what the policy language leaves out of YAML."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode
from yaml._yaml import CParser

from rollguard.document import scalars, scan
from rollguard.document.limits import DEPTH, NODES
from rollguard.document.places import Places
from rollguard.source import Diagnostic, Note


class Composer(CParser):
    """The C parser without tag resolution: scalars are read by `scalars.plain`, which also is faster."""

    def resolve(self, kind: type[Node], value: str | None, implicit: object) -> None:
        """Called for each node that has no tag."""

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        """Called on the way down; only path-dependent tags would need it."""

    def ascend_resolver(self) -> None:
        """Called on the way up."""


class Refused(Exception):
    """Building cannot go on; the last diagnostic says why."""


class Builder:
    """Builds the data of one file, collecting what is wrong on the way."""

    __slots__ = ("_left", "_places", "found")

    def __init__(self, places: Places) -> None:
        self.found: list[Diagnostic] = []
        self._places = places
        self._left = NODES

    def build(self, node: Node, depth: int = 1) -> Any:
        """Plain data for `node`. Raises Refused beyond the limits."""
        if type(node) is ScalarNode:
            return self._scalar(node)
        self._left -= 1 + len(node.value)
        if self._left < 0:
            self._stop(scan.too_many(self._places.at(node.end_mark)))
        if depth > DEPTH:
            self._stop(scan.too_deep(self._places.at(node.start_mark)))
        if isinstance(node, SequenceNode):
            return [self.build(child, depth + 1) for child in node.value]
        assert isinstance(node, MappingNode)
        return self._mapping(node, depth)

    def _mapping(self, node: MappingNode, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, child in node.value:
            if type(key) is not ScalarNode:
                self._refuse(
                    "Y003",
                    "a key must be text, not a list or a mapping",
                    key,
                    "text with `${…}` or `{{…}}` needs quotes",
                )
                self.build(child, depth + 1)
                continue
            name: str = key.value
            if not key.style:
                if name == "<<":
                    help = "write the keys out; for what several policies share use `vars` or a preset"
                    self._refuse(
                        "Y004", "`<<` merges another mapping, which is not part of the policy language", key, help
                    )
                    merged |= self._merged(child, depth)
                    continue
                fault = _key_fault(name)
                if fault:
                    self._refuse("Y003", fault, key, f'put the key in quotes: `"{name}"`' if name else "")
            if name in data:
                self._twice(name, node, key)
                self.build(child, depth + 1)
                continue
            data[name] = self._scalar(child) if type(child) is ScalarNode else self.build(child, depth + 1)
        return merged | data if merged else data

    def _merged(self, child: Node, depth: int) -> dict[str, Any]:
        value = self.build(child, depth + 1)
        parts = value if isinstance(value, list) else [value]
        return {key: item for part in reversed(parts) if isinstance(part, dict) for key, item in part.items()}

    def _scalar(self, node: ScalarNode) -> scalars.Scalar:
        text: str = node.value
        if node.style:
            return text
        try:
            return scalars.plain(text)
        except OverflowError:
            shown = text if len(text) <= 20 else f"{text[:17]}…"
            self._refuse(
                "Y014", f"`{shown}` is too large for a number", node, "text that looks like a number goes in quotes"
            )
            return None

    def _twice(self, name: str, mapping: MappingNode, second: Node) -> None:
        first = next(key for key, _ in mapping.value if type(key) is ScalarNode and key.value == name)
        place = self._places.between(second.start_mark, second.end_mark)
        note = Note("first set here", self._places.between(first.start_mark, first.end_mark))
        self.found.append(Diagnostic("Y002", "error", f"`{name}` is set twice", place, "keep one of the two", (note,)))

    def _refuse(self, code: str, message: str, node: Node, help: str = "") -> None:
        place = self._places.between(node.start_mark, node.end_mark)
        self.found.append(Diagnostic(code, "error", message, place, help))

    def _stop(self, refusal: Diagnostic) -> None:
        self.found.append(refusal)
        raise Refused


_KINDS: dict[type, str] = {int: "a number", float: "a number", bool: "a truth value", type(None): "nothing (null)"}


@lru_cache(maxsize=1024)
def _key_fault(name: str) -> str:
    """What is wrong with a key without quotes; empty if nothing is."""
    if not name:
        return "a key is missing before `:`"
    try:
        value = scalars.plain(name)
    except OverflowError:
        value = 0
    return "" if isinstance(value, str) else f"the key `{name}` is {_KINDS[type(value)]}; a key must be text"
