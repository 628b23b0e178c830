"""What the facts of one incident amount to: the deployment, its rollback, the alarms, and the moment that is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollguard.recorder import alarm_states, deployments
from rollguard.recorder.alarm_states import AlarmStates, Run
from rollguard.recorder.deployments import Known
from rollguard.recorder.facts import Fact

#: How an incident is called that is no deployment's.
OUTSIDE = "outside-"

Sheet = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Situation:
    """`deployment` is the one that was (or would be) rolled back, None for an incident outside of any.

    `rollbacks` are its rollback, the rollback of that where it failed in turn, and so on; `presumed`: one of them is only presumed.
    """

    facts: Sequence[Fact]
    sheet: Sheet
    deployment: Known | None
    rollbacks: tuple[Known, ...]
    presumed: bool
    alarm: AlarmStates
    #: When the deployment was stopped; when the alarm went red, if it was OK again by then, or stopped nothing. Criteria are judged then.
    moment: str | None
    #: The red stretch of the rollback alarm around that moment.
    red: Run | None
    cause: str
    red_at_start: bool | None

    @property
    def rollback(self) -> Known | None:
        """The rollback that counts: the last."""
        return self.rollbacks[-1] if self.rollbacks else None

    @property
    def stop(self) -> str | None:
        return self.deployment.ended_at if self.deployment is not None and self.deployment.stopped else None

    @property
    def ours(self) -> bool:
        """Whether an alarm stopped the deployment, or it is rolled back; without an answer, whether it stopped while the alarm was red."""
        one = self.deployment
        if one is None:
            return False
        if self.rollback is not None or one.rollback_announced:
            return True
        if not one.stopped:
            return False
        return self.cause == "alarm" or one.rollback_impossible or (not one.answered and self.red is not None)

    def of_kind(self, kind: str) -> list[Fact]:
        return [fact for fact in self.facts if fact["kind"] == kind]


def situation(facts: Sequence[Fact], sheet: Sheet, incident: str) -> Situation:
    """What `facts` (merged, in order of time) say of `incident`, a deployment's id or `outside-…`."""
    deployment = None if incident.startswith(OUTSIDE) else deployments.of(facts, incident)
    found = deployments.rollbacks_of(facts, deployment) if deployment is not None else []
    alarm = alarm_states.of(facts, sheet["rollbackAlarm"])
    stop = deployment.ended_at if deployment is not None and deployment.stopped else None
    moment = stop or _went_red(alarm, deployment)
    cause = _cause(deployment)
    red = _red(alarm, deployment, moment, cause)
    if red is not None and moment is not None and not _is_red(alarm, moment):
        moment = red.since
    return Situation(
        facts=facts,
        sheet=sheet,
        deployment=deployment,
        rollbacks=tuple(deployments.of(facts, id) for id, _ in found),
        presumed=any(presumed for _, presumed in found),
        alarm=alarm,
        moment=moment,
        red=red,
        cause=cause,
        red_at_start=_red_at_start(deployment, alarm, stop, cause),
    )


def _went_red(alarm: AlarmStates, deployment: Known | None) -> str | None:
    begun = deployment.begun_at if deployment is not None else None
    red = [change.at for change in alarm.changes if change.state == "ALARM"]
    during = [at for at in red if begun is None or at >= begun]
    return next(iter(during or red), None)


def _red(alarm: AlarmStates, deployment: Known | None, moment: str | None, cause: str) -> Run | None:
    """The red stretch at `moment`; where an alarm is known to have stopped the deployment, also one that was over by then."""
    if moment is None:
        return None
    if not _is_red(alarm, moment) and cause == "alarm" and deployment is not None:
        begun = deployment.begun_at or ""
        last = [one.at for one in alarm.changes if one.state == "ALARM" and begun <= one.at <= moment]
        moment = last[-1] if last else moment
    return alarm.at(moment) if _is_red(alarm, moment) else None


def _is_red(alarm: AlarmStates, moment: str) -> bool:
    run = alarm.at(moment)
    return run is not None and run.state == "ALARM"


def _cause(deployment: Known | None) -> str:
    """`request`: somebody stopped it, or had it stopped. The status alone tells a failure, but not why a deployment stopped."""
    if deployment is None:
        return "alarm"
    if deployment.error_code == deployments.ALARM_ACTIVE:
        return "alarm"
    if deployment.status == "Failed":
        return "failure"
    if deployment.status == "Stopped" and deployment.answered and deployment.info["status"] == "Stopped":
        return "request"
    return "unknown"


def _red_at_start(deployment: Known | None, alarm: AlarmStates, stop: str | None, cause: str) -> bool | None:
    """Whether the alarm was red before the deployment began, so that no traffic moved (aws-facts 2.1); None where nothing says it."""
    if deployment is None or cause in ("failure", "request"):
        return False
    begun = deployment.begun_at
    if stop is None or begun is None:
        return None
    before, later = alarm.at(begun), alarm.first_red_after(begun)
    turned = later is not None and later.at <= stop
    if before is None or before.state != "ALARM":
        return False if turned else None
    return not any(change.state != "ALARM" for change in alarm.changes if begun < change.at <= stop)
