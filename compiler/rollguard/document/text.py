"""Bytes to text: UTF-8 without characters that nobody can see."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from rollguard.document.limits import CHARACTERS_SHOWN, FILE_BYTES
from rollguard.source import Checked, Diagnostic, Span

#: What a file that is plain ASCII may hold; everything else takes the slow way below.
_PLAIN = bytes([0x09, 0x0A, 0x0D, *range(0x20, 0x7F)])

#: Not printable for YAML 1.2, or a line break only for YAML 1.1 (NEL, LS, PS: editors would count lines differently),
#: or a change of the reading direction, which shows reviewers something else than the file says (CVE-2021-42574).
_UNUSABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

#: Longest mark first: UTF-32's begins with UTF-16's.
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_AS_UTF8 = "save it as UTF-8; most editors offer that under “save with encoding”"


def lines_of(text: str) -> list[str]:
    """The lines without their breaks, as YAML counts them: only `\\n`, `\\r\\n` and `\\r` end a line."""
    return re.split(r"\r\n?|\n", text) if "\r" in text else text.split("\n")


def size_fault(path: str, size: int) -> Diagnostic:
    """The refusal of a file of `size` bytes that is larger than the limit."""
    limit = f"{FILE_BYTES:,} bytes (1 MiB)"
    return Diagnostic(
        "Y013", "error", f"the file has {size:,} bytes, the limit is {limit}", Span(path), "split it into several files"
    )


def decode(path: str, raw: bytes) -> Checked[str]:
    """The file's text without its byte order mark, or why it has none."""
    if len(raw) > FILE_BYTES:
        return Checked(None, (size_fault(path, len(raw)),))
    for mark, name in _OTHER_ENCODINGS:
        if raw.startswith(mark):
            return Checked(None, (Diagnostic("Y010", "error", f"the file is {name}, not UTF-8", Span(path), _AS_UTF8),))
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        return Checked(None, (_undecodable(path, raw, error.start),))
    if raw.translate(None, _PLAIN):
        found = tuple(_unusable(path, text))
        return Checked(None if found else text, found)
    return Checked(text)


def displayable(raw: bytes) -> str:
    """The text of a file that may be broken, to show around a diagnostic; places are those of `decode`."""
    return raw.removeprefix(codecs.BOM_UTF8).decode(errors="replace")


def _undecodable(path: str, raw: bytes, offset: int) -> Diagnostic:
    place = _place(path, raw[:offset].decode())
    return Diagnostic("Y010", "error", f"the byte 0x{raw[offset]:02x} is not UTF-8", place, _AS_UTF8)


def _unusable(path: str, text: str) -> Iterator[Diagnostic]:
    if "\0" in text:
        place = _place(path, text[: text.index("\0")])
        help = "save the text as UTF-8 (UTF-16 without a byte order mark looks like this)"
        yield Diagnostic("Y011", "error", "a NUL character stands here: this is not a text file", place, help)
        return
    for count, match in enumerate(_UNUSABLE.finditer(text)):
        if count == CHARACTERS_SHOWN:
            return
        character = match[0]
        name = f"U+{ord(character):04X}"
        what = (
            f"{name} turns the reading direction, so people would read something else than the file says"
            if character in _TURNS
            else f"the control character {name} is not allowed"
        )
        help = f'delete it, or write it as an escape in double quotes: "{_escape(character)}"'
        yield Diagnostic("Y011", "error", what, _place(path, text[: match.start()]), help)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _place(path: str, before: str) -> Span:
    """The one character that follows `before`."""
    lines = lines_of(before)
    line, column = len(lines), len(lines[-1]) + 1
    return Span(path, line, column, line, column + 1)
