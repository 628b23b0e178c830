"""Deploy a plan under the recorder, and hold everything it asked for against AWS's own rules."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from rollguard.plan import model
from rollguard.sandbox.aws.validation import check
from rollguard.targets.program import deploy
from tests.targets import plans
from tests.targets.recording import SECRET, Resource, Run, record


def deployed(
    *regions: model.RegionPlan,
    protect: bool | None = None,
    config: Mapping[str, str] | None = None,
    looked_up: Mapping[str, dict[str, Any]] | None = None,
    templates: tuple[tuple[str, str], ...] = (),
) -> Run:
    """The run of a plan with these Regions. AWS would accept every resource of it."""
    plan = replace(plans.plan(*regions), templates=templates)
    run = record(lambda: deploy(plan, protect=protect), config=config, looked_up=looked_up)
    for resource in run.resources:
        if resource.type.startswith("aws:"):
            assert not faults(resource), f"{resource.urn}: {faults(resource)}"
    return run


def faults(resource: Resource) -> list[str]:
    inputs = {
        key: "https://secret.example.com/" if value == SECRET else value for key, value in resource.inputs.items()
    }
    return [f"{fault.path}: {fault.message}" for fault in check(resource.type, inputs)]


def as_golden(resources: Iterable[Resource]) -> str:
    """Resources as a golden file holds them; policy documents are opened, so that a diff can be read."""
    shown = [
        {
            "type": one.type.rsplit(":", 1)[-1],
            "name": one.name,
            **{option: True for option in ("protect", "retain_on_delete") if getattr(one, option)},
            "inputs": {key: _opened(value) for key, value in one.inputs.items()},
        }
        for one in resources
    ]
    return json.dumps(sorted(shown, key=lambda one: (one["type"], one["name"])), indent=1, sort_keys=True) + "\n"


def _opened(value: Any) -> Any:
    if isinstance(value, str) and value.startswith('{"'):
        return json.loads(value)
    return value
