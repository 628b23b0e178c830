"""How far an alarm may look back: one number for what a file says alone and for what its layers say together."""

from __future__ import annotations

DAY = 86_400
WEEK = 7 * DAY


def longest_lookback(period: float) -> int:
    """The most that `period` x periods may be, in seconds: a week with periods of an hour or more, else a day.

    CloudWatch API reference, PutMetricAlarm, EvaluationPeriods.
    """
    return WEEK if period >= 3600 else DAY
