"""Everything that AWS would not accept in a resource's inputs, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rollguard.sandbox.aws.faults import Fault
from rollguard.sandbox.aws.terms import Limits


def check(type: str, inputs: Mapping[str, Any], limits: Limits = Limits()) -> tuple[Fault, ...]:  # noqa: B008
    """All faults of a resource's inputs, sorted by path; empty when AWS would accept them. Looks at nothing but the inputs.

    Raises Refusal (`UnsupportedResourceType`, with the list of types) for a type that the stand-in does not know.
    """
    raise NotImplementedError
