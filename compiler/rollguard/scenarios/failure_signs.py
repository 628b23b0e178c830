"""How a failure mode shows in a criterion: from its concern, from what it judges, and from the new version's share of the traffic.

`value = (1 - share) * good + share * bad` (corrections 2.5); a criterion that looks at the new version alone sees `bad` as soon as that
has any traffic. Where it cannot be told what a criterion sees, there are two answers: as little as possible, and as much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rollguard.language.quantities import Quantity
from rollguard.language.quantities import parse as parse_quantity
from rollguard.plan.model import Criterion
from rollguard.scenarios import healthy
from rollguard.scenarios.failure_mode_catalogue import FailureMode
from rollguard.scenarios.fault import floor
from rollguard.simulate.delivery import namespaces

Minutes = tuple[float | None, ...]
#: A level at full strength, from the new version's share of the traffic and from the share that is hit (0 to 1). None is no datapoint.
Level = Callable[[float, float], float | None]

_COUNTS = ("Sum", "SampleCount")
#: How far beyond its limit a criterion goes at most, where it is not known whether it moves at all.
_FAR = 10.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a criterion sees of a failure mode: the values if it sees `least`, and if it sees `most`.

    `touched`: the failure mode is about this criterion. `known`: both are the same.
    """

    least: Minutes
    most: Minutes
    touched: bool
    known: bool


def seen(criterion: Criterion, mode: FailureMode, traffic: float, shares: Sequence[float], start: int) -> Seen:
    """What the criterion sees in each minute.

    `traffic` is in requests a minute of the whole service, `shares` are the new version's in percent at the start of each minute, and
    `start` is the second at which the failure mode begins.
    """
    course = _Course(criterion, mode, traffic, shares, start)
    usual = course.values(None)
    level = _level(criterion, mode, traffic)
    if level is None:
        return Seen(usual, usual, touched=False, known=True)
    least, most = level
    if least is most and least is not None:
        values = course.values(least)
        return Seen(values, values, touched=True, known=True)
    low = usual if least is None else course.values(least)
    high = course.values(most)
    return Seen(low, high, touched=True, known=low == high)


def spared(criterion: Criterion, minutes: int) -> Seen:
    """What a criterion sees that the failure mode has nothing to do with."""
    usual = (healthy.level(criterion),) * minutes
    return Seen(usual, usual, touched=False, known=True)


@dataclass(frozen=True, slots=True)
class _Course:
    criterion: Criterion
    mode: FailureMode
    traffic: float
    shares: Sequence[float]
    start: int

    def values(self, level: Level | None) -> Minutes:
        good = healthy.level(self.criterion)
        least, otherwise = floor(self.criterion)
        alone = self.criterion.judges == "newVersion"
        minutes = healthy.minutes(self.criterion.alarm)
        found: list[float | None] = []
        for minute, percent in enumerate(self.shares):
            share = percent / 100
            requests = self.traffic * (share if alone else 1.0) * minutes
            if least and requests < least and (share or not alone):
                found.append(good if otherwise else None)
                continue
            hit = share if self.mode.hits == "newVersion" else 1.0
            part = (1.0 if hit else 0.0) if alone else hit
            strength = self.mode.strength(minute * 60 - self.start) * part
            if level is None or not strength:
                found.append(good)
                continue
            bad = level(share, hit)
            if bad is None:
                found.append(None if part == 1.0 else good)
            else:
                found.append(good + strength * (bad - good))
        return tuple(found)


def _level(criterion: Criterion, mode: FailureMode, traffic: float) -> tuple[Level | None, Level] | None:
    """The level at full strength, as the least and the most that the criterion may see; None where it stays as usual."""
    concern = criterion.concern
    if concern is not None and concern in mode.untouched:
        return None
    unknown = (None, _always(beyond(criterion, _FAR)))
    stated = mode.signs.get(concern or "", mode.signs.get("any"))
    if stated is None:
        if concern in ("errors", "latency") and "throughput" in mode.signs:
            return _without_requests(criterion, mode.signs["throughput"])
        return unknown
    if stated == "usual":
        return None
    if stated == "nothing":
        return _same(None)
    if healthy.is_given(criterion):
        sure = stated.endswith("x") and (mode.hits == "service" or criterion.judges == "newVersion")
        return _same(1.0) if sure else unknown
    if stated.endswith("x"):
        return _same(beyond(criterion, float(stated[:-1])))
    quantity = parse_quantity(stated)
    if concern == "throughput" and quantity.kind == "percent":
        return _throughput(criterion, quantity.value)
    if concern == "errors" and quantity.kind == "percent":
        found = _errors(criterion, quantity.value, traffic)
    else:
        found = _measured(criterion, quantity)
    if found is None and "any" in mode.signs:
        return _level(criterion, replace(mode, signs={"any": mode.signs["any"]}), traffic)
    return found or unknown


def _always(value: float | None) -> Level:
    return lambda share, hit: value


def _same(value: float | None) -> tuple[Level, Level]:
    level = _always(value)
    return level, level


def _throughput(criterion: Criterion, percent: float) -> tuple[Level, Level]:
    """What is left of the traffic. AWS's metrics have no datapoint for nothing; an own metric has none, or a 0."""
    if percent:
        return _same(healthy.level(criterion) * percent / 100)
    alarm = criterion.alarm
    if alarm is not None and all(name.startswith("AWS/") for name in namespaces(alarm)):
        return _silent(0.0), _silent(0.0)
    return _silent(0.0), _always(0.0)


def _without_requests(criterion: Criterion, left: str) -> tuple[Level, Level] | None:
    """A share or a time over no requests is no datapoint; over fewer ones it is as usual.

    Criteria on the new version mostly look at the worse of both versions, of which the old one is fine; but not all do.
    """
    if left not in ("0%", "0 %"):
        return None
    quiet = _silent(healthy.level(criterion))
    return (quiet, _always(None)) if criterion.judges == "newVersion" else (quiet, quiet)


def _silent(value: float) -> Level:
    """The value while somebody is spared, and no datapoint when nobody is."""
    return lambda share, hit: None if hit == 1.0 else value


def _errors(criterion: Criterion, percent: float, traffic: float) -> tuple[Level, Level] | None:
    """The share of failed requests, or their number a minute where the criterion counts them."""
    if criterion.unit == "percent":
        return _same(percent)
    if healthy.statistic(criterion) not in _COUNTS:
        return None
    failed = traffic * percent / 100
    if criterion.judges != "newVersion":
        return _same(failed)

    def level(share: float, hit: float) -> float:
        return failed * share

    return level, level


def _measured(criterion: Criterion, quantity: Quantity) -> tuple[Level, Level] | None:
    try:
        return _same(quantity.in_unit(criterion.unit))
    except ValueError:
        return None


def beyond(criterion: Criterion, times: float) -> float:
    """A value of one minute that is as many times as bad as the criterion's limit."""
    if healthy.is_given(criterion):
        return 1.0
    threshold = dict(criterion.threshold)
    key = "above" if "above" in threshold else next(iter(threshold))
    edge = float(threshold[key])
    if key in ("above", "atLeast"):
        value = edge * times if edge > 0 else edge + times * max(1.0, abs(edge))
        value = min(value, 100.0) if criterion.unit == "percent" and edge < 100 else value
    else:
        value = edge / times if edge > 0 else edge - (times * max(1.0, abs(edge)) if key == "below" or edge else 0.0)
    return value / healthy.minutes(criterion.alarm) if healthy.statistic(criterion) in _COUNTS else value
