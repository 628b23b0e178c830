"""Rules of CloudWatch alarms: signals, thresholds, metric lists, periods, actions, composite rules (aws-facts 1.1, 1.6, 1.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rollguard.language import alarm_rule
from rollguard.limits import limit
from rollguard.sandbox.aws.rules import Complaint, Rule, Site
from rollguard.sandbox.aws.rules.plain import arn_service, is_number
from rollguard.sandbox.aws.terms import UNKNOWN
from rollguard.sandbox.aws.values import has_unknown

_BANDS = ("LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold")
#: Parameters that exclude the list of metrics, with the API's names.
_OF_ONE_METRIC = {
    "metricName": "MetricName",
    "namespace": "Namespace",
    "dimensions": "Dimensions",
    "period": "Period",
    "statistic": "Statistic",
    "extendedStatistic": "ExtendedStatistic",
    "unit": "Unit",
}
_STRINGS = re.compile(r"'[^']*'|\"[^\"]*\"")
_IDENTIFIER = re.compile(r"(?<![\w.])([a-z][A-Za-z0-9_]*)\b(?!\s*\()")


def signal(site: Site) -> Iterator[Complaint]:
    """Exactly one of a metric, a list of metrics and a PromQL query, with what belongs to it."""
    forms = [form for form in ("metricName", "metricQueries", "evaluationCriteria") if site.stated(form)]
    if not forms:
        yield Complaint("MetricName must not be null", ("metricName",))
        return
    if "metricQueries" in forms:
        for name, parameter in _OF_ONE_METRIC.items():
            if site.stated(name):
                yield Complaint(f"{parameter} should not be set if list of Metrics is set.", (name,))
    if "evaluationCriteria" in forms:
        if len(forms) > 1:
            yield Complaint(
                "EvaluationCriteria should not be set if MetricName or list of Metrics is set.", ("evaluationCriteria",)
            )
        return
    for name, parameter in (("comparisonOperator", "ComparisonOperator"), ("evaluationPeriods", "EvaluationPeriods")):
        if not site.stated(name):
            yield Complaint(f"{parameter} must not be null", (name,))
    if forms[0] == "metricName":
        if site.stated("statistic") == site.stated("extendedStatistic"):
            yield Complaint(
                "One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm", ("statistic",)
            )
        for name, parameter in (("namespace", "Namespace"), ("period", "Period")):
            if not site.stated(name):
                yield Complaint(f"{parameter} must not be null", (name,))


def threshold(site: Site) -> Iterator[Complaint]:
    """A number or a band, and an operator that fits."""
    operator = site.get("comparisonOperator")
    band = site.stated("thresholdMetricId")
    if site.stated("threshold") and band:
        yield Complaint("Threshold and ThresholdMetricId cannot both be set", ("thresholdMetricId",))
    elif not site.stated("threshold") and not band and not site.stated("evaluationCriteria"):
        yield Complaint("Exactly one of Threshold and ThresholdMetricId must be set", ("threshold",))
    elif operator is not None and band != (operator in _BANDS):
        needed = "with" if operator in _BANDS else "without"
        yield Complaint(
            f"ComparisonOperator {operator} can only be used {needed} ThresholdMetricId", ("comparisonOperator",)
        )


def period(site: Site) -> Iterator[Complaint]:
    if is_number(site.value) and site.value not in site.arguments["short"] and (site.value < 1 or site.value % 60):
        yield Complaint()


def evaluation_span(site: Site) -> Iterator[Complaint]:
    """Period times EvaluationPeriods: one day, or seven with periods of an hour or more."""
    queries = site.get("metricQueries") or []
    periods = [
        site.get("period"),
        *(q.get("period") for q in queries),
        *(q.get("metric", {}).get("period") for q in queries),
    ]
    seconds = max((value for value in periods if is_number(value)), default=None)
    count = site.get("evaluationPeriods")
    if seconds is None or not is_number(count):
        return
    long = seconds >= site.arguments["hour"]
    most, span = (site.arguments["week"], "a week") if long else (site.arguments["day"], "a day")
    if seconds * count > most:
        words = f"Metrics cannot be checked across more than {span} (EvaluationPeriods * Period must be <= {most})"
        yield Complaint(f"{words}: {count} * {seconds} = {count * seconds}", ("evaluationPeriods",))


def metric_list(site: Site) -> Iterator[Complaint]:
    """A list of metrics as an alarm may have it."""
    if has_unknown(site.value) or not isinstance(site.value, list):
        return
    queries: list[dict[str, Any]] = site.value
    ids = [query.get("id") for query in queries]
    for index, query in enumerate(queries):
        place = (*site.path, index)
        if ids.index(ids[index]) < index:
            yield Complaint(f"Invalid metrics list: the id '{ids[index]}' is used more than once", (*place, "id"))
        if "expression" in query and "metric" in query:
            yield Complaint("No metric_query may have both `expression` and a `metric` specified", place)
        elif "expression" not in query and "metric" not in query:
            yield Complaint("Invalid metrics list: an element needs either a metric or an expression", place)
        yield from _expression(query.get("expression"), ids, (*place, "expression"))
    metrics = sum("metric" in query for query in queries)
    if metrics > site.arguments["metrics"]:
        yield Complaint(f"The maximum number of metrics in an alarm is {site.arguments['metrics']}, got {metrics}")
    periods = sorted({q["metric"]["period"] for q in queries if "period" in q.get("metric", {})})
    if len(periods) > 1:
        yield Complaint(f"All metrics of an alarm must have the same period, got {', '.join(map(str, periods))}")
    yield from _returned(site, queries)


def actions(site: Site) -> Iterator[Complaint]:
    if not isinstance(site.value, list):
        return
    for index, action in enumerate(site.value):
        if not isinstance(action, str) or action == UNKNOWN or not action:
            continue
        service = arn_service(action) or ("automate" if action.startswith("arn:aws:automate:") else None)
        if service is None:
            yield Complaint(f"Invalid arn syntax: {action}", (*site.path, index))
        elif service in site.arguments.get("refused", ()):
            yield Complaint(f"Composite alarms cannot perform the action {action}", (*site.path, index))


def composite_rule(site: Site) -> Iterator[Complaint]:
    if not isinstance(site.value, str) or not site.value:
        return
    try:
        rule = alarm_rule.parse(site.value)
    except alarm_rule.RuleError as error:
        yield Complaint(f"Error in AlarmRule [{error}]")
        return
    most = limit("cloudwatch", "compositeChildren")
    if len(rule.children) > most:
        yield Complaint(f"AlarmRule must not refer to more than {most} alarms, got {len(rule.children)}")
    most = limit("cloudwatch", "compositeElements")
    if rule.elements > most:
        yield Complaint(f"AlarmRule must not have more than {most} elements, got {rule.elements}")


def _expression(text: object, ids: list[Any], path: tuple[str | int, ...]) -> Iterator[Complaint]:
    if not isinstance(text, str):
        return
    if re.search(r"\bSEARCH\s*\(", text):
        yield Complaint("SEARCH is not supported in the metric math of an alarm", path)
    if text.lstrip().upper().startswith("SELECT"):
        return
    for name in dict.fromkeys(_IDENTIFIER.findall(_STRINGS.sub("''", text))):
        if name not in ids:
            yield Complaint(
                f"Invalid metrics list: the expression refers to '{name}', which is no id of the list", path
            )


def _returned(site: Site, queries: list[dict[str, Any]]) -> Iterator[Complaint]:
    returned = sum(query.get("returnData") is True for query in queries)
    if site.stated("thresholdMetricId") and site.stated("threshold"):
        return
    if not site.stated("thresholdMetricId"):
        if returned != 1:
            yield Complaint("Exactly one element of the metrics list should return data.")
        return
    if returned != 2:
        yield Complaint("Exactly two elements of the metrics list should return data.")
    band = site.get("thresholdMetricId")
    named = [query for query in queries if query.get("id") == band]
    if band is not None and (len(named) != 1 or "ANOMALY_DETECTION_BAND" not in str(named[0].get("expression", ""))):
        yield Complaint(
            "Metrics list must contain exactly one metric matching the ThresholdMetricId parameter",
            ("thresholdMetricId",),
        )


RULES: dict[str, Rule] = {
    "signal": signal,
    "threshold": threshold,
    "period": period,
    "evaluationSpan": evaluation_span,
    "metricList": metric_list,
    "actions": actions,
    "alarmRule": composite_rule,
}
