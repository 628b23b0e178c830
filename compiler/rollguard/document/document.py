"""Plain data that still knows where each value stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from rollguard.document.compose import Composer
from rollguard.document.places import Places
from rollguard.document.text import lines_of
from rollguard.source import Source, Span


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A file's text and the places in it; the file has been parsed before, and has a mapping at its top.

    Places are looked up in the file's node tree, which is composed again when the first one is asked for: keeping the
    trees of a thousand files makes the garbage collector cost three times as much as parsing does.
    """

    source: Source

    def at(self, *path: str | int) -> Span:
        """The nearest written place for a path.

        A value's own place where it stands on one line; otherwise, and for an empty value, its key (the first entry's
        line where there is no key). A path that leads nowhere is answered with the place of its last part that exists.
        """
        key, node, _ = self._find(path)
        if isinstance(node, ScalarNode):
            empty = not node.style and not node.value
            return self._between(key, key) if key and empty else self._between(node, node)
        if node.start_mark.line == node.end_mark.line:
            return self._between(node, node)
        return self._between(key, key) if key else self._first_line(node)

    def key_at(self, *path: str | int) -> Span:
        """The place of the key that a path ends with; where there is none, the same as `at`."""
        key, _, found = self._find(path)
        return self._between(key, key) if key and found else self.at(*path)

    def _find(self, path: tuple[str | int, ...]) -> tuple[Node | None, Node, bool]:
        """The deepest key and node on a path, and whether the path was walked to its end. A list's item has no key."""
        key: Node | None = None
        node: Node = _tree(self.source)[0]
        for part in path:
            if isinstance(node, MappingNode):
                for name, child in node.value:
                    if name.value == part:
                        key, node = name, child
                        break
                else:
                    return key, node, False
            elif isinstance(node, SequenceNode) and isinstance(part, int) and 0 <= part < len(node.value):
                key, node = None, node.value[part]
            else:
                return key, node, False
        return key, node, True

    def _first_line(self, node: Node) -> Span:
        """A collection's first entry, as far as it stands on the collection's first line."""
        line = node.start_mark.line
        last = node
        while isinstance(last, MappingNode | SequenceNode) and last.value:
            entry = last.value[0]
            key, value = entry if isinstance(entry, tuple) else (None, entry)
            fits = value.start_mark.line == line and (value.end_mark.line == line or not isinstance(value, ScalarNode))
            if not fits:
                last = key or last
                break
            last = value
        return self._between(node, last) if last.end_mark.line == line else _tree(self.source)[1].at(node.start_mark)

    def _between(self, first: Node, last: Node) -> Span:
        start, end = first.start_mark, last.end_mark
        if start.line == end.line:
            return Span(self.source.path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        return _tree(self.source)[1].between(start, end)


@dataclass(frozen=True, slots=True, eq=False)
class Document(Written):
    """One file: what was written, the data it means, and the places of both.

    `data` is made of str, int, float, bool, None, list and dict with text keys. Floats may be infinite or not a number:
    YAML has words for both.
    """

    data: dict[str, Any]

    def inside(self, path: tuple[str | int, ...], start: int, end: int) -> Span:
        """The characters `start` to `end` of a text; the whole text where the file does not hold it in one piece, as with escapes."""
        span = self.at(*path)
        value: Any = self.data
        for part in path:
            value = value[part]
        if span.line != span.end_line:
            return span
        column = lines_of(self.source.text)[span.line - 1].find(value, span.column - 1, span.end_column - 1)
        if column < 0:
            return span
        return Span(span.path, span.line, column + start + 1, span.line, column + max(end, start + 1) + 1)


@lru_cache(maxsize=16)
def _tree(source: Source) -> tuple[Node, Places]:
    """The composed tree of a text that has been parsed before, so it has one."""
    composer = Composer(source.text.encode())
    composer.check_node()
    root = composer.get_node()
    assert root is not None
    return root, Places(source.path, source.text)
