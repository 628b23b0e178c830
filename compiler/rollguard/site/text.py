"""Turn an author's text into Markdown that shows exactly this text: no mark-up of it survives, neither HTML's nor Markdown's.

Characters that mean something to any Markdown dialect become numeric character references, which every dialect passes on
unread. Punctuation that is harmless where it stands (a hyphen inside a word, a full stop at the end) is left, so that the pages
stay readable as files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from markupsafe import Markup

#: Whitespace of any kind, the line separators that only some parsers know included; a no-break space stays.
_BLANK = re.compile(r"[\t\n\v\f\r\x1c-\x1f \x85\u2028\u2029]+")
#: What HTML cannot hold, or what a reader could not see: control characters, lone surrogates, noncharacters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_LIST_MARKER = re.compile(r"^(\d+)([.)])")
_MARKED = re.compile(
    r"""
      (?<=[A-Za-z0-9])[-/](?=[A-Za-z0-9])   # inside a word
    | (?<=[A-Za-z0-9)])[:?](?=\s|$)         # at the end of a word
    | (?<![Ww]{3})\.                       # a full stop, a decimal point; `www.` would become a link
    | [,;%()]
    | (?P<marked>[!-/:-@\[-`{-~])           # every other ASCII punctuation
    """,
    re.VERBOSE,
)
_IN_BLOCK = re.compile(r"[&<>\"'`{}\[\]$\\]")


def plain(value: object) -> str:
    """The text of `value` on one line, without what cannot be shown."""
    return _UNPRINTABLE.sub("\ufffd", _BLANK.sub(" ", str(value))).strip(" ")


def text(value: object) -> Markup:
    """`value` as inline Markdown (or HTML, attribute values included) that shows exactly this text, on one line."""
    escaped = _MARKED.sub(lambda hit: _reference(hit["marked"]) if hit["marked"] else hit[0], plain(value))
    return Markup(_LIST_MARKER.sub(lambda hit: hit[1] + _reference(hit[2]), escaped))


def prose(value: object) -> Markup:
    """A longer text as paragraphs. Blank lines part them; a line that begins like a list item keeps its own line."""
    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*\n", str(value).replace("\r\n", "\n").strip()):
        lines = re.split(r"\n(?=[ \t]*(?:[-*+•]|\d+[.)])[ \t])", paragraph)
        paragraphs.append("<br>\n".join(text(line) for line in lines))
    return Markup("\n\n".join(paragraphs))


def block(value: object) -> Markup:
    """A text whose lines and spaces matter, for inside `<pre><code>`, where no Markdown is read but by preprocessors."""
    lines = _UNPRINTABLE.sub("\ufffd", str(value)).expandtabs(4).splitlines()
    return Markup("\n".join(_IN_BLOCK.sub(lambda hit: _reference(hit[0]), line) for line in lines))


def quoted(parts: Iterable[object]) -> Markup:
    """Words as one quoted string for a page's front matter, which is YAML."""
    return Markup(json.dumps(" ".join(plain(part) for part in parts)))


def page_title(value: object) -> Markup:
    """A page's title for its front matter. Themes print it as HTML, some after a filter that would undo references in a heading."""
    return Markup(json.dumps(str(text(value))))


def https(value: object) -> Markup | None:
    """An `https` address for an attribute, or None where `value` is none: nothing else is ever linked to."""
    address = str(value)
    try:
        parts = urlsplit(address)
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
    except ValueError:
        return None
    if not usable or _BLANK.search(address) or _UNPRINTABLE.search(address):
        return None
    return Markup(quote(address, safe="/:?=~%#;,").replace(";", "%3B"))


def _reference(character: str) -> str:
    return f"&#{ord(character)};"


def coded(value: object) -> Markup:
    """A text in which a pair of backticks marks code, as our own sentences and the presets write it; the rest is `text`."""
    pieces = plain(value).split("`")
    if len(pieces) % 2 == 0:
        return text(value)
    shown = []
    for index, piece in enumerate(pieces):
        shown.append(f"<code>{text(piece)}</code>" if index % 2 else _keeping_ends(piece))
    return Markup("".join(shown))


def _keeping_ends(piece: str) -> str:
    before, after = piece[: len(piece) - len(piece.lstrip(" "))], piece[len(piece.rstrip(" ")) :]
    return f"{before}{text(piece)}{after if piece.strip(' ') else ''}"
