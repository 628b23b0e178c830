"""Windows that CloudWatch would refuse, or that can never be full."""

from __future__ import annotations

from rollguard.language import durations
from rollguard.language.windows import WEEK, longest_lookback
from rollguard.validation.part import Part

_HIGH_RESOLUTION = (10, 20, 30)


def check(window: Part | None, least: int = 10) -> None:
    """Period and span as `PutMetricAlarm` allows them (facts 1.1). `least` is the shortest period that the signal can have, in seconds."""
    if window is None:
        return
    period, datapoints, of = window.get("period"), window.get("datapoints"), window.get("of")
    seconds = _period(period, least) if period else None
    if datapoints and of and datapoints.value > of.value:
        message = f"{datapoints.value} of {of.value} periods can never be bad"
        datapoints.error("R033", message, f"`datapoints` is at most `of`, {of.value}")
    if seconds and of and period:
        most = longest_lookback(seconds)
        if seconds * of.value > most:
            written = f"{of.value} periods of {period.value} are {durations.text(seconds * of.value)}"
            longest = (
                "7d, as the period is an hour or more" if most == WEEK else "1d, as the period is less than an hour"
            )
            of.error(
                "S103", f"{written}; CloudWatch looks back at most {longest}", f"`of` is at most {int(most // seconds)}"
            )


def _period(period: Part, least: int) -> float | None:
    try:
        seconds = durations.seconds(period.value)
    except ValueError as wrong:
        period.error("S006", f"`period` cannot be `{period.written}`", str(wrong))
        return None
    if seconds in _HIGH_RESOLUTION and seconds < least:
        period.error(
            "S102", f"`period` cannot be `{period.value}` here", "this signal has one datapoint a minute at most: `60s`"
        )
        return None
    if seconds in _HIGH_RESOLUTION or (seconds >= 60 and seconds % 60 == 0):
        return seconds
    nearest = durations.text(max(1, round(seconds / 60)) * 60) if seconds > 30 else "10s"
    period.error(
        "S102",
        f"`period` cannot be `{period.value}`",
        f"CloudWatch knows 10s, 20s, 30s and whole minutes; the nearest is `{nearest}`",
    )
    return None
