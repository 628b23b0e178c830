"""Windows that CloudWatch would refuse, or that can never be full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rollguard.language import durations
from rollguard.language.judgement.misfit import Misfit

_HIGH_RESOLUTION = (10, 20, 30)
_DAY = 86_400
_WEEK = 7 * _DAY
#: Metrics Insights reads the last three hours (facts 1.7).
_QUERY = 3 * 3600
_PERIOD, _OF = ("window", "period"), ("window", "of")


def check_window(window: Mapping[str, Any], signal: Mapping[str, Any] | None) -> Iterator[Misfit]:
    """Period and span as `PutMetricAlarm` allows them (facts 1.1); `datapoints` can all be bad at once."""
    period, datapoints, of = window.get("period"), window.get("datapoints"), window.get("of")
    if datapoints is not None and of is not None and datapoints > of:
        message = f"{datapoints} of {of} periods can never be bad"
        help = f"`datapoints` is at most `of`, {of}"
        yield Misfit("R033", message, help, ("window", "datapoints"), (_OF,))
    if period is None:
        return
    try:
        seconds = durations.seconds(period)
    except ValueError as wrong:
        yield Misfit("S006", f"`period` cannot be `{period}`", str(wrong), _PERIOD)
        return
    form = next((key for key in ("anomaly", "query") if signal and key in signal), "")
    if seconds in _HIGH_RESOLUTION and form:
        message = f"`period` cannot be `{period}` here"
        help = "this signal has one datapoint a minute at most: `60s`"
        yield Misfit("S102", message, help, _PERIOD, (("signal", form),))
    elif seconds not in _HIGH_RESOLUTION and (seconds < 60 or seconds % 60):
        nearest = durations.text(max(1, round(seconds / 60)) * 60) if seconds > 30 else "10s"
        help = f"CloudWatch knows 10s, 20s, 30s and whole minutes; the nearest is `{nearest}`"
        yield Misfit("S102", f"`period` cannot be `{period}`", help, _PERIOD)
    else:
        if seconds in _HIGH_RESOLUTION and (at := _once_a_minute(signal or {})):
            message = f"`period: {period}` asks for more datapoints than the metric has: AWS's own services publish one a minute at most"
            yield Misfit("S127", message, "write `60s`", _PERIOD, (at,), severity="warning")
        yield from _span(period, seconds, of if of is not None else 1, form)


def _once_a_minute(signal: Mapping[str, Any]) -> tuple[str, ...]:
    """The path of a namespace of AWS's own; only metrics that were stored with a resolution of 1 s have more (facts 1.1, L03)."""
    metrics = signal.get("metrics")
    inputs = (
        [((), signal), *((("metrics", name), metric) for name, metric in metrics.items())]
        if metrics
        else [((), signal)]
    )
    for path, metric in inputs:
        if isinstance(metric, Mapping) and str(metric.get("namespace", "")).startswith("AWS/"):
            return ("signal", *path, "namespace")
    return ()


def _span(period: str, seconds: float, of: int, form: str) -> Iterator[Misfit]:
    longest, because = _lookback(seconds, form)
    if seconds > longest:
        message = f"`period` cannot be `{period}`: CloudWatch looks back at most {durations.text(longest)}{because}"
        yield Misfit("S103", message, "choose a shorter period", _PERIOD)
    elif seconds * of > longest:
        together = durations.text(seconds * of)
        message = (
            f"{of} periods of {period} are {together}; CloudWatch looks back at most {durations.text(longest)}{because}"
        )
        yield Misfit("S103", message, f"`of` is at most {int(longest // seconds)}", _OF, (_PERIOD,))


def _lookback(period: float, form: str) -> tuple[int, str]:
    """The most that `period` x periods may be, in seconds, and why (facts 1.1 and 1.7)."""
    if form == "query":
        return _QUERY, " for a Metrics Insights query"
    if period >= 3600:
        return _WEEK, ", as the period is an hour or more"
    return _DAY, ", as the period is less than an hour"
