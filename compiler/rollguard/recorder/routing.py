"""Where an event belongs: which policy, which incident. Everything it leads to goes through `incident.Incidents`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rollguard.recorder import enrich, facts, times
from rollguard.recorder import record as documents
from rollguard.recorder.deployments import CHAIN, FINAL
from rollguard.recorder.facts import Fact
from rollguard.recorder.incidents import Incidents
from rollguard.recorder.observing import observe
from rollguard.recorder.record import Record
from rollguard.recorder.situation import OUTSIDE, Sheet, situation
from rollguard.recorder.store import Watched
from rollguard.recorder.sweep import Sweep, Taken

#: Seconds from a stop within which a new deployment of the same group is taken for the rollback, and before which an alarm is its reason.
NEAR = 600
#: Seconds to wait before asking again whether CodeDeploy has caught up with its own event.
WAITS = (1.0, 2.0)
_DEPLOYMENT = re.compile(r"[A-Za-z0-9-]{1,64}")


class Incomplete(Exception):
    """Something that must be there is not, or not all could be done; the event must be delivered again."""


@dataclass(slots=True)
class Recorder:
    """`remaining` gives the milliseconds that are left of the invocation; the sweeper has `together` incidents in hand at a time."""

    incidents: Incidents
    sleep: Callable[[float], None]
    remaining: Callable[[], int]
    together: int = 1

    def handle(self, event: Mapping[str, Any]) -> None:
        """Take in one event of EventBridge; what is not ours is dropped.

        Raises PartFailed, Incomplete, or what S3 raised, after everything possible was done.
        """
        kind = event.get("detail-type")
        if kind == "CodeDeploy Deployment State-change Notification":
            self._with(facts.deployment_state(event), self._deployment)
        elif kind == "CloudWatch Alarm State Change":
            self._with(facts.alarm_state(event), lambda fact: self._alarm(fact, facts.state_before(event)))
        elif kind == "Scheduled Event":
            self._sweep()
        else:
            self.incidents.telemetry.log("debug", "dropped: no event of ours", kind=str(kind))
        self.incidents.raise_failures()

    def _with(self, fact: Fact | None, then: Callable[[Fact], None]) -> None:
        if fact is None or not _DEPLOYMENT.fullmatch(fact.get("deployment", "d")):
            self.incidents.telemetry.log("warning", "dropped: the event is not as AWS documents it")
        else:
            then(fact)

    # --- CodeDeploy -------------------------------------------------------------------------------------------------

    def _deployment(self, fact: Fact) -> None:
        policy = self.incidents.store.policy_of_group(fact["application"], fact["group"])
        if policy is None:
            self.incidents.telemetry.log("debug", "dropped: no policy guards this group", deployment=fact["deployment"])
            return
        sheet = self._sheet(policy)
        which = fact["deployment"]
        answer = self._answer(fact, sheet)
        if answer["kind"] == "deployment" and answer["rollbackOf"] is not None:
            root, between = self._root(policy, answer)
            self.incidents.update(policy, sheet, root, [fact, answer, *between])
            return
        known = self.incidents.store.record(policy, which)
        over = fact["state"] in ("STOP", "FAILURE")
        if known is None and answer["kind"] == "missing" and self._as_rollback(policy, sheet, fact, answer):
            return
        if known is None and not (over and self._ours(answer, fact, sheet)):
            self.incidents.telemetry.log(
                "debug", "dropped: nothing is rolled back", deployment=which, state=fact["state"]
            )
            return
        adopted = self._unattributed(policy, [fact, answer], sheet, which) if over else []
        alarms = [one for record in adopted for one in documents.facts_of(record) if one["kind"] == "alarmState"]
        self.incidents.update(policy, sheet, which, [fact, answer, *alarms])
        for record in adopted:
            self.incidents.update(policy, sheet, record["incident"], [facts.moved(which, self.incidents.now())])

    def _root(self, policy: str, answer: Fact) -> tuple[str, list[Fact]]:
        """The incident to which a rollback belongs, and what was asked on the way: a rollback may be that of another rollback."""
        asked: list[Fact] = []
        root: str = answer["rollbackOf"]
        for _ in range(CHAIN):
            if self.incidents.store.record(policy, root) is not None:
                return root, asked
            found = self.incidents.lookups.deployment(root)
            if found["kind"] == "missing":
                known = (one["incident"] for one in self.incidents.open(policy) if _mentions(one, root))
                return next(known, root), asked
            asked.append(found)
            if found["rollbackOf"] is None:
                break
            root = found["rollbackOf"]
        return root, asked

    def _answer(self, fact: Fact, sheet: Sheet) -> Fact:
        """GetDeployment's answer, asked again for a moment where it lags behind the event, or does not name the rollback yet."""
        answer = self.incidents.lookups.deployment(fact["deployment"])
        for wait in WAITS:
            if fact["state"] not in ("STOP", "FAILURE") or answer["kind"] == "missing":
                break
            now = situation(facts.merge([fact, answer]), sheet, fact["deployment"])
            one = now.deployment
            settled = one is not None and one.info["status"] in FINAL
            if settled and (now.cause != "alarm" or one is None or one.rollback is not None or one.rollback_impossible):
                break
            self.sleep(wait)
            answer = self.incidents.lookups.deployment(fact["deployment"])
        return answer

    def _ours(self, answer: Fact, fact: Fact, sheet: Sheet) -> bool:
        """Whether a stopped or failed deployment has to do with a rollback; one of which CodeDeploy says nothing final may have."""
        if answer["kind"] == "missing" or answer["status"] not in FINAL:
            return True
        return situation(facts.merge([fact, answer]), sheet, fact["deployment"]).ours

    def _as_rollback(self, policy: str, sheet: Sheet, fact: Fact, answer: Fact) -> bool:
        """Whether an event without an answer went to the incident whose rollback its deployment is, known or presumed."""
        for record in self.incidents.open(policy):
            if record["rollback"] is not None and record["rollback"]["id"] == fact["deployment"]:
                self.incidents.update(policy, sheet, record["incident"], [fact, answer])
                return True
        if fact["state"] != "START":
            return False
        for record in self.incidents.open(policy):
            stop = record["times"]["stopped"]
            near = stop is not None and 0 <= (times.seconds(stop, fact["at"]) or 0) <= NEAR and stop <= fact["at"]
            here = (record["application"], record["group"]) == (fact["application"], fact["group"])
            if near and here and record["rollback"] is None:
                presumed = facts.presumed(fact["deployment"], record["incident"], fact["at"])
                self.incidents.update(policy, sheet, record["incident"], [fact, presumed, answer])
                return True
        return False

    def _unattributed(self, policy: str, new: list[Fact], sheet: Sheet, which: str) -> list[Record]:
        """The alarms that nobody could place when they came, and that belong to this deployment by their time."""
        one = situation(facts.merge(new), sheet, which).deployment
        if one is None or one.ended_at is None:
            return []
        begin = one.begun_at or times.later(one.ended_at, -NEAR)
        return [
            record
            for record in self.incidents.open(policy)
            if _unplaced(record) and any(begin <= at <= one.ended_at for at in _alarm_times(record))
        ]

    # --- alarms -----------------------------------------------------------------------------------------------------

    def _alarm(self, fact: Fact, before: Fact | None) -> None:
        watching = self.incidents.store.watching(fact["alarm"])
        if not watching:
            self.incidents.telemetry.log("debug", "dropped: no policy names this alarm", alarm=fact["alarm"])
        for one in watching:
            with self.incidents.guarded(one.policy, fact["alarm"]):
                self._watched(one, fact, before)

    def _watched(self, watched: Watched, fact: Fact, before: Fact | None) -> None:
        policy, sheet = watched.policy, self._sheet(watched.policy)
        if watched.observes is not None:
            self._observe(sheet, watched.observes, fact, before)
            return
        if fact["value"] != "ALARM":
            for record in list(self.incidents.open(policy)):
                self.incidents.update(policy, sheet, record["incident"], [fact], again=True)
            return
        asked = self.incidents.lookups.under_way(sheet["groups"], fact["at"])
        if not self._place(policy, sheet, [fact], asked):
            self._outside(policy, sheet, fact, asked)

    def _observe(self, sheet: Sheet, id: str, fact: Fact, before: Fact | None) -> None:
        criterion = next((one for one in sheet["criteria"] if one["id"] == id), None)
        if criterion is None:
            raise Incomplete(f"the index names the criterion `{id}`, which is not in the sheet of `{sheet['policy']}`")
        observe(self.incidents.store, self.incidents.lookups, sheet, criterion, fact, before)

    def _place(self, policy: str, sheet: Sheet, alarms: list[Fact], asked: list[Fact]) -> str | None:
        """Bring alarms to the incidents of the deployments that were under way; the last of these, None where there was none."""
        incident = None
        for running in asked:
            if running["kind"] == "deployment":
                between: list[Fact] = []
                incident = running["deployment"]
                if running["rollbackOf"] is not None:
                    incident, between = self._root(policy, running)
                self.incidents.update(policy, sheet, incident, [*alarms, running, *between])
        return incident

    def _outside(self, policy: str, sheet: Sheet, fact: Fact, asked: list[Fact]) -> None:
        """An alarm for which no deployment is known to be under way goes to what is open already, or opens an incident of its own."""
        none = any(one["kind"] == "underWay" for one in asked)
        opened = list(self.incidents.open(policy))
        for record in opened:
            if none or record["incident"].startswith(OUTSIDE) or _around(record, fact["at"]):
                self.incidents.update(policy, sheet, record["incident"], [fact])
                return
        if fact["alarm"] == sheet["rollbackAlarm"]:
            self.incidents.update(policy, sheet, OUTSIDE + times.compact(fact["at"]), [fact, *asked])

    # --- the sweeper ------------------------------------------------------------------------------------------------

    def _sweep(self) -> None:
        Sweep(self.incidents, self.sleep, self.remaining, self.together).run(
            lambda incidents, taken: replace(self, incidents=incidents)._look_again(taken)
        )

    def _look_again(self, taken: Taken) -> None:
        store, lookups = self.incidents.store, self.incidents.lookups
        policy, incident = taken.marker.policy, taken.marker.incident
        record, sheet = taken.kept.record if taken.kept is not None else None, store.sheet(policy)
        if sheet is None:
            self.incidents.abandon(policy, incident, record)
            return
        if record is None:
            # The recorder was stopped between the marker and the record; the event comes again, unless it was lost.
            answer = None if incident.startswith(OUTSIDE) else lookups.deployment(incident)
            if answer is not None and self._ours(answer, answer, sheet):
                self.incidents.update(policy, sheet, incident, [answer], again=True)
            else:
                store.mark_closed(policy, incident)
            return
        new: list[Fact] = []
        if _unplaced(record):
            alarms = [fact for fact in documents.facts_of(record) if fact["kind"] == "alarmState"]
            new = lookups.under_way(sheet["groups"], min(fact["at"] for fact in alarms))
            placed = self._place(policy, sheet, alarms, new)
            new = [facts.moved(placed, self.incidents.now())] if placed is not None else new
        self.incidents.update(policy, sheet, incident, new, again=True, decide=enrich.verdicts, known=taken.kept)

    def _sheet(self, policy: str) -> Sheet:
        sheet = self.incidents.store.sheet(policy)
        if sheet is None:
            raise Incomplete(f"the index names the policy `{policy}`, and there is no `guards/{policy}.json`")
        return sheet


def _mentions(record: Record, deployment: str) -> bool:
    """Whether a deployment is a part of the incident, as its facts say."""
    return any(
        deployment in (fact["deployment"], fact["rollbackDeployment"], fact["rollbackOf"])
        for fact in record["facts"]
        if fact["kind"] == "deployment"
    )


def _alarm_times(record: Record) -> list[str]:
    return [fact["at"] for fact in record["facts"] if fact["kind"] == "alarmState" and fact["value"] == "ALARM"]


def _unplaced(record: Record) -> bool:
    """Whether this is an alarm of which nobody could say if a deployment was under way."""
    return (
        record["incident"].startswith(OUTSIDE)
        and bool(_alarm_times(record))
        and not any(fact["kind"] in ("underWay", "moved") for fact in record["facts"])
    )


def _around(record: Record, at: str) -> bool:
    """Whether an alarm at that moment can be the reason for the stop of the record's deployment, or came after it."""
    stop, deployment = record["times"]["stopped"], record["deployment"]
    if stop is None or deployment is None:
        return False
    begin = deployment["createdAt"] or times.later(stop, -NEAR)
    return bool(begin <= at)
