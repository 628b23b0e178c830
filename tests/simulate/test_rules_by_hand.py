"""The guide's rules, minute by minute, as somebody worked them out on paper before the evaluator was asked (aws-facts 1.2 to 1.5, 1.8).

`0` is a good minute, `X` a bad one, `-` one without a datapoint. Nothing is late: at minute t the newest datapoint is that of minute t - 1,
and with N = 3 the evaluation range is minutes t - 5 to t - 1.
"""

from __future__ import annotations

import pytest

from rollguard.plan.model import TreatMissingData
from rollguard.simulate.alarm import judge
from rollguard.simulate.composite import evaluate_rule
from rollguard.simulate.model import Change, Series, State, Timeline
from tests.simulate.alarms import AT_ONCE, alarm, drawn, states

GOOD_BEFORE = "0" * 10


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        # t=4 `000X-`: four real points, the newest three of them are X 0 0: one bad, OK.
        # t=5 `00X-X`: the newest three real points are X X 0: two bad, ALARM. t=6 `0X-X0` and t=7 `X-X0-`: the same three, ALARM.
        # t=8 `-X0--`: two real points, one bad; the one to fill is good: OK, and so it stays.
        ("notBreaching", [(0, "OK"), (5, "ALARM"), (8, "OK")]),
        # t=8 `-X0--`: one bad and the filled one, two: ALARM. t=10 `0----`: two are filled, ALARM. Then all are: ALARM.
        ("breaching", [(0, "OK"), (5, "ALARM")]),
        # t=8 `-X0--`: one bad of those there are, and not all are bad: OK. t=11 `-----`: no data at all.
        ("missing", [(0, "OK"), (5, "ALARM"), (8, "OK"), (11, "INSUFFICIENT_DATA")]),
        # As `missing`, but without any data the state stays.
        ("ignore", [(0, "OK"), (5, "ALARM"), (8, "OK")]),
    ],
)
def test_two_of_three_with_gaps(treatment: TreatMissingData, expected: list[tuple[int, State]]) -> None:
    series = Series(drawn(GOOD_BEFORE + "00X-X0----"), -10)
    found = judge(alarm(2, 3, treatment), series, end=14, timing=AT_ONCE, initial="OK")
    assert states(found) == expected
    assert found.doubts == ()


def test_a_single_bad_datapoint_is_premature_until_it_is_as_old_as_m() -> None:
    """3 of 3, `missing`, one datapoint in minute 4 and nothing else, ever.

    t=5 `----X` and t=6 `---X-`: too young, OK. t=7 `--X--`: as old as M, ALARM. t=8 `-X---` and t=9 `X----`: one of the two readings looks
    at the last three slots only and finds nothing there, so AWS's text leaves it open. t=10: no data.
    """
    found = judge(alarm(3, 3, "missing"), Series(drawn("----X")), end=15, timing=AT_ONCE)
    assert states(found) == [(0, "INSUFFICIENT_DATA"), (5, "OK"), (7, "ALARM"), (10, "INSUFFICIENT_DATA")]
    assert found.doubts == ((8 * 60, 10 * 60),)


def test_a_sum_over_five_sliding_minutes() -> None:
    """Above 5, 1 of 1; 2 in each of the minutes 10, 11 and 12.

    The bucket that ends at 13 (minutes 8 to 12) has 6, as those at 14 and 15 have; the one at 16 (11 to 15) has 4.
    """
    values = [2.0 if minute in (10, 11, 12) else 0.0 for minute in range(-10, 30)]
    found = judge(alarm(1, 1, period=300), Series(values, -10), end=30, timing=AT_ONCE, initial="OK")
    assert states(found) == [(0, "OK"), (13, "ALARM"), (16, "OK")]


@pytest.mark.parametrize(
    ("statistic", "enough"), [("p90", 100), ("p95", 200), ("p99", 1000), ("p99.9", 10_000), ("p50", 20), ("p10", 100)]
)
def test_a_percentile_over_few_samples_keeps_its_state(statistic: str, enough: int) -> None:
    """Bad from minute 5 on, one sample short of enough in the minutes 5 to 7: the first one to count is minute 8, judged at 9."""
    samples = [enough] * 5 + [enough - 1] * 3 + [enough] * 5
    series = Series([0.0] * 5 + [9.0] * 8, samples=samples)
    judged = alarm(1, 1, statistic=statistic, ignore_few=True)
    assert states(judge(judged, series, end=12, timing=AT_ONCE, initial="OK")) == [(0, "OK"), (9, "ALARM")]
    told = alarm(1, 1, statistic=statistic)
    assert states(judge(told, series, end=12, timing=AT_ONCE, initial="OK")) == [(0, "OK"), (6, "ALARM")]


#: `a` is red from 60 to 300 s, `b` from 120 s on, `c` has no data from 240 s on.
CHILDREN = {
    "a": Timeline((Change(0, "OK"), Change(60, "ALARM"), Change(300, "OK"))),
    "b": Timeline((Change(0, "OK"), Change(120, "ALARM"))),
    "c": Timeline((Change(0, "OK"), Change(240, "INSUFFICIENT_DATA"))),
}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        # a and b from 120 on; from 300 on b alone.
        ("AT_LEAST(2, ALARM, (a, b, c))", [(0, "OK"), (120, "ALARM"), (300, "OK")]),
        # 50 % of three are one and a half: two. 34 % are 1.02: two. 33 % are 0.99: one, from a's first minute on.
        ("AT_LEAST(50%, ALARM, (a, b, c))", [(0, "OK"), (120, "ALARM"), (300, "OK")]),
        ("AT_LEAST(34%, ALARM, (a, b, c))", [(0, "OK"), (120, "ALARM"), (300, "OK")]),
        ("AT_LEAST(33%, ALARM, (a, b, c))", [(0, "OK"), (60, "ALARM")]),
        # Not OK is also without data: at 300 b and c are left.
        ("AT_LEAST(2, NOT OK, (a, b, c))", [(0, "OK"), (120, "ALARM")]),
        # At most one is red: true at first, not from 120 to 300.
        ("NOT AT_LEAST(2, ALARM, (a, b, c))", [(0, "ALARM"), (120, "OK"), (300, "ALARM")]),
    ],
)
def test_at_least(rule: str, expected: list[tuple[int, State]]) -> None:
    found = evaluate_rule(rule, CHILDREN)
    assert [(change.at, change.state) for change in found.changes] == expected
