"""PyYAML's complaints about syntax in the words of an author; none of its own text reaches a user."""

from __future__ import annotations

import re
from collections.abc import Callable

from yaml import MarkedYAMLError, YAMLError

from rollguard.document.complaint import Complaint, short
from rollguard.document.places import Mark, Places
from rollguard.source import Diagnostic, Note, Span

_NO_SPACE = re.compile(r"\s*(?:- +)*([\w.-]+):(?=[^\s/])")
_KEY = re.compile(r"\s*(?:- +)*([^\s:#][^:#]*?)\s*:(?:\s|$)")
_ESCAPE = re.compile(r"(?:\\(?:x\w{0,2}|u\w{0,4}|U\w{0,8}|.?))?")


def reworded(error: YAMLError, places: Places) -> Diagnostic:
    """The diagnostic for a file that the parser gave up on."""
    if not isinstance(error, MarkedYAMLError) or (error.problem_mark or error.context_mark) is None:
        return Diagnostic("Y001", "error", "this is not YAML", Span(places.path), _COMPARE)
    at = error.problem_mark or error.context_mark
    assert at is not None
    complaint = Complaint(places, error.problem or "", at, error.context or "", error.context_mark)
    for start, word in _WORDINGS:
        if complaint.problem.startswith(start):
            return word(complaint)
    return _unknown(complaint)


_COMPARE = "compare indentation, quotes and brackets with the lines around it"
_QUOTE = "put the whole value in quotes"
#: Beyond this the parser no longer looks for the `:` of a key (YAML 1.2, 7.4.2).
_LONGEST_KEY = 1024
_CLOSERS = {"[": "]", "{": "}"}
_CLOSING = ("]", "}")


def _unknown(c: Complaint) -> Diagnostic:
    if c.places.ends_at(c.at):
        return c.says("Y001", "the file ends in the middle of something", _COMPARE)
    return c.says("Y001", f"`{c.word}` cannot stand here", _COMPARE)


def _tab(c: Complaint) -> Diagnostic:
    others = sum(1 for line in c.places.lines if line[: len(line) - len(line.lstrip())].count("\t")) - 1
    more = f"; {others} more {'line begins' if others == 1 else 'lines begin'} with a tab" if others > 0 else ""
    return c.says("Y009", "a tab indents this line", f"indent with spaces{more}", place=c.places.at(c.at))


def _no_token(c: Complaint) -> Diagnostic:
    if c.character == "\t":
        return _tab(c)
    return c.says("Y016", f"text without quotes cannot begin with `{c.character}`", f'{_QUOTE}: `"{c.word}"`')


def _mapping_values(c: Complaint) -> Diagnostic:
    key = _KEY.match(c.before)
    if key:
        value = c.line[key.end() :].strip()
        help = f'{_QUOTE}: `"{value}"`' if len(value) <= 60 and '"' not in value else _QUOTE
        return c.says(
            "Y016", f"the value of `{key[1]}` holds `: `, which only text in quotes can", help, place=c.places.at(c.at)
        )
    name = c.before.strip().removeprefix("- ").strip()
    if len(name) > _LONGEST_KEY:
        help = "shorten it, or put `? ` before the key and `: ` on the line below it"
        return c.says(
            "Y013", f"a key of {len(name):,} characters, the limit is {_LONGEST_KEY:,}", help, place=c.places.at(c.at)
        )
    row, above = c.line_above()
    missing = _NO_SPACE.match(above)
    if missing:
        column = missing.end() + 1
        place = Span(c.places.path, row + 1, column - 1, row + 1, column)
        return c.says(
            "Y001",
            f"a space is missing after `{missing[1]}:`",
            f"write `{missing[1]}: {above[missing.end() :].strip()}`",
            place=place,
        )
    indented = _KEY.match(above)
    place = Span(c.places.path, c.at.line + 1, c.at.column + 1 - len(c.before.lstrip()), c.at.line + 1, c.at.column + 1)
    if indented:
        help = f"give both keys the same indentation, or take the value of `{indented[1]}` away"
        return c.says(
            "Y015", f"`{name}` is indented below `{indented[1]}`, which has a value already", help, place=place
        )
    if above.strip():
        return c.says(
            "Y001",
            f"`{name}:` follows a line that is not finished",
            f"line {row + 1} needs a `:` or its own quotes",
            place=place,
        )
    return c.says("Y001", "a `:` cannot stand here", _COMPARE)


def _collection(c: Complaint) -> Diagnostic:
    """Something that is no next entry of a mapping or list written in lines."""
    before = c.before.rstrip()
    if before.strip(" -"):
        if before[-1] in "'\"":
            return _after_quote(c)
        if before[-1] in _CLOSING:
            help = "text goes in quotes as a whole; otherwise a comma, a line or a bracket is missing or one too many"
            return c.says("Y001", f"`{c.word}` follows a closing `{before[-1]}`", help)
        return _unknown(c)
    in_list = c.problem.startswith("did not find expected '-'")
    item = c.character == "-" and c.line[c.at.column + 1 : c.at.column + 2].strip() == ""
    if in_list and not item:
        note = "the list begins here"
        return c.says(
            "Y015",
            f"`{c.word}` stands among the items of a list",
            "begin the item with `- `, or indent the list below its key",
            note=note,
        )
    if item and not in_list:
        note = "the mapping begins here"
        return c.says(
            "Y015",
            "a list item stands among the keys of a mapping",
            "give the list a key, and indent its items below it",
            note=note,
        )
    if c.character == ":":
        return _no_key(c)
    if c.character in _CLOSING:
        return c.says("Y012", f"`{c.character}` closes nothing", "a bracket is missing above, or this one is too many")
    kind = "list" if in_list else "mapping"
    spaces = f"{c.at.column} space{'' if c.at.column == 1 else 's'}"
    help = "give all entries of one level the same indentation"
    return c.says(
        "Y015", f"{spaces} before `{c.word}` fit no level above", help, note=f"the {kind} around it begins here"
    )


def _after_quote(c: Complaint) -> Diagnostic:
    quote = c.before.rstrip()[-1]
    opened = c.scalar_before()
    if opened is not None and opened.line < c.at.line:
        note = Note("the text that ends here began here", c.places.at(opened))
        place = c.places.at(c.at, len(c.places.word(c.at)))
        message = f"`{c.word}` follows a closing quote, which was perhaps meant to open one"
        return Diagnostic("Y012", "error", message, place, f"close the quote of line {opened.line + 1}", (note,))
    inside = "written twice" if quote == "'" else 'written `\\"`'
    return c.says("Y016", f"`{c.word}` follows a closing quote", f"a `{quote}` inside the text is {inside}")


def _flow(c: Complaint) -> Diagnostic:
    """Something in `[…]` or `{…}` that is neither its next entry nor its end."""
    assert c.began is not None
    opener = "[" if "sequence" in c.context else "{"
    closer = _CLOSERS[opener]
    if c.places.ends_at(c.at):
        return _never_closed(c, c.began)
    opened = f"`{opener}` opened here"
    if c.character == "{" and c.before.endswith("$"):
        help = f'write `"${c.line[c.at.column :].split("}")[0]}}}"`'
        return c.says(
            "Y016", f"`${{…}}` needs quotes inside `{opener}{closer}`", help, place=c.places.at(c.at), note=opened
        )
    if c.character in _CLOSING:
        return c.says(
            "Y012", f"`{c.character}` closes `{opener}`", f"use `{closer}`", place=c.places.at(c.at), note=opened
        )
    if c.at.line > c.began.line:
        return c.says(
            "Y012", f"`,` or `{closer}` is missing before `{c.word}`", f"close `{opener}` with `{closer}`", note=opened
        )
    return c.says(
        "Y001",
        f"`,` or `{closer}` is missing before `{c.word}`",
        "text with brackets or quotes in it needs quotes around",
        note=opened,
    )


def _never_closed(c: Complaint, began: Mark) -> Diagnostic:
    opener = c.places.at(began)
    sign = c.places.lines[opener.line - 1][opener.column - 1]
    return c.says("Y012", f"`{sign}` is never closed", f"close it with `{_CLOSERS[sign]}`", place=opener)


def _quoted_end(c: Complaint) -> Diagnostic:
    assert c.began is not None
    quote = c.places.word(c.began)[:1]
    return c.says(
        "Y012",
        f"{_QUOTES.get(quote, 'a quote')} is never closed",
        f"end the text with `{quote}`",
        place=c.places.at(c.began),
    )


_QUOTES = {"'": "a single quote", '"': "a double quote"}


def _escape(c: Complaint) -> Diagnostic:
    start = c.at.column if c.character == "\\" else max(c.before.rfind("\\"), 0)
    written = _ESCAPE.match(c.line, start)[0]  # type: ignore[index]  # it matches the empty text, too
    place = Span(c.places.path, c.at.line + 1, start + 1, c.at.line + 1, start + 1 + len(written))
    help = "write a backslash twice, or use single quotes, which know no escapes"
    return c.says("Y001", f"double quotes know no escape `{written}`", help, place=place)


def _sequence_entry(c: Complaint) -> Diagnostic:
    return c.says(
        "Y015",
        "a list cannot begin in the line of its key",
        "put each `- ` on a line of its own below the key",
        place=c.places.at(c.at),
    )


def _no_colon(c: Complaint) -> Diagnostic:
    began = c.began or c.at
    text = c.places.lines[began.line][began.column :].split(" #")[0].strip() if began.line < len(c.places.lines) else ""
    place = c.places.at(began, max(1, len(text)))
    return c.says(
        "Y001", f"`{short(text)}` has no `:` after it", "write `key: value`, with a space after the colon", place=place
    )


def _directive(c: Complaint) -> Diagnostic:
    return c.says(
        "Y001",
        "a line that begins with `%` is an instruction to the parser, and none is used here",
        "remove the line",
        place=c.places.at(c.began or c.at, len(c.line)),
    )


def _name(c: Complaint) -> Diagnostic:
    sign = "&" if "anchor" in c.context else "*"
    began = c.began or c.at
    word = c.places.word(began)
    place = c.places.at(began, len(word))
    return c.says("Y016", f"text without quotes cannot begin with `{sign}`", f'{_QUOTE}: `"{word}"`', place=place)


def _tag(c: Complaint) -> Diagnostic:
    return c.says("Y005", "text that begins with `!` is a YAML tag, and tags are not used here", _QUOTE)


def _header(c: Complaint) -> Diagnostic:
    return c.says("Y001", f"`{c.word}` follows `|` or `>` in the same line", "begin the text on the next line")


def _content(c: Complaint) -> Diagnostic:
    if c.places.ends_at(c.at):
        opened = c.innermost_open()
        return _never_closed(c, opened) if opened else _unknown(c)
    if c.character == ":":
        return _no_key(c)
    if c.character in (",", *_CLOSING):
        return c.says(
            "Y001",
            f"a value is missing before `{c.character}`",
            f"text that begins with `{c.character}` needs quotes",
            place=c.places.at(c.at),
        )
    return _unknown(c)


def _no_key(c: Complaint) -> Diagnostic:
    return c.says(
        "Y003", "a key is missing before `:`", "text that begins with `:` needs quotes", place=c.places.at(c.at)
    )


def _outside(c: Complaint) -> Diagnostic:
    if any(line.rstrip() == "..." for line in c.places.lines[: c.at.line]):
        return c.says("Y006", "a second document begins after `...`", "one file holds one document; split them")
    first = next((line for line in c.places.lines if line.strip() and not line.lstrip().startswith("#")), "")
    if c.at.column < len(first) - len(first.lstrip()):
        help = "give all keys of the top level the same indentation"
        return c.says("Y015", f"`{c.word}` stands further left than the first key of the file", help)
    return c.says("Y001", f"`{c.word}` stands after the end of the document", _COMPARE)


#: The beginning of a complaint of libyaml (scanner.c, parser.c of 0.2.5) and what becomes of it; the first that fits.
_WORDINGS: tuple[tuple[str, Callable[[Complaint], Diagnostic]], ...] = (
    ("found character that cannot start any token", _no_token),
    ("found a tab character", _tab),
    ("mapping values are not allowed", _mapping_values),
    ("block sequence entries are not allowed", _sequence_entry),
    ("did not find expected key", _collection),
    ("did not find expected '-' indicator", _collection),
    ("did not find expected ',' or", _flow),
    ("found unexpected end of stream", _quoted_end),
    ("found unexpected document indicator", _quoted_end),
    ("found unknown escape character", _escape),
    ("did not find expected hexdecimal number", _escape),
    ("found invalid Unicode character escape code", _escape),
    ("could not find expected ':'", _no_colon),
    ("could not find expected directive name", _directive),
    ("found unexpected non-alphabetical character", _directive),
    ("found unknown directive name", _directive),
    ("found extremely long version number", _directive),
    ("found incompatible YAML document", _directive),
    ("found duplicate %", _directive),
    ("did not find expected digit or", _directive),
    ("did not find expected version number", _directive),
    ("did not find expected alphabetic or numeric character", _name),
    ("did not find expected tag URI", _tag),
    ("did not find expected '!'", _tag),
    ("did not find the expected '>'", _tag),
    ("did not find URI escaped octet", _tag),
    ("found an incorrect", _tag),
    ("found undefined tag handle", _tag),
    ("did not find expected whitespace", _tag),
    ("did not find expected comment or line break", _header),
    ("did not find expected node content", _content),
    ("did not find expected <document start>", _outside),
)
