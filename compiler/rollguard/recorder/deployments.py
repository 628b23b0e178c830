"""What is known of one deployment, from GetDeployment's answers and from events: neither arrives in order, nor for certain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rollguard.recorder.facts import Fact

#: How far a status is on its way (aws-facts 2.2); the last three are final.
_PROGRESS = {
    "Created": 0,
    "Queued": 1,
    "InProgress": 2,
    "Ready": 3,
    "Baking": 4,
    "Succeeded": 5,
    "Failed": 5,
    "Stopped": 5,
}
_EVENT_STATUS = {
    "START": "InProgress",
    "READY": "Ready",
    "SUCCESS": "Succeeded",
    "FAILURE": "Failed",
    "STOP": "Stopped",
}
ALARM_ACTIVE = "ALARM_ACTIVE"
#: Rollbacks of rollbacks that are followed: an alarm may stop a rollback, and CodeDeploy then rolls that back.
CHAIN = 5
FINAL = frozenset({"Succeeded", "Failed", "Stopped"})


@dataclass(frozen=True, slots=True)
class Known:
    """A deployment as far as it is known; times are the record's texts. `answered`: GetDeployment spoke of it at least once."""

    id: str
    answered: bool
    status: str | None
    created_at: str | None
    started_at: str | None
    ended_at: str | None
    #: The fields that only GetDeployment has, by their names in the fact; empty without an answer.
    info: dict[str, Any]
    application: str | None
    group: str | None

    @property
    def stopped(self) -> bool:
        return self.status in ("Stopped", "Failed")

    @property
    def begun_at(self) -> str | None:
        """When its work began, which is when the alarms begin to matter to it."""
        return self.started_at or self.created_at

    @property
    def error_code(self) -> str | None:
        error = self.info.get("error")
        return error["code"] if error else None

    @property
    def rollback(self) -> str | None:
        found: str | None = self.info.get("rollbackDeployment")
        return found

    @property
    def rollback_of(self) -> str | None:
        found: str | None = self.info.get("rollbackOf")
        return found

    @property
    def rollback_message(self) -> str:
        return self.info.get("rollbackMessage") or ""

    @property
    def rollback_announced(self) -> bool:
        """Whether CodeDeploy says that a rollback follows, by its id or in words ("Automatic rollback is triggered …", aws-facts 2.1)."""
        words = self.rollback_message.lower()
        return self.rollback is not None or "triggered" in words or "in progress" in words

    @property
    def rollback_impossible(self) -> bool:
        """Whether no rollback follows: CodeDeploy says so, in a message without a rollback in it (aws-facts 2.2), or is not to do it."""
        if not self.stopped or self.rollback_announced:
            return False
        return bool(self.rollback_message.strip()) or (self.error_code == ALARM_ACTIVE and self.rolls_back is False)

    @property
    def rolls_back(self) -> bool | None:
        """Whether the deployment's automatic rollback is on for alarms; None where nothing says it."""
        found: bool | None = self.info.get("rollsBack")
        return found


def of(facts: Sequence[Fact], deployment: str) -> Known:
    """What the facts say of one deployment; the answer that is furthest on counts, and an event that is further still."""
    answers = [fact for fact in facts if fact["kind"] == "deployment" and fact["deployment"] == deployment]
    events = [fact for fact in facts if fact["kind"] == "deploymentState" and fact["deployment"] == deployment]
    best = max(answers, key=_far, default=None)
    status, ended = (best["status"], best["completedAt"]) if best else (None, None)
    for event in events:
        seen = _EVENT_STATUS[event["state"]]
        if _rank(seen) > _rank(status):
            status = seen
        if seen == status and seen in FINAL and ended is None:
            ended = event["at"]
    began = min((event["at"] for event in events if event["state"] == "START"), default=None)
    named = best or next(iter(events), None)
    return Known(
        id=deployment,
        answered=best is not None,
        status=status,
        created_at=(best["createdAt"] if best else None) or began,
        started_at=(best["startedAt"] if best else None) or began,
        ended_at=ended if status in FINAL else None,
        info=best or {},
        application=named["application"] if named else None,
        group=named["group"] if named else None,
    )


def _rank(status: str | None) -> int:
    return -1 if status is None else _PROGRESS.get(status, 0)


def _far(fact: Fact) -> tuple[int, bool, bool, str, str]:
    return (
        _rank(fact["status"]),
        fact["rollbackDeployment"] is not None,
        bool(fact["rollbackMessage"]),
        fact["at"],
        fact["id"],
    )


def rollbacks_of(facts: Sequence[Fact], deployment: Known) -> list[tuple[str, bool]]:
    """The rollback of a deployment, then the rollback of that one, and so on, each with whether it is only presumed."""
    found: list[tuple[str, bool]] = []
    seen, last = {deployment.id}, deployment
    while len(found) < CHAIN and (next_one := rollback_of(facts, last)) is not None and next_one[0] not in seen:
        seen.add(next_one[0])
        found.append(next_one)
        last = of(facts, next_one[0])
    return found


def rollback_of(facts: Sequence[Fact], deployment: Known) -> tuple[str, bool] | None:
    """The rollback of a deployment, and whether it is only presumed; None as long as none is known.

    It is named by the deployment itself, or names it (aws-facts 2.1); a presumption holds until an answer says otherwise.
    """
    if deployment.rollback is not None:
        return deployment.rollback, False
    named = [fact for fact in facts if fact["kind"] == "deployment" and fact["rollbackOf"] == deployment.id]
    if named:
        return min(named, key=lambda fact: (fact["createdAt"] or fact["at"], fact["deployment"]))["deployment"], False
    answered = {fact["deployment"] for fact in facts if fact["kind"] == "deployment"}
    presumed = [
        fact
        for fact in facts
        if fact["kind"] == "presumed" and fact["rollbackOf"] == deployment.id and fact["deployment"] not in answered
    ]
    if presumed:
        return min(presumed, key=lambda fact: (fact["at"], fact["deployment"]))["deployment"], True
    return None
