"""Whom a scenario's events would tell: the channels of each status that is reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rollguard.plan.model import GuardPlan, Status
from rollguard.simulate.mechanism import Deployment
from rollguard.simulate.model import Timeline


def notified(guard: GuardPlan, alarm: Timeline, deployments: Sequence[Deployment], end: int) -> tuple[str, ...]:
    """The channels that hear something between 0 and `end` seconds, sorted."""
    reached = set(statuses(alarm, deployments, end))
    return tuple(sorted({channel for status, channels in guard.notify if status in reached for channel in channels}))


def statuses(alarm: Timeline, deployments: Sequence[Deployment], end: int) -> Iterator[Status]:
    """The statuses that are reached, some more than once. `alarm` is the policy's rollback alarm.

    A rollback is started and succeeds, and recovers when the alarm turns green after it. `stillRed` is left to incidents: the series of a
    scenario go on as written, so an alarm that stays red after a rollback means nothing (corrections 2.5).
    """
    for deployment in deployments:
        what = {event.what for event in deployment.events}
        if "rollback started" in what:
            yield "started"
        if "rollback impossible" in what:
            yield "failed"
        if "rollback succeeded" in what:
            yield "succeeded"
            started = next(event.at for event in deployment.events if event.what == "rollback started")
            over = next(event.at for event in deployment.events if event.what == "rollback succeeded")
            if alarm.state_at(started) == "ALARM" and _turns_green(alarm, over, end):
                yield "recovered"
    for change in alarm.changes:
        if change.state == "ALARM" and change.at <= end and not any(_during(one, change.at) for one in deployments):
            yield "outsideDeployment"


def _turns_green(alarm: Timeline, since: int, end: int) -> bool:
    return alarm.state_at(since) == "OK" or any(
        change.state == "OK" for change in alarm.changes if since < change.at <= end
    )


def _during(deployment: Deployment, at: int) -> bool:
    """Whether an alarm that turns red at `at` belongs to the deployment or to its rollback."""
    start = deployment.events[0].at
    if deployment.rollback is not None:
        over = deployment.rollback.ended_at
        return start <= at and (over is None or at < over)
    return start <= at and (deployment.ended_at is None or at < deployment.ended_at)
