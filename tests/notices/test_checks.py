"""What `check` says of a broken message template: where, with the author's own words, and how to mend it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from rollguard.checking import check
from rollguard.document import frames
from rollguard.notices.files import MOST_BYTES
from rollguard.reporters import report
from tests.conftest import Golden

#: One template each; the name is that of the golden file.
BROKEN = {
    "syntax": ("started", "$headline\n{% if title %}\nmore\n"),
    "unknown-fields": ("started", "Subject: $servce\n\n$headline costs $5 and ${ownr}, not $$x\n"),
    "a-value-as-a-field": ("started", "$headline of $title\n"),
    "a-field-as-a-value": ("started", "{{ headline }}\n{{ titel }}\n"),
    "filter": ("started", "{{ title | pprint }}\n"),
    "call": ("started", "$headline\n{{ title.upper() }}\n"),
    "arithmetic": ("started", "{{ criteria[0].id * 99999999 }}\n"),
    "joined-text": ("started", "{{ title ~ owner }}\n"),
    "not-there": ("started", "$headline\n{{ criteria[0].titel }}\n"),
    "a-whole-list": ("started", "$headline\n  {{ criteria }}\n"),
    "nothing": ("started", "{# later #}\n"),
    "made-of-parts": ("started", "$head{{ owner }}\n"),
    "no-such-part": ("started", '$headline\n{% include "_bridge.txt.j2" %}\n'),
    "no-such-status": ("startet", "$headline\n"),
    "includes-itself": ("started", '$headline\n{% include "started.txt.j2" %}\n'),
    "calls-itself": ("started", "{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}\n{{ a() }}\n"),
    "endless-loop": (
        "started",
        "$headline\n" + "{% for a in [1,2,3,4,5,6,7,8,9] %}" * 9 + "{% endfor %}" * 9 + "\n",
    ),
    "endless-text": (
        "started",
        "{% set a %}{{ description }}{% endset %}\n" + "{% set a %}{{ a }}{{ a }}{% endset %}\n" * 40,
    ),
}


@pytest.fixture
def project(checkout: Path, tmp_path: Path) -> Path:
    for name in ("environments.yaml", "shop/checkout.yaml", "shop/replays"):
        source, target = checkout / "policies" / name, tmp_path / "policies" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    (tmp_path / "policies/templates").mkdir()
    return tmp_path


def test_the_project_itself_is_fine(project: Path) -> None:
    assert check(project).diagnostics == ()


@pytest.mark.parametrize("case", BROKEN)
def test_an_author_of_a_template_sees_exactly_this(case: str, project: Path, golden: Golden) -> None:
    name, text = BROKEN[case]
    (project / f"policies/templates/{name}.txt.j2").write_text(text, encoding="utf-8")
    began = time.perf_counter()
    found = check(project).diagnostics
    assert time.perf_counter() - began < 5
    if case == "made-of-parts":
        # `$head` alone is no field either, and is said of the file itself.
        assert [one.code for one in found] == ["N004"]
    golden(f"notices/{case}.txt", report(found, "text", frames(project)) + "\n")


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Gr\u00f6\u00dfe \u20ac $service", "the subject is sent as `Gro?e ? $service`: mail carries ASCII only"),
        ("x" * 100 + " $service", "the subject has 101 characters without its fields; SNS takes 99, so it is cut"),
        ("{% for one in criteria %}\n{{ one.id }}\n{% endfor %} errors", "the subject goes on over several lines"),
        ("{% if agreed %}\n{{ title }}\n{% endif %}", "the subject goes on over several lines"),
    ],
)
def test_a_subject_that_is_sent_otherwise_is_warned_of(project: Path, subject: str, said: str) -> None:
    path = project / "policies/templates/started.txt.j2"
    path.write_text(f"{{# ours #}}\nSubject: {subject}\n\n$headline\n", encoding="utf-8")
    found = check(project).diagnostics
    assert {(one.code, one.severity, one.span.line) for one in found} == {("N006", "warning", 2)}
    assert any(one.message.startswith(said) for one in found), [one.message for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "Subject: {% for one in criteria %}{{ one.id }} {% endfor %}errors\n\n$headline\n",
        '{% extends "rollguard/message.txt.j2" %}\n{% block subject %}{{ title }}: $status{% endblock %}\n',
    ],
)
def test_a_subject_on_one_line_is_fine(project: Path, text: str) -> None:
    (project / "policies/templates/started.txt.j2").write_text(text, encoding="utf-8")
    assert check(project).diagnostics == ()


def test_a_subject_of_a_block_over_several_lines_is_warned_of(project: Path) -> None:
    text = '{% extends "rollguard/message.txt.j2" %}\n{% block subject %}\nA\nB\n{% endblock %}\n'
    (project / "policies/templates/started.txt.j2").write_text(text, encoding="utf-8")
    assert [(one.code, one.span.line) for one in check(project).diagnostics] == [("N006", 2)]


def test_a_part_that_is_nowhere_is_missed_beside_the_template_that_names_it(project: Path) -> None:
    (project / "policies/shop/templates").mkdir()
    (project / "policies/shop/templates/started.txt.j2").write_text('$headline\n{% include "_x.txt.j2" %}\n')
    (found,) = check(project).diagnostics
    assert found.message == "there is no template `policies/shop/templates/_x.txt.j2`"


def test_one_template_of_two_is_named_by_its_own_file(project: Path) -> None:
    (project / "policies/shop/templates").mkdir()
    (project / "policies/shop/templates/failed.txt.j2").write_text('{% include "_part.txt.j2" %}', encoding="utf-8")
    (project / "policies/templates/_part.txt.j2").write_text("one\n{{ agreed.by[7] }}\n", encoding="utf-8")
    (found,) = check(project).diagnostics
    assert (found.code, found.span.path, found.span.line) == ("N003", "policies/templates/_part.txt.j2", 2)


def test_files_that_no_template_can_be(project: Path) -> None:
    folder = project / "policies/templates"
    (folder / "started.txt.j2").write_bytes(b"fine\n\xff\n")
    (folder / "failed.txt.j2").write_bytes(b"x" * (MOST_BYTES + 1))
    (folder / "README.md").write_text("not a template")
    (folder / "recovered.txt.j2").symlink_to(folder / "nowhere")
    assert [
        (one.code, one.span.path[len("policies/templates/") :], one.span.line) for one in check(project).diagnostics
    ] == [
        ("N005", "failed.txt.j2", 1),
        ("N002", "recovered.txt.j2", 1),
        ("N002", "started.txt.j2", 2),
    ]


def test_a_template_that_leads_out_of_the_project_is_not_read(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "secret.txt"
    outside.write_text("$headline secret")
    (project / "policies/templates/started.txt.j2").symlink_to(outside)
    (found,) = check(project).diagnostics
    assert (found.code, found.message) == ("N002", "the template leads out of the project")
