"""Files that are not text, or hold characters nobody can see, are refused at the right place."""

from __future__ import annotations

import pytest

from rollguard.document.limits import CHARACTERS_SHOWN, FILE_BYTES
from rollguard.document.text import lines_of
from tests.document.findings import found, only


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a: \xff\n", "Y010 1:4-5 the byte 0xff is not UTF-8"),
        ("a: é\nb: ".encode() + b"\xe9 x\n", "Y010 2:4-5 the byte 0xe9 is not UTF-8"),
        (b"a: \xc3\xa9\xe9\n", "Y010 1:5-6 the byte 0xe9 is not UTF-8"),
        (b"a: b\r\nc: \xed\xa0\x80", "Y010 2:4-5 the byte 0xed is not UTF-8"),
        ("a: 1\n".encode("utf-16"), "Y010 1:1-1 the file is UTF-16, not UTF-8"),
        ("a: 1\n".encode("utf-32"), "Y010 1:1-1 the file is UTF-32, not UTF-8"),
        ("\ufeffa: 1\n".encode("utf-16-be"), "Y010 1:1-1 the file is UTF-16, not UTF-8"),
        ("a: 1\n".encode("utf-16-le"), "Y011 1:2-3 a NUL character stands here: this is not a text file"),
        (b"a: b\x00\n", "Y011 1:5-6 a NUL character stands here: this is not a text file"),
        (b"a: 1\nb: \x1b[2J\n", "Y011 2:4-5 the control character U+001B is not allowed"),
        ("a: b\x85".encode(), "Y011 1:5-6 the control character U+0085 is not allowed"),
        ("a: b\u2028c".encode(), "Y011 1:5-6 the control character U+2028 is not allowed"),
        ("a: b\ufeff".encode(), "Y011 1:5-6 the control character U+FEFF is not allowed"),
        (
            "a: b\u202ec".encode(),
            "Y011 1:5-6 U+202E turns the reading direction, so people would read something else than the file says",
        ),
    ],
)
def test_what_is_not_readable_text_is_refused(raw: bytes, expected: str) -> None:
    assert found(raw) == [expected]


def test_every_control_character_is_shown_until_there_are_too_many() -> None:
    assert [line.split()[1] for line in found(b"a: \x01\nb: \x02\x03\n")] == ["1:4-5", "2:4-5", "2:5-6"]
    assert len(found(b"\x01" * 1000)) == CHARACTERS_SHOWN


def test_the_escape_for_a_control_character_is_written_out() -> None:
    assert only(b"a: \x1b\n").help == 'delete it, or write it as an escape in double quotes: "\\x1b"'
    assert only("a: \u2028\n").help == 'delete it, or write it as an escape in double quotes: "\\u2028"'


def test_letters_of_every_script_and_emoji_are_text() -> None:
    assert found("a: naïve 日本語 עברית हिन्दी 👩\u200d🚀 e\u0301 \u00a0 \U0001f680\n") == []


def test_a_file_beyond_the_limit_is_refused_with_the_limit_named() -> None:
    diagnostic = only(b"#" * (FILE_BYTES + 1))
    assert diagnostic.code == "Y013"
    assert diagnostic.message == "the file has 1,048,577 bytes, the limit is 1,048,576 bytes (1 MiB)"


def test_only_line_feeds_and_carriage_returns_end_lines() -> None:
    assert lines_of("a\nb\r\nc\rd\x0be\x0cf\x1cg\u2028h\n") == ["a", "b", "c", "d\x0be\x0cf\x1cg\u2028h", ""]
    assert lines_of("") == [""]
