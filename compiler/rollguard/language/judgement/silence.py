"""What low traffic and few samples mean, where they can mean anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rollguard.language.judgement.misfit import Misfit
from rollguard.wording import did_you_mean, there_are

_PERCENTILE = re.compile(r"p[0-9]")
_SIGNAL, _TRAFFIC, _FEW = ("signal",), ("leastTraffic",), ("fewSamples",)


def is_percentile(statistic: object) -> bool:
    """Whether a statistic is one such as `p99`, to which alone CloudWatch's low-sample setting applies (facts 1.5)."""
    return isinstance(statistic, str) and _PERCENTILE.match(statistic) is not None


def least_traffic(criterion: Mapping[str, Any]) -> Iterator[Misfit]:
    """`leastTraffic` where silence would count as bad, where nothing can be put around the signal, and of a metric nobody reads."""
    traffic, signal = criterion.get("leastTraffic"), criterion.get("signal")
    if traffic is None:
        return
    if criterion.get("missing") == "breaching":
        message = "below `leastTraffic` there is no datapoint, and `missing: breaching` counts that as bad"
        help = "low traffic would roll back: use `missing: notBreaching`"
        yield Misfit("R034", message, help, ("missing",), (_TRAFFIC,))
    if signal is None:
        return
    for form in ("anomaly", "query"):
        if form in signal:
            message = f"`leastTraffic` cannot be combined with `{form}`"
            yield Misfit("R038", message, "use a metric or an expression", _TRAFFIC, (_SIGNAL,), key=True)
    metric, metrics = traffic.get("metric"), signal.get("metrics")
    at = ("leastTraffic", "metric")
    if isinstance(metric, str) and "metric" in signal:
        message = f"`{metric}` names a metric of an expression, and the signal is a single metric"
        yield Misfit("R031", message, "give the traffic's `namespace`, `metric` and `statistic`", at, (_SIGNAL,))
    elif isinstance(metric, str) and "expression" in signal and isinstance(metrics, dict) and metric not in metrics:
        help = did_you_mean(metric, metrics) or there_are(metrics, "and")
        yield Misfit("R031", f"`{metric}` is none of the expression's metrics", help, at, (_SIGNAL,))


def few_samples(criterion: Mapping[str, Any]) -> Iterator[Misfit]:
    """`fewSamples: ignore` where CloudWatch has no such setting; `evaluate` is what it does anyway, and fits everything."""
    if criterion.get("fewSamples") != "ignore":
        return
    signal, threshold = criterion.get("signal"), criterion.get("threshold") or {}
    beside = {"leastTraffic": criterion.get("leastTraffic"), "outside": threshold.get("outside")}
    for key, stated in beside.items():
        if stated is not None and stated != "band":
            message = f"`fewSamples: ignore` has no effect beside `{key}`, which makes the alarm one on metric math"
            path = _TRAFFIC if key == "leastTraffic" else ("threshold", key)
            yield Misfit("R037", message, "use `fewSamples: evaluate`, or take the other out", _FEW, (path,), key=True)
            return
    if signal and "metric" not in signal:
        message = "`fewSamples: ignore` is for a percentile of a single metric"
        yield Misfit("R037", message, "take it out", _FEW, (_SIGNAL,), key=True)
    elif signal and signal.get("statistic") is not None and not is_percentile(signal["statistic"]):
        message = f"`fewSamples: ignore` is for percentiles such as `p99`, not for `{signal['statistic']}`"
        yield Misfit("R037", message, "take it out", _FEW, (_SIGNAL,), key=True)
