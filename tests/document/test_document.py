"""Every part of a file is found again at the place where it was written."""

from __future__ import annotations

import pytest

from rollguard.document import Document, parse
from tests.document.findings import marked, where

TEXT = """\
# a comment
kind: RollbackPolicy
metadata:
  name: checkout
  description: |
    Takes the order.
    And the payment.

  agreed: {by: ["@a", '@b'], on: "2026-11-02"}
  empty:
spec:
  criteria:
    - id: target-5xx
      threshold: {above: 2%}
      window:
        period: 60s
    - threshold:
        above: 3
    -
    - [x,
       y]
    - why: two words
        over lines
    -   - inner
"""


@pytest.fixture
def document() -> Document:
    checked = parse("p.yaml", TEXT.encode())
    assert checked.value is not None
    return checked.value


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("kind",), "RollbackPolicy"),
        (("metadata", "name"), "checkout"),
        (("metadata", "agreed"), """{by: ["@a", '@b'], on: "2026-11-02"}"""),
        (("metadata", "agreed", "by", 1), "'@b'"),
        (("metadata", "agreed", "on"), '"2026-11-02"'),
        (("spec", "criteria", 0, "threshold", "above"), "2%"),
        (("spec", "criteria", 1, "threshold", "above"), "3"),
    ],
)
def test_a_value_is_found_where_it_is_written(document: Document, path: tuple[str | int, ...], expected: str) -> None:
    assert marked(TEXT, document.at(*path)) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ((), "kind: RollbackPolicy"),
        (("metadata",), "metadata"),
        (("spec", "criteria"), "criteria"),
        (("spec", "criteria", 0), "id: target-5xx"),
        (("spec", "criteria", 0, "window"), "window"),
        (("spec", "criteria", 1), "threshold"),
        (("spec", "criteria", 3), "[x"),
        (("spec", "criteria", 4), "why"),
        (("spec", "criteria", 5), "- inner"),
    ],
)
def test_what_goes_over_several_lines_is_shown_by_its_key_or_first_entry(
    document: Document, path: tuple[str | int, ...], expected: str
) -> None:
    assert marked(TEXT, document.at(*path)) == expected


def test_long_text_ends_with_its_last_line(document: Document) -> None:
    assert marked(TEXT, document.at("metadata", "description")).startswith("|\n")
    assert marked(TEXT, document.at("metadata", "description")).endswith("And the payment.")
    assert marked(TEXT, document.at("spec", "criteria", 4, "why")) == "two words\n        over lines"


def test_an_empty_value_is_shown_by_its_key(document: Document) -> None:
    assert marked(TEXT, document.at("metadata", "empty")) == "empty"
    assert where(document.at("spec", "criteria", 2)) == "19:6-6"


@pytest.mark.parametrize(
    ("path", "same_as"),
    [
        (("nothing",), ()),
        (("metadata", "title"), ("metadata",)),
        (("metadata", "agreed", "review"), ("metadata", "agreed")),
        (("spec", "criteria", 0, "window", "of"), ("spec", "criteria", 0, "window")),
        (("spec", "criteria", 0, "signal", "metric", "x"), ("spec", "criteria", 0)),
        (("spec", "criteria", 99, "id"), ("spec", "criteria")),
        (("spec", "criteria", -1), ("spec", "criteria")),
        (("kind", "x", 0), ("kind",)),
    ],
)
def test_what_is_missing_is_shown_by_the_nearest_thing_around_it(
    document: Document, path: tuple[str | int, ...], same_as: tuple[str | int, ...]
) -> None:
    assert document.at(*path) == document.at(*same_as)
    assert document.key_at(*path) == document.at(*path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("metadata", "name"), "name"),
        (("metadata", "agreed", "by"), "by"),
        (("spec", "criteria", 0, "threshold", "above"), "above"),
    ],
)
def test_a_key_is_found_where_it_is_written(document: Document, path: tuple[str | int, ...], expected: str) -> None:
    assert marked(TEXT, document.key_at(*path)) == expected


def test_an_item_of_a_list_has_no_key_so_its_own_place_is_shown(document: Document) -> None:
    assert marked(TEXT, document.key_at("metadata", "agreed", "by", 0)) == '"@a"'


def test_the_first_of_two_equal_keys_is_shown() -> None:
    checked = parse("p.yaml", b"a: 1\na: 2\n")
    assert checked.value is not None
    assert where(checked.value.at("a")) == "1:4-5"


def test_columns_count_characters_not_bytes() -> None:
    checked = parse("p.yaml", "日本: {é: ü}\n".encode())
    assert checked.value is not None
    assert where(checked.value.at("日本", "é")) == "1:9-10"
