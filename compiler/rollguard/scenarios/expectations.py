"""Hold a scenario's expectations against what happened. Every one is checked both ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rollguard.language import durations
from rollguard.plan.words import listed
from rollguard.scenarios.model import Played, Signal, Unmet
from rollguard.scenarios.times import clock
from rollguard.simulate.math import unarrived
from rollguard.simulate.model import Timeline
from rollguard.source import Path
from rollguard.wording import lasting

#: Percentage points by which a share may differ from `stoppedAt`: hosts of a server group follow one another gradually.
_CLOSE = 0.5


def unmet(played: Played, within: Path) -> tuple[Unmet, ...]:
    """What of the expectations does not hold. `within` is the place of the policy's `rollbackWithin`."""
    expect, path = played.scenario.expect, (*played.scenario.path, "expect")
    found: list[Unmet] = []
    rollback = expect.get("rollback")
    if isinstance(rollback, Mapping):
        found += _rolled_back(played, rollback, (*path, "rollback"), within)
    elif played.rollback is not None and (rollback == "never" or not _implies_rollback(expect)):
        place = (*path, "rollback") if "rollback" in expect else path
        found.append(Unmet(f"{_what_happened(played)}; no rollback is expected", place))
    if "alarm" in expect:
        found += _alarm(played, expect["alarm"], (*path, "alarm"))
    for id, states in (expect.get("alarms") or {}).items():
        found += _states(played, id, states, (*path, "alarms", id))
    if "notified" in expect:
        found += _notified(played, expect["notified"], (*path, "notified"))
    if "stoppedAt" in expect:
        found += _stopped(played, expect["stoppedAt"]["traffic"], (*path, "stoppedAt", "traffic"))
    return tuple(found)


def doubts(played: Played) -> tuple[str, ...]:
    """What AWS leaves open and the expectations rest on, a sentence each."""
    expect, found = played.scenario.expect, []
    for id, states in (expect.get("alarms") or {}).items():
        timeline = played.signals[id].timeline
        for state in states:
            at = round(durations.seconds(state["at"]))
            if timeline.ambiguous_at(at):
                found.append(_doubt(played.signals[id], id, f"at {clock(at)}"))
    if expect.keys() - {"alarms"}:
        for id, signal in played.signals.items():
            if signal.criterion.attached:
                spans = list(doubtful(signal.timeline, played.end))
                if spans:
                    found.append(_doubt(signal, id, listed_spans(spans)))
    return tuple(dict.fromkeys(found))


def _doubt(signal: Signal, id: str, when: str) -> str:
    alarm = signal.criterion.alarm
    if alarm is None or unarrived(alarm.queries, alarm.period) is None:
        return f"AWS does not document what state `{id}` has {when}"
    return (
        f"FILL in `{id}` also fills minutes that have not arrived yet: what state it has {when} depends on how late its metrics are "
        "(judge M of N minutes with M < N, or leave silence to `missing`)"
    )


def doubtful(timeline: Timeline, end: int) -> Iterator[tuple[int, int]]:
    """The spans [from, until) in seconds in which AWS's documents leave the state open."""
    spans = timeline.doubts
    if spans is None:
        times = [change.at for change in timeline.changes] + [end]
        spans = tuple(
            (change.at, after) for change, after in zip(timeline.changes, times[1:], strict=True) if change.ambiguous
        )
    for begin, until in spans:
        if begin < end and until > begin:
            yield begin, min(until, end)


def listed_spans(spans: Sequence[tuple[int, int]]) -> str:
    shown = [f"from {clock(begin)} to {clock(until)}" for begin, until in spans[:3]]
    return ", ".join(shown) + (", and later" if len(spans) > 3 else "")


def _implies_rollback(expect: Mapping[str, Any]) -> bool:
    """Whether what else is expected speaks of a red alarm, so that a rollback is not a surprise."""
    red = any(state["state"] == "ALARM" for states in (expect.get("alarms") or {}).values() for state in states)
    return red or "stoppedAt" in expect or bool(expect.get("alarm")) or bool(expect.get("notified"))


def _what_happened(played: Played) -> str:
    rollback = played.rollback
    if rollback is None:
        return "nothing was rolled back"
    cause = f" because of {listed(rollback.because)}" if rollback.because else ""
    return f"rolled back at {clock(rollback.started_at)}{cause}, at {rollback.traffic_percent:g} % of the traffic"


def _rolled_back(played: Played, expected: Mapping[str, Any], path: Path, limit: Path) -> Iterator[Unmet]:
    rollback = played.rollback
    if rollback is None:
        yield Unmet(f"nothing was rolled back; {_why_not(played, expected['because'])}", path)
        return
    if set(expected["because"]) != set(rollback.because):
        wanted = listed(sorted(expected["because"]))
        yield Unmet(f"{_what_happened(played)}; expected because of {wanted}", (*path, "because"))
    if rollback.elapsed is None:
        return
    took = f"the rollback started {lasting(rollback.elapsed)} after the onset"
    if "within" in expected and rollback.elapsed > durations.seconds(expected["within"]):
        message = (
            f"{took}, at {clock(rollback.started_at)}; expected within {lasting(durations.seconds(expected['within']))}"
        )
        yield Unmet(message, (*path, "within"))
    most = played.guard.rollback_within
    if most is not None and rollback.elapsed > most:
        message = f"{took}, at {clock(rollback.started_at)}; `rollbackWithin` is {lasting(most)}"
        yield Unmet(message, limit, f"the scenario is `{played.scenario.name}`")


def _why_not(played: Played, wanted: Sequence[str]) -> str:
    if played.scenario.deploy is None:
        return "nobody deploys"
    if not any(group.alarms_enabled for group in played.guard.deployments):
        return "no criterion rolls back here, they only observe"
    calm = [id for id in wanted if played.signals[id].timeline.first("ALARM") is None]
    if calm:
        return f"{listed(calm)} {'was' if len(calm) == 1 else 'were'} never red"
    red = played.rollback_alarm.first("ALARM", after=played.scenario.deploy)
    if red is None and (early := played.rollback_alarm.first("ALARM")):
        return f"the rollback alarm turned red at {clock(early.at)}, and was green again when the deployment began"
    if red is None:
        return f"the trigger never held: {played.guard.trigger.sentence}"
    over = [one.ended_at for one in played.deployments]
    if red.at > played.end or any(end is None for end in over):
        return f"the rollback alarm turned red at {clock(red.at)}, too late in the scenario"
    ended = max(end for end in over if end is not None)
    return f"the rollback alarm turned red at {clock(red.at)}, and the deployment was over at {clock(ended)}"


def _alarm(played: Played, expected: bool, path: Path) -> Iterator[Unmet]:
    red = played.rollback_alarm.first("ALARM")
    if expected and (red is None or red.at > played.end):
        yield Unmet("the rollback alarm was never red", path)
    elif not expected and red is not None and red.at <= played.end:
        yield Unmet(f"the rollback alarm was red at {clock(red.at)}", path)


def _states(played: Played, id: str, states: Sequence[Mapping[str, str]], path: Path) -> Iterator[Unmet]:
    timeline = played.signals[id].timeline
    for index, expected in enumerate(states):
        at = round(durations.seconds(expected["at"]))
        state = timeline.state_at(at)
        if state != expected["state"]:
            since = timeline.change_at(at).at
            message = f"`{id}` was {state} at {clock(at)}, since {clock(max(since, 0))}; expected {expected['state']}"
            yield Unmet(message, (*path, index, "state"))


def _notified(played: Played, expected: Sequence[str], path: Path) -> Iterator[Unmet]:
    told, wanted = set(played.notified), set(expected)
    if told == wanted:
        return
    parts = []
    if missing := sorted(wanted - told):
        parts.append(f"{listed(missing)} heard nothing")
    if surplus := sorted(told - wanted):
        parts.append(f"{listed(surplus)} {'was' if len(surplus) == 1 else 'were'} told too")
    yield Unmet("; ".join(parts), path)


def _stopped(played: Played, expected: float, path: Path) -> Iterator[Unmet]:
    if played.rollback is None:
        yield Unmet("nothing was rolled back, so nothing was stopped", path)
    elif abs(played.rollback.traffic_percent - expected) > _CLOSE:
        at = clock(played.rollback.started_at)
        share = f"{played.rollback.traffic_percent:g} %"
        yield Unmet(f"the rollback started at {at}, at {share} of the traffic; expected {expected:g} %", path)
