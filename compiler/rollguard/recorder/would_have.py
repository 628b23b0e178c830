"""What a criterion that only observes would have done to the deployments of its policy, as far as anybody can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rollguard.recorder import deployments, exposure, times
from rollguard.recorder.facts import Fact
from rollguard.recorder.situation import Sheet

#: Seconds after the alarm up to which CodeDeploy's count of the hosts tells how it was then.
FRESH = 60


def would_have(
    found: Sequence[Mapping[str, Any]] | None, if_armed: str | None, *, over: bool
) -> tuple[str | None, str | None]:
    """What the criterion would have done, armed and nothing else changed; or None, and why nobody can say it.

    As long as the period is not `over`, a deployment may still begin in it, and would be refused: then there is nothing to say yet.
    """
    if if_armed == "never":
        return "nothing", None
    if found is None:
        return None, None
    if not found:
        return "outsideDeployment" if over else None, None
    releases = [one for one in found if not one["isRollback"]]
    if not releases:
        return None, f"`{found[0]['id']}` is a rollback itself, and AWS does not say what a red alarm does to one"
    if if_armed is None:
        return None, "the policy's sheet does not say how its trigger reads the criterion"
    if if_armed == "together":
        return "dependsOnTrigger", None
    return ("rolledBack" if any(one["begun"] == "before" for one in releases) else "refused"), None


def deployments_of(
    held: Sequence[Mapping[str, Any]], found: Sequence[Fact], sheet: Sheet, since: str
) -> list[Mapping[str, Any]]:
    """The deployments that were known and found: what was under way when it turned red, or else what began while it was red."""
    known = {each["id"]: each for each in held}
    for fact in found:
        if fact["kind"] == "deployment":
            seen = _deployment(fact, sheet, since)
            if seen["id"] not in known or known[seen["id"]]["percent"] is None:
                known[seen["id"]] = seen
    begun = "before" if any(each["begun"] == "before" for each in known.values()) else "during"
    return [known[id] for id in sorted(known) if known[id]["begun"] == begun]


def _deployment(fact: Fact, sheet: Sheet, since: str) -> dict[str, Any]:
    known = deployments.of([fact], fact["deployment"])
    before = known.created_at is None or known.created_at <= since
    shown = {"percent": None, "basis": "it began while the criterion was red"}
    if before:
        shown = exposure.shifted(known, sheet["groups"], since)
        if shown["basis"] == exposure.HOSTS and (times.seconds(since, fact["at"]) or 0) > FRESH:
            shown = {"percent": None, "basis": "unknown"}
    return {
        "id": known.id,
        "application": known.application,
        "group": known.group,
        "createdAt": known.created_at,
        "begun": "before" if before else "during",
        "isRollback": known.rollback_of is not None or known.info.get("creator") == "codeDeployRollback",
        **shown,
    }
