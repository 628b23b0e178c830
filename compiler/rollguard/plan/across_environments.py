"""What can only be seen with all environments of a policy side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rollguard.language.trigger import TriggerError, constant, parse, simplify
from rollguard.plan import words
from rollguard.plan.environment import Environment
from rollguard.plan.place import Findings, Place
from rollguard.plan.policy import PolicyHere
from rollguard.project import PolicySource


def across_environments(source: PolicySource, environments: Mapping[str, Environment], findings: Findings) -> None:
    """Report environments that do not exist, and criteria that a trigger names although they observe everywhere."""
    document = source.plannable
    if document is None:
        return
    spec, place = document.data["spec"], Place(document, ("spec",))
    for name in spec["environments"]:
        if name not in environments:
            hint = words.nearest(name, environments) or words.there_are(environments)
            at = place / "environments" / name
            findings.error("R010", f"there is no environment `{name}` in environments.yaml", at.key, hint)
    trigger = spec.get("trigger", "any")
    if not source.sound or not isinstance(trigger, str) or trigger in ("any", "all"):
        return
    if not all(environments[name].whole for name in spec["environments"] if name in environments):
        return
    try:
        tree, names = parse(trigger)
    except TriggerError:
        return
    policies = [PolicyHere(document, environments[name]) for name in spec["environments"] if name in environments]
    indexes = {criterion["id"]: index for index, criterion in enumerate(spec["criteria"])}
    if all(name.id not in indexes or _armed(indexes[name.id], policies) for name in names):
        return
    idle = {id for id, index in indexes.items() if not _armed(index, policies)}
    if len(idle) == len(indexes) or constant(simplify(tree, dict.fromkeys(idle, False))) is not None:
        return  # that a trigger can never turn red or green says more, and is said in each environment
    for name in names:
        if name.id in idle:
            findings.error(
                "R047",
                f"the trigger names `{name.id}`, but it only observes in every environment",
                (place / "trigger").inside(name.start, name.end),
                "take it out of the trigger, or arm it with `mode: rollback` in an environment",
            )


def _armed(index: int, policies: Iterable[PolicyHere]) -> bool:
    """Whether a criterion may roll back in one of its environments."""
    return any(policy.mode(index, Findings()) == "rollback" for policy in policies)
