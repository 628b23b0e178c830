"""What a chart shows: one criterion's judged signal, its alarm, and the deployment that the alarm watches."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from rollguard.simulate.mechanism import Deployment
from rollguard.simulate.model import Timeline, Values

#: A threshold as plans state it: `(("above", 2.0),)`, `(("below", 10.0), ("above", 90.0))` or `(("outside", "band"),)`.
Threshold = tuple[tuple[str, float | str], ...]

_BREACHES: dict[str, Callable[[float, float], bool]] = {
    "above": lambda value, bound: value > bound,
    "atLeast": lambda value, bound: value >= bound,
    "below": lambda value, bound: value < bound,
    "atMost": lambda value, bound: value <= bound,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened at `at` seconds, in two or three words. `look`: of a deployment, of an alarm, of a rollback."""

    at: int
    words: str
    look: Literal["began", "turned", "back"] = "began"


@dataclass(frozen=True, slots=True)
class ScenarioChart:
    """One criterion in one run. `values[i]` is minute `start + i`, in `unit`; None (or what is not finite) is a gap.

    `breaching` are minutes, those included in which silence counts as bad. `onset` is in seconds: when what is to blame began.
    `trigger` is the policy's rollback alarm, where that is another one than the criterion's. `end` is the minute at which the chart
    ends; None: after the last value. A band has no line: its values are the breach itself. `moments` say what happened where there
    is no whole `deployment` to tell it, as in a record of what really was.
    """

    title: str
    unit: str
    values: Values
    threshold: Threshold = ()
    breaching: tuple[int, ...] = ()
    alarm: Timeline | None = None
    trigger: Timeline | None = None
    deployment: Deployment | None = None
    onset: int | None = None
    start: int = 0
    end: int | None = None
    moments: tuple[Moment, ...] = ()

    @property
    def minutes(self) -> tuple[int, int]:
        """The first minute and the one after the last; never empty."""
        last = self.start + len(self.values) if self.end is None else self.end
        return self.start, max(last, self.start + 1)

    def value(self, minute: int) -> float | None:
        """The value of a minute; None where there is none that can be drawn."""
        index = minute - self.start
        value = self.values[index] if 0 <= index < len(self.values) else None
        return value if value is not None and math.isfinite(value) else None

    @property
    def rolled_back(self) -> int | None:
        """When the rollback started, in seconds; None where there was none."""
        if self.deployment is not None and self.deployment.rollback is not None:
            return self.deployment.rollback.started_at
        return next((moment.at for moment in self.moments if moment.look == "back"), None)

    @property
    def shown(self) -> list[float | None]:
        """The values of every minute of the chart."""
        return [self.value(minute) for minute in range(*self.minutes)]

    @property
    def breaches(self) -> tuple[int, ...]:
        """The breaching minutes that the chart covers, in order, each once."""
        first, last = self.minutes
        return tuple(sorted({minute for minute in self.breaching if first <= minute < last}))

    @property
    def bounds(self) -> tuple[float, ...]:
        """The thresholds that are numbers."""
        return tuple(float(value) for _, value in self.threshold if value != "band")

    def bad_above(self) -> float | None:
        """From where upwards values are bad."""
        return next(
            (float(value) for key, value in self.threshold if key in ("above", "atLeast") and value != "band"), None
        )

    def bad_below(self) -> float | None:
        """From where downwards values are bad."""
        return next(
            (float(value) for key, value in self.threshold if key in ("below", "atMost") and value != "band"), None
        )


def breaching(values: Values, threshold: Threshold, start: int = 0) -> tuple[int, ...]:
    """The minutes whose own value breaches; a missing value does not, and nothing breaches a band but a value that is not zero."""

    def breaches(value: float) -> bool:
        return any(value != 0 if bound == "band" else _BREACHES[key](value, float(bound)) for key, bound in threshold)

    return tuple(start + index for index, value in enumerate(values) if value is not None and breaches(value))
