"""What a composite alarm makes of the states of the alarms that its rule names (facts 1.8).

A composite is OK or ALARM; INSUFFICIENT_DATA only until its first evaluation. It is evaluated whenever a child changes. Where AWS's
documents leave a child's state open, the composite is in doubt only if that child decides: `ALARM(a) OR ALARM(b)` is not, while `b` is
surely red. A percentage of AT_LEAST is held against the exact share, so 50 % of three alarms are two; the guide does not say it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from rollguard.language.alarm_rule import (
    AtLeast,
    Constant,
    InState,
    Joined,
    Node,
    Not,
    Rule,
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
    tree, timelines = _bound(rule, children)
    start = min((timeline.changes[0].at for timeline in timelines.values()), default=evaluated_from or 0)
    first = start if evaluated_from is None else max(start, evaluated_from)
    changes: list[Change] = []
    doubts: list[tuple[int, int]] = []
    if first > start:
        changes.append(Change(start, "INSUFFICIENT_DATA"))
    moments = _moments(timelines, first)
    for at, until in zip(moments, [*moments[1:], None], strict=True):
        holds, sure = _verdict(tree, timelines, at)
        state: State = "ALARM" if holds else "OK"
        if not changes or changes[-1].state != state:
            onset = _onset(tree, timelines, at) if holds else None
            changes.append(Change(at, state, not sure, onset))
        if not sure:
            _extend(doubts, at, _FOREVER if until is None else until)
    approximate = any(timeline.approximate for timeline in timelines.values())
    return Timeline(tuple(changes), tuple(doubts), approximate)


#: The end of a doubt that nothing in the timelines ends, in seconds.
_FOREVER = 2**53


@lru_cache(maxsize=1024)
def _parsed(rule: str) -> Rule:
    return parse(rule)


def _bound(rule: str, children: Mapping[str, Timeline]) -> tuple[Node, dict[str, Timeline]]:
    """The rule's tree and the timeline of each reference that it makes, be it a name or an ARN."""
    parsed = _parsed(rule)
    timelines: dict[str, Timeline] = {}
    for reference in parsed.children:
        name = alarm_name(reference)
        if name not in children:
            there = ", ".join(f"`{child}`" for child in sorted(children)) or "none"
            raise RuleError(f"the rule names the alarm `{name}`, which does not exist; there are {there}")
        timelines[reference] = children[name]
    return parsed.tree, timelines


def _moments(timelines: Mapping[str, Timeline], first: int) -> list[int]:
    """The seconds at which anything may change, `first` included."""
    found = {first}
    for timeline in timelines.values():
        found.update(change.at for change in timeline.changes)
        for span in timeline.doubts or ():
            found.update(span)
    return sorted(moment for moment in found if first <= moment < _FOREVER)


def _extend(doubts: list[tuple[int, int]], begin: int, until: int) -> None:
    if doubts and doubts[-1][1] == begin:
        begin, _ = doubts.pop()
    doubts.append((begin, until))


def _verdict(node: Node, timelines: Mapping[str, Timeline], at: int) -> _Verdict:
    """Whether a node holds, and whether it would whatever the children in doubt were."""
    match node:
        case InState(state, alarm):
            timeline = timelines[alarm]
            return _Verdict(timeline.state_at(at) == state, not timeline.ambiguous_at(at))
        case Constant(value):
            return _Verdict(value, True)
        case Not(inner):
            verdict = _verdict(inner, timelines, at)
            return _Verdict(not verdict.holds, verdict.sure)
        case Joined(operator, parts):
            # One part decides when it is what the operator cannot overrule: a false one of AND, a true one of OR.
            decisive = operator == "OR"
            verdicts = [_verdict(part, timelines, at) for part in parts]
            deciding = [verdict for verdict in verdicts if verdict.holds == decisive]
            if deciding:
                return _Verdict(decisive, any(verdict.sure for verdict in deciding))
            return _Verdict(not decisive, all(verdict.sure for verdict in verdicts))
        case AtLeast():
            verdicts = [_verdict(one, timelines, at) for one in _members(node)]
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


def _onset(tree: Node, timelines: Mapping[str, Timeline], at: int) -> int | None:
    onsets = (timelines[alarm].change_at(at).onset for alarm in _causes(tree, timelines, at, True))
    return min((onset for onset in onsets if onset is not None), default=None)


def _causes(node: Node, timelines: Mapping[str, Timeline], at: int, wanted: bool) -> Iterator[str]:
    """The alarms in ALARM that make a node `wanted`; none where it is not."""
    if _verdict(node, timelines, at).holds != wanted:
        return
    match node:
        case InState("ALARM", alarm) if wanted:
            yield alarm
        case Not(inner):
            yield from _causes(inner, timelines, at, not wanted)
        case Joined(_, parts):
            for part in parts:
                yield from _causes(part, timelines, at, wanted)
        case AtLeast():
            for member in _members(node):
                yield from _causes(member, timelines, at, wanted)
