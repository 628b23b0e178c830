"""The `<svg>` around a chart: its size, its text alternative, the pattern of alarms and, if wanted, the style."""

from __future__ import annotations

from collections.abc import Iterable

from rollguard.charts.style import STYLE
from rollguard.charts.svg import Attributes, element, name, text

_HATCH = '<path class="rgc-hatch" stroke="currentColor" d="M0 0V5"/>'


def hatch(prefix: str) -> str:
    """The id of the pattern that fills alarms."""
    return f"{name(prefix)}-h"


def with_style(svg: str) -> str:
    """A chart that was drawn for a page with the style, made a file of its own."""
    return svg.replace("<defs>", f"<style>{STYLE}</style><defs>", 1)


def paper(
    prefix: str,
    size: tuple[float, float],
    title: str,
    description: str,
    inside: Iterable[str],
    *,
    look: str,
    style: bool,
) -> str:
    """A whole SVG on one line, `size` in its own units; it takes the width that it is given. `title` and `description` are plain text."""
    start = name(prefix)
    pattern: Attributes = {
        "id": hatch(prefix),
        "width": 5,
        "height": 5,
        "patternUnits": "userSpaceOnUse",
        "patternTransform": "rotate(45)",
    }
    return (
        element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "class": look,
                "viewBox": f"0 0 {size[0]:.0f} {size[1]:.0f}",
                "font-size": "11.5",
                "role": "img",
                "aria-labelledby": f"{start}-t {start}-d",
            },
            (
                element("title", {"id": f"{start}-t"}, text(title) or "Chart"),
                element("desc", {"id": f"{start}-d"}, text(description, 2000)),
                element("style", {}, STYLE) if style else "",
                element("defs", {}, element("pattern", pattern, _HATCH)),
                *inside,
            ),
        )
        + "\n"
    )
