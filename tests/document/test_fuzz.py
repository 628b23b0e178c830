"""Whatever a file holds, parsing answers with a document or with diagnostics that lie inside the file."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rollguard.diagnostics import render
from rollguard.document import Document, parse
from rollguard.document.scan import may_use_properties
from rollguard.document.text import decode, displayable
from rollguard.source import Checked, Path
from tests.document.findings import inside

#: Pieces that YAML gives a meaning to, so that most examples get past the first line.
_PIECES = st.sampled_from(
    [
        *(
            "a",
            "b: ",
            "key: ",
            "- ",
            "? ",
            ": ",
            "\n",
            "\n  ",
            "\n    ",
            "\n- ",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "'",
            '"',
            "|\n  ",
            ">-\n ",
        ),
        *(
            "&a ",
            "*a",
            "!t ",
            "!!str ",
            "<<: ",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "%TAG ! x\n",
            "# c\n",
            "\t",
            "\r\n",
            "\r",
            "\\",
            "\\x41",
        ),
        *(
            "1",
            "-.inf",
            "null",
            "~",
            "é",
            "日本",
            "\u2028",
            "\ufeff",
            "\x00",
            "\x1b",
            "@",
            "`",
            "${vars.x}",
            "  ",
            "e\u0301",
            "\U0001f600",
        ),
    ]
)
#: Control and format characters, lone surrogates, line and paragraph separators.
_HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")
_TEXTS = st.one_of(st.text(max_size=80), st.lists(_PIECES, max_size=30).map("".join))


def _paths(data: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _paths(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _paths(value, (*path, index))


def _check(raw: bytes, checked: Checked[Document]) -> None:
    text = displayable(raw)
    assert checked.value is not None or checked.diagnostics
    for diagnostic in checked.diagnostics:
        assert inside(text, [diagnostic.span, *(note.span for note in diagnostic.notes)]), diagnostic
        assert diagnostic.message
        shown = render(diagnostic, lambda path: text)
        assert not [sign for sign in shown if unicodedata.category(sign) in _HARMFUL and sign not in "\n\u200c\u200d"]
    if checked.value is not None:
        for path in _paths(checked.value.data):
            for asked in (path, (*path, "missing"), (*path, 99)):
                assert inside(text, [checked.value.at(*asked), checked.value.key_at(*asked)])


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_no_text_makes_parsing_fail(text: str) -> None:
    raw = text.encode(errors="surrogatepass")
    _check(raw, parse("p.yaml", raw))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_make_parsing_fail(raw: bytes) -> None:
    _check(raw, parse("p.yaml", raw))


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_no_anchor_alias_or_tag_slips_through(text: str) -> None:
    raw = text.encode(errors="surrogatepass")
    if decode("p.yaml", raw).value is None:
        return
    try:
        used = any(
            getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None
            for event in yaml.parse(raw, Loader=yaml.CLoader)
        )
    except yaml.YAMLError:
        return
    if used:
        assert may_use_properties(raw)


#: JSON writes characters beyond U+FFFF as two surrogates, which YAML does not know, and DEL as it is.
_JSON_TEXTS = st.text(
    st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=9
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _JSON_TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_JSON_TEXTS, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_JSON_TEXTS, _VALUES, min_size=1, max_size=4), st.booleans())
def test_json_is_read_as_it_is_meant(data: dict[str, Any], indented: bool) -> None:
    text = json.dumps(data, indent=2 if indented else None)
    checked = parse("p.yaml", text.encode())
    assert checked.diagnostics == ()
    assert checked.value is not None
    assert checked.value.data == data
