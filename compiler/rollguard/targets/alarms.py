"""CloudWatch alarms of a plan as Pulumi resources."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
from pulumi_aws import cloudwatch

from rollguard.plan.model import CompositeAlarm, Metric, MetricAlarm, MetricDataQuery, is_insights
from rollguard.targets.scope import Scope

#: What CloudWatch takes as `Statistic`; everything else (percentiles, trimmed means) is an `ExtendedStatistic` (PutMetricAlarm).
STATISTICS = frozenset({"SampleCount", "Average", "Sum", "Minimum", "Maximum"})


def metric_alarm(
    name: str,
    alarm: MetricAlarm,
    scope: Scope,
    opts: pulumi.ResourceOptions,
    *,
    actions: Sequence[pulumi.Input[str]] = (),
) -> cloudwatch.MetricAlarm:
    """A metric alarm. Only those on the recorder itself have `actions` (topics told at each change): of all others the recorder tells."""
    metric = alarm.metric
    simple = metric is not None and metric.statistic in STATISTICS
    return cloudwatch.MetricAlarm(
        name,
        name=alarm.name,
        region=scope.region,
        alarm_description=alarm.description,
        comparison_operator=alarm.comparison,
        threshold=alarm.threshold,
        threshold_metric_id=alarm.threshold_metric_id,
        evaluation_periods=alarm.evaluation_periods,
        datapoints_to_alarm=alarm.datapoints_to_alarm,
        treat_missing_data=alarm.treat_missing_data,
        evaluate_low_sample_count_percentiles=alarm.evaluate_low_sample_count_percentile,
        namespace=metric.namespace if metric else None,
        metric_name=metric.name if metric else None,
        dimensions=_dimensions(metric, scope) if metric else None,
        statistic=metric.statistic if metric and simple else None,
        extended_statistic=metric.statistic if metric and not simple else None,
        # Queries carry the period themselves; the provider refuses both.
        period=alarm.period if metric else None,
        metric_queries=[_query(query, alarm.period, scope) for query in alarm.queries] or None,
        alarm_actions=list(actions) or None,
        ok_actions=list(actions) or None,
        tags=dict(alarm.tags) or None,
        opts=opts,
    )


def composite_alarm(
    name: str, alarm: CompositeAlarm, scope: Scope, opts: pulumi.ResourceOptions
) -> cloudwatch.CompositeAlarm:
    """`opts` must depend on every child that this program makes: CloudWatch refuses a rule that names a missing alarm."""
    return cloudwatch.CompositeAlarm(
        name,
        alarm_name=alarm.name,
        region=scope.region,
        alarm_description=alarm.description,
        alarm_rule=alarm.rule,
        tags=dict(alarm.tags) or None,
        opts=opts,
    )


def _dimensions(metric: Metric, scope: Scope) -> dict[str, pulumi.Input[str]] | None:
    return {name: scope.values.text(value) for name, value in metric.dimensions} or None


def _query(query: MetricDataQuery, period: int, scope: Scope) -> cloudwatch.MetricAlarmMetricQueryArgs:
    metric = query.metric
    return cloudwatch.MetricAlarmMetricQueryArgs(
        id=query.id,
        expression=query.expression,
        label=query.label or None,
        return_data=query.return_data or None,
        # A Metrics Insights query is the one expression that must state its own period (GetMetricData, MetricDataQuery.Period).
        period=period if is_insights(query) else None,
        metric=cloudwatch.MetricAlarmMetricQueryMetricArgs(
            namespace=metric.namespace,
            metric_name=metric.name,
            stat=metric.statistic,
            period=period,
            dimensions=_dimensions(metric, scope),
        )
        if metric
        else None,
    )
