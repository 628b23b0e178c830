"""From what a scenario says of a criterion to the values that its alarm judges, and the states that come of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from rollguard.plan.model import Criterion, MetricAlarm
from rollguard.scenarios import healthy, shapes
from rollguard.scenarios.model import Signal
from rollguard.scenarios.shapes import CsvFiles
from rollguard.simulate.aggregation import aggregate
from rollguard.simulate.alarm import judge, lookback
from rollguard.simulate.delivery import timing
from rollguard.simulate.math import evaluate_queries
from rollguard.simulate.model import Change, Series, Timeline, Timing
from rollguard.validation.shapes import ALL

Before = Literal["healthy", "missing"]
Minutes = Sequence[float | None]

#: The traffic floor that the compiler puts around an expression; its metric is not one that a scenario gives values for.
_FLOOR = re.compile(r"IF\((?P<id>traffic\d*) >= (?P<least>[0-9.eE+-]+), ")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is the same for all signals of a scenario: its length in minutes, the time before it, and how late data comes, in seconds."""

    minutes: int
    before: Before = "healthy"
    delivery: int | None = None


@dataclass(slots=True)
class Judge:
    """One criterion, ready to be judged in any number of scenarios."""

    criterion: Criterion
    level: float = field(init=False)
    _quiet: dict[Circumstances, Signal] = field(default_factory=dict)
    _timings: dict[int | None, tuple[Timing, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.level = healthy.level(self.criterion)

    def quiet(self, around: Circumstances) -> Signal:
        """The signal of a criterion that the scenario says nothing about: dense and healthy."""
        found = self._quiet.get(around)
        if found is None:
            found = self._quiet[around] = self.of([self.level] * around.minutes, around, driven=False)
        return found

    def shaped(self, series: Any, around: Circumstances, csv: CsvFiles) -> Signal:
        """The signal that `series` of the scenario describes: a shape, a list of shapes, or shapes by input of the expression.

        Raises ValueError, worded for the author, for metric math or values that cannot be evaluated.
        """
        alarm = self.criterion.alarm
        if alarm is not None and isinstance(series, Mapping) and not series.keys() <= set(ALL):
            return self._calculated(alarm, series, around, csv)
        unit = None if healthy.is_given(self.criterion) else self.criterion.unit
        return self.of(shapes.values(series, around.minutes, self.level, unit, csv), around)

    def of(self, values: Minutes, around: Circumstances, *, driven: bool = True) -> Signal:
        """The signal with these values of the judged signal, one a minute, in the author's unit."""
        alarm = self.criterion.alarm
        if alarm is None:
            return Signal(self.criterion, values, _adopted(values, around), driven, given=True)
        when, back = self._timing(around.delivery)
        pad = self.level if around.before == "healthy" else None
        series = Series([*[pad] * back, *values], -back)
        if healthy.is_band(self.criterion):
            series = self._breach(alarm, series)
        return self._judged(alarm, values, series, when, around, driven)

    def _judged(
        self, alarm: MetricAlarm, values: Minutes, series: Series, when: Timing, around: Circumstances, driven: bool
    ) -> Signal:
        initial: Literal["OK", "INSUFFICIENT_DATA"] = "OK" if around.before == "healthy" else "INSUFFICIENT_DATA"
        timeline = judge(alarm, series, end=around.minutes, timing=when, initial=initial)
        given = healthy.is_given(self.criterion)
        approximate = timeline.approximate or series.approximate
        return Signal(self.criterion, values, timeline, driven, series, given, approximate)

    def _timing(self, delivery: int | None) -> tuple[Timing, int]:
        found = self._timings.get(delivery)
        if found is None:
            assert self.criterion.alarm is not None
            when = timing(self.criterion.alarm, delivery)
            found = self._timings[delivery] = when, lookback(self.criterion.alarm, when)
        return found

    def _breach(self, alarm: MetricAlarm, series: Series) -> Series:
        """What the alarm of a band judges: 1 outside of it, 0 inside."""
        below, above = (float(edge) for _, edge in self.criterion.threshold)
        whole = aggregate(series, max(alarm.period, 60), healthy.statistic(self.criterion))
        judged = [None if value is None else float(value < below or value > above) for value in whole.values]
        return Series(judged, whole.start, period=whole.period, approximate=whole.approximate)

    def _calculated(
        self, alarm: MetricAlarm, series: Mapping[str, Any], around: Circumstances, csv: CsvFiles
    ) -> Signal:
        """The signal from the inputs of its expression, through metric math; an input without values has none."""
        when, back = self._timing(around.delivery)
        period = max(alarm.period, 60)
        floor = next(filter(None, (_FLOOR.match(query.expression or "") for query in alarm.queries)), None)
        given: dict[str, Series] = {}
        for query in alarm.queries:
            if query.metric is None:
                continue
            values: list[float | None] = [None] * around.minutes
            if query.id in series:
                values = shapes.values(series[query.id], around.minutes, None, None, csv)
            elif floor and floor["id"] == query.id:
                values = [float(floor["least"])] * around.minutes
            # The input's level before minute 0 is not known: its first value stands for it where a period reaches back.
            pad = values[0] if around.before == "healthy" else None
            given[query.id] = aggregate(Series([*[pad] * back, *values], -back), period, query.metric.statistic)
        computed = evaluate_queries(alarm.queries, given, alarm.period)
        earlier = self._before(alarm) if around.before == "healthy" else None
        judged = [earlier if computed.start + index < 0 else value for index, value in enumerate(computed.values)]
        shown = judged[-computed.start :][: around.minutes]
        result = Series(judged, computed.start, period=computed.period, approximate=computed.approximate)
        return self._judged(alarm, shown, result, when, around, driven=True)

    def counted(self, signal: Signal, samples: Sequence[float], before: float, around: Circumstances) -> Signal:
        """The signal as judged by an alarm that minds how many samples a percentile is made of: so many a minute, and `before` minute 0."""
        series = signal.series
        assert self.criterion.alarm is not None and series is not None
        earlier = [before] * (len(series.values) - len(samples))
        found = replace(series, samples=[*earlier, *samples])
        when = self._timing(around.delivery)[0]
        return self._judged(self.criterion.alarm, signal.values, found, when, around, signal.driven)

    def recovered(self, signal: Signal, minute: int, around: Circumstances) -> Signal:
        """The signal with healthy values from a minute on, as after a rollback."""
        values = [*signal.values[:minute], *[self.level] * (around.minutes - minute)]
        alarm, series = self.criterion.alarm, signal.series
        if alarm is None or series is None:
            return self.of(values, around, driven=signal.driven)
        good = self._before(alarm) if series.period > 60 or healthy.is_band(self.criterion) else self.level
        before = series.values[: minute - series.start]
        after = replace(series, values=[*before, *[good] * (len(series.values) - len(before))])
        return self._judged(alarm, values, after, self._timing(around.delivery)[0], around, signal.driven)

    def _before(self, alarm: MetricAlarm) -> float:
        """A healthy value of what the alarm judges, over a whole period."""
        if healthy.is_band(self.criterion):
            return 0.0
        added = healthy.statistic(self.criterion) in ("Sum", "SampleCount")
        return self.level * healthy.minutes(alarm) if added else self.level


def minds_samples(criterion: Criterion) -> bool:
    """Whether the alarm keeps its state while its percentile is made of few samples (facts 1.5)."""
    return criterion.alarm is not None and criterion.alarm.evaluate_low_sample_count_percentile == "ignore"


def _adopted(values: Minutes, around: Circumstances) -> Timeline:
    """An existing alarm, of which only the state is known: red while its series is above 0, without data in its gaps."""
    changes = []
    state = None
    for minute, value in enumerate(values):
        now: Literal["OK", "ALARM", "INSUFFICIENT_DATA"]
        now = "INSUFFICIENT_DATA" if value is None else "ALARM" if value > 0 else "OK"
        if now != state:
            at = minute * 60
            changes.append(Change(at, now, onset=at if now == "ALARM" else None))
            state = now
    return Timeline(tuple(changes) or (Change(0, "OK" if around.before == "healthy" else "INSUFFICIENT_DATA"),))
