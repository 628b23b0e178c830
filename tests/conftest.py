"""What every test may use: golden files, the checkout's own folder, the engine, a browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rollguard.engine import find_engine

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).resolve().parent / "golden"

Golden = Callable[[str, str], None]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
NO_BROWSER = "no Chrome or Chromium was found on PATH"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the golden files, then review the diff in git")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden("scenario/plan.json", text)` holds a text against `tests/golden/scenario/plan.json`."""
    accept: bool = request.config.getoption("--accept")

    def compare(name: str, actual: str) -> None:
        path = GOLDEN / name
        if accept:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8")
        assert path.is_file(), f"no golden {name}: run `pytest --accept` and review the diff"
        assert actual == path.read_text(encoding="utf-8"), f"{name} differs: run `pytest --accept` and review the diff"

    return compare


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of this checkout: where `policies/`, `schema/`, `site/` and `pulumi/` lie."""
    return ROOT


@pytest.fixture(scope="session")
def engine() -> Path:
    """The real `pulumi` command. A test-suite without it is not the test-suite: no skip, `make test` gets it."""
    return find_engine()


@pytest.fixture(scope="session")
def browser() -> Path:
    """Any Chrome or Chromium of this machine; where there is none, the summary of the run says so."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return Path(found)
    pytest.skip(NO_BROWSER)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    without = [
        report.nodeid for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in report.longreprtext
    ]
    if without:
        terminalreporter.section("did not run", yellow=True)
        terminalreporter.line(f"The site was not opened in a browser ({len(without)} tests): {NO_BROWSER}.")
