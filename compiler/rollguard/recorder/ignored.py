"""A rollback alarm that was red while its deployment went on: the guard that did not hold."""

from __future__ import annotations

from rollguard.recorder import times
from rollguard.recorder.deployments import FINAL
from rollguard.recorder.situation import Situation

#: Seconds of red after which CodeDeploy should long have stopped the deployment: seen are at most 16 s (aws-facts 2.1), and a
#: deployment that a person stops meanwhile is not CodeDeploy's failure.
PATIENCE = 180
#: Seconds before its end in which an alarm comes too late for a deployment.
TOO_LATE = 60
#: Seconds after its end in which CodeDeploy may still name the rollback of a deployment that somebody stopped.
SETTLED = 600
_UNDER_WAY = frozenset({"InProgress", "Ready", "Baking"})


def was_red(now: Situation) -> bool:
    return any(change.state == "ALARM" for change in now.alarm.changes)


def since(now: Situation) -> str | None:
    """Since when it is certain that a red alarm rolls this deployment back no more; None where that cannot be said.

    Never of one that CodeDeploy has stopped for its alarms, however late. PATIENCE after the alarm turned red where the deployment
    went on, else at the end of a deployment that went through over a red alarm, or that was stopped for another reason and that
    nothing rolls back.
    """
    one = now.deployment
    if one is None or one.begun_at is None or now.cause == "alarm":
        return None
    for red, until in _stretches(now, one.begun_at):
        held = times.later(red, PATIENCE)
        if (until is None or until >= held) and any(at >= held for at in _seen_running(now)):
            return held
        if now.ours or one.ended_at is None or red > one.ended_at:
            continue
        if one.status == "Succeeded" and times.later(red, TOO_LATE) <= one.ended_at:
            return one.ended_at
        if (
            one.status in FINAL
            and one.status != "Succeeded"
            and now.facts[-1]["at"] >= times.later(one.ended_at, SETTLED)
        ):
            return one.ended_at
    return None


def _stretches(now: Situation, begun: str) -> list[tuple[str, str | None]]:
    """The red stretches from the deployment's begin on, each with its end; None is not over, as far as is known."""
    found: list[tuple[str, str | None]] = []
    before = now.alarm.at(begun)
    red = begun if before is not None and before.state == "ALARM" else None
    for change in now.alarm.changes:
        if change.at <= begun:
            continue
        if change.state == "ALARM":
            red = red or change.at
        elif red is not None:
            found.append((red, change.at))
            red = None
    return found if red is None else [*found, (red, None)]


def _seen_running(now: Situation) -> list[str]:
    """The moments at which the deployment is known to have been under way."""
    one = now.deployment
    assert one is not None
    mine = [fact for fact in now.facts if fact.get("deployment") == one.id]
    found = [fact["at"] for fact in mine if fact["kind"] == "deployment" and fact["status"] in _UNDER_WAY]
    found += [fact["at"] for fact in mine if fact["kind"] == "deploymentState" and fact["state"] != "START"]
    return [*found, one.ended_at] if one.ended_at is not None else found
