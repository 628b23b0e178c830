"""The real engine must be there, and every test gets a project of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.engine import find_engine
from tests.real_engine.projects import Project

HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def engine() -> Path:
    """The real engine. Where there is none these tests fail: a run without it proves nothing."""
    return find_engine()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("engine")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)
