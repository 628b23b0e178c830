"""The output properties of a resource, as the real provider answers them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rollguard.sandbox.aws.paths import lookup
from rollguard.sandbox.aws.requests import with_defaults
from rollguard.sandbox.aws.resource import Resource
from rollguard.sandbox.aws.resource_types import ResourceType, resource_type
from rollguard.sandbox.aws.terms import UNKNOWN, Scope
from rollguard.sandbox.aws.values import plain


def foresee(
    type: str, inputs: Mapping[str, Any], scope: Scope, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """What a resource that is only previewed answers: its inputs, the provider's defaults, and UNKNOWN for what only AWS knows.

    `before` are the outputs of a resource that would be updated in place: what AWS gave it once, it keeps.
    Raises Refusal for an unknown type.
    """
    table = resource_type(type)
    values = plain(inputs)
    kept = before or {}

    def known(name: str, source: str) -> Any:
        if source == "account":
            return scope.account
        return kept.get(name, UNKNOWN)

    outputs = _outputs(table, values, known)
    if not table.is_global:
        outputs.setdefault("region", scope.region)
    return outputs


def outputs_of(table: ResourceType, inputs: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
    """The output properties of a resource that exists, for the inputs (which may hold Secret) that it was made from."""

    def known(_: str, source: str) -> Any:
        if source in ("arn", "id", "account"):
            return getattr(resource, source)
        holder, _, path = source.partition(".")
        found = lookup(resource.status if holder == "status" else resource.members, path)
        return "" if found is None else found

    outputs = _outputs(table, inputs, known)
    if not table.is_global:
        outputs["region"] = resource.region
    return outputs


def _outputs(table: ResourceType, inputs: Mapping[str, Any], known: Callable[[str, str], Any]) -> dict[str, Any]:
    outputs = with_defaults(table, inputs)
    for name, source in table.outputs.items():
        if source == "tags":
            outputs[name] = dict(inputs.get("tags") or {})
        elif name in inputs:
            continue
        elif not isinstance(source, str):
            outputs[name] = source
        elif source.startswith("'"):
            outputs[name] = source.strip("'")
        else:
            outputs[name] = known(name, source)
    return outputs
