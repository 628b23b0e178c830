"""SVG as text: elements whose every attribute and word is escaped, and numbers as short as they can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

#: What XML 1.0 cannot hold, and what a reader could not see.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\U0001fffe\U0001ffff]")
_BLANK = re.compile(r"\s+")
#: HTML's and Markdown's own characters: a chart may stand in a page whose Markdown is still to be read.
_MARKED = re.compile(r"[&<>\"'`{}\[\]$\\*_~|]")
_UNFIT_IN_ID = re.compile(r"[^A-Za-z0-9-]")

Attributes = Mapping[str, str | float | None]

#: How the shapes of a class look where a page's Content-Security-Policy refuses our style sheet: one colour, and everything is still there.
_LINE: Attributes = {"fill": "none", "stroke": "currentColor"}
_SOLID: Attributes = {"fill": "currentColor"}
_PLAIN: Mapping[str, Attributes] = {
    "zone": {"fill": "currentColor", "fill-opacity": "0.06"},
    "share": {"fill": "currentColor", "fill-opacity": "0.2", "stroke": "currentColor"},
    "limit": {**_LINE, "stroke-dasharray": "6 4"},
    "grid": {**_LINE, "stroke-opacity": "0.15"},
    "breach": {**_LINE, "stroke-width": "2.6"},
    "gap": {**_LINE, "stroke-dasharray": "1.5 2.5", "stroke-width": "3"},
    "unknown": {**_LINE, "stroke-dasharray": "2 2"},
    "hatched": {"stroke": "currentColor"},
    **dict.fromkeys(("dot", "text", "flag", "arrow"), _SOLID),
}


def text(value: str, longest: int = 300) -> str:
    """`value` on one line, escaped for an element or an attribute; longer than `longest` characters, it is cut."""
    shown = _UNPRINTABLE.sub("\ufffd", _BLANK.sub(" ", value[: longest * 4])).strip()
    if len(shown) > longest:
        shown = shown[: longest - 1].rstrip() + "…"
    return _MARKED.sub(lambda hit: f"&#{ord(hit[0])};", shown)


def number(value: float) -> str:
    """A coordinate: one decimal at most."""
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def element(name: str, attributes: Attributes, inside: Iterable[str] | str = ()) -> str:
    """An element. Attributes that are None are left out, `inside` is markup already."""
    written = "".join(
        f' {key}="{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = inside if isinstance(inside, str) else "".join(inside)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def path(data: str) -> str:
    """A path in the look of its group."""
    return element("path", {"d": data})


def rectangle(left: float, top: float, right: float, bottom: float, fill: str | None = None) -> str:
    """A rectangle in the look of its group."""
    return element("rect", {"x": left, "y": top, "width": right - left, "height": bottom - top, "fill": fill})


def group(look: str, inside: Iterable[str]) -> str:
    """Shapes that share the look of a class; nothing where there is none."""
    content = "".join(inside)
    return element("g", {"class": f"rgc-{look}", **_PLAIN.get(look, _LINE)}, content) if content else ""


def name(prefix: str) -> str:
    """`prefix` as the start of ids: two that differ stay different."""
    return "c" + _UNFIT_IN_ID.sub(lambda hit: f"_{ord(hit[0]):x}_", prefix)
