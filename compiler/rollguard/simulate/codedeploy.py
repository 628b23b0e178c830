"""What CodeDeploy does with a group's alarms while it deploys (aws-facts 2.1 and 2.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rollguard.plan.model import CodeDeployGroup
from rollguard.simulate.mechanism import Deployment, Event, Mechanism, Reason, Rollback, Spans
from rollguard.simulate.model import Timeline
from rollguard.simulate.traffic import Shift, shift

#: Seconds from an alarm's change to the stop. AWS publishes no polling interval; at most 16 s were observed (aws-facts 2.1).
REACTION = 15
#: Seconds that a rollback takes where it only moves traffic back, to a version that still runs (ECS, Lambda). Assumed.
MOVING_BACK = 60


def share(group: CodeDeployGroup, elapsed: float, lasts: int | None) -> float:
    """The new version's share of the traffic, in percent, `elapsed` seconds after the start of a deployment that nothing stops."""
    return shift(group, lasts).at(elapsed)


def duration(group: CodeDeployGroup, lasts: int | None) -> int:
    """Seconds from the start to the moment from which alarms no longer roll back.

    That is the end of the bake, where there is one; a Lambda deployment is over with its last increment (corrections 2.6).
    """
    return shift(group, lasts).seconds + _bake(group)


@dataclass(frozen=True, slots=True)
class _Stop:
    at: int
    reason: Reason
    alarms: tuple[str, ...] = ()
    ambiguous: bool = False


def deploy(
    group: CodeDeployGroup,
    alarms: Mapping[str, Timeline],
    *,
    start: int,
    lasts: int | None,
    end: int,
    earlier_revision: bool = True,
    unreadable: Spans = (),
) -> Deployment:
    """Deploy to the group at `start` seconds; nothing after `end` happens. `alarms` are the states by alarm name.

    An alarm that is red at the start stops the deployment at once, before any traffic moves; a later one after REACTION. The rollback is
    a deployment of its own, which ignores alarms (corrections 3.15, observed). Without `earlier_revision` the deployment only stops. In
    the spans `unreadable`, and for alarms that do not exist, the state cannot be read: that stops the deployment too, unless the group
    ignores it.
    """
    moves = shift(group, lasts)
    until = start + moves.seconds + _bake(group)
    stop = _first_stop(group, alarms, start, until, unreadable) if group.alarms_enabled else None
    if stop is not None and stop.at <= end:
        return _stopped(group, stop, start, moves, end, earlier_revision)
    events = [event for event in _undisturbed(group, start, moves) if event.at <= end]
    over = until <= end
    return Deployment(tuple(events), None, "succeeded" if over else "in progress", until if over else None)


def _undisturbed(group: CodeDeployGroup, start: int, moves: Shift) -> Iterator[Event]:
    yield Event(start, "started", moves.steps[0][1])
    for seconds, percent in moves.steps[1:]:
        yield Event(start + seconds, "shifted", percent)
    shifted = start + moves.seconds
    if group.bake_minutes:
        yield Event(shifted, "baking", 100.0)
    yield Event(shifted + _bake(group), "succeeded", 100.0)


def _bake(group: CodeDeployGroup) -> int:
    """Seconds from the last increment to the end of the deployment."""
    return (group.bake_minutes or 0) * 60


def _stopped(
    group: CodeDeployGroup, stop: _Stop, start: int, moves: Shift, end: int, earlier_revision: bool
) -> Deployment:
    exposed = moves.at(stop.at - start) if stop.at > start else 0.0
    before = [event for event in _undisturbed(group, start, moves) if event.at < stop.at] or [
        Event(start, "started", 0.0)
    ]
    events = [*before, Event(stop.at, "stopped", exposed)]
    if not earlier_revision:
        events.append(Event(stop.at, "rollback impossible", exposed))
        return Deployment(tuple(events), None, "stopped", stop.at)
    # Hosts are installed again one after the other, which takes as long as the new version took to reach them.
    takes = stop.at - start if group.platform == "Server" and stop.at > start else MOVING_BACK
    over = stop.at + takes
    events.append(Event(stop.at, "rollback started", exposed))
    if over <= end:
        events.append(Event(over, "rollback succeeded", 0.0))
    rollback = Rollback(
        started_at=stop.at,
        alarms=stop.alarms,
        traffic_percent=exposed,
        reason=stop.reason,
        ended_at=over if over <= end else None,
        ambiguous=stop.ambiguous,
    )
    return Deployment(tuple(events), rollback, "stopped", stop.at)


def _first_stop(
    group: CodeDeployGroup, alarms: Mapping[str, Timeline], start: int, until: int, unreadable: Spans
) -> _Stop | None:
    known = {name: alarms[name] for name in group.alarms if name in alarms}
    # That an alarm which does not exist counts as one that cannot be read is assumed (aws-facts 5.4).
    blind = tuple(sorted(unreadable))
    lost = ((start, until + 1),) if len(known) < len(group.alarms) else blind
    stops = [
        _Stop(at, "red before the start" if at == start else "alarm", (name,), timeline.ambiguous_at(changed))
        for name, timeline in known.items()
        for changed, at in _seen(timeline, start, until, blind)
    ]
    if not group.ignore_poll_alarm_failure:
        failures = [max(begin, start) for begin, over in lost if over > start and begin < max(until, start + 1)]
        stops += [_Stop(at, "alarms unreadable", ambiguous=True) for at in failures]
    if not stops:
        return None
    first = min(stops, key=lambda stop: stop.at)
    if first.reason == "alarms unreadable":
        return first
    red = tuple(name for name in group.alarms if name in known and known[name].state_at(first.at) == "ALARM")
    return _Stop(first.at, first.reason, red or first.alarms, first.ambiguous)


def _seen(timeline: Timeline, start: int, until: int, blind: Spans) -> Iterator[tuple[int, int]]:
    """When the alarm turned red and when CodeDeploy saw it, in seconds, for each time that it did before `until`."""
    if timeline.state_at(start) == "ALARM":
        at = _readable(start, blind)
        if at == start or (at < until and timeline.state_at(at) == "ALARM"):
            yield start, at
    for change in timeline.changes:
        if change.state == "ALARM" and change.at > start:
            noticed = change.at + REACTION
            at = _readable(noticed, blind)
            if at < until and (at == noticed or timeline.state_at(at) == "ALARM"):
                yield change.at, at


def _readable(at: int, blind: Spans) -> int:
    for begin, over in blind:
        if begin <= at < over:
            at = over
    return at


class CodeDeploy:
    """CodeDeploy as a `Mechanism`."""

    share = staticmethod(share)
    duration = staticmethod(duration)
    deploy = staticmethod(deploy)


MODEL: Mechanism[CodeDeployGroup] = CodeDeploy()
