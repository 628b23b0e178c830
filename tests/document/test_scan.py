"""Files made to hurt: deep, wide or explosive. Each is tried in a process of its own, as a fault would take the process with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rollguard.document.limits import DEPTH, NODES
from tests.document.findings import found

_COMPILER = Path(__file__).resolve().parents[2] / "compiler"
_PARSE = """
import sys
from rollguard.document import parse
for found in parse("p.yaml", eval(sys.argv[1])).diagnostics:
    print(found.code, found.message)
"""

DEEP = "Y013 nested deeper than 32 levels"
WIDE = "Y013 more than 50,000 keys and values in one file"


def parsed_apart(expression: str) -> list[str]:
    """The codes and messages for bytes that an expression makes; fails if the interpreter dies."""
    command = [sys.executable, "-c", _PARSE, expression]
    done = subprocess.run(command, env={"PYTHONPATH": str(_COMPILER)}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    "expression",
    [
        "b'[' * 100_000",
        "b'[' * 100_000 + b']' * 100_000",
        "b'a: ' + b'[' * 100_000",
        "b'{a: ' * 100_000",
        "b'[a: ' * 100_000",
        "b'[]' * 0 + b'[[],' * 100_000",
        "b'- ' * 100_000 + b'x'",
        "b'? ' * 100_000 + b'x'",
        "b'- ? ' * 100_000",
        r"b'[\n' * 100_000",
        r"b''.join(b' ' * level + b'a:\n' for level in range(1_400))",
        r"b''.join(b' ' * level + b'-\n' for level in range(1_400))",
        r"b''.join(b' ' * level + b'a:\r' for level in range(1_400))",
    ],
)
def test_a_hundred_thousand_levels_are_refused(expression: str) -> None:
    assert parsed_apart(expression) == [DEEP]


@pytest.mark.parametrize(
    "expression",
    [
        "b'a: [' + b'1,' * 200_000 + b']'",
        "b'a: {' + b'?,' * 200_000 + b'}'",
        r"b''.join(b'k%d: 1\n' % key for key in range(60_000))",
    ],
)
def test_more_values_than_a_file_may_hold_are_refused(expression: str) -> None:
    assert parsed_apart(expression) == [WIDE]


def test_aliases_that_multiply_are_refused_with_the_limit_named() -> None:
    lines = [b"a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [b"%c: &%c [%s]" % (key, key, b", ".join([b"*%c" % (key - 1)] * 10)) for key in range(ord("b"), ord("j"))]
    messages = parsed_apart(repr(b"\n".join(lines)))
    assert messages[0] == "Y004 `&a` names a value to be copied elsewhere, which is not part of the policy language"
    assert WIDE in messages


def test_an_alias_of_what_holds_it_is_refused() -> None:
    assert [line[:4] for line in parsed_apart("b'a: &a [*a, *a]'")] == ["Y013", "Y004", "Y004", "Y004"]


def test_thousands_of_aliases_are_not_all_listed() -> None:
    messages = parsed_apart(r"b'a: &a x\nb: [' + b'*a,' * 20_000 + b']'")
    assert len(messages) == 200


def test_thousands_of_tag_directives_are_refused_at_the_first() -> None:
    assert parsed_apart(r"b''.join(b'%%TAG !a%d! b\n' % tag for tag in range(50_000))") == [
        "Y005 `%TAG` declares a tag, and tags are not used here"
    ]


def test_the_deepest_level_allowed_is_accepted_and_the_next_one_refused() -> None:
    assert found("a: " + "[" * (DEPTH - 1) + "]" * (DEPTH - 1)) == []
    assert found("a: " + "[" * DEPTH + "]" * DEPTH) == [
        f"Y013 1:{3 + DEPTH}-{4 + DEPTH} nested deeper than {DEPTH} levels"
    ]
    blocks = "".join("  " * level + "a:\n" for level in range(DEPTH))
    assert found(blocks) == []
    assert found(blocks + "  " * DEPTH + "a: 1\n") == [
        f"Y013 {DEPTH + 1}:{2 * DEPTH + 1}-{2 * DEPTH + 2} nested deeper than {DEPTH} levels"
    ]


def test_as_many_values_as_are_allowed_are_accepted() -> None:
    text = "a: [" + "1," * (NODES - 3) + "]"  # the top mapping, the key and the list are the other three
    assert found(text) == []
    assert found(text.replace("[", "[1,")) == [
        f"Y013 1:{len(text)}-{len(text) + 1} more than 50,000 keys and values in one file"
    ]
