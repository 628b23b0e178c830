"""A preset as its page shows it, from the data in its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from rollguard.charts import ScenarioChart, sparkline
from rollguard.language import durations
from rollguard.language.quantities import parse
from rollguard.plan.words import MISSING, amount, condition, few_samples, least_traffic
from rollguard.plan.words import window as words_of_window
from rollguard.scenarios.reports.plots import bad_minutes
from rollguard.site import words
from rollguard.site.model import Policy, Preset
from rollguard.wording import lasting

_JUDGES = {"newVersion": words.UNDILUTED, "service": "the whole service, old and new version together"}


@dataclass(frozen=True, slots=True)
class User:
    """A policy that uses the preset."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that the preset reads; `id` is its name in the expression."""

    id: str
    namespace: str
    name: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """What `with` takes. `kind` is `text` or a list, and whether it may be left out."""

    name: str
    description: str
    example: str
    kind: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from."""

    url: str
    seen: str
    says: str


@dataclass(frozen=True, slots=True)
class TraceView:
    """A trace in a picture: what happens, what comes of it, and what of the preset's promise does not hold, or nothing."""

    name: str
    chart: Markup
    outcome: str
    unmet: str


@dataclass(frozen=True, slots=True)
class PresetView:
    """Everything that the page of a preset prints."""

    name: str
    title: str
    service_title: str
    source: str
    local: bool
    replaces: bool
    why: str
    blind_spots: str
    concern: str
    judges: str
    threshold: str
    window: str
    missing: str
    traffic: str
    samples: str
    tuning: str
    tuning_when: str
    since: str
    expression: str
    metrics: tuple[Metric, ...]
    parameters: tuple[Parameter, ...]
    sources: tuple[Source, ...]
    used_by: tuple[User, ...]
    fires: tuple[TraceView, ...]
    quiet: tuple[TraceView, ...]
    untraced: str


def view(preset: Preset, policies: Iterable[Policy]) -> PresetView:
    """One preset, with the policies that use it in any environment."""
    data = preset.data
    signal = data["signal"]
    unit = str(signal.get("unit", ""))
    tuning = data.get("tuning") or {}
    window = data["window"]
    period = int(durations.seconds(window["period"]))
    measures = f"{data['measures']} " if "measures" in data else ""
    return PresetView(
        name=preset.name,
        title=str(data["title"]),
        service_title=preset.service_title,
        source=preset.source,
        local=preset.local,
        replaces=preset.replaces,
        why=str(data.get("why", "")),
        blind_spots=str(data.get("blindSpots", "")),
        concern=words.CONCERNS.get(data.get("concern", ""), ""),
        judges=_JUDGES[data.get("judges", "service")],
        threshold=f"{measures}{_threshold(data['threshold'], unit)}",
        window=words_of_window(period, window["datapoints"], window["of"]),
        missing=MISSING.get(data.get("missing", ""), ""),
        traffic=least_traffic(data.get("leastTraffic"), period),
        samples=few_samples(str(signal.get("statistic", "")), data.get("fewSamples"), period),
        tuning=f"{_amount(tuning['from'], unit)} to {_amount(tuning['to'], unit)}" if tuning else "",
        tuning_when=str(tuning.get("when", "")),
        since=str(data.get("since", "")),
        expression=str(signal.get("expression") or signal.get("query") or ""),
        metrics=_metrics(signal),
        parameters=tuple(_parameter(name, stated or {}) for name, stated in (data.get("parameters") or {}).items()),
        sources=tuple(
            Source(str(source["url"]), str(source.get("seen", "")), str(source.get("says", "")))
            for source in data.get("sources") or ()
        ),
        fires=tuple(_trace(preset, index) for index, one in enumerate(preset.traces) if one.trace.within is not None),
        quiet=tuple(_trace(preset, index) for index, one in enumerate(preset.traces) if one.trace.within is None),
        untraced=preset.untraced,
        used_by=tuple(User(policy.name, policy.guard.title) for policy in policies if _uses(policy, preset.name)),
    )


def _trace(preset: Preset, index: int) -> TraceView:
    """The picture of a trace; the first one of a page brings the style of all of them."""
    found = preset.traces[index]
    signal = found.signal
    threshold = signal.criterion.threshold or (("outside", "band"),)
    shown = ScenarioChart(
        title=str(preset.data.get("measures") or preset.data["title"]),
        unit=signal.criterion.unit,
        values=signal.values,
        threshold=threshold,
        breaching=bad_minutes(signal, threshold),
        alarm=signal.timeline,
        end=-(-found.trace.length // 60),
    )
    outcome = "the alarm never turns red"
    if found.elapsed is not None:
        outcome = f"red {lasting(found.elapsed)} after the first bad minute began"
    elif found.red is not None:
        outcome = "the alarm turns red"
    chart = Markup(sparkline(shown, f"trace{index}", style=index == 0).strip())
    return TraceView(found.trace.name, chart, outcome, found.unmet)


def _uses(policy: Policy, preset: str) -> bool:
    return any(criterion.preset == preset for placed in policy.placements for criterion in placed.guard.criteria)


def _amount(value: object, unit: str) -> str:
    """`5 %`, `2.5 s`, `10 min`, `20`, as on the pages of policies."""
    return amount(parse(value).in_unit(unit), unit)


def _threshold(threshold: Mapping[str, Any], unit: str) -> str:
    ((key, value),) = threshold.items()
    if value == "band":
        return condition(((key, value),), unit)
    sides = [(side, value[side]) for side in ("below", "above")] if isinstance(value, Mapping) else [(key, value)]
    return condition(tuple((side, parse(level).in_unit(unit)) for side, level in sides), unit)


def _metrics(signal: Mapping[str, Any]) -> tuple[Metric, ...]:
    single = signal.get("anomaly") or signal
    named = signal.get("metrics") or ({"": single} if "metric" in single else {})
    return tuple(
        Metric(
            id=str(name),
            namespace=str(metric["namespace"]),
            name=str(metric["metric"]),
            statistic=str(metric["statistic"]),
            dimensions=tuple((str(key), str(value)) for key, value in (metric.get("dimensions") or {}).items()),
        )
        for name, metric in named.items()
    )


def _parameter(name: str, stated: Mapping[str, Any]) -> Parameter:
    listed = stated.get("list", False)
    kind = "text"
    if isinstance(listed, Mapping):
        kind = f"list of {listed.get('size', 'any number')}"
    elif listed:
        kind = "list"
    if stated.get("optional"):
        kind = f"{kind}, optional"
    example = stated.get("example", "")
    shown = ", ".join(str(item) for item in example) if isinstance(example, list) else str(example)
    return Parameter(name, str(stated.get("description", "")), shown, kind)
