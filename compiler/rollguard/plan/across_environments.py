"""What can only be seen with all environments of a policy side by side."""

from __future__ import annotations

from collections.abc import Mapping

from rollguard.document import Document
from rollguard.language.trigger import TriggerError, constant, parse, simplify
from rollguard.plan import words
from rollguard.plan.accounts import check_accounts
from rollguard.plan.environment import Environment
from rollguard.plan.place import Findings, Place
from rollguard.plan.policy import PolicyHere
from rollguard.project import Project


def across_environments(project: Project, environments: Mapping[str, Environment], findings: Findings) -> None:
    """Report environments that do not exist, and criteria that a trigger names although they observe everywhere."""
    check_accounts([environment for environment in environments.values() if environment.known], findings)
    for source in project.policies:
        if source.plannable is not None:
            _policy(source.plannable, environments, findings, source.sound)


def _policy(document: Document, environments: Mapping[str, Environment], findings: Findings, sound: bool) -> None:
    spec, place = document.data["spec"], Place(document, ("spec",))
    for name in spec["environments"]:
        if name not in environments:
            hint = words.nearest(name, environments) or f"there are {words.listed(environments)}"
            at = place / "environments" / name
            findings.error("R010", f"there is no environment `{name}` in environments.yaml", at.key, hint)
    trigger = spec.get("trigger", "any")
    if not sound or not isinstance(trigger, str) or trigger in ("any", "all"):
        return
    if not all(environments[name].whole for name in spec["environments"] if name in environments):
        return
    try:
        tree, names = parse(trigger)
    except TriggerError:
        return
    armed = _armed_somewhere(document, environments)
    if (
        constant(
            simplify(tree, {criterion["id"]: False for criterion in spec["criteria"] if criterion["id"] not in armed})
        )
        is not None
    ):
        return  # that a trigger can never turn red or green says more, and is said in each environment
    known = {criterion["id"] for criterion in spec["criteria"]}
    for name in names:
        if armed and name.id in known and name.id not in armed:
            findings.error(
                "R047",
                f"the trigger names `{name.id}`, but it only observes in every environment",
                (place / "trigger").inside(name.start, name.end),
                "take it out of the trigger, or arm it with `mode: rollback` in an environment",
            )


def _armed_somewhere(document: Document, environments: Mapping[str, Environment]) -> frozenset[str]:
    criteria = document.data["spec"]["criteria"]
    return frozenset(
        criterion["id"]
        for name in document.data["spec"]["environments"]
        if name in environments
        for index, criterion in enumerate(criteria)
        if PolicyHere(document, environments[name]).mode(index, Findings()) == "rollback"
    )
