"""Hold a policy against a failure mode: is it rolled back, how long after the start, at what traffic, and why or why not?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from rollguard.plan.model import Criterion, GuardPlan
from rollguard.scenarios import healthy
from rollguard.scenarios.failure_mode_catalogue import FailureMode, FailureModes, Wanted
from rollguard.scenarios.failure_reasons import reason
from rollguard.scenarios.failure_signs import Minutes, Seen, seen, spared
from rollguard.scenarios.fault import floor
from rollguard.scenarios.model import Played, Scenario, Signal
from rollguard.scenarios.run import AFTERWARDS, DEPLOY, Player
from rollguard.scenarios.signals import Circumstances, minds_samples
from rollguard.simulate.codedeploy import MODEL
from rollguard.simulate.delivery import delay, namespaces

Verdict = Literal["rolledBack", "missed", "firedWrongly", "quiet", "unknown", "notApplicable"]

#: What alarms that judge alike made of the same values: the signals, by what decides.
Memory = dict[object, Signal]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a policy does in one failure mode.

    `seconds` are from the start of the fault (or of the deployment, if that is later) to the start of the rollback, and `traffic` is the
    new version's share then, in percent; None where nothing rolls back. `in_time`: within the policy's `rollbackWithin`, which counts
    from the first bad datapoint (corrections 2.3); None without one. `ambiguous`: it rests on what AWS does not document.
    """

    verdict: Verdict
    wanted: Wanted
    seconds: int | None = None
    traffic: float | None = None
    because: tuple[str, ...] = ()
    in_time: bool | None = None
    ambiguous: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """A failure mode as it is played: what each criterion sees of it, and what came of it. Times are seconds from the scenario's start."""

    mode: FailureMode
    starts: int
    seen: Mapping[str, Seen]
    played: Played


class FailurePlayer(Player):
    """One guard, ready to be held against failure modes. Guards that share a `memory` judge the same values once."""

    def __init__(self, guard: GuardPlan, catalogue: FailureModes, memory: Memory | None = None) -> None:
        super().__init__(guard)
        self.catalogue = catalogue
        self.memory: Memory = {} if memory is None else memory
        self._keys = {criterion.id: _judging(criterion) for criterion in guard.criteria}
        # What only speaks against a rollback, such as a vendor's outage, is no part of the incident.
        named = _ids(guard.trigger.tree)
        self._excuses = {id for id, _ in named} - {id for id, towards in named if towards}
        self._shares: dict[tuple[int, int], tuple[float, ...]] = {}

    @property
    def armed(self) -> bool:
        """Whether a red criterion can roll back a deployment."""
        return any(criterion.attached for criterion in self.guard.criteria) and any(
            group.alarms_enabled for group in self.guard.deployments
        )

    @property
    def judging(self) -> object:
        """What decides how the guard does in all failure modes: guards that share it do alike."""
        guard = self.guard
        criteria = tuple(
            (one.id, one.concern, one.judges, one.attached, one.unit, one.threshold, floor(one), self._keys[one.id])
            for one in guard.criteria
        )
        groups = tuple(
            (
                group.platform,
                group.config,
                group.bake_minutes,
                group.expected_duration,
                group.alarms_enabled,
                group.ignore_poll_alarm_failure,
            )
            for group in guard.deployments
        )
        traffic = self.catalogue.traffic(guard.policy), guard.policy in self.catalogue.traffic_of
        return criteria, repr(guard.trigger.tree), guard.wiring, groups, guard.rollback_within, traffic

    def scenario(self, mode: FailureMode) -> Scenario:
        """The failure mode as a scenario: when the deployment starts, and how long it is looked at."""
        deploy = DEPLOY + max(-(mode.starts // 60) * 60, 0)
        return Scenario(mode.title, (), deploy, {}, length=deploy + self.over + AFTERWARDS)

    @property
    def over(self) -> int:
        """Seconds from the deployment's start until no alarm rolls it back any more."""
        return max((MODEL.duration(group, None) for group in self.guard.deployments), default=0)

    def play_mode(self, mode: FailureMode, *, most: bool = False, closed: bool = False) -> Incident:
        """Play the failure mode; `most` lets criteria of which it is not known what they see be as bad as can be.

        `closed` lets every signal recover when the rollback is over, as an incident does (corrections 2.5).
        """
        scenario = self.scenario(mode)
        assert scenario.deploy is not None
        end = self.length(scenario)
        around = Circumstances(-(-end // 60))
        starts = scenario.deploy + mode.starts
        shares = self._shares_of(scenario, around.minutes)
        traffic = self.catalogue.traffic(self.guard.policy) if mode.traffic is None else mode.traffic
        sights = {
            criterion.id: spared(criterion, around.minutes)
            if criterion.id in self._excuses
            else seen(criterion, mode, traffic, shares, starts)
            for criterion in self.guard.criteria
        }
        signals = {
            id: self._signal(id, sight.most if most else sight.least, around, mode, shares, driven=sight.touched)
            for id, sight in sights.items()
        }
        played = self._outcome(scenario, end, signals, frozenset())
        if closed and played.rollback is not None:
            over = max((one.rollback.ended_at or end for one in played.deployments if one.rollback), default=end)
            signals = {id: self.judges[id].recovered(signal, -(-over // 60), around) for id, signal in signals.items()}
            played = self._outcome(scenario, end, signals, frozenset())
        return Incident(mode, starts, sights, played)

    def outcome(self, mode: FailureMode) -> Outcome:
        """What the policy does in the failure mode."""
        if not self.guard.deployments:
            return Outcome("notApplicable", mode.wanted, reason="nothing is deployed here")
        if not self.armed:
            return Outcome("notApplicable", mode.wanted, reason="nothing rolls back here: the policy only watches")
        incident = self.play_mode(mode)
        found = self._judged(incident)
        if found.verdict == "rolledBack" or all(sight.known for sight in incident.seen.values()):
            return found
        other = self.play_mode(mode, most=True)
        if (other.played.rollback is None) == (incident.played.rollback is None):
            return found
        return replace(found, verdict="unknown", reason=reason(other, self.guard, "unknown"))

    def _judged(self, incident: Incident) -> Outcome:
        played, mode = incident.played, incident.mode
        back = played.rollback
        over = max((one.ended_at or played.end for one in played.deployments), default=played.end)
        if back is None:
            verdict: Verdict = "quiet" if mode.wanted == "noRollback" else "missed"
            doubt = any(
                signal.criterion.attached and signal.timeline.ambiguous_at(minute * 60)
                for signal in played.signals.values()
                for minute in range(incident.starts // 60, over // 60 + 1)
                if signal.timeline.doubts != ()
            )
            return Outcome(verdict, mode.wanted, ambiguous=doubt, reason=reason(incident, self.guard, verdict))
        assert played.scenario.deploy is not None
        seconds = back.started_at - max(incident.starts, played.scenario.deploy)
        within = self.guard.rollback_within
        doubt = any(one.rollback.ambiguous for one in played.deployments if one.rollback is not None)
        verdict = "firedWrongly" if mode.wanted == "noRollback" else "rolledBack"
        return Outcome(
            verdict,
            mode.wanted,
            seconds,
            back.traffic_percent,
            back.because,
            None if within is None or back.elapsed is None else back.elapsed <= within,
            doubt,
            reason(incident, self.guard, verdict),
        )

    def _shares_of(self, scenario: Scenario, minutes: int) -> tuple[float, ...]:
        assert scenario.deploy is not None
        key = scenario.deploy, minutes
        found = self._shares.get(key)
        if found is None:
            found = tuple(self.share(scenario, minute * 60) for minute in range(minutes))
            self._shares[key] = found
        return found

    def _signal(
        self,
        id: str,
        values: Minutes,
        around: Circumstances,
        mode: FailureMode,
        shares: tuple[float, ...],
        *,
        driven: bool,
    ) -> Signal:
        judge_of = self.judges[id]
        criterion = judge_of.criterion
        # The usual traffic is our assumption: that a percentile has too few samples is only said of traffic that somebody stated.
        stated = self.catalogue.traffic_of.get(self.guard.policy) if mode.traffic is None else mode.traffic
        few = stated if minds_samples(criterion) else None
        key = (
            self._keys[id],
            values,
            few,
            driven,
            shares if few is not None and criterion.judges == "newVersion" else None,
        )
        signal = self.memory.get(key)
        if signal is None:
            signal = judge_of.of(values, around, driven=driven)
            if few is not None:
                alone = criterion.judges == "newVersion"
                counts = [few * (share / 100 if alone and share else 1.0) for share in shares]
                signal = judge_of.counted(signal, counts, few, around)
            self.memory[key] = signal
        return signal if signal.criterion is criterion else replace(signal, criterion=criterion)


def _ids(tree: object, towards: bool = True) -> set[tuple[str, bool]]:
    """Every criterion that the trigger's tree names, and whether it speaks for a rollback there."""
    if isinstance(tree, str):
        return {(tree, towards)}
    if not isinstance(tree, Mapping):
        return set()
    ((kind, value),) = tree.items()
    if kind == "not":
        return _ids(value, not towards)
    parts = value[1] if kind == "atLeast" else value
    return {found for part in parts for found in _ids(part, towards)}


def _judging(criterion: Criterion) -> object:
    """What decides which states an alarm makes of values, and how they are shown."""
    alarm = criterion.alarm
    if alarm is None:
        return None
    return (
        alarm.period,
        alarm.evaluation_periods,
        alarm.datapoints_to_alarm,
        alarm.comparison,
        alarm.threshold,
        alarm.threshold_metric_id,
        alarm.treat_missing_data,
        alarm.evaluate_low_sample_count_percentile,
        healthy.statistic(criterion),
        healthy.is_given(criterion),
        healthy.level(criterion),
        criterion.threshold,
        delay(alarm),
        all(name.startswith("AWS/") for name in namespaces(alarm)),
    )
