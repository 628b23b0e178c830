"""Presets as their pages show them, beside a project's own."""

from __future__ import annotations

from pathlib import Path

from rollguard.resources import data
from rollguard.site import templates
from rollguard.site.gather import gather
from rollguard.site.pages import pages
from rollguard.site.preset_view import PresetView, view
from rollguard.site.publish import template_folders

OURS = data("policies", "presets", "sqs.yaml").read_text(encoding="utf-8")


def shown(root: Path) -> dict[str, PresetView]:
    return {preset.name: view(preset, ()) for preset in gather(root).presets}


def local(project: Path, name: str, text: str) -> None:
    folder = project / "policies" / "presets"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_levels_are_written_as_on_the_pages_of_policies(project: Path) -> None:
    found = shown(project)
    said = {name: (preset.threshold, preset.tuning) for name, preset in found.items()}
    assert said["sqs/oldest-message-age"] == ("age of the oldest message above 10 min", "1 min to 1 h")
    assert said["apigateway/rest-latency-p90"] == (
        "response time of the slowest 10 % (p90) at or above 2.5 s",
        "200 ms to 10 s",
    )
    assert said["alb/target-5xx-ratio"] == ("failed requests (5xx) above 2 %", "0.5 % to 5 %")
    assert said["ecs/running-tasks"] == ("running tasks below 1", "1 to 500")


def test_a_copy_of_our_presets_is_not_called_the_projects_own(project: Path) -> None:
    local(project, "sqs", f"# copied\n{OURS}")
    assert not any(preset.local for preset in shown(project).values())


def test_a_preset_of_ours_that_the_project_changed_says_so(project: Path) -> None:
    assert "above: 10m" in OURS
    local(project, "sqs", OURS.replace("above: 10m", "above: 9m"))
    changed = shown(project)["sqs/oldest-message-age"]
    assert (changed.local, changed.replaces) == (True, True)
    made = {page.path: page for page in pages(gather(project), templates.environment(template_folders(project)))}
    page = made["presets/sqs/oldest-message-age.md"].markdown
    assert "which stands in place of the one that Rollguard brings" in page
    assert "it is not one of Rollguard" not in page


def test_a_preset_of_the_project_alone_belongs_to_it(project: Path) -> None:
    local(project, "queue", OURS.replace("service: sqs", "service: queue").replace("`sqs/", "`queue/"))
    own = shown(project)["queue/oldest-message-age"]
    assert (own.local, own.replaces) == (True, False)


def test_a_preset_draws_when_it_fires_and_when_not(project: Path) -> None:
    made = {page.path: page for page in pages(gather(project), templates.environment(template_folders(project)))}
    page = made["presets/ecs/running-tasks.md"].markdown
    assert page.count("<svg ") == 5
    assert page.count("<style>") == 1
    assert "<strong>every task exits</strong>: red 4 min after the first bad minute began." in page
    assert "<strong>one bad minute</strong>: the alarm never turns red." in page
    assert "Not as promised" not in "".join(page.markdown for page in made.values())


def test_a_trace_of_the_projects_own_that_does_not_hold_says_so(project: Path) -> None:
    old = "series: {spike: {from: 20s, to: 15m, at: 10m, for: 1m}}"
    assert OURS.count(old) == 1
    local(project, "sqs", OURS.replace(old, "series: {hold: 15m}"))
    (bad, *_) = shown(project)["sqs/oldest-message-age"].quiet
    assert (bad.name, bad.unmet) == ("one bad minute", "the alarm turns red at 5:00")


def test_a_preset_of_the_project_may_do_without_traces(project: Path) -> None:
    start, end = OURS.index("    traces:\n"), OURS.index("    sources:\n")
    local(project, "sqs", OURS[:start] + OURS[end:])
    assert shown(project)["sqs/oldest-message-age"].fires == ()
    made = {page.path: page for page in pages(gather(project), templates.environment(template_folders(project)))}
    assert "It carries no <a" in made["presets/sqs/oldest-message-age.md"].markdown
