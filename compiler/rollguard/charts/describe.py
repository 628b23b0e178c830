"""A chart in sentences, for whoever cannot see it."""

from __future__ import annotations

from collections.abc import Iterator

from rollguard.charts import words
from rollguard.charts.model import ScenarioChart
from rollguard.simulate.mechanism import Deployment
from rollguard.simulate.model import Timeline
from rollguard.wording import lasting

_MOST = 6


def describe(chart: ScenarioChart) -> str:
    """What the chart shows, in plain sentences; the unit is the only word in them that an author wrote."""
    return " ".join(sentence[0].upper() + sentence[1:] + "." for sentence in _sentences(chart))


def _sentences(chart: ScenarioChart) -> Iterator[str]:
    first, after = chart.minutes
    bad = words.limit(chart.threshold, chart.unit)
    measured = {"percent": "percent", "": "plain numbers"}.get(chart.unit, chart.unit)
    yield f"minutes {first} to {after}, in {measured}{f'; bad is {bad}' if bad else ''}"
    shown = chart.shown
    if all(value is None for value in shown):
        yield "there are no values"
    elif gaps := [first + index for index, value in enumerate(shown) if value is None]:
        yield f"no data at {words.spoken(gaps)}"
    breaches = chart.breaches
    yield f"breaches at {words.spoken(breaches)}" if breaches else "no minute breaches"
    if chart.alarm is not None:
        yield _alarm("the alarm", chart.alarm, first, after)
    if chart.trigger is not None:
        yield _alarm("the rollback alarm", chart.trigger, first, after)
    if chart.deployment is not None:
        yield from _deployment(chart.deployment, chart.onset)
    for moment in chart.moments:
        yield f"{moment.words} at {words.clock(moment.at)}"


def _alarm(subject: str, timeline: Timeline, first: int, after: int) -> str:
    start = timeline.change_at(first * 60)
    later = [change for change in timeline.changes if first * 60 < change.at <= after * 60 and change != start]
    if not later:
        return f"{subject} stays {words.STATES[start.state]}{_open(start.ambiguous)}"
    said = [
        f"{words.STATES[change.state]} at {words.clock(change.at)}{_open(change.ambiguous)}" for change in later[:_MOST]
    ]
    if len(later) > _MOST:
        said.append(f"{len(later) - _MOST} more changes")
    return f"{subject} starts with {words.STATES[start.state]}{_open(start.ambiguous)}, then {', '.join(said)}"


def _open(ambiguous: bool) -> str:
    return " (AWS does not document this verdict)" if ambiguous else ""


def _deployment(deployment: Deployment, onset: int | None) -> Iterator[str]:
    if deployment.events:
        start = deployment.events[0]
        yield f"the deployment starts at {words.clock(start.at)} with {words.share(start.traffic)} of the traffic"
    rollback = deployment.rollback
    if rollback is None:
        yield "no rollback"
        return
    said = f"rollback at {words.clock(rollback.started_at)} with {words.share(rollback.traffic_percent)} of the traffic"
    if onset is not None and onset <= rollback.started_at:
        said += f", {lasting(rollback.started_at - onset)} after the first bad minute began"
    if rollback.ended_at is not None:
        said += f", done at {words.clock(rollback.ended_at)}"
    yield said + _open(rollback.ambiguous)
