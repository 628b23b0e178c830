"""The waist's alarms, in CloudWatch's words; `plan.model` hands them on. Times are whole seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rollguard.language.references import Value

Comparison = Literal[
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
]
TreatMissingData = Literal["breaching", "notBreaching", "ignore", "missing"]

Dimensions = tuple[tuple[str, Value], ...]
Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """A CloudWatch metric and how it is aggregated. `dimensions` are sorted by name."""

    namespace: str
    name: str
    statistic: str
    dimensions: Dimensions = ()


@dataclass(frozen=True, slots=True)
class MetricDataQuery:
    """One entry of an alarm's `Metrics`: a metric or an expression over the other ids."""

    id: str
    metric: Metric | None = None
    expression: str | None = None
    label: str = ""
    return_data: bool = False


def is_insights(query: MetricDataQuery) -> bool:
    """Whether it is a Metrics Insights query, the one expression that must state its own period."""
    return query.expression is not None and query.expression.lstrip()[:6].upper() == "SELECT"


@dataclass(frozen=True, slots=True)
class MetricAlarm:
    """A CloudWatch metric alarm: either `metric` or `queries` is set. `period` is in seconds."""

    name: str
    description: str
    period: int
    evaluation_periods: int
    datapoints_to_alarm: int
    comparison: Comparison
    treat_missing_data: TreatMissingData
    threshold: float | None = None
    threshold_metric_id: str | None = None
    metric: Metric | None = None
    queries: tuple[MetricDataQuery, ...] = ()
    shown: str = ""
    """the query that people want to see where the judged one only says 1 or 0; empty where it is the judged one"""
    evaluate_low_sample_count_percentile: Literal["evaluate", "ignore"] | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class CompositeAlarm:
    """A CloudWatch composite alarm. `children` are the alarm names its rule reads. It tells nobody: only the recorder does."""

    name: str
    description: str
    rule: str
    children: tuple[str, ...] = ()
    tags: Tags = ()
