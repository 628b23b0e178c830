"""Legal inputs to bend, and a world whose clock and ids a test can foretell."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from rollguard.sandbox.aws import Answer, Mark, Scope, World

LEGAL: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "legal.yaml").read_text(encoding="utf-8"))

Legal = Callable[..., dict[str, Any]]
Make = Callable[..., Answer]


def bent(type: str, **changes: Any) -> dict[str, Any]:
    """The legal inputs of a type with some replaced; None takes one away. `MetricAlarm` is enough of a name."""
    token = next(token for token in LEGAL if token.endswith(f":{type}"))
    inputs = {**copy.deepcopy(LEGAL[token]), **changes}
    return {key: value for key, value in inputs.items() if value is not None}


def token_of(type: str) -> str:
    return next(token for token in LEGAL if token.endswith(f":{type}"))


@pytest.fixture
def legal() -> Legal:
    return bent


@pytest.fixture
def scope() -> Scope:
    return Scope("123456789012", "eu-west-1")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Ids count up from 00000000-0000-4000-8000-000000000001; it is always noon."""
    numbers = itertools.count(1)
    return World(
        tmp_path / "state",
        now=lambda: "2026-11-24T12:00:00+00:00",
        new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
    )


@pytest.fixture
def make(world: World, scope: Scope) -> Make:
    """Creates a legal resource of a type, with some inputs replaced, in the test's stack."""

    def create(type: str, *, stack: str = "rollguard/prod", adopt: bool = False, **changes: Any) -> Answer:
        token = token_of(type)
        return world.create(token, bent(type, **changes), scope, Mark(stack, f"urn:{type}"), adopt=adopt)

    return create


@pytest.fixture
def token() -> Callable[[str], str]:
    return token_of
