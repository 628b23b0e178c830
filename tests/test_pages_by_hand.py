"""What the README and the hand-written pages show is what the product does: samples check clean, names exist, addresses lead somewhere."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from rollguard.checking import check
from rollguard.plan import plan
from rollguard.plan.model import EnvironmentPlan
from rollguard.presets import Catalogue
from rollguard.project import load

PAGES = ("README.md", "CONTRIBUTING.md", "policies/README.md", "site/docs")


def pages(checkout: Path) -> list[Path]:
    return [
        path
        for name in PAGES
        for path in (sorted((checkout / name).rglob("*.md")) or [checkout / name])
        if path.is_file()
    ]


def fenced(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def prod(request: pytest.FixtureRequest) -> EnvironmentPlan:
    made = plan(load(Path(request.config.rootpath)), "prod").value
    assert made is not None
    return made


@pytest.mark.parametrize("page", ["policies/README.md", "site/docs/how-to/add-a-policy.md"])
def test_a_whole_policy_on_a_page_checks_clean(page: str, checkout: Path, tmp_path: Path) -> None:
    samples = [text for text in fenced(checkout / page, "yaml") if "kind: RollbackPolicy" in text]
    assert len(samples) == 1
    shutil.copytree(checkout / "policies", tmp_path / "policies", ignore=shutil.ignore_patterns("presets", "README.md"))
    (tmp_path / "policies" / "shop" / "orders.yaml").write_text(samples[0], encoding="utf-8")
    assert check(tmp_path).diagnostics == ()


def test_the_readme_shows_the_checkout_policy_as_it_is(checkout: Path) -> None:
    (sample,) = fenced(checkout / "README.md", "yaml")
    written = (checkout / "policies/shop/checkout.yaml").read_text(encoding="utf-8")
    for line in sample.splitlines():
        if not line.strip().startswith(("why:", "notify:")):
            assert line.strip() in written, line


def test_presets_that_pages_name_exist(checkout: Path) -> None:
    known = set(Catalogue().names())
    services = "|".join(sorted({name.partition("/")[0] for name in known}))
    for path in pages(checkout):
        named = set(re.findall(rf"`((?:{services})/[a-z0-9-]+)`", path.read_text(encoding="utf-8")))
        wrong = named - known
        assert wrong <= {"alb/target-5xx-rate", "alb/elb-5xx-rate"}, f"{path}: {wrong}"


def test_names_of_prod_that_pages_give_exist(checkout: Path, prod: EnvironmentPlan) -> None:
    base = prod.regions[0].foundation
    assert base is not None
    names = {base.recorder.names.function, *(rule.name for rule in (*base.recorder.rules, *prod.regions[0].rules))}
    names |= {channel.topic_name for channel in base.channels}
    for guard in prod.regions[0].guards:
        names.add(guard.rollback_alarm.name)
        names |= {group.service_role.name for group in guard.deployments if group.service_role}
        names |= {group.config.name for group in guard.deployments}
        for criterion in guard.criteria:
            names.add(criterion.alarm_name)
            if criterion.bypass:
                names.add(criterion.bypass.name)
    for path in pages(checkout):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\brollguard_prod_[a-z0-9_-]+", text)) <= names, path


def test_the_bypass_command_writes_the_metric_that_the_bypass_alarm_reads(
    checkout: Path, prod: EnvironmentPlan
) -> None:
    (command, *_) = fenced(checkout / "site/docs/how-to/bypass.md", "sh")
    guard = next(one for one in prod.regions[0].guards if one.policy == "checkout")
    bypass = next(one.bypass for one in guard.criteria if one.id == "slow")
    assert bypass is not None
    assert bypass.metric is not None
    assert (
        f"--namespace {bypass.metric.namespace} --metric-name {bypass.metric.name} --value {bypass.threshold:g}"
        in command
    )
    found = re.search(r"--dimensions (\S+)", command)
    assert found
    written = [pair.partition("=") for pair in found[1].split(",")]
    assert sorted((name, value) for name, _, value in written) == list(bypass.metric.dimensions)


def test_the_snippet_for_terraform_names_the_alarm_of_search(checkout: Path, prod: EnvironmentPlan) -> None:
    (snippet,) = fenced(checkout / "site/docs/how-to/first-deployment.md", "hcl")
    search = next(one for one in prod.regions[0].guards if one.policy == "search")
    assert f'alarms  = ["{search.rollback_alarm.name}"]' in snippet
    assert search.deployments[0].alarms == (search.rollback_alarm.name,)


def test_links_between_files_lead_somewhere(checkout: Path) -> None:
    made_by_the_site = ("reference/", "presets/index.md")
    for path in pages(checkout):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if target.startswith("https://") or target.removeprefix("../").startswith(made_by_the_site):
                continue
            assert (path.parent / target).exists(), f"{path.relative_to(checkout)}: {target}"


def test_every_decision_is_on_the_list(checkout: Path) -> None:
    folder = checkout / "site/docs/decisions"
    listed = set(re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", (folder / "index.md").read_text(encoding="utf-8")))
    assert listed == {path.name for path in folder.glob("0*.md")}
