"""The site in a real browser: nothing leaves the machine, nothing fails, and it can be read on a desk and on a phone."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from rollguard.site.build import build
from tests.reports import made

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PAGES = (
    "index.html",
    "policies/refunds/index.html",
    "presets/index.html",
    "reference/policy.html",
    "how-it-works.html",
    "rollbacks/index.html",
    "rollbacks/refunds/d-RECOVERED.html",
    "rollbacks/refunds/d-HOSTILE.html",
)
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def chromium(browser: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser, args=list(FLAGS))
        yield launched
        launched.close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(project: Path, tmp_path: Path) -> Iterator[str]:
    """The built site of the small project on a web server of this machine."""
    records = made.shelved(tmp_path / "records", made.recovered(policy="refunds"), made.hostile(policy="refunds"))
    built = build(project, tmp_path / "html", records)
    handler = functools.partial(Quiet, directory=str(built.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        serving.join()


class Watched:
    """A page of a fresh browser profile that notes every request and every complaint."""

    def __init__(self, browser: Browser, size: dict[str, int], scheme: str = "light") -> None:
        self.context = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type in ("error", "warning") else None
        )

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_page_loads_from_this_machine_alone_and_fits(
    chromium: Browser, address: str, size: dict[str, int], scheme: str
) -> None:
    with Watched(chromium, size, scheme) as seen:
        for path in PAGES:
            answer = seen.page.goto(address + path, wait_until="networkidle")
            assert answer is not None
            assert answer.ok, path
            widest = seen.page.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
            assert widest <= size["width"], f"{path} scrolls sideways: {widest} px"
        assert [url for url in seen.requests if not url.startswith((address, "data:", "blob:"))] == []
        assert seen.complaints == []


def test_a_reader_finds_when_the_service_rolls_back(chromium: Browser, address: str) -> None:
    with Watched(chromium, DESK) as seen:
        seen.page.goto(address)
        seen.page.get_by_role("link", name="Refunds", exact=True).first.click()
        block = seen.page.locator(".rg-when").first
        assert [said for said in block.inner_text().splitlines() if said] == [
            "Production",
            "rolls back",
            "A deployment of Refunds is rolled back automatically as soon as this happens:",
            "Refunds take too long",
            "p99 of Duration above 3 s in 3 of 5 minutes",
            "At best 5 min after a fault begins: 3 min of bad numbers, and 2 min until CloudWatch has them; "
            "a few seconds more until CodeDeploy has looked. Agreed: no later than 10 min after the first bad datapoint.",
        ]
        seen.page.get_by_text("staging", exact=True).first.click()
        assert "nothing is rolled back" in seen.page.locator(".rg-when").nth(1).inner_text()
        assert seen.complaints == []


def test_the_colours_can_be_turned_over_and_stay(chromium: Browser, address: str) -> None:
    with Watched(chromium, DESK) as seen:
        seen.page.goto(address)
        colours = "getComputedStyle(document.body).backgroundColor"
        light = seen.page.evaluate(colours)
        seen.page.get_by_title("Use dark colours").click()
        seen.page.wait_for_function(f"{colours} !== '{light}'")
        dark = seen.page.evaluate(colours)
        seen.page.goto(f"{address}policies/refunds/index.html")
        seen.page.wait_for_function(f"{colours} === '{dark}'")
        assert seen.complaints == []


def test_the_site_can_be_read_and_searched_from_disk(chromium: Browser, project: Path, tmp_path: Path) -> None:
    records = made.shelved(tmp_path / "records", made.recovered(policy="refunds"), made.hostile(policy="refunds"))
    built = build(project, tmp_path / "html", records)
    with Watched(chromium, DESK) as seen:
        seen.page.goto((built.folder / "index.html").as_uri(), wait_until="networkidle")
        seen.page.locator(".md-search__input").fill("Refunds")
        found = seen.page.locator(".md-search-result__link[href*='policies/refunds']").first
        found.click()
        seen.page.wait_for_url("**/policies/refunds/index.html**")
        assert seen.page.locator("h1").inner_text().startswith("Refunds")
        assert [url for url in seen.requests if not url.startswith(("file:", "data:", "blob:", "about:"))] == []
        assert seen.complaints == []


def test_a_review_that_is_overdue_is_marked_by_the_readers_own_clock(chromium: Browser, address: str) -> None:
    with Watched(chromium, DESK) as seen:
        seen.page.clock.set_fixed_time("2027-04-30T12:00:00Z")
        seen.page.goto(address)
        assert seen.page.get_by_text("overdue").count() == 0
        seen.page.clock.set_fixed_time("2027-05-02T12:00:00Z")
        seen.page.goto(address)
        assert seen.page.get_by_text("overdue").count() == 1


def test_the_environments_are_reached_with_the_keyboard(chromium: Browser, address: str) -> None:
    with Watched(chromium, DESK) as seen:
        seen.page.goto(f"{address}policies/refunds/index.html")
        seen.page.locator(".tabbed-set input").first.focus()
        seen.page.keyboard.press("ArrowRight")
        assert seen.page.locator(".rg-when").nth(1).is_visible()
        assert not seen.page.locator(".rg-when").first.is_visible()


@pytest.mark.parametrize("path", ["index.html", "reference/policy.html", "presets/index.html"])
def test_on_a_phone_every_cell_of_a_table_of_cards_is_on_the_screen(chromium: Browser, address: str, path: str) -> None:
    with Watched(chromium, PHONE) as seen:
        seen.page.goto(address + path, wait_until="networkidle")
        if (every := seen.page.get_by_role("button", name="Open every table")).count():
            every.click()
        edges = seen.page.evaluate(
            "[...document.querySelectorAll('.rg-cards td')].map(cell => cell.getBoundingClientRect().right)"
        )
        assert sum(edge > 0 for edge in edges) > 5
        assert max(edges) <= PHONE["width"]
        assert seen.page.locator(".rg-cards .rg-scroll").count() == 0


def test_on_a_phone_the_reference_is_an_index_whose_links_open_what_they_lead_to(
    chromium: Browser, address: str
) -> None:
    with Watched(chromium, PHONE) as seen:
        seen.page.goto(f"{address}reference/policy.html", wait_until="networkidle")
        screens = seen.page.evaluate("document.documentElement.scrollHeight") / PHONE["height"]
        assert screens < 25
        assert seen.page.locator(".rg-object[open]").count() == 0
        seen.page.locator(".rg-index").get_by_role("link", name="window", exact=True).click()
        seen.page.wait_for_function("document.querySelectorAll('.rg-object[open]').length === 1")
        opened = seen.page.locator(".rg-object[open]")
        assert [name.strip() for name in opened.locator("td:first-child code").all_inner_texts()] == [
            "period",
            "datapoints",
            "of",
        ]
        assert opened.locator("table").is_visible()
        seen.page.goto(f"{address}reference/policy.html#key-spec-criteria-leastTraffic", wait_until="networkidle")
        seen.page.locator("#key-spec-criteria-leastTraffic").wait_for(state="attached")
        row = seen.page.locator("tr", has=seen.page.locator("#key-spec-criteria-leastTraffic"))
        assert row.is_visible()
        assert "a ratio over a handful of requests says nothing" in row.inner_text()
        assert seen.complaints == []


def test_a_table_that_is_wider_than_a_phone_says_so(chromium: Browser, address: str) -> None:
    hint = "This table goes on to the right →"
    for size, shown in ((PHONE, True), (DESK, False)):
        with Watched(chromium, size) as seen:
            seen.page.goto(f"{address}index.html", wait_until="networkidle")
            if shown:
                seen.page.get_by_text(hint).first.wait_for()
            else:
                assert seen.page.get_by_text(hint).count() == 0
            assert seen.complaints == []


def test_code_never_scrolls_sideways(chromium: Browser, address: str) -> None:
    wide = "[...document.querySelectorAll('pre > code')].filter(code => code.scrollWidth > code.clientWidth + 1).length"
    with Watched(chromium, DESK) as seen:
        for path in ("presets/alb/new-version-5xx-ratio.html", "how-to/add-a-policy.html"):
            seen.page.goto(address + path, wait_until="networkidle")
            assert seen.page.locator("pre > code").count() > 0
            assert seen.page.evaluate(wide) == 0


def test_on_a_phone_the_list_of_rollbacks_shows_every_column(chromium: Browser, address: str) -> None:
    with Watched(chromium, PHONE) as seen:
        seen.page.goto(f"{address}rollbacks/index.html")
        _every_column(seen.page)


def _every_column(page: Page) -> None:
    cells = page.locator(".rg-past tbody tr").first.locator("td")
    assert cells.count() == 6
    for place in range(6):
        box = cells.nth(place).bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    label = "element => getComputedStyle(element, '::before').content"
    assert cells.nth(5).evaluate(label) == '"Judged"'
