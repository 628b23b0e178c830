"""Play a scenario: every alarm first, then the rollback alarm from its rule, then the deployments that read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cache, partial

from rollguard.language import durations
from rollguard.plan.model import CodeDeployGroup, GuardPlan
from rollguard.scenarios import fault
from rollguard.scenarios.causes import because
from rollguard.scenarios.model import Played, Scenario, Signal, TakenBack
from rollguard.scenarios.shapes import CsvFiles
from rollguard.scenarios.signals import Circumstances, Judge, minds_samples
from rollguard.scenarios.told import notified
from rollguard.simulate.codedeploy import MODEL, REACTION
from rollguard.simulate.composite import evaluate_rule
from rollguard.simulate.mechanism import Deployment
from rollguard.simulate.model import Change, Timeline
from rollguard.validation import scenarios as validation

#: When the deployment starts where nothing is said, and how long a scenario goes on after it, in seconds (corrections 2.12).
DEPLOY, AFTERWARDS = round(durations.seconds(validation.DEPLOY)), 900

_GREEN = Timeline((Change(0, "OK"),))
_RED = Timeline((Change(0, "ALARM"),))


def no_files(path: str) -> Sequence[float | None]:
    """Raises ValueError: there is no folder to read CSV files from."""
    raise ValueError(f"`{path}` cannot be read here")


class Player:
    """One guard, ready to play any number of scenarios. `csv` reads the files that they name."""

    def __init__(self, guard: GuardPlan, csv: CsvFiles = no_files) -> None:
        self.guard = guard
        self.csv = csv
        self.judges = {criterion.id: Judge(criterion) for criterion in guard.criteria}
        self._because = cache(partial(because, guard.trigger.tree))

    def length(self, scenario: Scenario) -> int:
        """How long the scenario is, in seconds: as stated, else until 15 minutes after the deployment is over."""
        if scenario.length is not None:
            return scenario.length
        start = DEPLOY if scenario.deploy is None else scenario.deploy
        longest = max((MODEL.duration(group, scenario.lasts) for group in self.guard.deployments), default=0)
        return start + longest + AFTERWARDS

    def share(self, scenario: Scenario, seconds: float) -> float:
        """The new version's share of the traffic, in percent, while nothing stops the deployment."""
        if scenario.deploy is None or seconds < scenario.deploy:
            return 0.0
        elapsed = seconds - scenario.deploy
        return max((MODEL.share(group, elapsed, scenario.lasts) for group in self.guard.deployments), default=0.0)

    def play(self, scenario: Scenario, *, bypassed: Set[str] = frozenset(), closed: bool = False) -> Played:
        """Play a scenario. `bypassed` criteria have a red bypass alarm all the time.

        `closed` lets every signal recover when the rollback is over, as an incident would; otherwise series go on as written (decision 9).
        Raises ValueError, worded for the author, for values that cannot be judged.
        """
        end = self.length(scenario)
        around = Circumstances(-(-end // 60), scenario.before, scenario.delivery)
        played = self._outcome(scenario, end, self._signals(scenario, around), bypassed)
        over = max((one.rollback.ended_at or end for one in played.deployments if one.rollback), default=end)
        if not closed or over >= end:
            return played
        signals = {
            id: self.judges[id].recovered(signal, -(-over // 60), around) for id, signal in played.signals.items()
        }
        return self._outcome(scenario, end, signals, bypassed)

    def _signals(self, scenario: Scenario, around: Circumstances) -> dict[str, Signal]:
        wrong = scenario.fault
        if wrong is None:
            given = scenario.series
            return {
                id: judge.shaped(given[id], around, self.csv) if id in given else judge.quiet(around)
                for id, judge in self.judges.items()
            }
        shares = [self.share(scenario, minute * 60) for minute in range(around.minutes)]
        found = {}
        for id, judge in self.judges.items():
            values = fault.values(judge.criterion, wrong, shares)
            found[id] = judge.quiet(around) if values is None else judge.of(values, around)
            if wrong.traffic is not None and minds_samples(judge.criterion):
                counts, usual = fault.samples(judge.criterion, wrong, shares)
                found[id] = judge.counted(found[id], counts, usual, around)
        return found

    def _outcome(self, scenario: Scenario, end: int, signals: Mapping[str, Signal], bypassed: Set[str]) -> Played:
        states = {signal.criterion.alarm_name: signal.timeline for signal in signals.values()}
        for criterion in self.guard.criteria:
            if criterion.bypass is not None:
                states[criterion.bypass.name] = _RED if criterion.id in bypassed else _GREEN
        alarm = evaluate_rule(self.guard.rollback_alarm.rule, states)
        states[self.guard.rollback_alarm.name] = alarm
        deployments: tuple[Deployment, ...] = ()
        if scenario.deploy is not None:
            deployments = tuple(self._deploy(group, states, scenario, end) for group in self.guard.deployments)
        return Played(
            guard=self.guard,
            scenario=scenario,
            end=end,
            signals=signals,
            rollback_alarm=alarm,
            deployments=deployments,
            rollback=self._taken_back(deployments, signals, bypassed),
            notified=notified(self.guard, alarm, deployments, end),
        )

    def _deploy(
        self, group: CodeDeployGroup, states: Mapping[str, Timeline], scenario: Scenario, end: int
    ) -> Deployment:
        assert scenario.deploy is not None
        return MODEL.deploy(group, states, start=scenario.deploy, lasts=scenario.lasts, end=end)

    def _taken_back(
        self, deployments: Sequence[Deployment], signals: Mapping[str, Signal], bypassed: Set[str]
    ) -> TakenBack | None:
        """The first rollback; of several at once, the one that had most traffic."""
        rollbacks = [deployment.rollback for deployment in deployments if deployment.rollback is not None]
        if not rollbacks:
            return None
        first = min(rollbacks, key=lambda one: (one.started_at, -one.traffic_percent))
        at = first.started_at
        cause = self._cause(signals, at, bypassed)
        if cause is None:  # an alarm of 10 s may be green again when the mechanism reacts
            at = max(at - REACTION, 0)
            cause = self._cause(signals, at, bypassed) or ()
        onsets = [signals[id].timeline.change_at(at).onset for id in cause]
        known = [onset for onset in onsets if onset is not None]
        elapsed = None
        if first.reason == "red before the start":
            elapsed = 0  # nobody could have been quicker: there was no deployment before
        elif known:
            elapsed = first.started_at - min(known)
        return TakenBack(first.started_at, cause, first.traffic_percent, elapsed)

    def _cause(self, signals: Mapping[str, Signal], at: int, bypassed: Set[str]) -> tuple[str, ...] | None:
        red = frozenset(id for id, signal in signals.items() if signal.timeline.state_at(at) == "ALARM")
        return self._because(red, frozenset(bypassed))


def play(guard: GuardPlan, scenario: Scenario, csv: CsvFiles = no_files) -> Played:
    """Play one scenario of a guard; for many, keep a Player."""
    return Player(guard, csv).play(scenario)
