"""Everything that AWS would not accept in a resource's inputs, in one go."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rollguard.sandbox.aws import constraints, prose
from rollguard.sandbox.aws.faults import Fault
from rollguard.sandbox.aws.paths import put
from rollguard.sandbox.aws.requests import input_path, request, strangers, with_defaults
from rollguard.sandbox.aws.resource_types import resource_type
from rollguard.sandbox.aws.terms import UNKNOWN, Limits
from rollguard.sandbox.aws.values import is_unknown, plain, reveal

_LIMITS = Limits()


def check(type: str, inputs: Mapping[str, Any], limits: Limits = _LIMITS) -> tuple[Fault, ...]:
    """All faults of a resource's inputs, sorted by path; empty when AWS would accept them. Looks at nothing but the inputs.

    A sentence is about one fault: `in_aws_words` joins them as AWS does. Where the model refuses a value, no rule speaks about it again.
    Raises Refusal (`UnsupportedResourceType`, with the list of types) for a type that the stand-in does not know.
    """
    table = resource_type(type)
    values = reveal(plain(inputs))
    found = strangers(table, values)
    if any(fault.source == "provider" and "required" in fault.message for fault in found):
        return _sorted(found)
    complete = with_defaults(table, values)
    for operation, parameters in request(table, complete).items():
        for broken in constraints.violations(table.service, operation, parameters, complete=operation == table.create):
            path = input_path(table, broken.place, values)
            if not is_unknown(values, path):
                found.append(Fault(path, broken.message, broken.code, broken.member))
    spoken = {fault.path for fault in found}
    for fault in found:
        # A rule may count on the types of what it reads: a value of a wrong type is to it as one that nobody knows.
        if fault.code == "SerializationException" and fault.path:
            put(complete, fault.path, UNKNOWN)
    found += [fault for fault in prose.faults(type, complete, limits) if fault.path not in spoken or not fault.path]
    return _sorted(found)


def _sorted(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    unique = {(fault.path, fault.message): fault for fault in faults}
    return tuple(sorted(unique.values(), key=_order))


def _order(fault: Fault) -> tuple[list[tuple[int, str]], str]:
    """By path, list positions by number and before names; then by message."""
    return [(step, "") if isinstance(step, int) else (sys.maxsize, step) for step in fault.path], fault.message
