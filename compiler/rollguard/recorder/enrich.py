"""What an incident still lacks, looked up: its deployments, the states of the alarms, their history, the datapoints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rollguard.recorder import alarm_states, answers, criteria, facts, ignored, snapshots, statuses, times
from rollguard.recorder.deployments import FINAL
from rollguard.recorder.facts import Fact
from rollguard.recorder.lookups import Lookups
from rollguard.recorder.situation import Sheet, Situation, situation

#: Seconds before the stop whose alarm history is read, and how many alarms' histories one run reads at most.
HISTORY, HISTORIES = 86_400, 20
#: Seconds before the stop from which datapoints are asked for at the earliest, even if the fault is older.
OLDEST_ONSET = 6 * 3_600
#: Seconds after which the sweeper gives up on what gives no answer, and closes an incident.
UNANSWERED, CLOSED = 3_600, 86_400


@dataclass(slots=True)
class Enrichment:
    """One run for one incident. `again`: what was known before may have changed, as the sweeper or an alarm's event says."""

    lookups: Lookups
    now: Callable[[], str]
    sheet: Sheet
    incident: str
    known: Sequence[Fact]
    #: Those of `known` that this run began with: what they answer is not asked again.
    new: Sequence[Fact]
    again: bool
    found: list[Fact] = field(default_factory=list)

    def run(self) -> list[Fact]:
        """The facts that the look-ups gave. Each is asked once; never raises for what AWS answers."""
        self._deployments()
        self._revisions()
        self._alarms()
        self._histories()
        self._series()
        return self.found

    def _situation(self) -> Situation:
        return situation(facts.merge(self.known, self.found), self.sheet, self.incident)

    def deployments_wanted(self) -> list[str]:
        """The incident's deployments of which CodeDeploy said nothing final yet, but for those that this run has asked for."""
        looked_up = (*self.new, *self.found)
        asked = {fact["deployment"] for fact in looked_up if fact["kind"] == "deployment"}
        asked |= {id for fact in looked_up if fact["kind"] == "missing" and (id := _asked_in_vain(fact)) is not None}
        now = self._situation()
        one, back = now.deployment, now.rollback
        wanted = []
        if one is not None and not (
            one.answered and one.info["status"] in FINAL and (back is not None or one.rollback_impossible)
        ):
            wanted.append(one.id)
        wanted += [each.id for each in now.rollbacks if not (each.answered and each.info["status"] in FINAL)]
        return [id for id in wanted if id not in asked]

    def _deployments(self) -> None:
        # An answer may tell of a rollback, of the rollback of that, or that another one is the rollback than was presumed.
        for _ in range(4):
            for id in self.deployments_wanted()[:1]:
                self.found.append(self.lookups.deployment(id))

    def _revisions(self) -> None:
        """What AppSpecs bring of which GetDeployment tells the hash only."""
        now = self._situation()
        known = {fact["sha256"] for fact in now.of_kind("revision")}
        for one in (now.deployment, now.rollback):
            stated = (one.info.get("revision") if one is not None else None) or {}
            sha256 = stated.get("sha256")
            if one is not None and stated.get("kind") == "appSpec" and sha256 and sha256 not in known:
                known.add(sha256)
                self.found.append(self.lookups.revision(one.application, sha256))

    def alarms_wanted(self) -> list[str]:
        """The alarms to look at: at the moment of the stop, and from the end of the rollback on until it is known how they are."""
        now = self._situation()
        snapshots = now.of_kind("alarms")
        reached = statuses.reached(now)
        over = statuses.ended(reached)
        end = over["at"] if over is not None else None
        if not snapshots:
            wanted = now.moment is not None
        else:
            recovered = any(one["status"] == "recovered" for one in reached)
            late = end is not None and snapshots[-1]["at"] < end
            wanted = end is not None and not recovered and (self.again or late)
        names = [self.sheet["rollbackAlarm"], *(one["alarm"] for one in self.sheet["criteria"])]
        return list(dict.fromkeys(names)) if wanted else []

    def _alarms(self) -> None:
        if names := self.alarms_wanted():
            self.found += self.lookups.alarms(names)

    def _histories(self) -> None:
        """Of the alarms whose state at the moment of the stop no event and no snapshot tells."""
        now = self._situation()
        if now.moment is None:
            return
        unknown = [
            one["alarm"]
            for one in self.sheet["criteria"]
            if alarm_states.of(now.facts, one["alarm"]).at(now.moment) is None
        ]
        if now.red is None or (now.stop is not None and now.red_at_start is None):
            unknown.insert(0, self.sheet["rollbackAlarm"])
        since, until = times.later(now.moment, -HISTORY), times.later(now.moment, 60)
        for alarm in unknown[:HISTORIES]:
            self.found += self.lookups.history(alarm, since, until)

    def _series(self) -> None:
        now = self._situation()
        taken = now.of_kind("series")
        reached = statuses.reached(now)
        listed = [one for one in self.sheet["criteria"] if one["queries"]]
        if now.moment is None or not listed:
            return
        if not taken or any(one["at"] > taken[-1]["at"] for one in reached):
            reasons = criteria.because(now, criteria.judged(now))
            begin = criteria.onset(now, reasons, []) or now.moment
            # A fault that is older than that must not crowd out the incident.
            begin = max(begin, times.later(now.moment, -OLDEST_ONSET))
            asked = self.lookups.series(listed, begin, self.now())
            self.found += _ceased(taken[-1], asked) if taken else asked


def _ceased(before: Fact, asked: Sequence[Fact]) -> list[Fact]:
    """What was asked, without the criteria of which there were datapoints and are none any more: these are missing, by name."""
    had, found = snapshots.with_values(before), list(asked)
    for place, fact in enumerate(asked):
        if fact["kind"] == "series":
            gone = sorted(had & set(snapshots.answered(fact)) - snapshots.with_values(fact))
            found[place] = snapshots.without(fact, gone)
            found += [
                facts.missing(answers.series_question(id), "CloudWatch gave no more of them", fact["at"]) for id in gone
            ]
    return found


def _asked_in_vain(missing: Fact) -> str | None:
    which = missing["what"].removeprefix("deployment ").partition(" ")[0]
    return which if missing["what"] == answers.deployment_question(which) else None


def verdicts(known: Sequence[Fact], sheet: Sheet, incident: str, now: str) -> list[Fact]:
    """What the sweeper decides at `now`: to give up asking, or that nobody waits for the incident any longer."""
    merged = facts.merge(known)
    seen = situation(merged, sheet, incident)
    reached = statuses.reached(seen)
    one, back = seen.deployment, seen.rollback
    found: list[Fact] = []
    last = max([fact["at"] for fact in reached], default=merged[0]["at"])
    somebody_elses = one is not None and one.answered and one.info["status"] in FINAL and not seen.ours
    running = [two for two in (one, back) if two is not None and two.answered and two.status not in FINAL]
    # A deployment may take days (aws-facts 2.2). One of which nothing has been heard for a day is as good as over.
    waits = any(not _passed(two.info["at"], now, CLOSED) for two in running)
    settled = somebody_elses and one is not None and _passed(one.ended_at or last, now, ignored.SETTLED)
    since = seen.stop or seen.moment or merged[0]["at"]
    if (_passed(last, now, CLOSED) and not waits) or (settled and not reached):
        found.append(facts.closed(now))
    elif statuses.ended(reached) is None and not somebody_elses and not running and _passed(since, now, UNANSWERED):
        found.append(facts.unanswered(now))
    return found


def _passed(since: str, now: str, least: int) -> bool:
    elapsed = times.seconds(since, now)
    return elapsed is not None and elapsed >= least


def lean(known: Sequence[Fact], new: Sequence[Fact], changes: Callable[[list[Fact]], Any]) -> list[Fact]:
    """Those of the new facts that are worth keeping: events, answers about deployments, and what changes the record.

    `changes` tells what the record says with a set of facts. Without this, a day of looking at alarms would fill a record.
    """
    kept = list(known)
    ids = {fact["id"]: fact for fact in kept}
    few = len(kept) < 100
    now = changes(kept)
    for fact in new:
        if ids.get(fact["id"]) == fact:
            continue
        then = changes([*kept, fact])
        if then != now or fact["kind"] in _ALWAYS or (fact["kind"] == "alarmState" and few):
            kept.append(fact)
            ids[fact["id"]] = fact
            now = then
    return kept[len(known) :]


#: Facts that are kept even where they say nothing new: there are few of them, and what comes later may need them.
_ALWAYS = frozenset({"deploymentState", "presumed", "moved", "closed", "unanswered", "underWay", "deployment"})
