"""Everything that AWS would not accept in a resource's inputs, in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rollguard.sandbox.aws import constraints, prose
from rollguard.sandbox.aws.faults import Fault, InputPath
from rollguard.sandbox.aws.requests import input_path, request, strangers, with_defaults
from rollguard.sandbox.aws.resource_types import resource_type
from rollguard.sandbox.aws.terms import UNKNOWN, Limits
from rollguard.sandbox.aws.values import plain, reveal

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
            if not _is_unknown(values, path):
                found.append(Fault(path, broken.message, broken.code, broken.member))
    spoken = {fault.path for fault in found}
    found += [fault for fault in prose.faults(type, complete, limits) if fault.path not in spoken or not fault.path]
    return _sorted(found)


def _sorted(faults: Sequence[Fault]) -> tuple[Fault, ...]:
    unique = {(fault.path, fault.message): fault for fault in faults}
    return tuple(
        sorted(
            unique.values(),
            key=lambda fault: ([(isinstance(s, str), str(s).zfill(6)) for s in fault.path], fault.message),
        )
    )


def _is_unknown(value: Any, path: InputPath) -> bool:
    """Whether the value at a path, or a block above it, is not known yet."""
    for step in path:
        if value == UNKNOWN:
            return True
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return False
    return bool(value == UNKNOWN)
