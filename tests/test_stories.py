"""Small policies all the way through: what their author wrote, the guard's plan, the resources of AWS, and what readers are told.

One folder per story in `golden/stories`; `pytest --accept` rewrites all in it but `policy.yaml`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rollguard.checking import check
from rollguard.plan import plan
from rollguard.plan.model import EnvironmentPlan
from rollguard.plan.serialize import to_json
from rollguard.project import load
from rollguard.site import templates
from rollguard.site.gather import gather
from rollguard.site.pages import pages
from rollguard.site.publish import template_folders
from rollguard.targets import names
from rollguard.targets.program import deploy
from tests.conftest import GOLDEN, Golden
from tests.targets.deployed import faults
from tests.targets.recording import record

STORIES = sorted(path.parent for path in (GOLDEN / "stories").glob("*/policy.yaml"))
#: More than this nobody reads in a review.
LONGEST, WIDEST = 80, 140
ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: rollback}
environments:
  prod:
    account: "222222222222"
    region: eu-west-1
    channels: {oncall: {email: oncall@example.com}}
"""


@pytest.fixture(params=STORIES, ids=lambda story: story.name)
def story(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture
def project(story: Path, tmp_path: Path) -> Path:
    (tmp_path / "policies/team").mkdir(parents=True)
    (tmp_path / "policies/environments.yaml").write_text(ENVIRONMENTS, encoding="utf-8")
    (tmp_path / "policies/team/policy.yaml").write_bytes((story / "policy.yaml").read_bytes())
    assert check(tmp_path).diagnostics == ()
    return tmp_path


def without(value: object, *keys: str) -> object:
    """JSON data without what the other files of a story show: tags, bypass alarms and roles (resources), words (page)."""
    if isinstance(value, list):
        return [without(item, *keys) for item in value]
    if isinstance(value, dict):
        return {key: without(item, *keys) for key, item in value.items() if key not in keys}
    return value


def folded(value: object, indent: str = "") -> str:
    """JSON with a line for each part that fits on one, sorted by key."""
    flat = json.dumps(value, sort_keys=True, ensure_ascii=False)
    if len(indent) + len(flat) <= WIDEST or not isinstance(value, dict | list):
        return flat
    inner = indent + "  "
    parts = (
        [f"{json.dumps(key)}: {folded(value[key], inner)}" for key in sorted(value)]
        if isinstance(value, dict)
        else [folded(item, inner) for item in value]
    )
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + ",".join(f"\n{inner}{part}" for part in parts) + f"\n{indent}{closing}"


def made(project: Path) -> EnvironmentPlan:
    found = plan(load(project), "prod").value
    assert found is not None
    return found


def test_a_policy_becomes_this_plan(story: Path, project: Path, golden: Golden) -> None:
    (guard,) = json.loads(to_json(made(project)))["regions"][0]["guards"]
    shown = {key: guard[key] for key in ("criteria", "trigger", "rollbackAlarm", "deployments")}
    golden(
        f"stories/{story.name}/plan.json", folded(without(shown, "tags", "bypass", "serviceRole", "readable")) + "\n"
    )


def test_a_plan_becomes_these_resources(story: Path, project: Path, golden: Golden) -> None:
    run = record(lambda: deploy(made(project)))
    asked = [one for one in run.resources if names.ROLLBACK_GUARD in one.parent]
    assert [faults(one) for one in asked] == [[] for _ in asked]
    golden(f"stories/{story.name}/resources.json", folded([[one.type, one.name, one.inputs] for one in asked]) + "\n")


def test_a_reader_is_told_this(story: Path, project: Path, golden: Golden) -> None:
    name = next(guard.policy for guard in made(project).regions[0].guards)
    published = pages(gather(project), templates.environment(template_folders(project)))
    page = next(page.markdown for page in published if page.path == f"policies/{name}/index.md")
    when = page[page.index("## When it rolls back") :].partition("</div>\n")[0]
    how = page[page.index("**How it is deployed.**") : page.index("**Who is told.**")]
    golden(f"stories/{story.name}/page.md", f"{when}</div>\n\n{how.strip()}\n")


def test_every_story_can_be_read_in_a_review(story: Path) -> None:
    assert {path.name for path in story.iterdir()} == {"policy.yaml", "plan.json", "resources.json", "page.md"}
    for path in story.iterdir():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST, path.name
