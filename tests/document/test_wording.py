"""Faults of syntax are told in an author's words, at the place where the author has to act."""

from __future__ import annotations

import re

import pytest

from tests.document.findings import found, only, where

#: Words that only the parser's own messages use.
_PARSER = re.compile(
    r"expected <|block (?:end|mapping|collection|sequence)|flow (?:mapping|sequence)|token|indicator|scanner|simple key"
)

CASES = [
    ("a:\n\tb: 1\n", "Y009 2:1-2 a tab indents this line"),
    ("a: |\n\tb\n", "Y009 2:1-2 a tab indents this line"),
    ("a: [1, 2\n", "Y012 1:4-5 `[` is never closed"),
    ("a: {b: [c]\n\n\n", "Y012 1:4-5 `{` is never closed"),
    ("a: [b,\n", "Y012 1:4-5 `[` is never closed"),
    ("a: 'b\nc: 1\n", "Y012 1:4-5 a single quote is never closed"),
    ('a: "b\n', "Y012 1:4-5 a double quote is never closed"),
    ('a: "b\n---\nc"\n', "Y012 1:4-5 a double quote is never closed"),
    ('a: "b\nc: "d"\n', 'Y012 2:5-7 `d"` follows a closing quote, which was perhaps meant to open one'),
    ("a: {b: c]\n", "Y012 1:9-10 `]` closes `{`"),
    ("a: [1,\n2\nb: 3\n", "Y012 3:2-3 `,` or `]` is missing before `:`"),
    ("a: {b: c d: e}\n", "Y001 1:11-12 `,` or `}` is missing before `:`"),
    ("a: {b: ${vars.x}}\n", "Y016 1:9-10 `${…}` needs quotes inside `{}`"),
    ("a: ]\n", "Y001 1:4-5 a value is missing before `]`"),
    ("a: [1] 2\n", "Y001 1:8-9 `2` follows a closing `]`"),
    ("a: b: c\n", "Y016 1:5-6 the value of `a` holds `: `, which only text in quotes can"),
    ("a: @b\n", "Y016 1:4-6 text without quotes cannot begin with `@`"),
    ("a: %b\n", "Y016 1:4-6 text without quotes cannot begin with `%`"),
    ("a: *\n", "Y016 1:4-5 text without quotes cannot begin with `*`"),
    ("a: & b\n", "Y016 1:4-5 text without quotes cannot begin with `&`"),
    ("a: 'it's'\n", "Y016 1:8-10 `s'` follows a closing quote"),
    ("a: 1\n  b: 2\n", "Y015 2:3-4 `b` is indented below `a`, which has a value already"),
    ("a:\n  b: 1\n c: 2\n", "Y015 3:2-4 1 space before `c` fit no level above"),
    ("a:\n  - b\n - c\n", "Y015 3:2-3 a list item stands among the keys of a mapping"),
    ("- a\nb: c\n", "Y015 2:1-3 `b` stands among the items of a list"),
    ("a: - b\n", "Y015 1:4-5 a list cannot begin in the line of its key"),
    ("  a: 1\nb: 2\n", "Y015 2:1-3 `b` stands further left than the first key of the file"),
    ("a:b\nc: 1\n", "Y001 1:2-3 a space is missing after `a:`"),
    ("a\nb: 1\n", "Y001 2:1-2 `b:` follows a line that is not finished"),
    ("a: 1\nb\n", "Y001 2:1-2 `b` has no `:` after it"),
    ('a: "\\q"\n', "Y001 1:5-7 double quotes know no escape `\\q`"),
    ('a: "\\xZ"\n', "Y001 1:5-8 double quotes know no escape `\\xZ`"),
    (
        "%YAML 3.0\n---\na: 1\n",
        "Y001 1:1-10 a line that begins with `%` is an instruction to the parser, and none is used here",
    ),
    ("a: > b\n", "Y001 1:6-7 `b` follows `|` or `>` in the same line"),
    ("{a: 1}\nb: 2\n", "Y001 2:1-3 `b` stands after the end of the document"),
    ("a: ? b\n", "Y001 1:4-5 `?` cannot stand here"),
    (": a\n", "Y003 1:1-2 a key is missing before `:`"),
    ("a: !<b\n", "Y005 1:7-7 text that begins with `!` is a YAML tag, and tags are not used here"),
    ("%TAG ! x\n---\na: 1\n", "Y005 1:1-5 `%TAG` declares a tag, and tags are not used here"),
    ("a: 1\n...\nb: 2\n", "Y006 3:1-3 a second document begins after `...`"),
    ("x" * 1100 + ": 1\n", "Y013 1:1101-1102 a key of 1,100 characters, the limit is 1,024"),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:20] for text, _ in CASES])
def test_a_fault_of_syntax_is_told_where_it_is(text: str, expected: str) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize("text", [text for text, _ in CASES], ids=[text[:20] for text, _ in CASES])
def test_every_fault_has_a_cure_and_none_of_the_parsers_words(text: str) -> None:
    diagnostic = only(text)
    assert diagnostic.help
    for words in (diagnostic.message, diagnostic.help, *(note.message for note in diagnostic.notes)):
        assert not _PARSER.search(words)
        assert not words.endswith(".")


def test_the_other_lines_with_tabs_are_counted() -> None:
    assert only("a:\n\tb: 1\n  \tc: 2\n\td:\te\n").help == "indent with spaces; 2 more lines begin with a tab"


def test_an_unfinished_bracket_is_shown_with_its_opening() -> None:
    (note,) = only("a: {b: 1\nc: 2}\n").notes
    assert (note.message, where(note.span)) == ("`{` opened here", "1:4-5")


def test_a_quote_that_swallowed_lines_is_shown_with_its_opening() -> None:
    diagnostic = only('title: "Checkout\ndescription: "Takes"\n')
    (note,) = diagnostic.notes
    assert diagnostic.help == "close the quote of line 1"
    assert (note.message, where(note.span)) == ("the text that ends here began here", "1:8-9")


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("a: b: c\n", 'put the whole value in quotes: `"b: c"`'),
        ("by: [@sre]\n", 'put the whole value in quotes: `"@sre"`'),
        ("a: {b: ${vars.x}}\n", 'write `"${vars.x}"`'),
        ("a:b\nc: 1\n", "write `a: b`"),
        ("a: 'it's'\n", "a `'` inside the text is written twice"),
        ('a: "b" c"\n', 'a `"` inside the text is written `\\"`'),
    ],
)
def test_the_cure_is_written_out_where_it_is_known(text: str, help: str) -> None:
    assert only(text).help == help
