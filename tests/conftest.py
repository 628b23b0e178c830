"""What every test may use: golden files, and the checkout's own folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).resolve().parent / "golden"

Golden = Callable[[str, str], None]


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
