"""Scenarios and failure modes on a policy's page: what comes of each, in a sentence and a picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rollguard.site import templates
from rollguard.site.gather import gather
from rollguard.site.pages import pages
from rollguard.site.publish import template_folders
from rollguard.site.scenario_view import DRAWN, Shown, shown
from tests.site.test_untrusted import HOSTILE, MARKDOWN, shape
from tests.site.test_untrusted import shown as visible

SLOW = """\
  scenarios:
    - name: slow answers go back
      environment: prod
      fault: {latency: 50s, at: 5m}
      expect: {rollback: {because: [slow], within: 8m}}
    - name: one bad minute is forgiven
      environment: prod
      series: {slow: {spike: {from: 300ms, to: 9s, at: 10m, for: 1m}}}
      expect: {rollback: never}
    - name: nobody deploys
      environment: prod
      deploy: never
      length: 30m
      series: {slow: {step: {from: 300ms, to: 9s, at: 10m}}}
      expect: {rollback: never, alarm: true}
    - name: a promise that does not hold
      environment: prod
      series: {slow: {step: {from: 300ms, to: 9s, at: 6m}}}
      expect: {rollback: never}
    - name: a file that is not there
      environment: prod
      series: {slow: {csv: nowhere.csv}}
      expect: {rollback: never}
"""
ENDING = "  environments:\n    staging:"


def with_scenarios(refunds: Path, scenarios: str) -> None:
    text = refunds.read_text(encoding="utf-8")
    assert text.count(ENDING) == 1
    refunds.write_text(text.replace(ENDING, f"{scenarios}{ENDING}"), encoding="utf-8")


def in_prod(project: Path) -> tuple[Shown, ...]:
    (policy,) = gather(project).policies
    assert policy.placements[0].environment.name == "prod"
    return shown(policy, policy.placements[0], "0", style=True)


def page(project: Path) -> str:
    made = {page.path: page for page in pages(gather(project), templates.environment(template_folders(project)))}
    found = made["policies/refunds/index.md"]
    assert found.broken == ""
    return found.markdown


def test_a_scenario_says_what_comes_of_it(project: Path, refunds: Path) -> None:
    with_scenarios(refunds, SLOW)
    assert [(one.name, one.kind, one.sentence) for one in in_prod(project)] == [
        (
            "slow answers go back",
            "caught",
            "A release that takes 50 s to answer is rolled back 5 min after the first bad minute began, "
            "at 10 % of the traffic.",
        ),
        ("one bad minute is forgiven", "quiet", "The release is not rolled back: no criterion turns red."),
        ("nobody deploys", "quiet", "Nobody deploys; the rollback alarm turns red at 15:00 and tells people."),
        (
            "a promise that does not hold",
            "missed",
            "The release is rolled back 5 min after the first bad minute began, at 10 % of the traffic.",
        ),
        (
            "a file that is not there",
            "unknown",
            "It cannot be played: there is no file `nowhere.csv` beside the policy.",
        ),
    ]


def test_a_promise_that_does_not_hold_is_said_in_red(project: Path, refunds: Path) -> None:
    with_scenarios(refunds, SLOW)
    assert [bool(one.unmet) for one in in_prod(project)] == [False, False, False, True, False]
    assert '<p class="rg-red">Not as expected: rolled back at ' in page(project)


def test_the_story_tells_what_happens_in_order(project: Path, refunds: Path) -> None:
    with_scenarios(refunds, SLOW)
    first = in_prod(project)[0]
    assert first.expected == "a rollback because of “Refunds take too long” within 8 min"
    said = [what for _, what in first.story]
    for earlier, later in (
        ("The deployment: started, 10 % of the traffic", "“Refunds take too long”: its alarm turns red"),
        ("“Refunds take too long”: its alarm turns red", "The deployment: rollback started"),
    ):
        assert said.index(earlier) < said.index(later)


def test_the_page_draws_scenarios_and_failure_modes_with_one_style_and_unlike_ids(project: Path, refunds: Path) -> None:
    with_scenarios(refunds, SLOW)
    text = page(project)
    assert text.count("<svg ") == 4 + text.count("<summary>Show it</summary>")
    assert text.count("<style>") == 1
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert all(
        f' id="{one}"' in text for pair in re.findall(r'aria-labelledby="([^"]+)"', text) for one in pair.split()
    )
    assert text.count("<desc ") == text.count("<svg ")


def test_a_policy_without_scenarios_has_no_such_box(project: Path) -> None:
    assert "What its scenarios show" not in page(project)


def test_of_many_scenarios_only_the_first_are_drawn(project: Path, refunds: Path) -> None:
    many = "".join(
        f"    - {{name: number {n}, environment: prod, series: {{slow: {{hold: 1s}}}}, expect: {{rollback: never}}}}\n"
        for n in range(DRAWN + 3)
    )
    with_scenarios(refunds, f"  scenarios:\n{many}")
    found = in_prod(project)
    assert [bool(one.pictures) for one in found] == [True] * DRAWN + [False] * 3
    assert {one.sentence for one in found} == {"The release is not rolled back: no criterion turns red."}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_of_a_scenario_is_only_text(project: Path, refunds: Path, text: str) -> None:
    def converted(name: str) -> str:
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
        written = original.replace("name: slow answers go back", f"name: {quoted}").replace(
            "title: Refunds take too long", f"title: {quoted}"
        )
        refunds.write_text(written, encoding="utf-8")
        body = re.sub(r"\A---\n.*?\n---\n", "", page(project), flags=re.DOTALL)
        body = body[: body.index("## The policy as written")]
        return str(MARKDOWN.reset().convert(body))

    with_scenarios(refunds, SLOW)
    original = refunds.read_text(encoding="utf-8")
    found, usual = shape(converted(text)), shape(converted("plain words"))

    def elements(one: object) -> set[tuple[str, tuple[str, ...]]]:
        return {(tag, tuple(key for key, _ in attributes)) for tag, attributes in one.elements}  # type: ignore[attr-defined]

    assert elements(found) <= elements(usual) | {("code", ())}
    assert " ".join(" ".join(found.texts).split()).count(visible(text)) >= 3
