"""Whatever an author types into a template: a skeleton that can be filled in, or a diagnostic; never an exception, never for ever."""

from __future__ import annotations

from pathlib import Path
from string import Template

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollguard.codes import CODES
from rollguard.notices import Templates, checked_texts
from rollguard.notices.checks import check_templates
from rollguard.plan import plan
from rollguard.plan.model import GuardPlan
from rollguard.project import load
from rollguard.recorder.fields import FIELDS

PATH = "policies/templates/any.txt.j2"
#: Pieces that mean something to Jinja2 or to `string.Template`, so that most draws get far.
PIECES = (
    *("{{ title }}", "{{ criteria }}", "{{ criteria[0].why }}", "{{ agreed.by | join }}", "{{ x }}", "{{ self.a() }}", "{{ super() }}"),
    *("{% if agreed %}", "{% else %}", "{% endif %}", "{% for one in criteria %}", "{{ one.id }}", "{{ loop.index }}", "{% endfor %}"),
    *("{% for a in criteria recursive %}", "{{ loop(criteria) }}", "{% macro m(a) %}", "{% endmacro %}", "{{ m(m) }}", "{{ m(1) }}"),
    *("{% block a %}", "{% endblock %}", "{% set a %}", "{% endset %}", "{% set b = criteria %}", "{{ a }}{{ a }}"),
    *('{% include "any.txt.j2" %}', '{% extends "rollguard/started.txt.j2" %}', '{% import "any.txt.j2" as a %}', "{% raw %}"),
    *("{% endraw %}", "{# ", " #}", "{{", "}}", "{%", "%}", "$headline", "$nope", "${status}", "$", "$$", "${", "}", "\n"),
    *("Subject: ", "words "),
    *("{{ title.__class__.__mro__ }}", "{{ criteria.__init__.__globals__ }}", "{{ ''|attr('x') }}", "{{ 9 ** 9 ** 9 }}", "{{ 1 / 0 }}"),
    *("{{ 'a' * 10 ** 10 }}", "{{ range(10) }}", "{{ '%1000000000d' % 1 }}", "{{ title[::-1] }}"),
    *("{{ criteria | map(attribute='id') | join }}"),
)  # fmt: skip


def guard() -> GuardPlan:
    made = plan(load(Path(__file__).resolve().parents[2]), "prod").value
    assert made is not None
    return made.regions[0].guards[0]


GUARD = guard()


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=25).map("".join))
@settings(max_examples=300, deadline=3000, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_a_skeleton_or_a_diagnostic(text: str) -> None:
    sources = {PATH: text.replace("\r\n", "\n").replace("\r", "\n")}
    templates = Templates(sources, check_templates(sources))
    checked = checked_texts(GUARD, templates)
    for found in (*templates.diagnostics, *checked.diagnostics):
        assert found.code in CODES
        assert found.span.path == PATH
        assert 1 <= found.span.line <= sources[PATH].count("\n") + 1
    assert checked.value is not None
    for skeleton in checked.value.values():
        for part in (skeleton["subject"], skeleton["body"]):
            filled = Template(part).substitute(dict.fromkeys(FIELDS, "$x"))
            assert "__" not in filled or "__" in text
