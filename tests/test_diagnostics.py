"""What a person sees of a diagnostic."""

from __future__ import annotations

import re

import pytest

from rollguard.diagnostics import WIDTH, TextOf, render, summary, visible
from rollguard.source import Diagnostic, Note, Severity, Span


def texts(**files: str) -> TextOf:
    return lambda path: files.get(path.removesuffix(".yaml"))


def at(line: int, column: int, end_column: int, end_line: int = 0, path: str = "p.yaml") -> Span:
    return Span(path, line, column, end_line or line, end_column)


def shown(text: str, span: Span) -> list[str]:
    """The lines below the place."""
    return render(Diagnostic("S001", "error", "m", span), lambda path: text).split("\n")[2:]


def test_message_place_line_carets_and_help_are_shown() -> None:
    text = "\n" * 40 + "      treshold: {above: 2%}\n"
    found = Diagnostic(
        "S002",
        "error",
        "`treshold` is not a key of a criterion",
        Span("policies/payments/checkout.yaml", 41, 7, 41, 15),
        "did you mean `threshold`?",
    )
    assert (
        render(found, lambda path: text)
        == """\
error[S002]: `treshold` is not a key of a criterion
  --> policies/payments/checkout.yaml:41:7
   |
41 |       treshold: {above: 2%}
   |       ^^^^^^^^
   = help: did you mean `threshold`?"""
    )


def test_each_note_has_a_frame_of_its_own_aligned_with_the_first() -> None:
    found = Diagnostic(
        "R001",
        "error",
        "two policies are named `checkout`",
        at(12, 9, 17, path="b.yaml"),
        "rename one of them",
        (Note("the other one", at(3, 9, 17, path="a.yaml")), Note("listed here", at(1, 1, 2, path="gone.yaml"))),
    )
    assert (
        render(found, texts(a="\n\n  name: checkout\n", b="\n" * 11 + "  name: checkout\n"))
        == """\
error[R001]: two policies are named `checkout`
  --> b.yaml:12:9
   |
12 |   name: checkout
   |         ^^^^^^^^
   = help: rename one of them
note: the other one
  --> a.yaml:3:9
   |
 3 |   name: checkout
   |         ^^^^^^^^
note: listed here
  --> gone.yaml:1:1"""
    )


def test_without_a_text_message_place_and_help_remain() -> None:
    found = Diagnostic("Y013", "error", "too large", Span("p.yaml"), "split it")
    assert render(found, lambda path: None) == "error[Y013]: too large\n --> p.yaml:1:1\n  = help: split it"


def test_the_first_place_of_an_empty_file_is_shown() -> None:
    assert shown("", at(1, 1, 1)) == ["  |", "1 |", "  | ^"]


def test_a_line_that_the_file_no_longer_has_is_left_out() -> None:
    assert shown("a\n", at(9, 1, 2)) == []


def test_a_place_without_length_has_one_caret() -> None:
    assert shown("abc", at(1, 4, 4)) == ["  |", "1 | abc", "  |    ^"]


def test_of_several_lines_the_first_is_marked_to_its_end() -> None:
    assert shown("why: |\n  a\n  b\n", at(1, 6, 4, end_line=3)) == ["  |", "1 | why: |", "  |      ^"]
    assert shown('a: "b c  \n  d"\n', at(1, 4, 5, end_line=2)) == ["  |", '1 | a: "b c', "  |    ^^^^"]


@pytest.mark.parametrize(
    ("line", "start", "end", "source", "carets"),
    [
        ("\ta:\tb", 5, 6, "    a:    b", "          ^"),
        ("\ta", 1, 2, "    a", "^^^^"),
        ("日本: x", 5, 6, "日本: x", "      ^"),
        ("a: 日本", 4, 6, "a: 日本", "   ^^^^"),
        ("e\u0301e\u0301: x", 7, 8, "e\u0301e\u0301: x", "    ^"),
        ("👩\u200d🚀: x", 6, 7, "👩\u200d🚀: x", "      ^"),
        ("a\u00a0b", 3, 4, "a\u00a0b", "  ^"),
    ],
    ids=["tab", "tab itself", "wide before", "wide itself", "combining", "joined emoji", "no-break space"],
)
def test_carets_stand_below_what_they_mark(line: str, start: int, end: int, source: str, carets: str) -> None:
    assert shown(line, at(1, start, end)) == ["  |", f"1 | {source}", f"  | {carets}"]


def test_escape_sequences_of_a_file_do_not_reach_the_terminal() -> None:
    evil = "a: \x1b[2J\x1b]0;t\x07 \x7f\x9b31m \u202eb\u2066 \x00"
    found = Diagnostic("Y011", "error", f"`{evil}`\nerror[S001]: forged", at(1, 4, 5, path="p\x1b[A.yaml"), evil)
    rendered = render(found, lambda path: evil)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rendered)
    assert len(rendered.split("\n")) == 6
    assert "␛[2J␛]0;t␇ ␡�31m �b� ␀" in rendered


def test_carets_stand_below_a_control_character() -> None:
    assert shown("a: \x1b b", at(1, 4, 5)) == ["  |", "1 | a: ␛ b", "  |    ^"]


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "a" * 500 + "HERE" + "b" * 500
    _, source, carets = shown(line, at(1, 501, 505))
    assert source == f"1 | …{'a' * 40}HERE{'b' * (WIDTH - 44)}…"
    assert carets == f"  | {' ' * 41}^^^^"


def test_a_long_line_is_cut_at_its_end_if_the_place_is_at_its_beginning() -> None:
    _, source, carets = shown("HERE" + "b" * 100_000, at(1, 1, 5))
    assert (source, carets) == (f"1 | HERE{'b' * (WIDTH - 4)}…", "  | ^^^^")


def test_carets_do_not_go_beyond_what_is_shown_of_a_long_line() -> None:
    _, source, carets = shown("x" * 5_000, at(1, 11, 5_001))
    assert (source, carets) == (f"1 | {'x' * WIDTH}…", f"  | {' ' * 10}{'^' * (WIDTH - 10)}")


def test_the_end_of_a_long_line_can_be_marked() -> None:
    _, source, carets = shown("x" * 5_000, at(1, 5_001, 5_001))
    assert (source, carets) == (f"1 | …{'x' * 40}", f"  | {' ' * 41}^")


def test_wide_characters_of_a_long_line_count_twice() -> None:
    _, source, carets = shown("日" * 300, at(1, 201, 202))
    assert source == f"1 | …{'日' * 60}…"
    assert carets == f"  | {' ' * 41}^^"


@pytest.mark.parametrize(("severity", "style"), [("error", "1;31"), ("warning", "1;33"), ("note", "1;36")])
def test_colours_follow_the_severity_and_change_no_character(severity: Severity, style: str) -> None:
    found = Diagnostic("S001", severity, "m", at(1, 1, 2), "h", (Note("n", at(1, 2, 3)),))
    coloured = render(found, lambda path: "ab", color=True)
    assert coloured.startswith(f"\x1b[{style}m{severity}[S001]\x1b[0m")
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == render(found, lambda path: "ab")


def test_lines_are_counted_as_the_parser_counts_them() -> None:
    assert shown("a\r\nb\x0bc\rd\n", at(3, 1, 2))[1] == "3 | d"


def test_a_summary_counts_by_severity() -> None:
    def one(severity: Severity) -> Diagnostic:
        return Diagnostic("S001", severity, "m", Span("p"))

    assert summary([]) == ""
    assert summary([one("warning")]) == "1 warning"
    assert summary([one("note"), one("error"), one("error")]) == "2 errors, 1 note"


def test_visible_text_keeps_letters_and_joined_emoji() -> None:
    assert visible("naïve 日本 👩\u200d🚀") == "naïve 日本 👩\u200d🚀"
    assert visible("a\nb\tc\ud800") == "a␊b    c\ufffd"
