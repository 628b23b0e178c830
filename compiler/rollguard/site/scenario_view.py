"""A policy's scenarios as its page shows them: played where it is deployed, each as a picture, a sentence and the story behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from rollguard.charts import scenario_chart
from rollguard.language import durations
from rollguard.plan.words import amount
from rollguard.scenarios.checks import check
from rollguard.scenarios.expectations import doubts, unmet
from rollguard.scenarios.model import Fault, Played, Scenario
from rollguard.scenarios.read import scenarios
from rollguard.scenarios.reports.plots import chart
from rollguard.scenarios.reports.timeline import concerned
from rollguard.scenarios.run import Player
from rollguard.scenarios.times import clock
from rollguard.site.model import Placement, Policy
from rollguard.site.words import listed, whole_minutes
from rollguard.wording import lasting

#: Of a place, so many scenarios are drawn; of a scenario, so many criteria.
DRAWN, CRITERIA = 12, 3


@dataclass(frozen=True, slots=True)
class Picture:
    """One criterion of a scenario."""

    title: str
    chart: Markup


@dataclass(frozen=True, slots=True)
class Shown:
    """A scenario in one place. `kind` is for style sheets, `sign` says the same.

    `unmet` is what does not hold, `open` what AWS leaves open, `story` is what happens when, as `(time, words)`.
    """

    name: str
    anchor: str
    kind: str
    sign: str
    sentence: str
    pictures: tuple[Picture, ...] = ()
    story: tuple[tuple[str, str], ...] = ()
    expected: str = ""
    unmet: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


def shown(policy: Policy, placement: Placement, anchor: str, *, style: bool) -> tuple[Shown, ...]:
    """The scenarios for a place, in their order. `anchor` is unique in the page; `style`: the first chart brings the style of all."""
    if policy.tests is None:
        return ()
    player = Player(placement.guard, policy.tests.csv)
    found = []
    drawn = 0
    for index, scenario in enumerate(scenarios(policy.tests.document, placement.environment.name)):
        name = f"scenario-{anchor}-{index}"
        one = _shown(policy, player, scenario, name, draw=drawn < DRAWN, style=style and not drawn)
        drawn += bool(one.pictures)
        found.append(one)
    return tuple(found)


def _shown(policy: Policy, player: Player, scenario: Scenario, anchor: str, *, draw: bool, style: bool) -> Shown:
    assert policy.tests is not None
    faults = check(policy.tests.document, scenario, player.length(scenario), policy.tests.csv)
    try:
        played = None if faults else player.play(scenario)
    except ValueError as wrong:  # metric math that cannot be evaluated: worded for the author
        return Shown(scenario.name, anchor, "unknown", "?", f"It cannot be played: {wrong}.")
    if played is None:
        return Shown(scenario.name, anchor, "unknown", "?", f"It cannot be played: {faults[0].message}.")
    failed = tuple(one.message for one in unmet(played, ()))
    kind, sign = ("missed", "✗") if failed else ("caught", "✓") if played.rollback else ("quiet", "✓")
    return Shown(
        name=scenario.name,
        anchor=anchor,
        kind=kind,
        sign=sign,
        sentence=sentence(played),
        pictures=tuple(_pictures(played, anchor, style)) if draw else (),
        story=tuple((clock(at), what) for at, what in _story(played)),
        expected=_expected(scenario.expect, _titles(played)),
        unmet=failed,
        open=doubts(played),
    )


def _pictures(played: Played, anchor: str, style: bool) -> Iterator[Picture]:
    for index, signal in enumerate(concerned(played)[:CRITERIA]):
        title = signal.criterion.title
        drawn = scenario_chart(chart(played, signal, title), f"{anchor}-{index}", style=style and not index)
        yield Picture(title, Markup(drawn.strip()))


def sentence(played: Played) -> str:
    """What comes of a scenario: `The release is rolled back 6 minutes after the first bad minute, at 10 % of the traffic.`"""
    subject = _release(played.scenario.fault)
    rollback = played.rollback
    if rollback is not None:
        if any(one.rollback and one.rollback.reason == "red before the start" for one in played.deployments):
            return f"{subject} is taken back before it gets any traffic, since an alarm is red already."
        share = rollback.traffic_percent
        where = "with all of the traffic on it" if share >= 100 else f"at {share:.3g} % of the traffic"
        if rollback.elapsed is None:
            return f"{subject} is rolled back at {clock(rollback.started_at)}, {where}."
        return f"{subject} is rolled back {whole_minutes(rollback.elapsed)} after the first bad minute began, {where}."
    red = played.rollback_alarm.first("ALARM")
    if red is None or red.at > played.end:
        calm = not any(signal.timeline.first("ALARM") for signal in played.signals.values())
        told = "no criterion turns red" if calm else "the criteria that turn red do not suffice for it"
        return f"{_nothing(played, subject)}: {told}."
    over = played.deployments and all(one.ended_at is not None and one.ended_at <= red.at for one in played.deployments)
    late = ", when the deployment is over," if over else ""
    return f"{_nothing(played, subject)}; the rollback alarm turns red at {clock(red.at)}{late} and tells people."


def _nothing(played: Played, subject: str) -> str:
    return "Nobody deploys" if played.scenario.deploy is None else f"{subject} is not rolled back"


def _release(fault: Fault | None) -> str:
    wrong = []
    if fault is not None and fault.errors is not None:
        wrong.append(f"fails {fault.errors:g} % of its requests")
    if fault is not None and fault.latency is not None:
        wrong.append(f"takes {amount(fault.latency, 's')} to answer")
    return f"A release that {' and '.join(wrong)}" if wrong else "The release"


def _titles(played: Played) -> dict[str, str]:
    return {id: signal.criterion.title for id, signal in played.signals.items()}


def _story(played: Played) -> list[tuple[int, str]]:
    """What happens, in order of time; the words are sentences without a full stop."""
    found: list[tuple[int, str]] = []
    rollback = played.rollback
    for signal in concerned(played):
        title = signal.criterion.title
        if rollback is not None and signal.criterion.id in rollback.because:
            onset = signal.timeline.change_at(rollback.started_at).onset
            if onset is not None:
                found.append((onset, f"“{title}”: the first bad minute begins"))
        for change in signal.timeline.changes[1:]:
            state = {"ALARM": "its alarm turns red", "OK": "its alarm is green again"}.get(
                change.state, "its alarm has no data"
            )
            found.append((change.at, f"“{title}”: {state}"))
    for change in played.rollback_alarm.changes[1:]:
        red = {"ALARM": "turns red", "OK": "is green again"}.get(change.state, "has no data")
        found.append((change.at, f"The rollback alarm {red}"))
    for group, deployment in zip(played.guard.deployments, played.deployments, strict=False):
        who = f"deployment of {group.group}" if len(played.deployments) > 1 else "deployment"
        for event in deployment.events:
            share = f", {event.traffic:g} % of the traffic" if event.what in ("started", "shifted", "stopped") else ""
            found.append((event.at, f"The {who}: {event.what}{share}"))
    return sorted((one for one in found if one[0] <= played.end), key=lambda one: one[0])


def _expected(expect: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """The expectation in words, as far as it speaks of rollback and alarms."""
    said = []
    rollback = expect.get("rollback")
    if rollback == "never":
        said.append("no rollback")
    elif isinstance(rollback, Mapping):
        within = f" within {lasting(round(durations.seconds(rollback['within'])))}" if "within" in rollback else ""
        because = listed(f"“{titles.get(id, id)}”" for id in rollback["because"])
        said.append(f"a rollback because of {because}{within}")
    if "stoppedAt" in expect:
        said.append(f"at {expect['stoppedAt']['traffic']:g} % of the traffic")
    if "alarm" in expect:
        said.append("a red rollback alarm" if expect["alarm"] else "a rollback alarm that is never red")
    for id, states in (expect.get("alarms") or {}).items():
        course = listed(f"{state['state']} at {state['at']}" for state in states)
        said.append(f"“{titles.get(id, id)}” {course}")
    if "notified" in expect:
        told = listed(expect["notified"]) if expect["notified"] else "nobody"
        said.append(f"a message to {told}")
    return ", ".join(said)
