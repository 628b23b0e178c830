"""Criteria whose parts do not go together: signal, threshold, window, and what silence and low traffic mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rollguard.source import Note
from rollguard.validation import expressions, levels, windows
from rollguard.validation.part import Part
from rollguard.validation.writing import flow, shortened

#: Words of trigger expressions, so no criterion can be called so (corrections 2.18).
RESERVED = frozenset({"any", "all", "not", "and", "or", "atleast", "true", "false"})

_OWN = ("title", "why", "threshold", "window", "missing")
_EXAMPLES = {
    "title": "title: Checkout answers slowly",
    "why": "why: Above 1.5 s clients give up and try again.",
    "threshold": "threshold: {above: 2%}",
    "window": "window: {period: 60s, datapoints: 3, of: 5}",
    "missing": "missing: notBreaching",
    "period": "period: 60s",
    "datapoints": "datapoints: 3",
    "of": "of: 5",
}
#: What an existing alarm decides by itself.
_ALARMS_OWN = ("threshold", "window", "missing", "leastTraffic", "fewSamples")
_PERCENTILE = re.compile(r"p[0-9]")


def check(spec: Part) -> None:
    """Each criterion, and what environments change of those that bring their own signal."""
    criteria = spec.get("criteria")
    if criteria is None or not isinstance(criteria.value, list):
        return
    unique(criteria, "id", "criterion")
    by_id = {}
    for _, criterion in criteria.entries():
        if isinstance(criterion.value, dict):
            by_id[criterion.text("id")] = criterion
            _criterion(criterion)
    environments = spec.get("environments")
    for _, environment in environments.entries() if environments else ():
        changed = environment.get("criteria")
        for id, override in changed.entries() if changed and isinstance(changed.value, dict) else ():
            if isinstance(override.value, dict):
                _override(override, by_id.get(id))


def unique(items: Part, key: str, word: str) -> None:
    """No two entries of a list share the text under `key`."""
    first: dict[str, Part] = {}
    for _, item in items.entries():
        name = item.get(key) if isinstance(item.value, dict) else None
        if not name or not isinstance(name.value, str):
            continue
        earlier = first.setdefault(name.value, name)
        if earlier is not name:
            message = f"{word} `{shortened(name.value)}` exists already"
            name.error(
                "S106", message, f"give one of them another `{key}`", notes=(Note("first used here", earlier.span),)
            )


def _criterion(criterion: Part) -> None:
    name = criterion.get("id")
    if name and name.value in RESERVED:
        name.error(
            "S105",
            f"no criterion can be called `{name.value}`",
            "it is a word of trigger expressions; add what it measures",
        )
    signal = criterion.get("signal")
    if criterion.has("uses") and not criterion.has("signal"):
        judgement(criterion, None)
    elif signal and not criterion.has("uses") and isinstance(signal.value, dict):
        _with_signal(criterion, signal)


def _with_signal(criterion: Part, signal: Part) -> None:
    if parameters := criterion.get("with"):
        message = f"`with` belongs to a preset, and criterion `{criterion.text('id')}` uses none"
        parameters.error("S104", message, "take it out, or say `uses`", at=parameters.key_span)
    adopted = signal.has("alarm")
    needed = [key for key in _OWN if not (adopted and key in _ALARMS_OWN)]
    lacking(criterion, needed, f"criterion `{criterion.text('id')}`")
    if adopted:
        _adopts(criterion, signal)
        return
    window = criterion.get("window")
    if window and isinstance(window.value, dict) and window.even:
        lacking(window, ("period", "datapoints", "of"), "`window`")
    judgement(criterion, signal)


def lacking(part: Part, keys: Iterable[str], name: str) -> None:
    """Each key that is needed and not there."""
    for key in keys:
        if not part.has(key):
            part.error("S003", f"{name} lacks `{key}`", f"for example `{_EXAMPLES[key]}`")


def _adopts(changed: Part, signal: Part) -> None:
    for key in _ALARMS_OWN:
        if inner := changed.get(key):
            message = f"`{key}` has no effect on the existing alarm `{shortened(signal.text('alarm'))}`"
            inner.error("S104", message, "take it out; that alarm keeps its own settings", at=inner.key_span)


def _override(override: Part, criterion: Part | None) -> None:
    """What an environment changes; where the criterion uses a preset, only what stands here can be judged."""
    signal = criterion.get("signal") if criterion and not criterion.has("uses") else None
    if criterion is None or signal is None or not isinstance(signal.value, dict):
        judgement(override, None)
        return
    if parameters := override.get("with"):
        message = f"`with` belongs to a preset, and criterion `{criterion.text('id')}` uses none"
        parameters.error("S104", message, "take it out", at=parameters.key_span)
    if signal.has("alarm"):
        _adopts(override, signal)
    else:
        judgement(override, signal, changes=True)


def judgement(criterion: Part, signal: Part | None, *, changes: bool = False) -> None:
    """Threshold, window, silence and low traffic, held against one another and against the signal where it is known.

    `changes` says that `criterion` only overrides another one, so that the signal was judged there.
    """
    known = signal if signal and signal.even else None
    anomaly = bool(known and known.has("anomaly"))
    threshold = criterion.get("threshold")
    if threshold and isinstance(threshold.value, dict) and threshold.even:
        _threshold(threshold, known)
    window = criterion.get("window")
    if window and isinstance(window.value, dict):
        windows.check(window, least=60 if anomaly or (known and known.has("query")) else 10)
    _low_traffic(criterion, known)
    _few_samples(criterion, known)
    if known and not changes and known.has("expression"):
        expressions.check(known)


def _threshold(threshold: Part, signal: Part | None) -> None:
    unit = signal.value.get("unit", "") if signal and signal.whole else None
    for key, limit in threshold.entries():
        band = limit.value == "band"
        if band and key not in ("above", "below", "outside"):
            limit.error(
                "S112", f"`{key}` cannot be `band`", "a band is left by `above: band`, `below: band` or `outside: band`"
            )
        elif band and signal and not signal.has("anomaly"):
            limit.error("S112", "only an anomaly has a band", "give a number, or use `signal: {anomaly: …}`")
        elif not band and signal and signal.has("anomaly"):
            limit.error(
                "S112",
                f"an anomaly is held against its band, not against `{shortened(flow(limit.value))}`",
                "write `{outside: band}`",
            )
        elif not band and key == "outside" and isinstance(limit.value, dict):
            _range(limit, unit)
            if signal and signal.has("query"):
                limit.error(
                    "S112",
                    "a query can be held against one level only",
                    "use two criteria, `above` and `below`",
                    at=limit.key_span,
                )
        elif not band and key != "outside":
            levels.amount(limit, unit)


def _range(outside: Part, unit: str | None) -> None:
    low, high = outside.get("below"), outside.get("above")
    below, above = levels.amount(low, unit), levels.amount(high, unit)
    if low and high and below is not None and above is not None and below >= above:
        message = f"nothing lies between `{low.written}` and `{high.written}`"
        outside.error("S112", message, "`below` is the lower end, `above` the upper end")


def _low_traffic(criterion: Part, signal: Part | None) -> None:
    traffic, missing = criterion.get("leastTraffic"), criterion.get("missing")
    if traffic is None:
        return
    if missing and missing.value == "breaching":
        message = "below `leastTraffic` there is no datapoint, and `missing: breaching` counts that as bad"
        missing.error("R034", message, "low traffic would roll back: use `missing: notBreaching`")
    form = next((key for key in ("anomaly", "query") if signal and signal.has(key)), "")
    if form:
        message = f"`leastTraffic` cannot be combined with `{form}`"
        traffic.error("S116", message, "use a metric or an expression", at=traffic.key_span)


def _few_samples(criterion: Part, signal: Part | None) -> None:
    samples = criterion.get("fewSamples")
    if samples is None:
        return
    if criterion.get("leastTraffic"):
        message = (
            "`fewSamples` and `leastTraffic` exclude one another: CloudWatch knows few samples only of a plain metric"
        )
        samples.error("S116", message, "keep one of them", at=samples.key_span)
    elif signal and not signal.has("metric"):
        samples.error("S115", "`fewSamples` is for a percentile of a single metric", "take it out", at=samples.key_span)
    elif signal and (statistic := signal.text("statistic")) and not _PERCENTILE.match(statistic):
        message = f"`fewSamples` is for percentiles such as `p99`, not for `{statistic}`"
        samples.error("S115", message, "take it out", at=samples.key_span)
