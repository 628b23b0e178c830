"""Run the scenarios of a project: every policy in every environment that a scenario is for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rollguard.diagnostics import render
from rollguard.document import Document
from rollguard.files import ENVIRONMENTS
from rollguard.plan.accounts import check_accounts
from rollguard.plan.across_environments import across_environments
from rollguard.plan.compile import compile_environment
from rollguard.plan.environment import read_environments
from rollguard.plan.model import GuardPlan
from rollguard.plan.place import Findings
from rollguard.project import PolicySource, Project
from rollguard.scenarios.checks import check
from rollguard.scenarios.coverage import Coverage, note
from rollguard.scenarios.csv_files import CsvFolder
from rollguard.scenarios.expectations import doubts, unmet
from rollguard.scenarios.model import Played, Scenario
from rollguard.scenarios.read import scenarios
from rollguard.scenarios.reports.plots import plots
from rollguard.scenarios.reports.record import record
from rollguard.scenarios.reports.timeline import timeline
from rollguard.scenarios.run import Player
from rollguard.source import Diagnostic, in_order
from rollguard.source import Path as Place


@dataclass(frozen=True, slots=True)
class Case:
    """One scenario in one environment, run.

    `text` tells a failure in full, `plots` are its (file name, SVG), `record` is the result as one line of JSON; all of them may be left
    out. Cases cross from one process to another, so they hold no more than what is shown.
    """

    policy: str
    environment: str
    scenario: str
    file: str
    line: int
    failures: tuple[Diagnostic, ...] = ()
    doubts: tuple[str, ...] = ()
    record: str = ""
    text: str = ""
    plots: tuple[tuple[str, str], ...] = ()

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Runnable:
    """A sound policy, its guards by environment, one for each Region whose alarms differ, and its scenarios that were asked for."""

    source: PolicySource
    guards: Mapping[str, tuple[GuardPlan, ...]]
    wanted: tuple[tuple[str, Scenario], ...]


@dataclass(frozen=True, slots=True)
class Suite:
    """What there is to run. `faults` are all errors of the project; policies that have one are not in `policies`."""

    root: Path
    policies: tuple[Runnable, ...]
    faults: tuple[Diagnostic, ...]

    @property
    def count(self) -> int:
        return sum(len(policy.wanted) for policy in self.policies)


@dataclass(slots=True)
class Ran:
    """What came of one policy."""

    cases: list[Case] = field(default_factory=list)
    faults: list[Diagnostic] = field(default_factory=list)
    coverage: Coverage = field(default_factory=dict)


def collect(project: Project, *, environment: str | None = None, text: str = "") -> Suite:
    """Plan every policy and choose its scenarios: those for `environment`, and with `text` in the policy's name or their own."""
    environments = read_environments(project.environments) if project.environments else {}
    findings = Findings()
    guards: dict[str, dict[str, list[GuardPlan]]] = {}
    for name in environments:
        planned = compile_environment(project, environments, name, (), findings)
        for region in planned.regions:
            for guard in region.guards:
                guards.setdefault(guard.policy, {}).setdefault(name, []).append(guard)
    if environments:
        check_accounts(environments.values(), findings)
        for source in project.policies:
            across_environments(source, environments, findings)
    errors = [one for one in (*project.diagnostics, *findings.found) if one.severity == "error"]
    faulty = {error.span.path for error in errors}
    policies = [
        runnable
        for source in project.policies
        if ENVIRONMENTS not in faulty and source.path not in faulty and source.document is not None and source.sound
        for runnable in [_runnable(source, source.document, guards.get(source.name, {}), environment, text.lower())]
    ]
    return Suite(project.root, tuple(policies), in_order(errors))


def _runnable(
    source: PolicySource,
    document: Document,
    guards: Mapping[str, Sequence[GuardPlan]],
    environment: str | None,
    text: str,
) -> Runnable:
    wanted = tuple(
        (name, scenario)
        for name in guards
        if environment in (None, name)
        for scenario in scenarios(document, name)
        if text in f"{source.name} {scenario.name}".lower()
    )
    return Runnable(source, {name: _unlike(each) for name, each in guards.items()}, wanted)


def _unlike(guards: Sequence[GuardPlan]) -> tuple[GuardPlan, ...]:
    """One guard for each way to judge: the same alarms in another Region only read other dimensions."""
    return tuple({_judging(guard): guard for guard in reversed(guards)}.values())[::-1]


def _judging(guard: GuardPlan) -> object:
    alarms = [criterion.alarm for criterion in guard.criteria]
    math = [
        (query.expression, query.metric and (query.metric.namespace, query.metric.statistic))
        for alarm in alarms
        if alarm is not None
        for query in alarm.queries
    ]
    numbers = [
        (alarm.threshold, alarm.period, alarm.metric and (alarm.metric.namespace, alarm.metric.statistic))
        for alarm in alarms
        if alarm is not None
    ]
    return repr((math, numbers, guard.rollback_alarm.rule, [group.config for group in guard.deployments]))


def run(suite: Suite, policy: Runnable, *, records: bool = True) -> Ran:
    """Run the chosen scenarios of one policy; `records`: with the results as JSON."""
    document = policy.source.document
    assert document is not None
    csv = CsvFolder((suite.root / policy.source.path).parent, suite.root)
    players = {name: [Player(guard, csv) for guard in guards] for name, guards in policy.guards.items()}
    ran = Ran()
    for environment, scenario in policy.wanted:
        faults = [
            fault
            for player in players[environment]
            for fault in check(document, scenario, player.length(scenario), csv)
        ]
        if faults:
            ran.faults += faults
            continue
        try:
            cases = [
                _case(document, environment, player.play(scenario), ran, records) for player in players[environment]
            ]
        except ValueError as wrong:  # metric math that cannot be evaluated: worded for the author
            ran.faults.append(Diagnostic("T002", "error", str(wrong), document.at(*scenario.path, "series")))
            continue
        ran.cases.append(next((case for case in cases if not case.passed), cases[0]))
    return ran


def _case(document: Document, environment: str, played: Played, ran: Ran, records: bool) -> Case:
    note(ran.coverage, played)
    found = unmet(played, _within_place(document, environment))
    failures = tuple(Diagnostic("T001", "error", one.message, document.at(*one.path), one.help) for one in found)
    scenario = played.scenario
    return Case(
        policy=played.guard.policy,
        environment=environment,
        scenario=scenario.name,
        file=document.source.path,
        line=document.at(*scenario.path, "name").line if failures else 1,
        failures=failures,
        doubts=doubts(played),
        record=record(played, environment, failures) if records else "",
        text=_told(document, played, failures) if failures else "",
        plots=plots(played, environment) if failures else (),
    )


def _within_place(document: Document, environment: str) -> Place:
    override = document.data["spec"]["environments"].get(environment) or {}
    if "rollbackWithin" in override:
        return ("spec", "environments", environment, "rollbackWithin")
    return ("spec", "rollbackWithin")


def _told(document: Document, played: Played, failures: Sequence[Diagnostic]) -> str:
    def text_of(path: str) -> str | None:
        return document.source.text if path == document.source.path else None

    frames = "\n".join(render(failure, text_of) for failure in failures)
    return f"{frames}\n\n{timeline(played)}"
