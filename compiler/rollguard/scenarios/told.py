"""Whom a scenario's events would tell: the channels of each status that is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rollguard.plan.model import GuardPlan, Status
from rollguard.simulate.mechanism import Deployment
from rollguard.simulate.model import Timeline


@dataclass(frozen=True, slots=True)
class Reached:
    """A status that is reached `at` seconds from the scenario's start."""

    at: int
    status: Status


def notified(guard: GuardPlan, alarm: Timeline, deployments: Sequence[Deployment], end: int) -> tuple[str, ...]:
    """The channels that hear something between 0 and `end` seconds, sorted."""
    told = {one.status for one in reached(alarm, deployments, end)}
    return tuple(sorted({channel for status, channels in guard.notify if status in told for channel in channels}))


def reached(alarm: Timeline, deployments: Sequence[Deployment], end: int) -> Iterator[Reached]:
    """The statuses that are reached, some more than once. `alarm` is the policy's rollback alarm.

    A rollback is started (or the deployment was refused, where the alarm was red before it began) and succeeds, and recovers when the
    alarm turns green after it. `stillRed` is left to incidents: the series of a scenario go on as written, so an alarm that stays red
    after a rollback means nothing (corrections 2.5).
    """
    for deployment in deployments:
        at = {event.what: event.at for event in deployment.events}
        if "rollback started" in at:
            refused = alarm.state_at(deployment.events[0].at) == "ALARM"
            yield Reached(at["rollback started"], "refused" if refused else "started")
        if "rollback impossible" in at:
            yield Reached(at["rollback impossible"], "nothingToRollBack")
        if "rollback succeeded" in at:
            over = at["rollback succeeded"]
            yield Reached(over, "succeeded")
            green = _turns_green(alarm, over, end)
            if green is not None and alarm.state_at(at["rollback started"]) == "ALARM":
                yield Reached(green, "recovered")
    for change in alarm.changes:
        if change.state == "ALARM" and change.at <= end and not any(_during(one, change.at) for one in deployments):
            yield Reached(change.at, "outsideDeployment")


def _turns_green(alarm: Timeline, since: int, end: int) -> int | None:
    """When the alarm is green from `since` on, or None."""
    if alarm.state_at(since) == "OK":
        return since
    return next((change.at for change in alarm.changes if change.state == "OK" and since < change.at <= end), None)


def _during(deployment: Deployment, at: int) -> bool:
    """Whether an alarm that turns red at `at` belongs to the deployment or to its rollback."""
    start = deployment.events[0].at
    if deployment.rollback is not None:
        over = deployment.rollback.ended_at
        return start <= at and (over is None or at < over)
    return start <= at and (deployment.ended_at is None or at < deployment.ended_at)
