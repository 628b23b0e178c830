"""Words that never lie on each other: how wide they may get, and which of a row find room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rollguard.charts.svg import element, text

#: The size of words on a phone, in the chart's own units: room is reckoned for this one.
LARGEST = 16.0
#: Widths of characters in parts of their size, as in the widest of the fonts that a reader may have (Verdana, DejaVu Sans).
_NARROW, _LOWER, _DIGIT, _UPPER, _WIDE = 0.4, 0.62, 0.65, 0.74, 1.05
_BOLD = 1.1
_STRONG = {"head", "strong", "bad", "new", "doubt"}
_GAP = 8.0
#: More characters than two lines hold.
_LONGEST = 400


def width(words: str, size: float = LARGEST, look: str = "") -> float:
    """The room that `words` need at most, in the chart's units."""
    bold = _BOLD if _STRONG.intersection(look.split()) else 1.0
    return sum(_character(letter) for letter in words) * size * bold


def _character(letter: str) -> float:
    if letter in " .,:;'|!iljtfrI()[]/":
        return _NARROW
    if letter.isdigit():
        return _DIGIT
    # Whatever is not Latin, Greek or Cyrillic may be as wide as it is high.
    if letter in "mwMW%@…—" or ord(letter) >= 0x0530:
        return _WIDE
    return _UPPER if letter.isupper() else _LOWER


def cut(words: str, room: float, size: float = LARGEST, look: str = "") -> str:
    """`words`, or as much of their beginning as has room."""
    shown = words[: int(room / size / _NARROW) + 1]
    if shown == words and width(words, size, look) <= room:
        return words
    while shown and width(shown + "…", size, look) > room:
        shown = shown[:-1]
    return shown.rstrip() + "…"


def wrapped(words: str, room: float, size: float, look: str = "") -> list[str]:
    """`words` on one line or on two; what does not fit there is cut."""
    pieces = words[:_LONGEST].split()
    line = ""
    while pieces and width(f"{line} {pieces[0]}".strip(), size, look) <= room:
        line = f"{line} {pieces.pop(0)}".strip()
    if not pieces:
        return [line]
    rest = cut(" ".join(pieces), room, size, look)
    return [line, rest] if line else [rest]


def label(x: float, y: float, words: str, look: str = "", anchor: str | None = None) -> str:
    """A text element; `look` names classes of the style, without their prefix."""
    looks = " ".join(f"rgc-{name}" for name in look.split()) or None
    return element("text", {"class": looks, "x": x, "y": y, "text-anchor": anchor}, text(words))


@dataclass(slots=True)
class Row:
    """One line of words between `left` and `right`; earlier ones keep their room."""

    left: float
    right: float
    baseline: float
    size: float = LARGEST
    _taken: list[tuple[float, float]] = field(default_factory=list)
    _words: list[tuple[float, float]] = field(default_factory=list)

    def place(self, x: float, words: str, look: str = "", before: bool = False) -> str:
        """`words` from `x` on, or else up to `x` (`before`: the other way round), or else not at all: then an empty text."""
        wide = width(words, self.size, look)
        for ending in (before, not before):
            begin = x - wide if ending else x
            end = begin + wide
            if begin >= self.left and end <= self.right and self._is_free(begin, end):
                self._occupy(begin, end)
                return label(x, self.baseline, words, look, "end" if ending else None)
        return ""

    def centre(self, x: float, words: str, look: str = "") -> str:
        """`words` around `x`, moved inwards at the row's ends, or not at all."""
        half = width(words, self.size, look) / 2
        begin = min(max(x - half, self.left), self.right - 2 * half)
        if not self._is_free(begin, begin + 2 * half):
            return ""
        self._occupy(begin, begin + 2 * half)
        if begin + half == x:
            return label(x, self.baseline, words, look, "middle")
        if begin > x - half:
            return label(begin, self.baseline, words, look)
        return label(self.right, self.baseline, words, look, "end")

    def hides(self, x: float) -> bool:
        """Whether words stand at `x`."""
        return any(begin - 2 <= x <= until + 2 for begin, until in self._words)

    def keep_free(self, begin: float, end: float) -> None:
        """Let no words stand between the two."""
        self._taken.append((begin, end))

    def _occupy(self, begin: float, end: float) -> None:
        self._taken.append((begin, end))
        self._words.append((begin, end))

    def _is_free(self, begin: float, end: float) -> bool:
        return all(end + _GAP <= taken or begin >= until + _GAP for taken, until in self._taken)


def spread(positions: Iterable[float], apart: float, top: float, bottom: float) -> list[float]:
    """One or two heights, moved as little as it takes to be `apart` and between `top` and `bottom`."""
    heights = [min(max(position, top), bottom) for position in positions]
    if len(heights) < 2 or abs(heights[0] - heights[1]) >= apart:
        return heights
    middle = min(max(sum(heights) / 2, top + apart / 2), bottom - apart / 2)
    upper, lower = middle - apart / 2, middle + apart / 2
    return [upper, lower] if heights[0] < heights[1] else [lower, upper]
