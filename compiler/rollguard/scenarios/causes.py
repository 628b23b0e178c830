"""Which red criteria are the cause of a rollback: the union of the minimal sets that make the trigger true (corrections 2.4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from typing import Any, cast

from rollguard.language.trigger import AllOf, AnyOf, AtLeast, Not, Tree, at_least

#: More minimal sets than this are not looked at one by one.
_MOST = 2000


def because(trigger: object, red: Set[str], bypassed: Set[str] = frozenset()) -> tuple[str, ...] | None:
    """The ids of the cause, sorted; None where the trigger is not true.

    `trigger` is the plan's tree. A criterion under a `not` is never a cause, and a bypassed one only counts there.
    """
    tree = _folded(_tree(trigger), red, bypassed, positive=True)
    if tree is False:
        return None
    ids = [*_ids(tree)]
    if max(Counter(ids).values(), default=0) <= 1:
        # Nothing is written twice, and constants are folded away: every id left can make the difference.
        return tuple(sorted(ids))
    sets = _minimal(tree)
    return tuple(sorted(frozenset().union(*sets))) if sets is not None else tuple(sorted(set(ids)))


def _tree(data: object) -> Tree:
    if isinstance(data, bool | str):
        return data
    ((kind, value),) = cast("Mapping[str, Any]", data).items()
    if kind == "not":
        return Not(_tree(value))
    if kind == "atLeast":
        return AtLeast(value[0], tuple(map(_tree, value[1])))
    parts = tuple(map(_tree, value))
    return AnyOf(parts) if kind == "any" else AllOf(parts)


def _folded(tree: Tree, red: Set[str], bypassed: Set[str], *, positive: bool) -> Tree:
    """The tree with every `not` and everything that is not red decided; under a `not` the negation of `tree`."""
    match tree:
        case bool():
            return tree is positive
        case str():
            if not positive:
                return tree not in red
            return tree if tree in red and tree not in bypassed else False
        case Not(part):
            return _folded(part, red, bypassed, positive=not positive)
        case AnyOf(parts):
            count = 1
        case AllOf(parts):
            count = len(parts)
        case AtLeast(count, parts):
            pass
    if not positive:
        count = len(parts) - count + 1
    return at_least(count, [_folded(part, red, bypassed, positive=positive) for part in parts])


def _ids(tree: Tree) -> Iterator[str]:
    match tree:
        case str():
            yield tree
        case AnyOf(parts) | AllOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from _ids(part)


def _minimal(tree: Tree) -> list[frozenset[str]] | None:
    """The minimal sets of ids that make a tree without negation true; None where there are too many."""
    match tree:
        case str():
            return [frozenset({tree})]
        case AnyOf(parts):
            needed = 1
        case AllOf(parts):
            needed = len(parts)
        case AtLeast(needed, parts):
            pass
        case _:
            return [frozenset()]
    # reached[n]: the sets that make n of the parts so far true.
    reached: list[list[frozenset[str]]] = [[frozenset()], *([] for _ in range(needed))]
    for part in parts:
        sets = _minimal(part)
        if sets is None:
            return None
        for count in range(needed, 0, -1):
            joined = [one | other for one in reached[count - 1] for other in sets]
            if len(joined) + len(reached[count]) > _MOST:
                return None
            reached[count] = _without_supersets([*reached[count], *joined])
    return reached[needed]


def _without_supersets(sets: list[frozenset[str]]) -> list[frozenset[str]]:
    kept: list[frozenset[str]] = []
    for one in sorted(set(sets), key=len):
        if not any(smaller <= one for smaller in kept):
            kept.append(one)
    return kept
