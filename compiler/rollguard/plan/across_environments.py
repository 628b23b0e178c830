"""What can only be seen with all environments of a policy side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rollguard.language.trigger import TriggerError, parse
from rollguard.plan import words
from rollguard.plan.criteria import unknown_preset
from rollguard.plan.environment import Environment
from rollguard.plan.place import Findings, Place
from rollguard.plan.policy import PolicyHere
from rollguard.plan.rollback_alarm import parsed
from rollguard.presets import Catalogue
from rollguard.project import PolicySource


def across_environments(source: PolicySource, environments: Mapping[str, Environment], findings: Findings) -> None:
    """Report environments that do not exist, and criteria that a trigger names although they observe everywhere."""
    document = source.plannable
    if document is None:
        return
    spec, place = document.data["spec"], Place(document, ("spec",))
    for name in spec["environments"]:
        if name not in environments:
            hint = words.nearest(name, environments) or f"there are {words.listed(environments)}"
            at = place / "environments" / name
            findings.error("R010", f"there is no environment `{name}` in environments.yaml", at.key, hint)
    trigger = spec.get("trigger", "any")
    if not source.sound or not isinstance(trigger, str) or trigger in ("any", "all"):
        return
    try:
        _, names = parse(trigger)
    except TriggerError:
        return
    policies = [PolicyHere(document, environments[name]) for name in spec["environments"] if name in environments]
    indexes = {criterion["id"]: index for index, criterion in enumerate(spec["criteria"])}
    idle = [name for name in names if name.id in indexes and not _armed(indexes[name.id], policies)]
    if not idle or not any(_armed(index, policies) for index in indexes.values()):
        return
    for name in idle:
        findings.error(
            "R047",
            f"the trigger names `{name.id}`, but it only observes in every environment",
            (place / "trigger").inside(name.start, name.end),
            "take it out of the trigger, or arm it with `mode: rollback` in an environment",
        )


def _armed(index: int, policies: Iterable[PolicyHere]) -> bool:
    """Whether a criterion may roll back in one of its environments."""
    return any(policy.mode(index, Findings()) == "rollback" for policy in policies)


def without_environments(
    source: PolicySource, environments: Mapping[str, Environment], catalogue: Catalogue, findings: Findings
) -> None:
    """Presets and the trigger of a policy that applies to no environment which exists: no environment's plan looks at them."""
    document = source.plannable
    if document is None or any(name in environments for name in document.data["spec"]["environments"]):
        return
    spec, place = document.data["spec"], Place(document, ("spec",))
    ids = [data["id"] for data in spec["criteria"] if data is not None]
    for index, data in enumerate(spec["criteria"]):
        if data is not None and "uses" in data and catalogue.get(data["uses"]) is None:
            unknown_preset(data["uses"], catalogue, place / "criteria" / index / "uses", findings)
    trigger = spec.get("trigger", "any")
    if isinstance(trigger, str) and trigger not in ("any", "all") and len(ids) == len(spec["criteria"]):
        parsed(trigger, place / "trigger", ids, findings)
