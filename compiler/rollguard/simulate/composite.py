"""What a composite alarm makes of the states of the alarms that its rule names (facts 1.8).

A composite is OK or ALARM; INSUFFICIENT_DATA only until its first evaluation. It is evaluated whenever a child changes. Where AWS's
documents leave a child's state open, the composite is in doubt only if that child decides: `ALARM(a) OR ALARM(b)` is not, while `b` is
surely red. A percentage of AT_LEAST is held against the exact share, so 50 % of three alarms are two; the guide does not say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from rollguard.language.alarm_rule import (
    AtLeast,
    Constant,
    InState,
    Joined,
    Node,
    Not,
    RuleError,
    alarm_name,
    parse,
)
from rollguard.simulate.model import Change, State, Timeline


class _Verdict(NamedTuple):
    holds: bool
    sure: bool


def evaluate_rule(rule: str, children: Mapping[str, Timeline], *, evaluated_from: int | None = None) -> Timeline:
    """The composite's timeline from its children's, by alarm name; it begins where the earliest of theirs does.

    `evaluated_from`, in seconds, is the first evaluation of a composite that is new: until then it is INSUFFICIENT_DATA. A change to
    ALARM has the earliest onset of the children that cause it; a `NOT ALARM(x)` that holds causes nothing (corrections 2.3, 2.4).
    Raises RuleError for a rule that CloudWatch refuses and for a child that is not there.
    """
    tree, names = _read(rule)
    timelines = {reference: _child(name, children) for reference, name in names.items()}
    start = min((timeline.changes[0].at for timeline in timelines.values()), default=evaluated_from or 0)
    first = start if evaluated_from is None else max(start, evaluated_from)
    changes: list[Change] = []
    doubts: list[tuple[int, int]] = []
    if first > start:
        changes.append(Change(start, "INSUFFICIENT_DATA"))
    certain = all(_certain(timeline) for timeline in timelines.values())
    turns = _turns(timelines, first)
    moments = sorted(turns)
    now: dict[str, Change] = {}
    for at, until in zip(moments, [*moments[1:], _FOREVER], strict=True):
        now |= turns[at]
        holds, causes = _decided(rule, tuple(change.state for change in now.values()))
        doubtful = (
            frozenset[str]() if certain else frozenset(ref for ref, one in timelines.items() if one.ambiguous_at(at))
        )
        sure = not doubtful or _verdict(tree, _states(now), doubtful).sure
        state: State = "ALARM" if holds else "OK"
        if not changes or changes[-1].state != state:
            changes.append(Change(at, state, not sure, _onset(causes, now) if holds else None))
        if not sure:
            _extend(doubts, at, until)
    approximate = any(timeline.approximate for timeline in timelines.values())
    return Timeline(tuple(changes), tuple(doubts), approximate)


#: The end of a doubt that nothing in the timelines ends, in seconds.
_FOREVER = 2**53

#: Each reference's state.
_Now = Mapping[str, State]


@lru_cache(maxsize=1024)
def _read(rule: str) -> tuple[Node, dict[str, str]]:
    """The tree, and what alarm each of its references means, be it a name or an ARN."""
    parsed = parse(rule)
    return parsed.tree, {reference: alarm_name(reference) for reference in parsed.children}


@lru_cache(maxsize=16_384)
def _decided(rule: str, states: tuple[State, ...]) -> tuple[bool, tuple[str, ...]]:
    """Whether the rule holds, and because of which alarms; `states` are in the order of the rule's references.

    A rule is asked thousands of times, and most of its alarms are green every time.
    """
    tree, names = _read(rule)
    holds, causes = _causes(tree, dict(zip(names, states, strict=True)))
    return holds, tuple(causes)


def _states(now: Mapping[str, Change]) -> _Now:
    return {reference: change.state for reference, change in now.items()}


def _child(name: str, children: Mapping[str, Timeline]) -> Timeline:
    if name not in children:
        there = ", ".join(f"`{child}`" for child in sorted(children)) or "none"
        raise RuleError(f"the rule names the alarm `{name}`, which does not exist; there are {there}")
    return children[name]


def _certain(timeline: Timeline) -> bool:
    if timeline.doubts is None:
        return not any(change.ambiguous for change in timeline.changes)
    return not timeline.doubts


def _turns(timelines: Mapping[str, Timeline], first: int) -> dict[int, dict[str, Change]]:
    """What changes, by the second: at `first` every alarm is told, and where a doubt begins or ends nothing may change."""
    found = {first: {reference: timeline.change_at(first) for reference, timeline in timelines.items()}}
    for reference, timeline in timelines.items():
        for change in timeline.changes:
            if change.at > first:
                found.setdefault(change.at, {})[reference] = change
        for span in timeline.doubts or ():
            for moment in span:
                if first < moment < _FOREVER:
                    found.setdefault(moment, {})
    return found


def _extend(doubts: list[tuple[int, int]], begin: int, until: int) -> None:
    if doubts and doubts[-1][1] == begin:
        begin, _ = doubts.pop()
    doubts.append((begin, until))


def _verdict(node: Node, now: _Now, doubtful: frozenset[str]) -> _Verdict:
    """Whether a node holds, and whether it would whatever the doubtful alarms were."""
    match node:
        case InState(state, alarm):
            return _Verdict(now[alarm] == state, alarm not in doubtful)
        case Constant(value):
            return _Verdict(value, True)
        case Not(inner):
            verdict = _verdict(inner, now, doubtful)
            return _Verdict(not verdict.holds, verdict.sure)
        case Joined(operator, parts):
            # One part decides when it is what the operator cannot overrule: a false one of AND, a true one of OR.
            decisive = operator == "OR"
            verdicts = [_verdict(part, now, doubtful) for part in parts]
            deciding = [verdict for verdict in verdicts if verdict.holds == decisive]
            if deciding:
                return _Verdict(decisive, any(verdict.sure for verdict in deciding))
            return _Verdict(not decisive, all(verdict.sure for verdict in verdicts))
        case AtLeast():
            verdicts = [_verdict(one, now, doubtful) for one in _members(node)]
            met = _enough(node, sum(verdict.holds for verdict in verdicts))
            least = sum(verdict.holds and verdict.sure for verdict in verdicts)
            most = sum(verdict.holds or not verdict.sure for verdict in verdicts)
            return _Verdict(met, _enough(node, least) == _enough(node, most))


def _members(node: AtLeast) -> Iterator[Node]:
    for alarm in node.alarms:
        member = InState(node.state, alarm)
        yield Not(member) if node.negated else member


def _enough(node: AtLeast, number: int) -> bool:
    return number * 100 >= node.count * len(node.alarms) if node.percent else number >= node.count


def _onset(causes: Iterable[str], now: Mapping[str, Change]) -> int | None:
    onsets = (now[alarm].onset for alarm in causes)
    return min((onset for onset in onsets if onset is not None), default=None)


def _causes(node: Node, now: _Now) -> tuple[bool, list[str]]:
    """Whether a node holds, and the alarms in ALARM that make it so or not so."""
    match node:
        case InState(state, alarm):
            holds = now[alarm] == state
            return holds, [alarm] if holds and state == "ALARM" else []
        case Constant(value):
            return value, []
        case Not(inner):
            holds, causes = _causes(inner, now)
            return not holds, causes
        case Joined(operator, parts):
            found = [_causes(part, now) for part in parts]
            every = operator == "AND"
            holds = all(one for one, _ in found) if every else any(one for one, _ in found)
        case AtLeast():
            found = [_causes(member, now) for member in _members(node)]
            holds = _enough(node, sum(one for one, _ in found))
    return holds, [alarm for one, causes in found if one == holds for alarm in causes]
