"""AWS's own description of its API: the service models that botocore ships, read from disk."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader

Shape = Mapping[str, Any]


@cache
def service(name: str) -> Mapping[str, Any]:
    """The newest service model of a service (`cloudwatch`, `codedeploy`, …)."""
    found: Mapping[str, Any] = Loader().load_service_model(name, "service-2")
    return found


def shapes(name: str) -> Mapping[str, Shape]:
    """All shapes of a service by name: `{"type": "string", "min": 1, "max": 255}` and the like."""
    found: Mapping[str, Shape] = service(name)["shapes"]
    return found


def input_shape(name: str, operation: str) -> str:
    """The name of the shape that an operation takes."""
    found: str = service(name)["operations"][operation]["input"]["shape"]
    return found
