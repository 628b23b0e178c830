"""Where a value of a policy was written, through every layer it may come from, and the collector of what is wrong with it.

A thousand policies have a hundred thousand places and next to no faults, so a place is only looked up when a diagnostic asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rollguard.document import Document
from rollguard.language.layers import merged
from rollguard.language.references import Variable, parse
from rollguard.source import Diagnostic, Note, Path, Severity, Span


class Place:
    """A value in a file. `fixed` places stand for values that came from elsewhere (a preset) and were called in here."""

    __slots__ = ("document", "fixed", "path")

    def __init__(self, document: Document, path: Path, fixed: bool = False) -> None:
        self.document = document
        self.path = path
        self.fixed = fixed

    def __truediv__(self, step: str | int) -> Place:
        return self if self.fixed else Place(self.document, (*self.path, step))

    def below(self, path: Path) -> Place:
        return self if self.fixed else Place(self.document, self.path + path)

    @property
    def found(self) -> Place:
        return self

    @property
    def span(self) -> Span:
        place = self.found
        return place.document.at(*place.path)

    @property
    def key(self) -> Span:
        place = self.found
        return place.document.key_at(*place.path)

    def inside(self, start: int, end: int) -> Span:
        """The characters `start` to `end` of a one-line string value, or the whole value where the text was escaped."""
        place = self.found
        return place.span if place.fixed else place.document.inside(place.path, start, end)


class LayeredPlace(Place):
    """A value of a Layered: which layer wrote it is only looked up when someone asks."""

    __slots__ = ("layers", "otherwise")

    def __init__(self, layers: Layered, path: Path, otherwise: Place) -> None:
        self.document = otherwise.document
        self.path = path
        self.fixed = False
        self.layers = layers
        self.otherwise = otherwise

    def __truediv__(self, step: str | int) -> Place:
        return LayeredPlace(self.layers, (*self.path, step), self.otherwise)

    @property
    def found(self) -> Place:
        return self.layers.find(self.path) or self.otherwise


class Variables(dict[str, str]):
    """The variables that hold in one place, nearest layer last, which still know where each was set."""

    def __init__(self, *layers: tuple[Mapping[str, str], Place]) -> None:
        super().__init__()
        self.layers = layers
        for values, _ in layers:
            self.update(values)

    def with_layer(self, values: Mapping[str, str], place: Place) -> Variables:
        """These variables with nearer ones on top."""
        return type(self)(*self.layers, (values, place)) if values else self

    def set_at(self, text: str) -> list[Note]:
        """Where the variables of a text are set, for a message about what the text comes to."""
        names = [part.name for part in parse(text) if isinstance(part, Variable)] if "${" in text else []
        return [
            Note(f"`{name}` is set here", (place / name).span)
            for name in dict.fromkeys(names)
            for place in [next((place for values, place in reversed(self.layers) if name in values), None)]
            if place is not None
        ]


@dataclass(slots=True)
class Findings:
    """Collects diagnostics while a plan is made."""

    found: list[Diagnostic] = field(default_factory=list)
    environment: str = ""
    """the environment that is being planned, for messages"""
    region: str = ""
    elsewhere: frozenset[str] = frozenset()
    """variables that another Region of the environment sets, and this one does not"""

    def error(self, code: str, message: str, at: Span, help: str = "", notes: Iterable[Note] = ()) -> None:
        self._add("error", code, message, at, help, notes)

    def warning(self, code: str, message: str, at: Span, help: str = "", notes: Iterable[Note] = ()) -> None:
        self._add("warning", code, message, at, help, notes)

    def _add(self, severity: Severity, code: str, message: str, at: Span, help: str, notes: Iterable[Note]) -> None:
        self.found.append(Diagnostic(code, severity, message, at, help, tuple(notes)))


@dataclass(slots=True)
class Layered:
    """Maps laid over one another, farthest first, which still know where each value was written."""

    data: dict[str, Any] = field(default_factory=dict)
    layers: list[tuple[Mapping[str, Any], Place]] = field(default_factory=list)

    def lay(self, data: Mapping[str, Any] | None, place: Place, leave_out: frozenset[str] = frozenset()) -> Layered:
        """Put a nearer layer on top: maps merge by key, as `merged` says."""
        if data:
            self.layers.append((data, place))
            self.data = merged(self.data, data, leave_out)
        return self

    def place(self, *path: str | int, otherwise: Place) -> Place:
        """Where the value at `path` was written; `otherwise` if no layer set it."""
        return LayeredPlace(self, path, otherwise)

    def nearness(self, path: Path) -> int:
        """How near the layer is that wrote the value at `path`; 0 where none did."""
        return max((number for number, (data, _) in enumerate(self.layers, 1) if _holds(data, path)), default=0)

    def find(self, path: Path) -> Place | None:
        """The place in the nearest layer that holds the most of `path`."""
        for cut in range(len(path), 0, -1):
            for layer in reversed(self.layers):
                if _holds(layer[0], path[:cut]):
                    place: Place = layer[1]
                    return place.below(path[:cut])
        return None


def _holds(data: Any, path: Path) -> bool:
    for step in path:
        if isinstance(data, Mapping):
            if step not in data:
                return False
        elif not (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            return False
        data = data[step]
    return True
