"""The pages as a reader of the Markdown sees them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from rollguard.plan.model import STATUSES
from rollguard.site import templates
from rollguard.site.build import build
from rollguard.site.drawings import taken_out
from rollguard.site.gather import gather
from rollguard.site.page import Page
from rollguard.site.pages import pages
from rollguard.site.publish import template_folders

Golden = Callable[[str, str], None]
#: More lines of a golden file than this nobody reads in a review.
LONGEST = 80


#: Two more criteria; the first only judges with enough traffic.
MORE = """\
    - id: few
      title: Few fail
      why: It hurts.
      concern: errors
      signal:
        expression: 100 * errors / calls
        metrics:
          errors: {namespace: Acme, metric: Errors, statistic: Sum}
          calls: {namespace: Acme, metric: Calls, statistic: Sum}
        unit: percent
      threshold: {above: 2%}
      window: {period: 5m, datapoints: 2, of: 3}
      missing: notBreaching
      leastTraffic: {metric: calls, perPeriod: 20}
    - id: many
      title: Many fail
      why: It hurts more.
      concern: errors
      signal: {namespace: Acme, metric: Errors, statistic: Sum, unit: count}
      threshold: {above: 20}
      window: {period: 60s, datapoints: 3, of: 3}
      missing: notBreaching
"""


def made(root: Path) -> dict[str, Page]:
    return {page.path: page for page in pages(gather(root), templates.environment(template_folders(root)))}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_page_of_a_short_policy(project: Path, golden: Golden) -> None:
    page = made(project)["policies/refunds/index.md"]
    assert (page.edit_uri, page.broken, page.section) == (
        "policies/payments/refunds.yaml",
        "",
        ("Policies", "payments"),
    )
    without_charts, _ = taken_out(page.markdown)
    shown = without_charts.split("## The policy as written")[0]
    parts = re.split(r"(?m)^(?=/// tab|## Between)", shown)
    for name, part in zip(("head", "production", "staging", "criteria"), parts, strict=True):
        assert len(part.splitlines()) <= LONGEST
        golden(f"site/refunds/{name}.md", part.strip() + "\n")


def test_the_overview(project: Path, golden: Golden) -> None:
    golden("site/refunds/overview.md", made(project)["index.md"].markdown)


def test_an_environment_that_is_disarmed_says_so_where_it_stands_and_not_over_the_others(project: Path) -> None:
    environments = project / "policies/environments.yaml"
    change(environments, "    title: Production\n", "    title: Production\n    disarmed: {because: moving house}\n")
    found = made(project)
    overview, policy = found["index.md"].markdown, found["policies/refunds/index.md"].markdown
    note = "Nothing rolls back in Production: moving house"
    assert "rg-banner--red" not in overview and overview.index(note) > overview.index("## What each policy says")
    assert "<strong>Disarmed.</strong>" not in policy and policy.index(note) > policy.index("/// tab | Production")
    assert "is rolled back automatically" not in policy
    change(environments, "  staging:\n", "  staging:\n    disarmed: {because: moving house}\n")
    found = made(project)
    assert "Production is disarmed: nothing rolls back there.</strong> moving house" in found["index.md"].markdown
    assert f"<strong>Disarmed.</strong> {note}" in found["policies/refunds/index.md"].markdown


def test_a_project_of_its_own_gets_the_page_that_messages_link_to(project: Path) -> None:
    page = made(project)["how-to/read-a-message/index.md"]
    assert page.markdown.startswith("# When a message wakes you")
    assert re.findall(r"\]\((?!https?:|#)", page.markdown) == []
    assert (
        "[When a message wakes you](../../how-to/read-a-message/index.md)"
        in made(project)["policies/refunds/index.md"].markdown
    )


def test_a_policy_without_a_bypass_says_what_to_do_instead(project: Path, refunds: Path) -> None:
    change(refunds, "spec:\n", "spec:\n  bypass: false\n")
    page = made(project)["policies/refunds/index.md"].markdown
    assert "None of these criteria has a bypass here." in page
    assert "--override-alarm-configuration enabled=false" in page
    assert "Rollguard/Bypass" not in page


def test_a_policy_without_agreement_says_so(project: Path, refunds: Path) -> None:
    change(refunds, '  agreed: {by: ["@payments-lead"], on: "2026-11-02", review: 180d}\n', "")
    found = made(project)
    assert "not agreed by anyone yet" in found["policies/refunds/index.md"].markdown
    assert "1 of 1 policy has not been agreed by anyone yet" in found["index.md"].markdown


def test_a_policy_that_does_not_compile_becomes_a_page_with_its_diagnostics(project: Path, refunds: Path) -> None:
    change(refunds, "above: 3s", "above: 3 s, abve: 1s")
    found = made(project)
    page = found["policies/refunds/index.md"]
    assert "`abve`" in page.broken
    assert "policies/payments/refunds.yaml:25" in page.broken
    assert "This policy does not compile." in page.markdown
    assert "&#96;abve&#96;" in page.markdown
    assert "1 policy does not compile." in found["index.md"].markdown


def test_a_broken_policy_with_an_unusable_name_still_gets_a_safe_page(project: Path, refunds: Path) -> None:
    change(refunds, "name: refunds", 'name: "../../../etc/<b>passwd"')
    paths = [path for path in made(project) if path.startswith("policies/")]
    assert paths == ["policies/etc-b-passwd/index.md"]


def test_broken_environments_are_told_on_the_overview(project: Path) -> None:
    change(
        project / "policies/environments.yaml",
        "eu-west-1\n    channels: {on-call: {email",
        "eu-west-1\n    chanels: {on-call: {email",
    )
    overview = made(project)["index.md"]
    assert "`chanels`" in overview.broken
    assert "The project does not compile." in overview.markdown


def test_another_tools_group_says_what_that_tool_must_reference(project: Path, refunds: Path) -> None:
    change(refunds, "managedBy: rollguard", "managedBy: terraform")
    policy = made(project)["policies/refunds/index.md"].markdown
    assert "Terraform owns this deployment group" in policy
    assert "<code>rollguard&#95;prod&#95;refunds</code>" in policy
    assert "A deployment that CodeDeploy itself calls failed" not in policy


def test_a_sentence_about_another_tool_begins_with_a_capital_and_parts_its_words(project: Path, refunds: Path) -> None:
    change(refunds, "managedBy: rollguard", "managedBy: cdk")
    change(refunds, "        traffic: {canary: {percent: 10, interval: 10m}}\n", "")
    policy = made(project)["policies/refunds/index.md"].markdown
    assert "<strong>The AWS CDK owns this deployment group;" in policy
    assert "<code>rollguard&#95;prod&#95;refunds</code>, and automatic rollback on" in policy
    assert "CodeDeploy on AWS Lambda, in steps that the AWS CDK sets: application" in policy
    assert "How the new version takes over is set in the AWS CDK; this policy does not say it." in policy


def test_the_alarms_that_another_tool_must_reference_are_listed(project: Path, refunds: Path) -> None:
    change(refunds, "managedBy: rollguard", "managedBy: terraform")
    change(refunds, "  rollbackWithin: 10m", f"{MORE}  wiring: direct\n  rollbackWithin: 10m")
    policy = made(project)["policies/refunds/index.md"].markdown
    names = [f"<code>rollguard&#95;prod&#95;refunds&#95;{name}</code>" for name in ("slow", "few", "many")]
    assert f"{names[0]}, {names[1]} and {names[2]}, and automatic rollback on" in policy


def test_what_is_only_judged_with_enough_data_says_so_where_it_rolls_back(project: Path, refunds: Path) -> None:
    change(refunds, "missing: notBreaching\n", "missing: notBreaching\n      fewSamples: ignore\n")
    change(refunds, "  rollbackWithin: 10m", f"{MORE}  rollbackWithin: 10m")
    change(
        refunds,
        "{slow: {threshold: {above: 5s}}}",
        "{slow: {threshold: {above: 5s}}, few: {leastTraffic: {metric: calls, perPeriod: 5}}}",
    )
    policy = made(project)["policies/refunds/index.md"].markdown
    block = policy.split('<div class="rg-when ')[1].split("</div>")[0]
    assert re.findall(r"rg-when__title.*?>(.*?)</a>|rg-when__judged\">(.*?)</span>", block) == [
        ("Refunds take too long", ""),
        ("", "a minute with fewer than 1000 measurements changes nothing"),
        ("Few fail", ""),
        ("", "only periods of 5 min with at least 20 calls are judged"),
        ("Many fail", ""),
    ]
    explained = policy.split("## The criteria, one by one")[1]
    assert "<dt>Little traffic</dt> <dd>only periods of 5 min with at least 20 calls are judged</dd>" in explained
    assert "<dt>Few measurements</dt> <dd>a minute with fewer than 1000 measurements changes nothing</dd>" in explained
    between = policy.split("## Between the environments")[1].split("## The criteria")[0]
    (row,) = [line for line in between.splitlines() if line.startswith("| [Few fail]")]
    assert "with at least 20 calls" in row
    assert "with at least 5 calls" in row
    assert "differs</span>" in row


def test_no_two_anchors_of_a_page_are_the_same_whatever_things_are_called(project: Path, refunds: Path) -> None:
    """A criterion may be called as a section is, and an environment as the criterion, or as an environment and its Region."""
    change(refunds, "id: slow", "id: when")
    change(refunds, "criteria: {slow:", "criteria: {when:")
    change(refunds, "    staging:\n", "    criteria:\n")
    change(refunds, "    prod: {}\n", "    prod: {}\n    prod-eu-west-1: {}\n    www: {}\n")
    environments = project / "policies/environments.yaml"
    change(environments, "  staging:\n", "  criteria:\n")
    change(
        environments,
        '    account: "222222222222"\n    region: eu-west-1\n',
        '    account: "222222222222"\n    regions: {eu-west-1: {vars: {f: a}}, us-east-1: {vars: {f: b}}}\n',
    )
    change(refunds, "metric: Duration", 'metric: "${vars.f}"')
    for name in ("prod-eu-west-1", "www"):
        with environments.open("a", encoding="utf-8") as file:
            file.write(
                f'  {name}:\n    account: "333333333333"\n    region: eu-west-1\n    vars: {{f: c}}\n'
                "    channels: {on-call: {email: a@example.com}, managers: {email: b@example.com}}\n"
            )
    change(environments, "  criteria:\n", "  criteria:\n    vars: {f: d}\n")
    built = build(project)
    assert built.warnings == ()
    page = (built.folder / "policies/refunds/index.html").read_text(encoding="utf-8")
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    places = ["environment-criteria", "environment-prod-eu-west-1", "environment-prod/eu-west-1", "environment-www"]
    assert {"when", "criterion-when", "criteria", *places} <= set(ids)
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert "criterion-when" in links
    assert links <= set(ids)
    overview = (built.folder / "index.html").read_text(encoding="utf-8")
    cells = set(re.findall(r'href="policies/refunds/index.html#([^"]+)"', overview))
    assert {"incident-prod/us-east-1/hard-outage", "incident-www/hard-outage"} <= cells
    assert cells <= set(ids)


def test_a_criterion_that_cannot_be_as_fast_as_agreed_is_pointed_out(project: Path, refunds: Path) -> None:
    change(refunds, "rollbackWithin: 10m", "rollbackWithin: 4m")
    policy = made(project)["policies/refunds/index.md"].markdown
    assert "At best 5 min after a fault begins" in policy
    assert "The criteria cannot be that fast." in policy


def test_what_never_comes_in_time_is_not_promised(project: Path, refunds: Path) -> None:
    change(refunds, "traffic: {canary: {percent: 10, interval: 10m}}", "traffic: {canary: {percent: 10, interval: 5m}}")
    found = made(project)
    policy = found["policies/refunds/index.md"].markdown
    assert "is rolled back automatically" not in policy
    assert "A deployment of Refunds cannot be rolled back in time here." in policy
    assert (
        "The criteria need 5 min 15 s at best, and a deployment is over after 5 min: no fault that it brings is rolled back."
        in policy
    )
    assert '<span class="rg-badge rg-badge--late">cannot roll back in time</span>' in found["index.md"].markdown


def test_every_status_says_whom_it_is_told_to(project: Path) -> None:
    policy = made(project)["policies/refunds/index.md"].markdown
    rows = [line for line in policy.split("/// tab | staging")[0].splitlines() if line.startswith("<tr")]
    told = "managers (e-mail), on-call (PagerDuty)"
    assert rows[:4] == [
        f"<tr><td>A rollback begins</td><td>{told}</td></tr>",
        "<tr><td>The rollback is done: the last good version serves again</td><td>nobody</td></tr>",
        "<tr><td>The rollback itself failed: somebody must act</td><td>on-call (PagerDuty)</td></tr>",
        "<tr><td>The deployment was stopped and is not rolled back, as no earlier version had ever succeeded "
        "or automatic rollback is off: somebody must act</td>"
        "<td>on-call (PagerDuty)</td></tr>",
    ]
    assert rows[len(STATUSES) - 1].startswith("<tr><td>AWS does not say what became of the rollback")


def test_a_place_that_only_watches_says_what_it_would_do(project: Path) -> None:
    policy = made(project)["policies/refunds/index.md"].markdown
    once = policy.split("/// tab | staging")[1].split('<div class="rg-once">')[1].split("</div>\n\n")[0]
    assert "Once this policy is armed here (<code>mode: rollback</code>)" in once
    assert "A deployment of Refunds would be rolled back automatically as soon as this happens:" in once
    assert "above 5 s" in once
    assert "At best 5 min after a fault begins" in once
    assert "Agreed: no later than 10 min" in once
    assert "10 min after the start, the deployment is over" in once
    assert "on-call" in once


def test_an_expression_is_shown_as_written_where_nothing_is_armed(project: Path, refunds: Path) -> None:
    change(
        refunds,
        "  rollbackWithin: 10m",
        "    - id: import\n      title: An import runs\n      why: It slows all down.\n      concern: latency\n"
        "      signal: {namespace: Acme, metric: Import, statistic: Maximum}\n      threshold: {atLeast: 1}\n"
        "      window: {period: 60s, datapoints: 1, of: 1}\n      missing: notBreaching\n"
        "  mode: observe\n  trigger: slow and not import\n  rollbackWithin: 10m",
    )
    policy = made(project)["policies/refunds/index.md"].markdown
    assert policy.count("would be rolled back automatically as soon as this happens:") == 2
    assert (
        policy.count(
            '<li class="rg-when__item rg-when__item--not">\n<span class="rg-when__not">and this is not the reason:'
        )
        == 2
    )


def test_a_retired_policy_says_why_and_nothing_of_arming(project: Path, refunds: Path) -> None:
    change(refunds, "spec:\n", 'spec:\n  retired: {on: "2026-11-09", reason: Gone; `labels` does it.}\n')
    found = made(project)
    policy = found["policies/refunds/index.md"].markdown
    assert "<strong>Retired.</strong> Gone; <code>labels</code> does it." in policy
    assert "rg-once" not in policy
    assert "retired: Gone" in found["index.md"].markdown
    assert "it only watches" not in found["index.md"].markdown


def test_differs_marks_numbers_and_not_modes(project: Path, refunds: Path) -> None:
    assert "rg-badge--differs" in made(project)["policies/refunds/index.md"].markdown
    change(refunds, "      criteria: {slow: {threshold: {above: 5s}}}\n", "")
    policy = made(project)["policies/refunds/index.md"].markdown
    assert "rg-badge--differs" not in policy
    assert "It reads the same in every environment." not in policy


def test_regions_that_read_the_same_share_one_place(project: Path) -> None:
    environments = project / "policies/environments.yaml"
    change(
        environments,
        'account: "222222222222"\n    region: eu-west-1',
        'account: "222222222222"\n    regions: {eu-west-1: {}, us-east-1: {}}',
    )
    policy = made(project)["policies/refunds/index.md"].markdown
    assert policy.count("/// tab | Production") == 1
    assert "Regions eu-west-1 and us-east-1" in policy


def test_a_criterion_that_holds_a_rollback_back_is_no_reason_for_one_on_the_overview(
    project: Path, refunds: Path
) -> None:
    change(refunds, "  rollbackWithin: 10m", f"{MORE}  trigger: (slow and not few) or many\n  rollbackWithin: 10m")
    (row,) = [
        line
        for line in made(project)["index.md"].markdown.splitlines()
        if line.startswith("| [Refunds]") and "Agreed" not in line and "canary" in line
    ]
    assert "| Refunds take too long, unless: Few fail<br>Many fail |" in row


def test_a_project_without_policies_is_welcomed(project: Path, refunds: Path) -> None:
    refunds.unlink()
    overview = made(project)["index.md"]
    assert "There is no policy yet." in overview.markdown
    assert overview.broken == ""


@pytest.mark.parametrize("template", ["{{ nope }}", "{% if %}", '{{ policy ~ "x" }}'])
def test_a_broken_template_breaks_only_its_own_pages(project: Path, template: str) -> None:
    folder = project / "site" / "templates"
    folder.mkdir(parents=True)
    (folder / "policy.md.j2").write_text(f"# x\n{template}\n", encoding="utf-8")
    found = made(project)
    assert found["policies/refunds/index.md"].broken.startswith("template `policy.md.j2` line 2: ")
    assert found["policies/refunds/index.md"].edit_uri == "site/templates/policy.md.j2"
    assert found["index.md"].broken == ""
