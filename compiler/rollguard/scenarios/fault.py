"""What a fault of the new version does to each criterion, through the share of the traffic that the new version has.

`value = (1 - share) * good + share * bad` (corrections 2.5). A criterion that looks at the new version alone sees `bad` as soon as that
has any traffic. A fault says nothing about saturation or business, nor about a criterion without a concern: those stay healthy.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rollguard.language.metric_math import MathError, parse
from rollguard.language.metric_math.syntax import Array, Binary, Call, Id, Negative, Node, Not, Number
from rollguard.language.quantities import Quantity
from rollguard.plan.model import Criterion
from rollguard.scenarios import healthy
from rollguard.scenarios.model import Fault
from rollguard.simulate.datapoints import fewest_samples

_COUNTS = ("Sum", "SampleCount")


@dataclass(frozen=True, slots=True)
class Effect:
    """The criterion's value while all requests are the new version's, and the floor below which `otherwise` stands for it.

    `counts`: the value is a number of requests.
    """

    bad: float
    counts: bool
    least: float = 0.0
    otherwise: float | None = None


def values(criterion: Criterion, fault: Fault, shares: Sequence[float]) -> list[float | None] | None:
    """The criterion's value in each minute; None where the fault says nothing about it.

    `shares` are the new version's shares of the traffic in percent, at the start of each minute.
    """
    good = healthy.level(criterion)
    if criterion.concern == "throughput":
        return _throughput(criterion, fault, good, len(shares))
    effect = _effect(criterion, fault)
    if effect is None:
        return None
    found: list[float | None] = []
    for minute, percent in enumerate(shares):
        at = minute * 60
        part = percent / 100 if fault.at <= at < fault.until else 0.0
        if criterion.judges == "newVersion":
            seen = 1.0 if part else 0.0
        else:
            seen, part = part, 1.0
        # Only a count depends on how many requests the new version gets; a share and a time are the same of few.
        bad = effect.bad * part if effect.counts else effect.bad
        value: float | None = (1 - seen) * good + seen * bad
        if (
            seen
            and fault.traffic is not None
            and fault.traffic * part * healthy.minutes(criterion.alarm) < effect.least
        ):
            value = effect.otherwise
        if fault.traffic == 0 and fault.at <= at < fault.until:
            value = None
        found.append(value)
    return found


def samples(criterion: Criterion, fault: Fault, shares: Sequence[float]) -> tuple[list[float], float]:
    """How many requests a percentile is made of in each minute, and before: enough while the fault does not say how many there are."""
    assert criterion.alarm is not None and criterion.alarm.metric is not None and fault.traffic is not None
    enough, alone = fewest_samples(criterion.alarm.metric.statistic), criterion.judges == "newVersion"
    found = []
    for minute, percent in enumerate(shares):
        part = percent / 100 if alone and percent else 1.0
        found.append(fault.traffic * part if fault.at <= minute * 60 < fault.until else enough)
    return found, enough


def _throughput(criterion: Criterion, fault: Fault, good: float, minutes: int) -> list[float | None] | None:
    """Requests a minute are what the fault's `traffic` says; other measures of throughput are not known from it."""
    if fault.traffic is None or healthy.statistic(criterion) not in _COUNTS:
        return None
    return [fault.traffic if fault.at <= minute * 60 < fault.until else good for minute in range(minutes)]


def _effect(criterion: Criterion, fault: Fault) -> Effect | None:
    if healthy.is_given(criterion):
        return None
    bad = None
    if criterion.concern == "errors" and fault.errors is not None:
        bad = _errors(criterion, fault.errors, fault.traffic)
    elif criterion.concern == "latency" and fault.latency is not None:
        bad = _latency(criterion, fault.latency)
    elif criterion.concern in ("errors", "latency") and fault.traffic == 0 and _is_ratio_or_time(criterion):
        bad = healthy.level(criterion)
    if bad is None:
        return None
    least, third = floor(criterion)
    counts = criterion.concern == "errors" and criterion.unit != "percent"
    return Effect(bad, counts, least, healthy.level(criterion) if third else None)


def _is_ratio_or_time(criterion: Criterion) -> bool:
    return criterion.unit == "percent" or criterion.concern == "latency"


def _errors(criterion: Criterion, percent: float, traffic: float | None) -> float | None:
    """The share of failed requests, or their number a minute where the criterion counts them and the traffic is known."""
    if criterion.unit == "percent":
        return percent
    if healthy.statistic(criterion) in _COUNTS and traffic is not None:
        return traffic * percent / 100
    return None


def _latency(criterion: Criterion, seconds: float) -> float | None:
    try:
        return Quantity(seconds, "time").in_unit(criterion.unit)
    except ValueError:
        return None


def floor(criterion: Criterion) -> tuple[float, bool]:
    """Requests in a period below which the criterion gives no verdict, and whether that is a healthy value rather than no datapoint."""
    queries = criterion.alarm.queries if criterion.alarm is not None else ()
    expression = next((query.expression or "" for query in queries if query.return_data), "")
    if not expression:
        return 0.0, False
    counts = frozenset(
        query.id for query in queries if query.metric and query.metric.statistic in ("Sum", "SampleCount")
    )
    own, floors, whole = _floors(expression, counts)
    if own and criterion.readable.traffic:
        floors = (*floors, own)
    return (max(floors), not whole) if floors else (0.0, False)


@lru_cache(maxsize=1024)
def _floors(expression: str, counts: frozenset[str]) -> tuple[float, tuple[float, ...], bool]:
    """Where the expression is one IF as `leastTraffic` puts it around, its number; the floors inside; whether it is one IF as a whole.

    A condition says how many requests there must be where its own share is divided by the same metrics, or where it asks for a count
    (`counts` are the ids that add up) and guards a single metric that does not: a time of so many requests. Any other says nothing of it.
    """
    try:
        tree = parse(expression).tree
    except MathError:
        return 0.0, (), False
    guards = list(_guards(tree))
    own = next((least for node, least in guards if node is tree and len(node.arguments) == 2), 0.0)
    inside = tuple(
        least
        for node, least in guards
        if (ids := _ids(node.arguments[0])) in _divisors(node.arguments[1])
        or (ids <= counts and isinstance(guarded := node.arguments[1], Id) and guarded.name not in counts)
    )
    return own, inside, isinstance(tree, Call) and tree.function == "IF"


def _guards(tree: Node) -> Iterator[tuple[Call, float]]:
    """Each `IF(… >= number, …)` with its number."""
    for node in _nodes(tree):
        if isinstance(node, Call) and node.function == "IF":
            condition = node.arguments[0]
            if isinstance(condition, Binary) and condition.operator == ">=" and isinstance(condition.right, Number):
                yield node, condition.right.value


def _divisors(node: Node) -> list[frozenset[str]]:
    """The metrics of each divisor."""
    return [_ids(one.right) for one in _nodes(node) if isinstance(one, Binary) and one.operator == "/"]


def _ids(node: Node) -> frozenset[str]:
    return frozenset(one.name for one in _nodes(node) if isinstance(one, Id))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    inner: tuple[Node, ...] = ()
    if isinstance(node, Call):
        inner = node.arguments
    elif isinstance(node, Array):
        inner = node.items
    elif isinstance(node, Binary):
        inner = (node.left, node.right)
    elif isinstance(node, Negative | Not):
        inner = (node.operand,)
    for one in inner:
        yield from _nodes(one)
