"""One criterion in one environment: preset, policy and override laid over one another, and the alarm that judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from rollguard import conventions, limits
from rollguard.language import durations
from rollguard.language.judgement import Misfit, check_expression, is_percentile, judge
from rollguard.plan import words
from rollguard.plan.environment import Environment
from rollguard.plan.model import Criterion, IfArmed, Metric, MetricAlarm, Mode, Readable, Tags, TreatMissingData
from rollguard.plan.parameters import filled, unknown_preset
from rollguard.plan.place import Findings, Layered, Place, Variables
from rollguard.plan.signals import VALUE, Judged, SignalReader, Threshold
from rollguard.presets import Catalogue, Preset
from rollguard.source import Note

_BYPASS_PERIOD = 60
_UPWARDS, _DOWNWARDS = ("above", "atLeast"), ("below", "atMost")
#: Keys that are read before the layers are laid.
_ABOUT = frozenset({"uses", "with", "mode"})


@dataclass(frozen=True, slots=True)
class EffectiveCriterion:
    """A criterion with every layer in place and its mode decided. `place` is where the policy states it."""

    id: str
    data: Layered
    place: Place
    preset: Preset | None
    mode: Mode

    @property
    def adopted(self) -> str:
        """The existing alarm that it reads, or empty."""
        return cast(str, (self.data.data.get("signal") or {}).get("alarm", ""))


def effective(
    data: Mapping[str, Any],
    place: Place,
    override: Mapping[str, Any] | None,
    override_place: Place,
    mode: Mode,
    catalogue: Catalogue,
    variables: Variables,
    findings: Findings,
) -> EffectiveCriterion | None:
    """Lay preset, policy and override over one another; None where the preset is unknown or wrongly filled."""
    layers = Layered()
    preset = None
    if "uses" in data:
        if catalogue.unsure(data["uses"]):
            return None
        uses = place / "uses"
        preset = catalogue.get(data["uses"])
        if preset is None:
            unknown_preset(data["uses"], catalogue, uses, findings)
            return None
        handed = (
            Layered().lay(data.get("with"), place / "with").lay((override or {}).get("with"), override_place / "with")
        )
        values = filled(preset, handed, place, variables, findings)
        if values is None:
            return None
        layers.lay(values, Place(uses.document, uses.path, fixed=True))
    layers.lay(data, place, _ABOUT)
    layers.lay(override, override_place, _ABOUT)
    criterion = EffectiveCriterion(data["id"], layers, place, preset, mode)
    return criterion if _complete(criterion, findings) else None


def _complete(criterion: EffectiveCriterion, findings: Findings) -> bool:
    """Whether the layers together say all that an alarm needs, and what they say fits together."""
    data = criterion.data.data
    if criterion.adopted:
        return True
    lacking = [key for key in ("threshold", "window", "missing") if key not in data]
    if lacking:
        findings.error("R032", f"criterion `{criterion.id}` states no {words.listed(lacking)}", criterion.place.span)
        return False
    before = len(findings.found)
    for misfit in judge(data, data["signal"].get("unit", "")):
        report(misfit, criterion, findings)
    return len(findings.found) == before


def report(misfit: Misfit, criterion: EffectiveCriterion, findings: Findings) -> None:
    """Say it at the part of it that was written nearest, and name the preset that the other part comes from."""
    paths = (misfit.at, *misfit.beside)
    at = max(paths, key=criterion.data.nearness)
    place = criterion.data.place(*at, otherwise=criterion.place)
    span = place.key if misfit.key and at == misfit.at else place.span
    notes = [
        Note(_from_preset(path, data, criterion.preset), found.span)
        for path in paths
        if criterion.preset and (found := criterion.data.find(path)) and found.fixed
        for data in [criterion.data.data]
    ]
    say = findings.error if misfit.severity == "error" else findings.warning
    say(misfit.code, misfit.message, span, misfit.help, notes)


def _from_preset(path: tuple[str, ...], data: Mapping[str, Any], preset: Preset) -> str:
    if path[0] == "signal":
        return f"the signal is that of preset `{preset.name}`"
    value: Any = data
    for key in path:
        value = value[key]
    stated = f"`{path[-1]}`" if isinstance(value, dict) else f"`{path[-1]}: {value}`"
    return f"{stated} comes from preset `{preset.name}`"


def tuning(criterion: EffectiveCriterion, threshold: Threshold, findings: Findings) -> None:
    """Warn where a threshold lies outside the range that the preset was vetted for."""
    preset = criterion.preset
    if preset is None or len(threshold) != 1 or not preset.tuning:
        return
    ((key, value),) = threshold
    if isinstance(value, float) and (constant := _constant(key, value, criterion)):
        at = criterion.data.place("threshold", key, otherwise=criterion.place)
        message, help = constant
        findings.error("P014", message, at.span, help)
        return
    own = next(iter(preset.criterion["threshold"]))
    if (key in _UPWARDS and own in _DOWNWARDS) or (key in _DOWNWARDS and own in _UPWARDS):
        at = criterion.data.place("threshold", key, otherwise=criterion.place)
        message = (
            f"`{key}` is the other way round than preset `{preset.name}`, whose criterion is bad `{own}` its threshold"
        )
        findings.warning("P011", message, at.key, f"write `{own}`, or give the criterion a signal of its own")
        return
    unit = criterion.data.data["signal"].get("unit", "")
    low, high = preset.tuning_range(unit)
    if isinstance(value, float) and not low <= value <= high:
        at = criterion.data.place("threshold", key, otherwise=criterion.place)
        findings.warning(
            "P010",
            f"`{key}: {criterion.data.data['threshold'][key]}` is outside the range that preset `{preset.name}` was vetted for, "
            f"{words.amount(low, unit)} to {words.amount(high, unit)}",
            at.span,
            _meant(value, criterion.data.data["threshold"][key], low, high, unit) or preset.tuning.get("when", ""),
        )


def _constant(key: str, value: float, criterion: EffectiveCriterion) -> tuple[str, str] | None:
    """Message and help for a share of a preset that no datapoint, or every datapoint, is beyond.

    Only a calculated share is known to lie between 0 and 100 %: a single metric, such as the CPU of an ECS service, may exceed it.
    """
    preset, signal = criterion.preset, criterion.data.data["signal"]
    if preset is None or signal.get("unit") != "percent" or "expression" not in signal:
        return None
    low, high = preset.tuning_range("percent")
    if not 0 <= low <= high <= 100:
        return None
    upwards = {"above": (value >= 100, value < 0), "atLeast": (value > 100, value <= 0)}
    downwards = {"below": (value <= 0, value > 100), "atMost": (value < 0, value >= 100)}
    never, always = (upwards | downwards)[key]
    if not never and not always:
        return None
    written = criterion.data.data["threshold"][key]
    what = "can never be met" if never else "is always met"
    meant = next((one for one in (-value, value / 100) if value != 100 and low <= one <= high), None)
    help = f"did you mean `{meant:g}%`?" if meant is not None else ""
    vetted = f"preset `{preset.name}` was vetted for {words.amount(low, 'percent')} to {words.amount(high, 'percent')}"
    return f"`{key}: {written}` {what}: a share lies between 0 and 100 %", help or vetted


def _meant(value: float, written: object, low: float, high: float, unit: str) -> str:
    """What a plain number most likely means that lies in the range only in another form."""
    if unit == "percent" and value < 1 and low <= value * 100 <= high:
        return f"{value:g} is read as {value:g} %; did you mean `{value * 100:g}%`?"
    others = {"s": ("ms", 0.001), "ms": ("s", 1000.0)}
    if unit in others and not isinstance(written, str):
        other, size = others[unit]
        if low <= value * size <= high:
            return f"{value:g} is read as {value:g} {unit}; did you mean `{value:g}{other}`?"
    return ""


def criterion(
    source: EffectiveCriterion,
    policy: Mapping[str, Any],
    environment: Environment,
    variables: Variables,
    *,
    attached: bool,
    bypass: bool,
    if_armed: IfArmed | None = None,
    tags: Tags,
    page: str,
    findings: Findings,
) -> Criterion:
    """The criterion as the plan holds it, with its alarm and its bypass alarm."""
    data = source.data.data
    metadata = policy["metadata"]
    name = conventions.criterion_alarm(environment.name, metadata["name"], source.id)
    common = {
        "id": source.id,
        "title": data.get("title", source.id),
        "why": data.get("why", "").strip(),
        "mode": source.mode,
        "attached": attached,
        "if_armed": if_armed,
        "judges": data.get("judges", "service"),
        "concern": data.get("concern"),
        "preset": source.preset.name if source.preset else "",
        "blind_spots": (source.preset.blind_spots if source.preset else "").strip(),
        "bypass": _bypass_alarm(environment.name, metadata["name"], source.id, tags) if bypass else None,
    }
    if source.adopted:
        readable = Readable(f"the alarm `{source.adopted}` is red", "", "that alarm decides what silence means")
        return Criterion(**common, alarm_name=source.adopted, readable=readable)
    reader = SignalReader(source.data, variables, source.place, findings, common["preset"])
    before = len(findings.found)
    threshold = reader.threshold()
    if len(findings.found) == before:
        tuning(source, threshold, findings)
    judged = reader.judged(threshold)
    if len(findings.found) == before:
        _filled_in(source, reader, findings)
    window = data["window"]
    period = int(durations.seconds(window["period"]))
    missing: TreatMissingData = data["missing"]
    unit = data["signal"].get("unit", "")
    few = data.get("fewSamples") if judged.metric is not None and is_percentile(judged.metric.statistic) else None
    alarm = MetricAlarm(
        name=name,
        description=description(common["title"], common["why"], metadata.get("runbook", ""), page),
        period=period,
        evaluation_periods=window["of"],
        datapoints_to_alarm=window["datapoints"],
        comparison=judged.comparison,
        treat_missing_data=missing,
        threshold=judged.threshold,
        threshold_metric_id=judged.threshold_metric_id,
        metric=judged.metric,
        queries=judged.queries,
        shown=judged.shown,
        evaluate_low_sample_count_percentile=few,
        tags=tags,
    )
    readable = Readable(
        condition=f"{data.get('measures') or _measured(data['signal'], judged)} {words.condition(threshold, unit)}",
        window=words.window(period, window["datapoints"], window["of"]),
        missing=words.MISSING[missing],
        traffic=words.least_traffic(data.get("leastTraffic"), period),
        samples=words.few_samples(judged.metric.statistic, few, period) if judged.metric is not None else "",
    )
    return Criterion(**common, alarm_name=name, readable=readable, unit=unit, threshold=threshold, alarm=alarm)


def _filled_in(source: EffectiveCriterion, reader: SignalReader, findings: Findings) -> None:
    """An expression is checked where it is written; one with references in it only once they are filled in."""
    signal = source.data.data["signal"]
    stated = (source.preset.criterion["signal"] if source.preset else signal).get("expression", "")
    if "${" in stated and (text := reader.expression()):
        for misfit in check_expression(text, signal["metrics"]):
            report(replace(misfit, inside=None), source, findings)


def _measured(signal: Mapping[str, Any], judged: Judged) -> str:
    """What is measured, for signals whose author did not say it in words."""
    metric = judged.metric
    if "metric" in signal or "anomaly" in signal:
        metric = metric or next((query.metric for query in judged.queries if query.id == VALUE), None)
    if metric is not None:
        return f"{metric.statistic} of {metric.name}"
    return "the result of the query" if "query" in signal else "the calculated value"


def description(title: str, why: str, runbook: str, page: str) -> str:
    """An alarm's description within 1,024 characters: the reason is cut if it must be, the addresses never are."""
    longest = limits.limit("cloudwatch", "alarmDescription")
    addresses = "".join(
        f" {label}: {address}" for label, address in (("Runbook", runbook), ("Criteria", page)) if address
    )
    reason = " ".join(f"{title.rstrip('.')}. {why}".split())
    room = longest - len(addresses)
    if len(reason) > room:
        reason = reason[: max(room - 1, 0)] + "…" if room > 0 else ""
    return (reason + addresses)[:longest]


def _bypass_alarm(environment: str, policy: str, criterion: str, tags: Tags) -> MetricAlarm:
    """Red while someone writes `Rollguard/Bypass`; lets a fix out past one red criterion (design 3)."""
    return MetricAlarm(
        name=conventions.bypass_alarm(environment, policy, criterion),
        description=f"While this alarm is red, criterion {criterion} of {policy} rolls nothing back in {environment}.",
        period=_BYPASS_PERIOD,
        evaluation_periods=1,
        datapoints_to_alarm=1,
        comparison="GreaterThanOrEqualToThreshold",
        treat_missing_data="notBreaching",
        threshold=1.0,
        metric=Metric(
            namespace=conventions.BYPASS_NAMESPACE,
            name=conventions.BYPASS_METRIC,
            statistic="Minimum",
            dimensions=(("Criterion", criterion), ("Environment", environment), ("Policy", policy)),
        ),
        tags=tags,
    )
