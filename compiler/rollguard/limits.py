"""AWS's numbers and what each consumer of an alarm does with it, from `limits.yaml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def table() -> dict[str, Any]:
    """The whole file: services with their limits (`value`, `source`) and `consumers`."""
    loaded: dict[str, Any] = yaml.load(files("rollguard").joinpath("limits.yaml").read_bytes(), yaml.CSafeLoader)
    return loaded


@cache
def limit(service: str, name: str) -> int:
    """The number of one limit, in the unit its name says (characters and counts otherwise)."""
    value: int = table()[service][name]["value"]
    return value
