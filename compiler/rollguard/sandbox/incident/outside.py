"""The world outside of AWS's alarms: what a failure mode or a scenario does to the metrics, and when the release comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from rollguard.language import durations
from rollguard.plan.model import GuardPlan
from rollguard.sandbox.incident.model import Measured, Metrics, Release
from rollguard.scenarios.failure_mode_catalogue import FailureMode, FailureModes
from rollguard.scenarios.failure_modes import FailurePlayer
from rollguard.scenarios.model import Scenario, Signal
from rollguard.scenarios.run import DEPLOY, Player
from rollguard.scenarios.shapes import CsvFiles
from rollguard.scenarios.signals import Circumstances

Wanted = Literal["rollback", "noRollback", "mechanismDecides"]
#: Ends that a rehearsal can ask for, by the status that the incident then has.
Ending = Literal["failed", "nothingToRollBack", "stillRed", "unknown"]


@dataclass(frozen=True, slots=True)
class Outside:
    """One incident from outside. `fault` is when it begins, in seconds, None where only series say so.

    `mends`: a rollback ends it, as it is the new version that is broken. `limits` are the most seconds that a rollback may take, and who
    says so: from the first bad datapoint of what turned the alarm red on (corrections 2.3).
    `ending` is what else goes wrong: the rollback fails, there is no revision to go back to, it does not help, or CodeDeploy says no more.
    `attempt` tells two plays of the same incident apart: their deployments have ids of their own, as in AWS.
    """

    title: str
    happens: str
    wanted: Wanted
    fault: int | None
    mends: bool
    release: Release
    around: Circumstances
    signals: Mapping[str, Signal]
    player: Player
    limits: tuple[tuple[int, str], ...]
    attempt: str = ""
    ending: Ending | None = None

    def ending_in(self, ending: Ending | None) -> Outside:
        """The same incident with another end."""
        release = replace(
            self.release,
            first=self.release.first or ending == "nothingToRollBack",
            rollback_fails=ending == "failed",
        )
        return replace(self, ending=ending, release=release)

    @property
    def heals(self) -> bool:
        """Whether the end of the rollback is the end of what is wrong."""
        return self.ending not in ("failed", "stillRed", "unknown")

    def metrics(self, healthy_from: int | None = None) -> Metrics:
        """What the alarms get to see; healthy from the second `healthy_from` on, where that is stated."""
        signals = self.signals
        if healthy_from is not None:
            minute = -(-healthy_from // 60)
            signals = {
                id: self.player.judges[id].recovered(signal, minute, self.around) for id, signal in signals.items()
            }
        return Metrics(
            measured={signal.criterion.alarm_name: _measured(signal) for signal in signals.values()},
            minutes=self.around.minutes,
            delivery=self.around.delivery,
            before="OK" if self.around.before == "healthy" else "INSUFFICIENT_DATA",
        )


def of_failure_mode(guard: GuardPlan, catalogue: FailureModes, mode: FailureMode) -> Outside:
    """The failure mode as it hits the services of this guard."""
    player = FailurePlayer(guard, catalogue)
    incident = player.play_mode(mode)
    return _outside(
        player,
        incident.played.scenario,
        incident.played.signals,
        title=mode.title,
        happens=mode.happens,
        wanted=mode.wanted,
        fault=incident.starts,
        mends=mode.hits == "newVersion",
        limits=() if mode.wanted == "noRollback" else _promised(guard),
    )


def of_scenario(guard: GuardPlan, scenario: Scenario, csv: CsvFiles) -> Outside:
    """A scenario of the policy. Raises ValueError, worded for the author, for series that cannot be evaluated."""
    player = Player(guard, csv)
    played = player.play(scenario)
    rollback = scenario.expect.get("rollback")
    wanted: Wanted = "noRollback" if rollback == "never" else "mechanismDecides"
    limits: tuple[tuple[int, str], ...] = ()
    if isinstance(rollback, Mapping):
        wanted, limits = "rollback", _promised(guard)
        if "within" in rollback:
            limits = (*limits, (round(durations.seconds(rollback["within"])), "the scenario expects"))
    return _outside(
        player,
        scenario,
        played.signals,
        title=scenario.name,
        happens="The metrics do what the scenario says.",
        wanted=wanted,
        fault=scenario.fault.at if scenario.fault else None,
        mends=True,
        limits=limits,
    )


def _outside(
    player: Player,
    scenario: Scenario,
    signals: Mapping[str, Signal],
    *,
    title: str,
    happens: str,
    wanted: Wanted,
    fault: int | None,
    mends: bool,
    limits: tuple[tuple[int, str], ...],
) -> Outside:
    end = player.length(scenario)
    guard = player.guard
    groups = {(one.application, one.group): scenario.lasts or one.expected_duration for one in guard.deployments}
    release = Release(
        policy=guard.policy,
        groups={} if scenario.deploy is None else groups,
        start=DEPLOY if scenario.deploy is None else scenario.deploy,
        end=end,
    )
    around = Circumstances(-(-end // 60), scenario.before, scenario.delivery)
    return Outside(title, happens, wanted, fault, mends, release, around, signals, player, limits)


def _promised(guard: GuardPlan) -> tuple[tuple[int, str], ...]:
    return () if guard.rollback_within is None else ((guard.rollback_within, "the policy promises"),)


def _measured(signal: Signal) -> Measured:
    criterion, alarm = signal.criterion, signal.criterion.alarm
    if alarm is None:
        return Measured(criterion.id, criterion.unit, timeline=signal.timeline)
    return Measured(criterion.id, criterion.unit, alarm.metric, alarm.queries, signal.series)
