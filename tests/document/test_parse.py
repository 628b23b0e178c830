"""YAML 1.2 becomes plain data; what the policy language leaves out is refused, all of it in one run."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.document import parse
from tests.document.findings import found, only, where


def data(text: str | bytes) -> dict[str, Any]:
    """What a file without faults means."""
    checked = parse("p.yaml", text.encode() if isinstance(text, str) else text)
    assert checked.diagnostics == ()
    assert checked.value is not None
    return checked.value.data


def test_a_file_becomes_plain_data() -> None:
    text = """\
on: 22:30
date: 2026-11-02
account: 010
quoted: "010"
list:
  - 1.5
  - null
  -
  - {yes: no, nested: [true, ~]}
text: |
  two
  lines
folded: >-
  one
  line
"""
    assert data(text) == {
        "on": "22:30",
        "date": "2026-11-02",
        "account": 10,
        "quoted": "010",
        "list": [1.5, None, None, {"yes": "no", "nested": [True, None]}],
        "text": "two\nlines\n",
        "folded": "one line",
    }


def test_quotes_make_text_of_anything() -> None:
    assert data("""a: 'null'\nb: "1"\n"true": 'true'\n'': ""\n""") == {"a": "null", "b": "1", "true": "true", "": ""}


@pytest.mark.parametrize(
    "raw",
    [b"\xef\xbb\xbfa: 1\n", b"a: 1\r\n", b"a: 1\r", b"---\na: 1\n...\n", b"# c\n\na: 1", b"%YAML 1.2\n---\na: 1\n"],
)
def test_byte_order_mark_line_ends_and_document_marks_change_nothing(raw: bytes) -> None:
    assert data(raw) == {"a": 1}


def test_the_source_is_kept_without_its_byte_order_mark() -> None:
    checked = parse("policies/a/b.yaml", b"\xef\xbb\xbfa: \xc3\xa9\n")
    assert checked.value is not None
    assert (checked.value.source.path, checked.value.source.text) == ("policies/a/b.yaml", "a: é\n")


def test_a_star_or_ampersand_inside_text_is_text() -> None:
    assert data("a: 100 * b / c\nd: x&y\ne: wow!\nf: 'a & *b'\n") == {
        "a": "100 * b / c",
        "d": "x&y",
        "e": "wow!",
        "f": "a & *b",
    }


def test_a_key_set_twice_is_shown_at_both_places_and_the_first_one_counts() -> None:
    checked = parse("p.yaml", b"a: 1\nb: 2\na: 3\n")
    (diagnostic,) = checked.diagnostics
    (note,) = diagnostic.notes
    assert (diagnostic.code, diagnostic.message, where(diagnostic.span)) == ("Y002", "`a` is set twice", "3:1-2")
    assert (note.message, where(note.span)) == ("first set here", "1:1-2")
    assert checked.value is not None
    assert checked.value.data == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1: a\n", "Y003 1:1-2 the key `1` is a number; a key must be text"),
        ("1.5: a\n", "Y003 1:1-4 the key `1.5` is a number; a key must be text"),
        ("true: a\n", "Y003 1:1-5 the key `true` is a truth value; a key must be text"),
        ("~: a\n", "Y003 1:1-2 the key `~` is nothing (null); a key must be text"),
        ("? [a, b]\n: c\n", "Y003 1:3-9 a key must be text, not a list or a mapping"),
        ("a: {{b}}\n", "Y003 1:5-8 a key must be text, not a list or a mapping"),
        ("{: a}\n", "Y003 1:2-3 a key is missing before `:`"),
    ],
)
def test_a_key_that_is_no_text_is_refused(text: str, expected: str) -> None:
    assert found(text) == [expected]


def test_a_key_that_needs_quotes_is_told_how() -> None:
    assert only("1: a\n").help == 'put the key in quotes: `"1"`'


def test_anchors_aliases_merge_keys_and_tags_are_refused_in_one_run_with_what_else_is_wrong() -> None:
    text = "a: &x {c: 1}\nb: *x\nd:\n  <<: *x\ne: !!python/name:os.system f\ng: ! h\na: 2\n3: 4\n"
    assert found(text) == [
        "Y004 1:4-6 `&x` names a value to be copied elsewhere, which is not part of the policy language",
        "Y004 2:4-6 `*x` copies a value from elsewhere, which is not part of the policy language",
        "Y004 4:3-5 `<<` merges another mapping, which is not part of the policy language",
        "Y004 4:7-9 `*x` copies a value from elsewhere, which is not part of the policy language",
        "Y005 5:4-27 `!!python/name:os.system` is a YAML tag, and tags are not used here",
        "Y005 6:4-5 `!` is a YAML tag, and tags are not used here",
        "Y002 7:1-2 `a` is set twice",
        "Y003 8:1-2 the key `3` is a number; a key must be text",
    ]


def test_later_stages_still_see_what_the_author_meant() -> None:
    checked = parse("p.yaml", b"a: &x {c: 1, d: 2}\nb: *x\ne:\n  <<: [*x, {f: 3}]\n  d: 4\ng: !!str 5\n1: h\n")
    assert checked.value is not None
    assert checked.value.data == {
        "a": {"c": 1, "d": 2},
        "b": {"c": 1, "d": 2},
        "e": {"c": 1, "d": 4, "f": 3},
        "g": 5,
        "1": "h",
    }


def test_what_to_do_instead_of_copying_is_said() -> None:
    assert "vars" in only("a: &x 1\n").help
    assert "preset" in only("a: {<<: {b: 1}}\n").help


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "Y008 1:1-1 the file is empty"),
        (" \n\n", "Y008 1:1-1 the file is empty"),
        ("# only\n# comments\n", "Y008 1:1-1 the file holds nothing but comments"),
        ("---\n", "Y008 1:1-1 the file holds nothing but comments"),
        ("- a\n- b\n", "Y007 1:1-2 a list stands at the top of the file"),
        ("# c\n[a]\n", "Y007 2:1-2 a list stands at the top of the file"),
        ("just words\n", "Y007 1:1-2 text stands at the top of the file"),
        ("a: 1\n---\nb: 2\n", "Y006 2:1-4 a second document begins here"),
        ("a: 1\n---\n", "Y006 2:1-4 a second document begins here"),
        ("a: 1e999\n", "Y014 1:4-9 `1e999` is too large for a number"),
    ],
)
def test_a_file_of_the_wrong_outline_is_refused(text: str, expected: str) -> None:
    assert found(text) == [expected]


def test_two_documents_are_refused_and_the_first_is_still_checked() -> None:
    checked = parse("p.yaml", b"a: 1\na: 2\n---\nb: [\n")
    assert [diagnostic.code for diagnostic in checked.diagnostics] == ["Y002", "Y006"]
    assert checked.value is not None


def test_fifty_faults_are_fifty_diagnostics_in_order() -> None:
    text = "a: 1\n" + "".join(f"{line}: x\n" for line in range(2, 52))
    diagnostics = parse("p.yaml", text.encode()).diagnostics
    assert [diagnostic.span.line for diagnostic in diagnostics] == list(range(2, 52))


def test_an_anchor_right_after_a_byte_order_mark_is_refused() -> None:
    assert [one.code for one in parse("p.yaml", b"\xef\xbb\xbf&a {a: 1}").diagnostics] == ["Y004"]
