"""Templates become skeletons: the nearest one for a policy and status, ours where there is none, and only fields for the recorder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from string import Template

import pytest

from rollguard.notices import Templates, checked_texts, left_out, planned_templates, read_templates, texts
from rollguard.plan import plan
from rollguard.plan.model import STATUSES, GuardPlan
from rollguard.project import load
from rollguard.recorder.fields import FIELDS
from rollguard.recorder.messages import message
from tests.recorder.sample_records import record

OURS = Templates()


@pytest.fixture(scope="module")
def checkout_guard(request: pytest.FixtureRequest) -> GuardPlan:
    made = plan(load(Path(request.config.rootpath)), "prod").value
    assert made is not None
    return next(guard for guard in made.regions[0].guards if guard.policy == "checkout")


def own(tmp_path: Path, **files: str) -> Templates:
    """A project's templates; `shop__started` is `policies/shop/templates/started.txt.j2`, `started` the project-wide one."""
    for name, text in files.items():
        team, status = name.split("__", 1) if "__" in name else ("", name)
        folder = tmp_path / "policies" / team / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{status}.txt.j2").write_text(text, encoding="utf-8")
    return read_templates(tmp_path)


def body(guard: GuardPlan, templates: Templates, status: str = "started") -> str:
    assert templates.diagnostics == ()
    checked = checked_texts(guard, templates)
    assert checked.diagnostics == ()
    assert checked.value is not None
    return checked.value[status]["body"]


def test_every_status_has_a_skeleton_of_fields_only(checkout_guard: GuardPlan) -> None:
    made = texts(checkout_guard, OURS)
    assert tuple(made) == STATUSES
    for skeleton in made.values():
        assert set(skeleton) == {"subject", "body"}
        for part in skeleton.values():
            assert Template(part).is_valid()
            assert set(Template(part).get_identifiers()) <= set(FIELDS)


def test_ours_says_the_headline_first_and_who_agreed_last(checkout_guard: GuardPlan) -> None:
    made = texts(checkout_guard, OURS)["started"]
    assert made["subject"] == "$subject"
    lines = made["body"].splitlines()
    assert lines[0] == "$headline"
    assert lines[-1] == (
        "Policy checkout of shop; agreed by @shop-lead, @sre-lead, @head-of-sales on 2026-10-19. Incident $incident, "
        "account $account, $region."
    )


def test_where_a_person_must_act_what_to_do_comes_before_the_revisions(checkout_guard: GuardPlan) -> None:
    made = texts(checkout_guard, OURS)
    early = {
        status
        for status in STATUSES
        if made[status]["body"].find("$nextSteps") < made[status]["body"].find("$revisions")
    }
    assert early == {"failed", "nothingToRollBack", "notRolledBack", "stillRed", "unknown", "outsideDeployment"}


def test_the_nearest_template_wins(checkout_guard: GuardPlan, tmp_path: Path) -> None:
    everybody = own(tmp_path, started="everybody $headline", any="any $headline")
    assert body(checkout_guard, everybody) == "everybody $headline"
    assert body(checkout_guard, everybody, "failed") == "any $headline"
    team = own(tmp_path, shop__any="the shop $headline")
    assert body(checkout_guard, team) == "the shop $headline"
    other = own(tmp_path, shop__started="shop, started", payments__started="payments")
    assert body(checkout_guard, other) == "shop, started"
    assert body(checkout_guard, other, "failed") == "the shop $headline"


def test_a_template_extends_ours_and_adds_a_line(checkout_guard: GuardPlan, tmp_path: Path) -> None:
    text = """\
{% extends "rollguard/message.txt.j2" %}
{% block subject %}{{ title }} [$status]{% endblock %}
{% block top %}
{% if environment == "prod" %}
Bridge: https://meet.example.com/{{ policy }}
{% endif %}
{% endblock %}
"""
    templates = own(tmp_path, shop__any=text)
    made = texts(checkout_guard, templates)["started"]
    assert made["subject"] == "Checkout [$status]"
    assert made["body"].splitlines()[:4] == ["$headline", "", "Bridge: https://meet.example.com/checkout", ""]
    assert made["body"].splitlines()[4:] == texts(checkout_guard, OURS)["started"]["body"].splitlines()[2:]


def test_the_message_is_what_the_template_says(checkout_guard: GuardPlan, tmp_path: Path) -> None:
    text = "Subject: $environment: $service\n\n$service is at $value (limit $limit); call {{ owner }}. Costs 5 $$.\n"
    templates = own(tmp_path, started=text)
    sent = message(
        record(checkout_guard, "ECS", "started"), "started", "email", texts(checkout_guard, templates), message_id="m"
    )
    assert sent.subject == "prod: Checkout"
    assert sent.body == "Checkout is at 8.137 % (limit above 3 %); call shop. Costs 5 $."


def test_parts_are_shared_between_templates(checkout_guard: GuardPlan, tmp_path: Path) -> None:
    shared = "{% macro bridge(name) %}Bridge: {{ name }}{% endmacro %}"
    uses = '{% from "_bridge.txt.j2" import bridge %}$headline\n{{ bridge(owner) }}\n{% include "_tail.txt.j2" %}\n'
    templates = own(tmp_path, _bridge=shared, _tail="tail of {{ title }}", shop__started=uses)
    assert body(checkout_guard, templates) == "$headline\nBridge: shop\ntail of Checkout"
    nearer = own(tmp_path, **{"shop___tail": "tail of the shop"})
    assert body(checkout_guard, nearer) == "$headline\nBridge: shop\ntail of the shop"


def test_a_dollar_sign_of_a_value_is_a_dollar_sign(checkout_guard: GuardPlan, tmp_path: Path) -> None:
    dear = replace(checkout_guard, title="Costs $owner & <5> ${x}")
    templates = own(tmp_path, started='{{ title }}|{{ [title, "$a"] | join(", ") }}|{{ "$b" }}|$owner')
    made = body(dear, templates)
    expected = "Costs $owner & <5> ${x}|Costs $owner & <5> ${x}, $a|$b|shop"
    assert Template(made).substitute(owner="shop") == expected


def test_where_its_own_template_is_broken_a_policy_keeps_ours(checkout_guard: GuardPlan, tmp_path: Path) -> None:
    templates = own(tmp_path, started="$nonsense", failed="{{ criteria[9].id }}", recovered="$headline!")
    made = texts(checkout_guard, templates)
    ours = texts(checkout_guard, OURS)
    started, failed = "policies/templates/started.txt.j2:1: ", "policies/templates/failed.txt.j2:1: "
    undefined = "the template cannot be filled in: list object has no element 9"
    assert made["started"] == {**ours["started"], "broken": f"{started}there is no field `$nonsense`"}
    assert made["failed"] == {**ours["failed"], "broken": f"{failed}{undefined}"}
    assert made["recovered"] == {"subject": "$subject", "body": "$headline!"}
    assert [(one.severity, one.code, one.message) for one in left_out(checkout_guard, templates)] == [
        ("warning", "N003", f"{undefined}, so Rollguard's own text is deployed in its place"),
        ("warning", "N004", "there is no field `$nonsense`, so Rollguard's own text is deployed in its place"),
    ]


def test_a_template_that_cannot_be_read_keeps_its_place(checkout_guard: GuardPlan, tmp_path: Path) -> None:
    """Else the shop would tell what stands in the template for everybody, and nobody would notice."""
    own(tmp_path, started="everybody", shop__started="the shop")
    (tmp_path / "policies/shop/templates/started.txt.j2").write_bytes(b"the shop\n\xff")
    templates = read_templates(tmp_path)
    made = texts(checkout_guard, templates)["started"]
    broken = "policies/shop/templates/started.txt.j2:2: the template is not UTF-8"
    assert made == {**texts(checkout_guard, OURS)["started"], "broken": broken}
    planned = planned_templates(templates.sources, templates.unreadable)
    assert texts(checkout_guard, planned)["started"]["broken"] == broken.replace(":2:", ":1:")


def test_a_project_without_templates_imports_no_jinja2_to_be_checked(checkout: Path, tmp_path: Path) -> None:
    shutil.copytree(checkout / "policies", tmp_path / "policies", ignore=shutil.ignore_patterns("presets"))
    code = (
        "import sys; from pathlib import Path; from rollguard.checking import check; "
        "check(Path(sys.argv[1])); print('jinja2' in sys.modules)"
    )
    run = [sys.executable, "-c", code, str(tmp_path)]
    path = {"PYTHONPATH": str(checkout / "compiler")}
    assert subprocess.run(run, env=path, capture_output=True, text=True, check=True).stdout == "False\n"
    own(tmp_path, started="$headline")
    assert subprocess.run(run, env=path, capture_output=True, text=True, check=True).stdout == "True\n"
