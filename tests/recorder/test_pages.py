"""The pages about messages show what the code sends: samples, fields and statuses. `--accept` writes the samples into the pages."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rollguard.checking import check
from rollguard.notices.environment import FILTERS, MOST_PARTS, MOST_STEPS
from rollguard.notices.skeletons import MOST
from rollguard.notices.values import VALUES
from rollguard.plan.model import STATUSES
from rollguard.recorder.fields import FIELDS
from rollguard.recorder.forms import publication
from tests.recorder.judges import channel, judge
from tests.recorder.sample_records import guards, record, told

Show = Callable[[str, str, str], None]
HOW_TO = "site/docs/how-to"


@pytest.fixture
def shows(request: pytest.FixtureRequest, checkout: Path) -> Show:
    """`shows(page, head, rows)`: the table with this head has these rows."""

    def compare(page: str, mark: str, text: str) -> None:
        path = checkout / HOW_TO / page
        written = path.read_text(encoding="utf-8")
        before, found, after = written.partition(mark)
        assert found, f"{page} has no {mark!r}"
        shown = re.match(r"(?:\|.*\n)*", after)
        assert shown
        if request.config.getoption("--accept"):
            path.write_text(before + found + text + after[shown.end() :], encoding="utf-8")
            return
        assert shown[0] == text, f"{page} differs from what is sent: run `pytest --accept`"

    return compare


def fenced(page: str, mark: str, text: str, checkout: Path, accept: bool) -> None:
    path = checkout / HOW_TO / page
    written = path.read_text(encoding="utf-8")
    found = re.search(rf"<!-- sample: {re.escape(mark)} -->\n```\w+\n(.*?)```", written, re.DOTALL)
    assert found, f"{page} has no sample {mark}"
    if accept:
        path.write_text(written[: found.start(1)] + text + written[found.end(1) :], encoding="utf-8")
    else:
        assert found[1] == text, f"{page} differs from what is sent: run `pytest --accept`"


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    chosen: bool = request.config.getoption("--accept")
    return chosen


def test_the_example_is_a_message_as_it_is_sent(checkout: Path, accept: bool) -> None:
    sent = told(guards()["checkout"], "ECS", "started")
    fenced("read-a-message/index.md", "ecs-started", f"Subject: {sent.subject}\n\n{sent.body}\n", checkout, accept)


def test_the_first_lines_are_those_that_are_sent(checkout: Path, accept: bool) -> None:
    checkout_guard = guards()["checkout"]
    lines = [told(checkout_guard, "ECS", status).body.splitlines()[0] for status in STATUSES]
    text = "".join(f"{status}:\n  {line}\n" for status, line in zip(STATUSES, lines, strict=True))
    fenced("read-a-message/index.md", "first-lines", text, checkout, accept)


def test_the_json_is_what_a_queue_gets(checkout: Path, accept: bool) -> None:
    guard = guards()["refunds"]
    made = publication(told(guard, "Lambda", "succeeded", "sqs"), channel("sqs"), record(guard, "Lambda", "succeeded"))
    received = judge(made, "sqs")
    received["text"] = received["text"].partition("\n")[0] + "\n…"
    received["criteria"] = received["criteria"][:1]
    text = json.dumps(received, indent=1, ensure_ascii=False) + "\n"
    fenced("notifications.md", "notification", text, checkout, accept)


def test_every_status_is_explained(checkout: Path) -> None:
    page = (checkout / HOW_TO / "read-a-message/index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(STATUSES)


def test_every_value_and_field_of_a_template_is_listed(shows: Show) -> None:
    rows = "".join(f"| `{name}` | {what} |\n" for name, what in VALUES.items())
    shows("message-templates.md", "| Name | What it is |\n| --- | --- |\n", rows)
    rows = "".join(f"| `${name}` | {what} |\n" for name, what in FIELDS.items())
    shows("message-templates.md", "| Field | What it stands for |\n| --- | --- |\n", rows)


def test_the_limits_and_filters_of_a_template_are_those_of_the_code(checkout: Path) -> None:
    page = " ".join((checkout / HOW_TO / "message-templates.md").read_text(encoding="utf-8").split())
    *most, last = (f"`{name}`" for name in FILTERS)
    assert f"{', '.join(most)} and {last}" in page
    assert f"at most {MOST_STEPS:,} rounds of loops and macros and includes at most {MOST_PARTS} parts" in page
    assert f"at most {MOST:,} characters" in page


@pytest.mark.parametrize("team", ["shop", "payments"])
def test_the_templates_on_the_page_check_clean(team: str, checkout: Path, tmp_path: Path) -> None:
    page = (checkout / HOW_TO / "message-templates.md").read_text(encoding="utf-8")
    samples = dict(re.findall(r'```jinja title="([^"]+)"\n(.*?)```', page, re.DOTALL))
    assert len(samples) == 2
    shutil.copytree(checkout / "policies", tmp_path / "policies", ignore=shutil.ignore_patterns("presets"))
    for path, text in samples.items():
        if path.startswith(f"policies/{team}/"):
            (tmp_path / path).parent.mkdir(parents=True)
            (tmp_path / path).write_text(text, encoding="utf-8")
    assert check(tmp_path).diagnostics == ()


def test_the_diagnostic_on_the_page_is_what_check_says(checkout: Path) -> None:
    page = (checkout / HOW_TO / "message-templates.md").read_text(encoding="utf-8")
    said = (checkout / "tests/golden/notices/unknown-fields.txt").read_text(encoding="utf-8")
    assert said.partition("\n\n")[0] in page
