"""Templates cannot print an author's text as mark-up, however they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.site.templates import BrokenTemplate, environment, render

HOSTILE = '<i onclick="x">*y*</i>'
SHOWN = "&#60;i onclick&#61;&#34;x&#34;&#62;&#42;y&#42;&#60;&#47;i&#62;"


def filled(folder: Path, template: str) -> str:
    (folder / "page.md.j2").write_text(template, encoding="utf-8")
    return render(environment([folder]), "page.md.j2", {"given": HOSTILE, "all": [HOSTILE]})


@pytest.mark.parametrize(
    "template",
    [
        "{{ given }}",
        "{% set kept = given %}{{ kept }}",
        "{% set kept %}{{ given }}{% endset %}{{ kept }}",
        "{% macro shown(a) %}{{ a }}{% endmacro %}{{ shown(given) }}",
        "{% for one in all %}{{ one }}{% endfor %}",
        "{{ all | first }}",
        "{{ given if given else 1 }}",
        "{{ given | default('x') }}",
    ],
)
def test_whatever_a_template_prints_is_text(tmp_path: Path, template: str) -> None:
    assert filled(tmp_path, template) == SHOWN


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("a\n{{ '<b>' ~ given }}", "template `page.md.j2` line 2: concat would join text and mark-up unescaped"),
        ("{{ given + 'x' }}", "template `page.md.j2` line 1: add would join"),
        ("{{ '%s' % given }}", "template `page.md.j2` line 1: mod would join"),
        ("{{ given | safe }}", "template `page.md.j2` line 1: No filter named 'safe'"),
        ("{{ given | replace('i', 'b') }}", "template `page.md.j2` line 1: No filter named 'replace'"),
        ("\n\n{{ gven }}", "template `page.md.j2` line 3: 'gven' is undefined"),
        ("{{ given.nope.nope }}", "template `page.md.j2` line 1: "),
        ("{% include 'other.j2' %}", "template `other.j2` is not there"),
    ],
)
def test_a_broken_template_is_named_with_its_line(tmp_path: Path, template: str, said: str) -> None:
    with pytest.raises(BrokenTemplate) as wrong:
        filled(tmp_path, template)
    assert str(wrong.value).startswith(said)
