"""What goes into a simulation and comes out of it: series of datapoints, and the states of an alarm over time.

Series count whole minutes, timelines count whole seconds; both from the scenario's start, and minutes before it are negative.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import inf
from typing import Literal

State = Literal["OK", "ALARM", "INSUFFICIENT_DATA"]

#: One value per minute; None is a missing datapoint.
Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Series:
    """Datapoints of one signal, one per minute.

    `values[i]` covers the `period` seconds that end with minute `start + i`: with the default of 60 that is the minute itself, and only
    `aggregate` and metric math make others. `samples` are the sample counts of the values; without them every percentile has enough.
    `approximate` marks values that one-minute data can only estimate, such as a percentile over five minutes.
    """

    values: Values
    start: int = 0
    samples: Sequence[float] | None = None
    period: int = 60
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """An alarm's state from `at` on, in seconds.

    `ambiguous`: AWS does not document this verdict. `onset`, in seconds and only on changes to ALARM, is when what is to blame began
    (corrections 2.3); it may be before 0.
    """

    at: int
    state: State
    ambiguous: bool = False
    onset: int | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The states of one alarm, oldest first; the first change is the state at the start, and two neighbours always differ.

    `doubts` are the spans [from, until), in seconds, in which AWS's documents leave the state open. None: from an ambiguous change to
    the next change.
    """

    changes: tuple[Change, ...]
    doubts: tuple[tuple[int, int], ...] | None = None
    approximate: bool = False
    _times: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.changes:
            raise ValueError("a timeline needs the state at its start")
        times = tuple(change.at for change in self.changes)
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("the changes of a timeline must be in order of time")
        object.__setattr__(self, "_times", times)

    def change_at(self, seconds: int) -> Change:
        """The change that is in force at `seconds`; before the first one, the first one."""
        return self.changes[max(bisect_right(self._times, seconds) - 1, 0)]

    def state_at(self, seconds: int) -> State:
        """The state at `seconds`; a change at that very second counts."""
        return self.change_at(seconds).state

    def ambiguous_at(self, seconds: int) -> bool:
        """Whether AWS's documents leave the state at `seconds` open."""
        if self.doubts is None:
            return self.change_at(seconds).ambiguous
        latest = bisect_right(self.doubts, (seconds, inf)) - 1
        return latest >= 0 and seconds < self.doubts[latest][1]

    def first(self, state: State, after: int = 0) -> Change | None:
        """The first change to `state` at `after` seconds or later; None if there is none."""
        return next((change for change in self.changes if change.at >= after and change.state == state), None)


def differing(timeline: Timeline, other: Timeline, end: int) -> Timeline:
    """The timeline, in doubt wherever the other one has another state; both are known up to `end` seconds."""
    spans = list(timeline.doubts or ())
    moments = sorted({change.at for one in (timeline, other) for change in one.changes if change.at < end})
    for begin, until in zip(moments, [*moments[1:], end], strict=True):
        if timeline.state_at(begin) != other.state_at(begin):
            spans.append((begin, until))
    doubts: list[tuple[int, int]] = []
    for begin, until in sorted(spans):
        if doubts and begin <= doubts[-1][1]:
            begin, until = doubts[-1][0], max(until, doubts.pop()[1])
        doubts.append((begin, until))
    found = Timeline(timeline.changes, tuple(doubts), timeline.approximate)
    changes = (replace(one, ambiguous=one.ambiguous or found.ambiguous_at(one.at)) for one in timeline.changes)
    return replace(found, changes=tuple(changes))


@dataclass(frozen=True, slots=True)
class Timing:
    """How late datapoints are, in seconds, and how many of them an evaluation looks at.

    `usual` is the namespace's normal delay, `delivery` the delay in this run. `evaluation_range` is in datapoints; None: N + 2, which
    is all that AWS's one example tells (facts 1.3).
    """

    usual: int
    delivery: int
    evaluation_range: int | None = None
