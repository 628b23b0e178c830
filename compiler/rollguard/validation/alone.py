"""What is wrong with one file that a schema cannot say, and that no other file is needed for."""

from __future__ import annotations

from rollguard.validation import (
    criteria,
    dates,
    deployments,
    failure_modes,
    minutes,
    operations,
    presets,
    references,
    scenarios,
    shapes,
)
from rollguard.validation.part import Findings, Part
from rollguard.validation.schemas import Kind


def check(findings: Findings, kind: Kind) -> None:
    """Add to `findings` whatever the parts of a file that the schema accepts still do wrong."""
    root = Part(findings, (), findings.document.data)
    _KINDS[kind](root)
    references.check(root, kind)


def _policy(root: Part) -> None:
    dates.check(root.get("metadata", "agreed", "on"))
    spec = root.get("spec")
    if spec is None or not isinstance(spec.value, dict):
        return
    dates.check(spec.get("retired", "on"))
    _promise(spec)
    operations.still_red(spec)
    deployments.check(spec)
    criteria.check(spec)
    scenarios.check(spec)
    environments = spec.get("environments")
    for _, environment in environments.entries() if environments else ():
        _promise(environment)
        operations.still_red(environment)


def _promise(part: Part) -> None:
    """`rollbackWithin`: alarms need a minute or more, so less is no promise but a mistake."""
    promise = part.get("rollbackWithin")
    time = shapes.seconds(promise)
    if promise and time is not None and time < 60:
        promise.error(
            "S007", f"`rollbackWithin` cannot be `{promise.value}`", "an alarm needs a minute or more to see a fault"
        )


def _environments(root: Part) -> None:
    minutes.check(root.get("defaults", "bake"))
    if defaults := root.get("defaults"):
        operations.kept(defaults)
    environments = root.get("environments")
    for _, environment in environments.entries() if environments else ():
        minutes.check(environment.get("bake"))
        operations.kept(environment)


_KINDS = {
    "policy": _policy,
    "environments": _environments,
    "presets": presets.check,
    "failureModes": failure_modes.check,
}
