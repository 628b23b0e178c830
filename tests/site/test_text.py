"""An author's text in Markdown and HTML: shown, never obeyed."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown  # type: ignore[import-untyped]  # ships no types

from rollguard.site.text import block, coded, https, plain, prose, quoted, text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Checkout answers slowly.", "Checkout answers slowly."),
        ("p99 of 3.5 s, 10 % (canary)", "p99 of 3.5 s, 10 % (canary)"),
        ("new-version: a-b", "new-version: a-b"),
        ("1. first", "1&#46; first"),
        ("1) first", "1&#41; first"),
        ("- item", "&#45; item"),
        ("<b>&amp;", "&#60;b&#62;&#38;amp;"),
        ("[x](javascript:alert)", "&#91;x&#93;(javascript&#58;alert)"),
        ("a | b", "a &#124; b"),
        (":smile:", "&#58;smile:"),
        ("https://x.example", "https&#58;&#47;&#47;x.example"),
        ("www.example.com", "www&#46;example.com"),
        ("two\nlines\u2028and\tmore", "two lines and more"),
        ("bell\x07", "bell\ufffd"),
        ("half \ud800 of a pair", "half \ufffd of a pair"),
    ],
)
def test_only_what_means_something_to_markdown_is_referred_to_by_number(written: str, shown: str) -> None:
    assert text(written) == shown


@given(st.text(max_size=80))
def test_any_text_survives_markdown_as_it_was(written: str) -> None:
    found = Markdown(
        extensions=["attr_list", "tables", "admonition", "md_in_html", "toc", "footnotes", "abbr", "def_list"]
    )
    shown = found.convert(f"x {text(written)} y")
    assert re.fullmatch(r"<p>[^<]*</p>", shown), shown
    assert html.unescape(shown) == f"<p>x {plain(written)} y</p>"


@given(st.text(max_size=80))
def test_any_text_survives_as_an_attribute(written: str) -> None:
    escaped = str(text(written))
    assert not re.search(r"""["'<>`=]""", escaped)
    assert html.unescape(escaped) == plain(written)


@given(st.text(max_size=120))
def test_a_block_holds_no_markup(written: str) -> None:
    assert not re.search(r"""[<>"'`{}\[\]]""", str(block(written)))


def test_a_block_keeps_lines_and_spaces() -> None:
    assert block("a:\n\n  - b\n") == "a:\n\n  - b"


def test_paragraphs_and_lists_in_a_longer_text_keep_their_lines() -> None:
    assert prose("One\nwrapped line.\n\nTwo:\n- a\n- b") == "One wrapped line.\n\nTwo:<br>\n&#45; a<br>\n&#45; b"


def test_backticks_mark_code_only_in_pairs() -> None:
    assert coded("see `a_b` here") == "see <code>a&#95;b</code> here"
    assert coded("a ` alone") == "a &#96; alone"


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://runbooks.example.com/a?b=c#d", "https://runbooks.example.com/a?b=c#d"),
        ('https://x.example/"onclick="a', "https://x.example/%22onclick=%22a"),
        ("https://x.example/[a](b)`c`", "https://x.example/%5Ba%5D%28b%29%60c%60"),
        ("http://x.example/", None),
        ("javascript:alert(1)", None),
        ("https:javascript", None),
        ("https://user:secret@x.example/", None),
        ("https://x.example/a b", None),
        ("https://[", None),
    ],
)
def test_only_https_addresses_are_linked_to(address: str, linked: str | None) -> None:
    assert https(address) == linked


def test_front_matter_holds_any_text() -> None:
    assert quoted(["a", 'b"\n---\nc: d']) == '"a b\\" --- c: d"'
