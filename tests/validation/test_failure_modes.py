"""A project's own failure modes: what cannot be played is told at its place."""

from __future__ import annotations

import pytest

from rollguard.document import parse
from rollguard.validation import validate

FILE = """\
apiVersion: rollguard/v1
kind: FailureModes
failureModes:
  - id: slow-friday
    title: Slow on Fridays
    happens: Every call takes four seconds.
    reason: It did in May.
    wanted: rollback
    hits: service
    starts: {after: 5m}
    signs: {latency: 4s}
"""


def said(old: str, new: str) -> list[str]:
    assert old in FILE
    document = parse("policies/failure-modes.yaml", FILE.replace(old, new).encode()).value
    assert document is not None
    return [f"{one.span.line} {one.code} {one.message} | {one.help}" for one in validate(document, "failureModes")]


def test_a_sound_file_has_no_faults() -> None:
    assert said("5m", "5m") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("5m", "90s", "10 S122 `after` is `90s`, and criteria have one value a minute | use whole minutes"),
        ("{after: 5m}", "{before: 30d}", "10 S122 `before` cannot be `30d` | it is at most `2d`"),
        (
            "    signs:",
            "    comesAndGoes: {bad: 2m, good: 0m}\n    signs:",
            "11 S122 `good` cannot be `0m` | it is at least `1m`",
        ),
        ("    signs:", "    lasts: 0m\n    signs:", "11 S122 `lasts` cannot be `0m` | it is at least `1m`"),
        ("latency: 4s", "errors: 250%", "11 S112 `errors` cannot be `250%` | a share is at most `100%`"),
        (
            "latency: 4s",
            "latency: 10%",
            "11 S112 `latency` cannot be `10%` | it is a time such as `3s` or a multiple of the limit such as `5x`",
        ),
        (
            "    signs:",
            "    untouched: [latency]\n    signs:",
            "11 S125 `latency` is in `signs` and in `untouched` | leave out one of them",
        ),
        ("wanted: rollback", "wanted: rollbck", "8 S005 `wanted` cannot be `rollbck` | did you mean `rollback`?"),
    ],
)
def test_what_cannot_be_played_is_told_with_the_cure(old: str, new: str, expected: str) -> None:
    assert said(old, new) == [expected]


def test_two_failure_modes_cannot_share_an_id() -> None:
    entry = FILE[FILE.index("  - id") :]
    assert said(entry, entry + entry) == [
        "12 S106 failure mode `slow-friday` exists already | give one of them another `id`"
    ]
