"""What holds for every alarm and every series."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollguard.plan.model import MetricAlarm, TreatMissingData
from rollguard.simulate.alarm import judge
from rollguard.simulate.model import Series, Timing
from tests.simulate.alarms import VALUES, alarm, red
from tests.simulate.guide import guide

END = 40
TREATMENTS: st.SearchStrategy[TreatMissingData] = st.sampled_from(get_args(TreatMissingData))
SILENCE_IS_GOOD: st.SearchStrategy[TreatMissingData] = st.just("notBreaching")
MINUTES = st.lists(st.sampled_from([0.0, 9.0, 9.0, None]), min_size=END, max_size=END)
PERIODS = st.sampled_from([10, 20, 30, 60, 120, 300])


@st.composite
def alarms(draw: st.DrawFn, treatments: st.SearchStrategy[TreatMissingData] = TREATMENTS) -> MetricAlarm:
    of = draw(st.integers(1, 6))
    treatment = draw(treatments)
    return alarm(draw(st.integers(1, of)), of, treatment, period=draw(PERIODS), statistic="Maximum")


@given(alarms(), MINUTES, st.integers(0, 300), st.integers(0, 900))
def test_the_same_numbers_give_the_same_timeline(
    judged: MetricAlarm, values: list[float | None], usual: int, late: int
) -> None:
    timeline, again = (judge(judged, Series(values), end=END, timing=Timing(usual, late)) for _ in range(2))
    assert timeline == again
    assert timeline.changes[0].at == 0
    times = [change.at for change in timeline.changes]
    assert times == sorted(set(times))
    assert all(before.state != after.state for before, after in pairwise(timeline.changes))


@given(alarms(), MINUTES, st.integers(0, 300), st.integers(0, 300))
def test_data_that_is_as_late_as_usual_never_makes_an_alarm_earlier(
    judged: MetricAlarm, values: list[float | None], one: int, other: int
) -> None:
    early, late = (
        red(judge(judged, Series(values), end=END, timing=Timing(300, delay))) for delay in sorted((one, other))
    )
    assert late is None or (early is not None and early <= late)


@given(alarms(SILENCE_IS_GOOD), MINUTES, st.integers(0, 300), st.integers(0, 10), st.integers(0, 10))
def test_nor_does_data_that_is_later_than_usual_where_silence_is_good(
    judged: MetricAlarm, values: list[float | None], usual: int, one: int, other: int
) -> None:
    # Whole periods late: of a part of one, a maximum may be missed but is never made up.
    delays = [usual + periods * max(judged.period, 60) for periods in sorted((one, other))]
    early, late = (red(judge(judged, Series(values), end=END, timing=Timing(usual, delay))) for delay in delays)
    assert late is None or (early is not None and early <= late)


@given(alarms(), st.integers(0, 300), st.integers(0, 3))
def test_good_data_is_never_red_unless_lateness_counts_as_silence(judged: MetricAlarm, usual: int, late: int) -> None:
    silent = judged.treat_missing_data == "breaching"
    timing = Timing(usual, usual if silent else usual + late * 60)
    before = 60
    timeline = judge(judged, Series([0.0] * (before + END), -before), end=END, timing=timing)
    assert timeline.first("ALARM") is None
    if judged.treat_missing_data == "notBreaching" or timing.usual == timing.delivery:
        assert [change.state for change in timeline.changes] == ["OK"]


@given(alarms(), st.integers(0, 300))
def test_bad_data_all_along_is_red_from_the_first_minute(judged: MetricAlarm, usual: int) -> None:
    before = 60
    timeline = judge(judged, Series([9.0] * (before + END), -before), end=END, timing=Timing(usual, usual))
    assert [(change.at, change.state) for change in timeline.changes] == [(0, "ALARM")]


@given(st.integers(1, 6), st.integers(0, 5), TREATMENTS, st.text("0X-", min_size=30, max_size=30))
def test_every_minute_agrees_with_the_guide_or_is_ambiguous(
    of: int, fewer: int, treatment: TreatMissingData, picture: str
) -> None:
    needed = max(of - fewer, 1)
    judged = alarm(needed, of, treatment)
    timeline = judge(judged, Series([VALUES[slot] for slot in picture]), end=30, timing=Timing(0, 0), initial="OK")
    state = "OK"
    for minute in range(31):
        window = ("-" * (of + 2) + picture[:minute])[-of - 2 :]
        decided = guide(window, needed, of, treatment)
        state = state if decided == "keep" else decided
        agrees = timeline.state_at(minute * 60) == state
        assert agrees is not timeline.ambiguous_at(minute * 60)


@pytest.mark.parametrize("size", [1, 7, 168])
@given(data=st.data())
def test_what_is_remembered_of_windows_changes_nothing(size: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.sampled_from([0.0, 9.0, None]), min_size=size, max_size=size))
    judged = alarm(1, 3, "breaching", period=120)
    whole = judge(judged, Series(values), end=size, timing=Timing(0, 0), initial="OK")
    for minute in {0, size // 2, size}:
        seen = judge(judged, Series(values[:minute]), end=minute, timing=Timing(0, 0), initial="OK")
        assert seen.state_at(minute * 60) == whole.state_at(minute * 60)
