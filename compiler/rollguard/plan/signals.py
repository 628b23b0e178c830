"""From a signal and its threshold to what a metric alarm judges: one metric, or metric math over several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rollguard import limits
from rollguard.language.quantities import parse
from rollguard.language.references import known_too_late
from rollguard.plan.environment import resolve_at
from rollguard.plan.model import Comparison, Interpolated, Metric, MetricDataQuery, Value
from rollguard.plan.place import Findings, Layered, Place, Variables
from rollguard.plan.words import OPERATORS

#: The id under which the judged series of a metric-math alarm is returned.
JUDGED = "judged"
VALUE = "value"
TRAFFIC = "traffic"
BAND = "band"
_SHOWN = 60

Threshold = tuple[tuple[str, float | str], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a metric alarm judges and against what; the fields are MetricAlarm's."""

    metric: Metric | None
    queries: tuple[MetricDataQuery, ...]
    comparison: Comparison
    threshold: float | None
    threshold_metric_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignalReader:
    """Reads the `signal`, `threshold` and `leastTraffic` of one criterion; `place` stands for what no layer wrote.

    `preset` is the name of the one that the criterion uses, or empty.
    """

    criterion: Layered
    variables: Variables
    place: Place
    findings: Findings
    preset: str = ""

    def threshold(self) -> Threshold:
        """What the author meant, in the signal's unit, which `judge` has found to fit."""
        unit = self.criterion.data["signal"].get("unit", "")
        ((key, value),) = self.criterion.data["threshold"].items()
        if value == "band":
            return ((key, "band"),)
        if key == "outside":
            return tuple((side, parse(value[side]).in_unit(unit)) for side in ("below", "above"))
        return ((key, parse(value).in_unit(unit)),)

    def judged(self, threshold: Threshold) -> Judged:
        """The metric or the metric math to judge, with the operator and number for CloudWatch."""
        signal = self.criterion.data["signal"]
        if "anomaly" in signal:
            return self._anomaly(signal["anomaly"], threshold)
        if "query" in signal:
            text = self._text(signal["query"], "signal", "query")
            query = MetricDataQuery(JUDGED, expression=text, return_data=True)
            return Judged(None, (query,), *self._compare(threshold))
        least = self.criterion.data.get("leastTraffic")
        if "metric" in signal and least is None and len(threshold) == 1:
            return Judged(self._metric(signal, "signal"), (), *self._compare(threshold))
        return self._math(signal, least, threshold)

    def expression(self) -> str:
        """The author's expression with its variables filled in."""
        return self._text(self.criterion.data["signal"]["expression"], "signal", "expression")

    def _compare(self, threshold: Threshold) -> tuple[Comparison, float]:
        ((key, value),) = threshold
        return OPERATORS[key], float(value)

    def _anomaly(self, anomaly: Mapping[str, Any], threshold: Threshold) -> Judged:
        ((key, _),) = threshold
        comparison: Comparison = {
            "above": "GreaterThanUpperThreshold",
            "below": "LessThanLowerThreshold",
        }.get(key, "LessThanLowerOrGreaterThanUpperThreshold")  # type: ignore[assignment]  # all three are Comparisons
        deviations = anomaly.get("deviations", 2)
        value = MetricDataQuery(VALUE, metric=self._metric(anomaly, "signal", "anomaly"), return_data=True)
        band = MetricDataQuery(BAND, expression=f"ANOMALY_DETECTION_BAND({VALUE}, {deviations:g})", return_data=True)
        return Judged(None, (value, band), comparison, None, BAND)

    def _math(self, signal: Mapping[str, Any], least: Mapping[str, Any] | None, threshold: Threshold) -> Judged:
        """Metric math: the author's inputs, then the judged series last, with the traffic floor and the band put around it."""
        queries: list[MetricDataQuery] = []
        if "expression" in signal:
            for name, metric in sorted(signal["metrics"].items()):
                queries.append(MetricDataQuery(name, metric=self._metric(metric, "signal", "metrics", name)))
            expression = self.expression()
        else:
            queries.append(MetricDataQuery(VALUE, metric=self._metric(signal, "signal")))
            expression = VALUE
        taken = {query.id for query in queries}
        if len(threshold) == 2:
            below, above = (float(value) for _, value in threshold)
            if expression not in taken:
                queries.append(MetricDataQuery(_free("series", taken), expression=expression))
                expression = queries[-1].id
            expression = f"IF({expression} < {_plain(below)} OR {expression} > {_plain(above)}, 1, 0)"
            threshold = (("above", 0.0),)
        if least is not None:
            traffic = least["metric"]
            if isinstance(traffic, dict):
                traffic = _free(TRAFFIC, taken)
                queries.append(MetricDataQuery(traffic, metric=self._metric(least["metric"], "leastTraffic", "metric")))
            expression = f"IF({traffic} >= {_plain(least['perPeriod'])}, {expression})"
        judged = MetricDataQuery(_free(JUDGED, taken), expression=expression, return_data=True)
        self._within_limits(expression, [*queries, judged])
        return Judged(None, (*queries, judged), *self._compare(threshold))

    def _within_limits(self, expression: str, queries: list[MetricDataQuery]) -> None:
        place = self.criterion.place("signal", otherwise=self.place)
        longest = limits.limit("cloudwatch", "expression")
        if len(expression) > longest:
            self.findings.error(
                "X010",
                f"the expression has {len(expression):,} characters with its guards; an alarm takes {longest:,}",
                place.span,
                "shorten the expression or split the criterion",
            )
        most = limits.limit("cloudwatch", "metricsPerExpression")
        metrics = sum(query.metric is not None for query in queries)
        if metrics > most:
            self.findings.error(
                "X011",
                f"the criterion reads {metrics} metrics; an alarm on metric math takes {most}",
                place.span,
                "fewer metrics, or a Metrics Insights `query`",
            )

    def _metric(self, data: Mapping[str, Any], *path: str) -> Metric:
        dimensions = tuple(
            (name, self._value(text, *path, "dimensions", name))
            for name, text in sorted((data.get("dimensions") or {}).items())
        )
        namespace = self._text(data["namespace"], *path, "namespace")
        name = self._text(data["metric"], *path, "metric")
        longest, most = limits.limit("cloudwatch", "metricName"), limits.limit("cloudwatch", "dimensionValue")
        if not 0 < len(namespace) <= longest or namespace.startswith(":"):
            help = f"a namespace has 1 to {longest} characters and does not begin with `:`"
            self._refused(namespace, help, *path, "namespace")
        if not 0 < len(name) <= longest:
            self._refused(name, f"a metric's name has 1 to {longest} characters", *path, "metric")
        for key, value in dimensions:
            if isinstance(value, str) and not (len(value) <= most and value.isascii() and value.strip()):
                self._refused(value, f"a dimension's value is 1 to {most:,} ASCII characters", *path, "dimensions", key)
        return Metric(namespace=namespace, name=name, statistic=data["statistic"], dimensions=dimensions)

    def _refused(self, text: str, help: str, *path: str) -> None:
        """Report what a value comes to that stands at `path` with references in it."""
        place = self.criterion.place(*path, otherwise=self.place)
        written: Any = self.criterion.data
        for key in path:
            written = written[key]
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        where = f"as `{path[-1]}` of preset `{self.preset}`" if self.preset and place.found.fixed else "here"
        message = f"CloudWatch refuses `{shown}` {where}"
        self.findings.error("R027", message, place.span, help, self.variables.set_at(written))

    def _value(self, text: str, *path: str) -> Value:
        if "${" not in text:
            return text
        place = self.criterion.place(*path, otherwise=self.place)
        return resolve_at(text, self.variables, place, self.findings)

    def _text(self, text: str, *path: str) -> str:
        if "${" not in text:
            return text
        place = self.criterion.place(*path, otherwise=self.place)
        return known_text(text, self.variables, place, self.findings)


def known_text(text: str, variables: Variables, place: Place, findings: Findings) -> str:
    """Resolve text that must be known when the plan is made, since names, numbers and rules are made of it."""
    value = resolve_at(text, variables, place, findings)
    if isinstance(value, Interpolated):
        name = next((f"`{key}`" for key in reversed(place.path) if isinstance(key, str)), "this place")
        message, help = known_too_late(text, name)
        findings.error("R022", message, place.span, help, variables.set_at(text))
        return text
    return value


def _plain(number: float) -> str:
    """Every digit of a number, without an exponent: metric math knows none."""
    return format(Decimal(repr(number)).normalize(), "f")


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}{number}"
    taken.add(name)
    return name
