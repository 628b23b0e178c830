"""Charts on their way past MkDocs: reading tens of thousands of their elements, twice, would take longer than all the rest of a build."""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A chart of ours as it stands in a page, on one line; no author's text can hold an unescaped `<svg`.
_DRAWING = re.compile(r'<svg xmlns="http://www\.w3\.org/2000/svg" class="rgc[^\n]*?</svg>')
_STAND_IN = re.compile(r'<i data-rg-drawing="(\d+)"></i>')


def taken_out(markdown: str) -> tuple[str, tuple[str, ...]]:
    """The page with an empty element in the place of each chart, and the charts."""
    found: list[str] = []

    def stand_in(hit: re.Match[str]) -> str:
        found.append(hit[0])
        return f'<i data-rg-drawing="{len(found) - 1}"></i>'

    return _DRAWING.sub(stand_in, markdown), tuple(found)


def put_back(html: str, drawings: Sequence[str]) -> str:
    """The finished page with its charts in their places."""

    def drawing(hit: re.Match[str]) -> str:
        number = int(hit[1])
        return drawings[number] if number < len(drawings) else hit[0]

    return _STAND_IN.sub(drawing, html)
