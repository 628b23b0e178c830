"""The output properties of a resource, as the real provider answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rollguard.sandbox.aws.terms import Scope


def foresee(type: str, inputs: Mapping[str, Any], scope: Scope) -> dict[str, Any]:
    """The output properties of a resource that is only previewed: its inputs, the provider's defaults, and UNKNOWN for what only AWS knows."""
    raise NotImplementedError
