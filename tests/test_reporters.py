"""The four formats of `rollguard check`, to the letter: scripts read them."""

from __future__ import annotations

import json

import pytest

from rollguard import __version__
from rollguard.reporters import FORMATS, report
from rollguard.source import Diagnostic, Note, Span

FOUND = (
    Diagnostic(
        "Y002",
        "error",
        "`a` is set twice",
        Span("policies/a b/p.yaml", 2, 1, 2, 2),
        "keep one of the two",
        (Note("first set here", Span("policies/a b/p.yaml", 1, 1, 1, 2)),),
    ),
    Diagnostic("Y012", "warning", "100%: [x,\ny]", Span("policies/ü,:.yaml", 3, 4, 5, 6)),
)


def text_of(path: str) -> str | None:
    return "a: 1\na: 2\n" if path.startswith("policies/a") else None


def test_the_formats_are_listed() -> None:
    assert FORMATS == ("text", "json", "sarif", "github")


@pytest.mark.parametrize("format_", ["text", "github"])
def test_people_and_annotations_hear_nothing_where_nothing_was_found(format_: str) -> None:
    assert report((), format_, text_of) == ""


def test_text_is_frames_with_an_empty_line_between() -> None:
    assert (
        report(FOUND, "text", text_of)
        == """\
error[Y002]: `a` is set twice
 --> policies/a b/p.yaml:2:1
  |
2 | a: 2
  | ^
  = help: keep one of the two
note: first set here
 --> policies/a b/p.yaml:1:1
  |
1 | a: 1
  | ^

warning[Y012]: 100%: [x,␊y]
 --> policies/ü,:.yaml:3:4"""
    )


def test_text_can_be_coloured() -> None:
    assert report(FOUND, "text", text_of, color=True).startswith("\x1b[1;31merror[Y002]\x1b[0m")


def test_json_has_documented_keys() -> None:
    assert json.loads(report(FOUND, "json", text_of)) == {
        "version": 1,
        "diagnostics": [
            {
                "code": "Y002",
                "severity": "error",
                "message": "`a` is set twice",
                "help": "keep one of the two",
                "path": "policies/a b/p.yaml",
                "line": 2,
                "column": 1,
                "endLine": 2,
                "endColumn": 2,
                "notes": [
                    {
                        "message": "first set here",
                        "path": "policies/a b/p.yaml",
                        "line": 1,
                        "column": 1,
                        "endLine": 1,
                        "endColumn": 2,
                    }
                ],
            },
            {
                "code": "Y012",
                "severity": "warning",
                "message": "100%: [x,\ny]",
                "help": "",
                "path": "policies/ü,:.yaml",
                "line": 3,
                "column": 4,
                "endLine": 5,
                "endColumn": 6,
                "notes": [],
            },
        ],
    }


def test_json_of_nothing_is_an_empty_list() -> None:
    assert report((), "json", text_of) == '{\n  "version": 1,\n  "diagnostics": []\n}'


def test_json_and_sarif_are_ascii_whatever_a_file_is_called() -> None:
    odd = (Diagnostic("Y008", "error", "leer: ü", Span("policies/\udcff\x1b.yaml")),)
    for format_ in FORMATS:
        report(odd, format_, text_of).encode("ascii" if format_ in ("json", "sarif") else "utf-8")


def test_sarif_names_rules_and_places() -> None:
    assert json.loads(report(FOUND, "sarif", text_of)) == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "rollguard",
                        "version": __version__,
                        "rules": [
                            {
                                "id": "Y002",
                                "shortDescription": {"text": "key set twice"},
                                "fullDescription": {
                                    "text": "A mapping has the same key twice. YAML readers disagree on which one counts, "
                                    "so neither is trusted."
                                },
                            },
                            {
                                "id": "Y012",
                                "shortDescription": {"text": "bracket or quote left open"},
                                "fullDescription": {
                                    "text": "A bracket or quote is opened and not closed, or closed and not opened."
                                },
                            },
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "Y002",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {"text": "`a` is set twice\nhelp: keep one of the two"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "policies/a%20b/p.yaml", "uriBaseId": "%SRCROOT%"},
                                    "region": {"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2},
                                }
                            }
                        ],
                        "relatedLocations": [
                            {
                                "id": 0,
                                "message": {"text": "first set here"},
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "policies/a%20b/p.yaml", "uriBaseId": "%SRCROOT%"},
                                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
                                },
                            }
                        ],
                    },
                    {
                        "ruleId": "Y012",
                        "ruleIndex": 1,
                        "level": "warning",
                        "message": {"text": "100%: [x,\ny]"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "policies/%C3%BC%2C%3A.yaml", "uriBaseId": "%SRCROOT%"},
                                    "region": {"startLine": 3, "startColumn": 4, "endLine": 5, "endColumn": 6},
                                }
                            }
                        ],
                    },
                ],
            }
        ],
    }


def test_github_commands_are_one_line_each_and_escaped() -> None:
    assert report(FOUND, "github", text_of).split("\n") == [
        "::error file=policies/a b/p.yaml,line=2,endLine=2,col=1,endColumn=2,title=rollguard Y002"
        "::`a` is set twice%0Ahelp: keep one of the two",
        "::warning file=policies/ü%2C%3A.yaml,line=3,endLine=5,title=rollguard Y012::100%25: [x,␊y]",
    ]


def test_a_note_is_a_notice_for_github() -> None:
    found = (Diagnostic("Y001", "note", "m", Span("p.yaml")),)
    assert report(found, "github", text_of) == (
        "::notice file=p.yaml,line=1,endLine=1,col=1,endColumn=1,title=rollguard Y001::m"
    )


def test_a_file_cannot_forge_a_github_command() -> None:
    found = (
        Diagnostic("Y001", "error", "`x\n::error::forged\r::stop-commands::t`", Span("a\n::set-env::b"), "\n::x::"),
    )
    assert "\n" not in report(found, "github", text_of)
    assert "\r" not in report(found, "github", text_of)
