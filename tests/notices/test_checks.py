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
