"""The failure-mode matrix on the overview, and what stands behind its cells."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from rollguard.site import templates
from rollguard.site.build import build
from rollguard.site.gather import gather
from rollguard.site.pages import pages
from rollguard.site.publish import template_folders

OWN = """\
apiVersion: rollguard/v1
kind: FailureModes
failureModes:
  - id: slow-friday
    title: Slow on *Fridays*
    happens: Every call takes four seconds.
    reason: It did in May.
    wanted: rollback
    hits: service
    starts: {after: 0m}
    signs: {latency: 4s}
"""


def made(root: Path) -> dict[str, str]:
    return {page.path: page.markdown for page in pages(gather(root), templates.environment(template_folders(root)))}


def test_the_matrix_is_the_first_section_of_the_overview(project: Path) -> None:
    overview = made(project)["index.md"]
    assert re.findall(r"^## (.+?) \{", overview, re.MULTILINE)[0] == "Which incidents are caught"
    heads = [line for line in overview.splitlines() if line.startswith("| Service | Least errors caught |")]
    assert len(heads) == 1
    assert heads[0].count("must roll back") == 6
    assert heads[0].count("must not roll back") == 3


def test_a_cell_says_in_words_and_a_sign_what_comes_of_it_and_leads_to_why(project: Path) -> None:
    found = made(project)
    (row,) = (
        line
        for line in found["index.md"].splitlines()
        if 'Refunds](policies/refunds/index.md) <span class="rg-quiet">Prod' in line
    )
    cells = re.findall(
        r"\[<b>(.+?)</b> (\w+(?: \w+)?)(?:<small>.*?</small>)?\]\(policies/refunds/index\.md#(\S+?)\)\{ \.rg-fm \.rg-fm--(\w+) \}",
        row,
    )
    assert len(cells) == 10
    assert cells[2] == ("✗", "missed", "incident-prod/latency-creep", "missed")
    page = found["policies/refunds/index.md"]
    for _, _, anchor, _ in cells:
        assert page.count(f'id="{anchor}"') == 1
    assert "<code>slow</code> turns red only after the deployment is over." in page


def test_an_environment_that_only_watches_has_no_row_and_is_named(project: Path) -> None:
    overview = made(project)["index.md"]
    assert "#incident-staging/" not in overview
    assert "<strong>Nothing rolls back</strong> for Refunds in staging" in overview


def test_the_page_of_the_failure_modes_explains_each_column(project: Path) -> None:
    found = made(project)
    explained = found["reference/failures.md"]
    for anchor in re.findall(r"reference/failures\.md#([a-z-]+)\)", found["index.md"]):
        assert f"{{ #{anchor} }}" in explained


def test_a_projects_own_failure_mode_is_a_column_and_only_text(project: Path) -> None:
    (project / "policies" / "failure-modes.yaml").write_text(OWN, encoding="utf-8")
    found = made(project)
    assert "[Slow on &#42;Fridays&#42;](reference/failures.md#slow-friday)" in found["index.md"]
    assert "#incident-prod/slow-friday){ .rg-fm .rg-fm--caught }" in found["index.md"]
    assert "<dd>this project</dd>" in found["reference/failures.md"]


@pytest.mark.parametrize("width", [1400, 390])
def test_the_matrix_keeps_its_services_in_sight_and_its_links_open_the_right_tab(
    project: Path, browser: Path, tmp_path: Path, width: int
) -> None:
    policy = project / "policies" / "payments" / "refunds.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("      mode: observe\n", ""), encoding="utf-8")
    built = build(project, tmp_path / "html")
    assert not built.warnings
    with sync_playwright() as playwright:
        launched: Browser = playwright.chromium.launch(executable_path=browser, args=["--headless", "--no-sandbox"])
        page = launched.new_page(viewport={"width": width, "height": 900})
        page.goto((built.folder / "index.html").as_uri())
        box = page.locator(".rg-matrix .md-typeset__scrollwrap")
        box.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        left = "document.querySelector('.rg-matrix tbody td').getBoundingClientRect().left"
        before = page.evaluate(left)
        box.evaluate("box => { box.scrollLeft = 300 }")
        assert abs(page.evaluate(left) - before) < 2
        box.evaluate("box => { box.scrollLeft = 0 }")
        page.locator('a[href$="#incident-staging/hard-outage"]').click()
        page.locator("[id='incident-staging/hard-outage']").wait_for(state="visible")
        launched.close()
