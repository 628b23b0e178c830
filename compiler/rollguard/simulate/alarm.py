"""A metric alarm over time: CloudWatch's evaluations of it, one after the other, as facts 1.2 to 1.5 and decision 9 have them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, repeat

from rollguard.plan.model import MetricAlarm
from rollguard.simulate.aggregation import aggregate as aggregate
from rollguard.simulate.datapoints import buckets, codes, refuse_what_is_no_number
from rollguard.simulate.datapoints import given_as_breach as given_as_breach
from rollguard.simulate.math import unarrived
from rollguard.simulate.missing_data import SLOT_BITS, Rules, Verdict, rules
from rollguard.simulate.model import Change, Series, State, Timeline, Timing, differing

_DAY = 86_400


def judge(
    alarm: MetricAlarm, series: Series, *, end: int, timing: Timing, initial: State = "INSUFFICIENT_DATA"
) -> Timeline:
    """The alarm's states from 0 to `end` minutes, when its judged signal (after metric math) has these values.

    Minute 0 is taken for the start of an hour; outside of the series there are no datapoints. `initial` is the state before the first
    evaluation, which is at 0. Raises ValueError for values that are no finite numbers, for a series that is aggregated to another period,
    for an evaluation range shorter than N and for a negative end.

    Where metric math makes up values for minutes that have not arrived (facts 1.6), the alarm is taken to wait for them; its states are in
    doubt as long as it would have others if it did not.
    """
    if end < 0:
        raise ValueError(f"an alarm cannot be judged up to minute {end}")
    if series.period > 60 and series.period != alarm.period:
        raise ValueError(f"the alarm's period is {alarm.period} s, its series has values over {series.period} s")
    refuse_what_is_no_number(series)
    timeline = _judged(alarm, series, end, timing, initial, filler=0)
    made_up = unarrived(alarm.queries, alarm.period)
    if made_up is None:
        return timeline
    (filler,) = codes(alarm, Series([made_up]))
    return differing(timeline, _judged(alarm, series, end, timing, initial, filler), end * 60)


def _judged(alarm: MetricAlarm, series: Series, end: int, timing: Timing, initial: State, filler: int) -> Timeline:
    grid = _Grid.of(alarm, series, timing, filler)
    whole = buckets(alarm, series, grid.seconds, grid.width)
    first, last = grid.first, end * 60 // grid.seconds - grid.lag
    newest = first - (grid.late + (grid.hidden > 0)) * grid.width
    slots = _stretch(codes(alarm, whole), whole.start, newest - grid.primer, newest + last - first + 1)
    parts = None
    if grid.hidden:
        part = buckets(alarm, series, grid.seconds, grid.width - grid.hidden)
        newest = first - grid.late * grid.width - grid.hidden
        parts = _stretch(codes(alarm, part), part.start, newest, newest + last - first + 1)
    approximate = whole.approximate or (given_as_breach(alarm) and alarm.period > series.period)
    return _walk(grid, slots, parts, initial, approximate)


def lookback(alarm: MetricAlarm, timing: Timing) -> int:
    """How many minutes before 0 the first evaluation can see: a series should start that early (corrections 2.16)."""
    hour = 3600 if _hourly(alarm) else 0
    return -(-(_reach(alarm, timing) * alarm.period + min(timing.usual, timing.delivery) + hour) // 60)


def _reach(alarm: MetricAlarm, timing: Timing) -> int:
    return timing.evaluation_range or alarm.evaluation_periods + 2


def _hourly(alarm: MetricAlarm) -> bool:
    return alarm.period * alarm.evaluation_periods > _DAY


@dataclass(frozen=True, slots=True)
class _Grid:
    """How the windows of an alarm lie on its series. Everything but `seconds` counts slots of the grid.

    A period has `width` slots. A window ends `lag` before its evaluation, the first one behind slot `first - 1`. What is later than usual
    hides the window's newest `late` periods and `hidden` slots of the next one.
    """

    seconds: int
    width: int
    lag: int
    first: int
    late: int
    hidden: int
    hourly: bool
    rules: Rules

    @staticmethod
    def of(alarm: MetricAlarm, series: Series, timing: Timing, filler: int) -> _Grid:
        seconds = 10 if alarm.period < 60 else 60
        width = alarm.period // seconds
        lag = -(-min(timing.usual, timing.delivery) // seconds)
        late, hidden = divmod(-(-timing.delivery // seconds) - lag, width)
        if hidden and series.period > 60:
            late, hidden = late + 1, 0
        if filler:
            late, lag = late + lag // width, lag % width
        reach = _reach(alarm, timing)
        if late >= reach:
            late, hidden = reach, 0
        hourly = _hourly(alarm)
        first = -lag // 60 * 60 if hourly else -lag
        of, treatment = alarm.evaluation_periods, alarm.treat_missing_data
        judges = rules(alarm.datapoints_to_alarm, of, reach, treatment, late, hidden > 0, filler)
        return _Grid(seconds, width, lag, first, late, hidden, hourly, judges)

    @property
    def whole(self) -> int:
        """The periods of a window that are neither late nor hidden in part."""
        return self.rules.reach - self.late - (self.hidden > 0)

    @property
    def primer(self) -> int:
        """How many slots before its newest whole period a window begins to look at the ends of periods."""
        return max(self.whole - 1, 0) * self.width

    def onset(self, window: int, end: int) -> int:
        """When what turned the alarm red began, in seconds: the end of the oldest period to blame, minus a minute (corrections 2.3)."""
        blamed = end - (self.rules.blamed(window) - 1) * self.width
        return blamed * self.seconds - min(60, self.width * self.seconds)


def _stretch(found: list[int], start: int, begin: int, end: int) -> list[int]:
    """The codes of the buckets that end at `begin` to `end - 1`, nothing where there are none; `found[0]` ends at `start + 1`."""
    begin, end = begin - start - 1, end - start - 1
    missing_before, missing_after = max(min(-begin, end - begin), 0), max(min(end - len(found), end - begin), 0)
    return [0] * missing_before + found[max(begin, 0) : max(end, 0)] + [0] * missing_after


def _telling(slots: list[int], start: int, settled: int) -> Iterator[tuple[int, int]]:
    """The positions and codes of slots but for those at which no verdict can change: so many slots alike fill every window."""
    for code, run in groupby(slots):
        length = len(list(run))
        yield from zip(range(start, start + min(length, settled)), repeat(code))
        start += length


def _walk(grid: _Grid, slots: list[int], parts: list[int] | None, initial: State, approximate: bool) -> Timeline:
    """Every evaluation in turn. Two states are carried along, one for each reading of what AWS leaves open."""
    state = other = initial
    doubtful = False
    last: Verdict | None = None
    changes: list[Change] = []
    doubts: list[int] = []
    width, bits, verdict_of, known = grid.width, SLOT_BITS, grid.rules.verdict, grid.rules.known
    mask = (1 << bits * max(grid.whole, 0)) - 1
    # The windows of one minute and of the minutes whole periods before and after it are one chain.
    chains = [0] * width
    told: Iterator[tuple[int, int]] = enumerate(slots, -grid.primer)
    if parts is None and not grid.hourly:
        told = _telling(slots, -grid.primer, max(grid.whole, 1) * width)
    for position, code in told:
        chain = position % width
        window = chains[chain] = (chains[chain] << bits | code) & mask
        if position < 0 or (grid.hourly and (grid.first + position) % 60):
            continue
        if parts is not None:
            window = window << bits | parts[position]
        verdict = known.get(window) or verdict_of(window)
        if verdict is last:
            continue
        last = verdict
        end = grid.first + position
        at = max((end + grid.lag) * grid.seconds, 0)
        before, state, other = state, verdict.state or state, verdict.other or other
        ambiguous = verdict.late or state != other
        if ambiguous != doubtful:
            doubtful = ambiguous
            doubts.append(at)
        if state != before or not changes:
            onset = grid.onset(window, end) if verdict.state == "ALARM" else None
            changes.append(Change(at, state, ambiguous, onset))
    if doubtful:
        doubts.append((grid.first + len(slots) - grid.primer + grid.lag) * grid.seconds)
    return Timeline(tuple(changes), tuple(zip(doubts[::2], doubts[1::2], strict=True)), approximate)
