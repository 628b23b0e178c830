"""An alarm minute by minute: the sliding grid, periods of all lengths, comparisons, few samples, lateness, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rollguard.plan.model import Comparison, Metric, MetricAlarm, MetricDataQuery
from rollguard.simulate.alarm import given_as_breach, judge, lookback
from rollguard.simulate.model import Change, Series, State, Timeline, Timing
from tests.simulate.alarms import AT_ONCE, alarm, drawn, red, states

HEALTHY = [0.0] * 30


def zeros(length: int, **minutes: float) -> list[float]:
    """Zeros but for the minutes named, as in `m7=3`."""
    return [minutes.get(f"m{minute}", 0.0) for minute in range(length)]


def test_a_bucket_of_five_minutes_slides_by_the_minute() -> None:
    series = Series(HEALTHY + zeros(30, m10=3, m14=3), -30)
    # Only the bucket of minutes 10 to 14 holds both.
    assert states(judge(alarm(1, 1, period=300), series, end=30, timing=AT_ONCE)) == [
        (0, "OK"),
        (15, "ALARM"),
        (16, "OK"),
    ]


def test_two_bad_minutes_fall_into_two_buckets_at_one_minute_only() -> None:
    series = Series(HEALTHY + zeros(30, m10=9, m11=9), -30)
    judged = alarm(2, 2, period=300, statistic="Maximum")
    assert states(judge(judged, series, end=30, timing=AT_ONCE)) == [(0, "OK"), (16, "ALARM"), (17, "OK")]


def test_the_verdict_on_long_periods_may_flap_with_the_minute() -> None:
    # Minutes 2 and 3 of every six are bad: with windows that end at a multiple of three, each of the two buckets has one.
    values = [9.0 if minute % 6 in (2, 3) else 0.0 for minute in range(-30, 31)]
    timeline = judge(alarm(2, 2, period=180, statistic="Maximum"), Series(values, -30), end=7, timing=AT_ONCE)
    assert states(timeline) == [(0, "ALARM"), (1, "OK"), (3, "ALARM"), (4, "OK"), (6, "ALARM"), (7, "OK")]


def test_a_bucket_without_a_datapoint_is_missing() -> None:
    series = Series([*HEALTHY, *[None] * 20], -30)
    timeline = judge(alarm(1, 1, "missing", period=300), series, end=20, timing=AT_ONCE)
    # The newest of the three buckets of the range with a good datapoint is gone 15 minutes after minute 0.
    assert states(timeline) == [(0, "OK"), (15, "INSUFFICIENT_DATA")]


def test_the_onset_of_a_bucket_is_its_last_minute() -> None:
    series = Series(HEALTHY + [0.0] * 12 + [4.0] * 20, -30)
    first = judge(alarm(1, 2, period=300), series, end=30, timing=Timing(60, 60)).first("ALARM")
    assert first == Change(15 * 60, "ALARM", False, onset=13 * 60)


def test_an_old_blip_does_not_start_the_clock_of_an_outage() -> None:
    series = Series(HEALTHY + zeros(12, m3=9) + [9.0] * 10, -30)
    first = judge(alarm(3, 5), series, end=20, timing=AT_ONCE).first("ALARM")
    assert first == Change(15 * 60, "ALARM", False, onset=12 * 60)


def test_silence_that_breaches_is_to_blame_from_its_first_minute() -> None:
    series = Series(HEALTHY + [0.0] * 10 + [None] * 20, -30)
    first = judge(alarm(2, 3, "breaching"), series, end=30, timing=AT_ONCE).first("ALARM")
    assert first == Change(14 * 60, "ALARM", False, onset=10 * 60)


def test_more_than_a_day_is_evaluated_once_an_hour_up_to_the_hour() -> None:
    before = 8 * 1440
    judged = alarm(1, 2, period=86_400)
    series = Series([0.0] * before + zeros(400, m70=9), -before)
    assert states(judge(judged, series, end=400, timing=AT_ONCE)) == [(0, "OK"), (120, "ALARM")]
    assert states(judge(judged, series, end=400, timing=Timing(180, 180))) == [(0, "OK"), (123, "ALARM")]
    # A period of exactly one day is not *more* than one day.
    assert red(judge(alarm(1, 1, period=86_400), series, end=400, timing=AT_ONCE)) == 71


def test_high_resolution_is_evaluated_every_ten_seconds() -> None:
    series = Series([*HEALTHY, 0.0, 0.0, 9.0, 9.0, 9.0], -30)
    found = {
        (period, needed): red(
            judge(alarm(needed, needed, period=period, statistic="Maximum"), series, end=5, timing=AT_ONCE)
        )
        for period, needed in ((10, 1), (10, 3), (20, 2), (30, 3))
    }
    seconds = {key: None if minute is None else round(minute * 60) for key, minute in found.items()}
    # Each minute's value holds for its six slots; the first of the periods needs one bad slot.
    assert seconds == {(10, 1): 130, (10, 3): 150, (20, 2): 150, (30, 3): 190}


def test_a_service_of_aws_has_one_datapoint_a_minute_and_empty_slots_between() -> None:
    series = Series([*HEALTHY, 0.0, *[9.0] * 4], -30)
    judged = [alarm(needed, 5, period=10, namespace="AWS/Lambda") for needed in (1, 2, 3)]
    found = [red(judge(one, series, end=5, timing=AT_ONCE)) for one in judged]
    # CloudWatch looks a little further back than five slots where most are empty, and never finds three of ten seconds.
    assert [minute and round(minute * 60) for minute in found] == [70, 130, None]


def test_the_onset_in_high_resolution_is_the_start_of_the_slot() -> None:
    first = judge(alarm(1, 1, period=10), Series([*HEALTHY, 0.0, 9.0], -30), end=2, timing=AT_ONCE).first("ALARM")
    assert first == Change(70, "ALARM", False, onset=60)


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        ("GreaterThanThreshold", [5.1]),
        ("GreaterThanOrEqualToThreshold", [5.0, 5.1]),
        ("LessThanThreshold", [4.9]),
        ("LessThanOrEqualToThreshold", [4.9, 5.0]),
    ],
)
def test_a_comparison_breaches_on_its_side(comparison: Comparison, breaching: list[float]) -> None:
    judged = alarm(1, 1, comparison=comparison)
    found = [value for value in (4.9, 5.0, 5.1) if red(judge(judged, Series([value], -1), end=0, timing=AT_ONCE)) == 0]
    assert found == breaching


@pytest.mark.parametrize(
    "comparison",
    ["LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"],
)
def test_the_series_of_a_band_is_the_breach_itself(comparison: Comparison) -> None:
    judged = alarm(1, 1, comparison=comparison, threshold=None)
    assert given_as_breach(judged)
    series = Series([0.0, 1.0, -1.0], -1)
    assert states(judge(judged, series, end=2, timing=AT_ONCE)) == [(0, "OK"), (1, "ALARM"), (2, "OK")]


def test_the_series_of_a_metrics_insights_query_is_the_breach_itself() -> None:
    judged = alarm(1, 1, threshold=50, expression='SELECT MAX(Depth) FROM "AWS/SQS"')
    assert states(judge(judged, Series([0.0, 1.0], -1), end=1, timing=AT_ONCE)) == [(0, "OK"), (1, "ALARM")]


@pytest.mark.parametrize("before", ["OK", "ALARM", "INSUFFICIENT_DATA"])
def test_ignore_keeps_the_state_that_there_is(before: State) -> None:
    timeline = judge(alarm(1, 1, "ignore"), Series([]), end=10, timing=AT_ONCE, initial=before)
    assert timeline.changes == (Change(0, before),)


def test_an_alarm_that_was_red_stays_red_while_there_is_silence_to_ignore() -> None:
    series = Series(drawn("00XXX------0"))
    timeline = judge(alarm(3, 3, "ignore"), series, end=12, timing=AT_ONCE)
    # Until minute 2 fewer than three real datapoints, all good; at 12 a good one is back.
    assert states(timeline) == [(0, "INSUFFICIENT_DATA"), (1, "OK"), (5, "ALARM"), (12, "OK")]


def test_where_the_readings_part_the_whole_span_is_in_doubt() -> None:
    series = Series(drawn("--X-------"))
    timeline = judge(alarm(2, 3, "missing"), series, end=10, timing=AT_ONCE)
    # Age 2 to 3 of the breaching point: red for both readings; 4 to 5: red for one; then no data.
    assert [(change.at // 60, change.state, change.ambiguous) for change in timeline.changes] == [
        (0, "INSUFFICIENT_DATA", False),
        (3, "OK", False),
        (4, "ALARM", False),
        (8, "INSUFFICIENT_DATA", False),
    ]
    assert timeline.doubts == ((6 * 60, 8 * 60),)
    assert [minute for minute in range(11) if timeline.ambiguous_at(minute * 60)] == [6, 7]


def test_a_state_kept_through_an_undocumented_verdict_stays_in_doubt() -> None:
    series = Series(drawn("XXX------0"))
    timeline = judge(alarm(3, 3, "ignore"), series, end=10, timing=AT_ONCE)
    # One reading keeps the ALARM, the other says OK once the breaching points have left the last three slots.
    assert states(timeline) == [(0, "INSUFFICIENT_DATA"), (1, "OK"), (3, "ALARM"), (10, "OK")]
    assert timeline.doubts == ((6 * 60, 10 * 60),)


def test_lateness_is_in_doubt_only_where_a_missing_slot_counts() -> None:
    series = Series(HEALTHY + [9.0] * 20, -30)
    late = {extra: judge(alarm(3, 3), series, end=10, timing=Timing(60, 60 + extra * 60)) for extra in (0, 2, 3)}
    assert [late[extra].ambiguous_at(300) for extra in (0, 2, 3)] == [False, False, True]
    assert [red(late[extra]) for extra in (0, 2, 3)] == [4, 6, None]


def test_a_bucket_that_has_come_in_part_is_judged_by_that_part() -> None:
    series = Series(HEALTHY + [2.0] * 10, -30)
    usual = judge(alarm(1, 1, period=300), series, end=10, timing=Timing(60, 60))
    late = judge(alarm(1, 1, period=300), series, end=10, timing=Timing(60, 180))
    # Sum above 5 needs three minutes of 2; two minutes late, it has only come by 3 + 3, and AWS does not say what it makes of that.
    assert (red(usual), usual.ambiguous_at(240)) == (4, False)
    assert (red(late), late.ambiguous_at(360)) == (6, True)


def test_delivery_in_seconds_counts_from_the_next_evaluation_on() -> None:
    series = Series(HEALTHY + [9.0] * 10, -30)
    assert [red(judge(alarm(1, 1), series, end=9, timing=Timing(180, late))) for late in (0, 1, 60, 61, 90, 120)] == [
        *(1, 2, 2, 3, 3, 3)
    ]


def test_with_few_samples_to_ignore_a_percentile_keeps_its_state() -> None:
    judged = alarm(1, 1, statistic="p99", ignore_few=True)
    values = [0.0, 9.0, 9.0, 0.0, 0.0]
    timeline = judge(judged, Series(values, -1, samples=[1000, 999, 1000, 999, 1000]), end=4, timing=AT_ONCE)
    assert states(timeline) == [(0, "OK"), (2, "ALARM"), (4, "OK")]
    evaluating = judge(alarm(1, 1, statistic="p99"), Series(values, -1, samples=[1] * 5), end=4, timing=AT_ONCE)
    assert states(evaluating) == [(0, "OK"), (1, "ALARM"), (3, "OK")]


def test_whether_an_older_thin_datapoint_holds_the_state_is_undocumented() -> None:
    judged = alarm(2, 2, statistic="p50", ignore_few=True)
    timeline = judge(judged, Series([0.0, 0.0, 9.0, 9.0, 9.0], -2, samples=[20, 20, 19, 20, 20]), end=3, timing=AT_ONCE)
    assert [(change.at // 60, change.state, change.ambiguous) for change in timeline.changes] == [
        (0, "OK", False),
        (2, "ALARM", True),
    ]
    assert timeline.doubts == ((120, 180),)


def test_a_percentile_over_several_minutes_is_approximate() -> None:
    series = Series(HEALTHY, -30)

    def judged(period: int, statistic: str) -> Timeline:
        return judge(alarm(1, 1, period=period, statistic=statistic), series, end=1, timing=AT_ONCE)

    found = {key: judged(*key).approximate for key in ((60, "p99"), (300, "p99"), (300, "Average"), (300, "Sum"))}
    assert found == {(60, "p99"): False, (300, "p99"): True, (300, "Average"): True, (300, "Sum"): False}


def test_values_that_metric_math_made_over_the_period_are_taken_as_they_are() -> None:
    series = Series([0.0] * 40 + [9.0] * 10, -30, period=300)
    timeline = judge(alarm(2, 2, period=300, expression="a / b"), series, end=20, timing=AT_ONCE)
    # Buckets that end at minute 11 and at minute 16 are both above 5.
    assert states(timeline) == [(0, "OK"), (16, "ALARM")]
    with pytest.raises(ValueError, match="period is 60 s, its series has values over 300 s"):
        judge(alarm(1, 1), series, end=1, timing=AT_ONCE)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused_with_its_minute(wrong: float) -> None:
    with pytest.raises(ValueError, match=r"minute 3 is `-?(nan|inf)`, which is no finite number"):
        judge(alarm(1, 1), Series([0.0, None, 1.0, 2.0, 3.0, wrong], -2), end=5, timing=AT_ONCE)


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValueError, match="minute -1"):
        judge(alarm(1, 1), Series([]), end=-1, timing=AT_ONCE)


@pytest.mark.parametrize(("period", "of", "minutes"), [(60, 5, 10), (300, 3, 28), (10, 3, 4), (3600, 25, 27 * 60 + 63)])
def test_a_lookback_covers_range_delay_and_hour(period: int, of: int, minutes: int) -> None:
    assert lookback(alarm(1, of, period=period), Timing(180, 240)) == minutes


@pytest.mark.parametrize(("period", "of"), [(60, 5), (300, 3)])
def test_nothing_before_the_lookback_is_seen(period: int, of: int) -> None:
    judged, timing = alarm(1, of, "missing", period=period), Timing(180, 180)
    seen, unseen = (Series([9.0], -lookback(judged, timing) - minutes) for minutes in (0, 1))
    assert judge(judged, seen, end=0, timing=timing).state_at(0) == "ALARM"
    assert judge(judged, unseen, end=0, timing=timing).state_at(0) == "INSUFFICIENT_DATA"


def filled(needed: int, of: int, expression: str = "FILL(errors, 0)") -> MetricAlarm:
    """An alarm on an expression over one metric."""
    queries = (
        MetricDataQuery("errors", metric=Metric("Shop/Checkout", "Errors", "Sum")),
        MetricDataQuery("judged", expression=expression, return_data=True),
    )
    return replace(alarm(needed, of, expression=expression), queries=queries)


@pytest.mark.parametrize(
    ("judged", "doubts"),
    [
        # The guide: with FILL "the newest point is the fill value", and the alarm is stuck. Bad from minute 10 on, which can be read at 13.
        pytest.param(filled(1, 1), ((13, 30),), id="the newest point never counts"),
        pytest.param(filled(2, 3), ((14, 30),), id="two of three are always made up"),
        pytest.param(filled(1, 3), (), id="one real point of three is enough"),
        pytest.param(filled(2, 4), (), id="two real points of four are enough"),
        # At 14 minutes 10 and 11 are bad; the three real points that are left of five have both of them.
        pytest.param(filled(3, 5), (), id="three real points of five are enough"),
        pytest.param(filled(4, 5), ((16, 30),), id="three of five are too few for four"),
        pytest.param(filled(1, 1, "FILL(errors, 0) / errors"), (), id="nothing is made up where a metric is missing"),
        pytest.param(filled(1, 1, "FILL(errors, REPEAT)"), (), id="a repeated value is not made up out of nothing"),
    ],
)
def test_fill_makes_up_what_has_not_arrived_and_puts_the_state_in_doubt(
    judged: MetricAlarm, doubts: tuple[tuple[int, int], ...]
) -> None:
    """Two minutes late, so that two made-up zeros stand before the real points (aws-facts 1.6)."""
    series = Series(HEALTHY + [0.0] * 10 + [9.0] * 20, -30)
    found = judge(judged, series, end=30, timing=Timing(usual=120, delivery=120), initial="OK")
    assert found.doubts == tuple((begin * 60, until * 60) for begin, until in doubts)
    assert [change.ambiguous for change in found.changes] == [False, bool(doubts)]


def test_what_arrives_at_once_needs_no_filling() -> None:
    series = Series(HEALTHY + [9.0] * 20, -30)
    assert judge(filled(1, 1), series, end=20, timing=AT_ONCE, initial="OK").doubts == ()
