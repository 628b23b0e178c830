"""One standing environment for all tests of what runs in it."""

from __future__ import annotations

import pytest

from tests.sandbox.runtime.scene import Scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))
