"""The waist: what one environment needs in AWS, as plain, sorted, JSON-able data.

Everything that acts (Pulumi, site, sandbox, simulation, report) reads this and nothing before it. A plan holds no clock, no randomness
and no look-up: the same policies give the same plan on every machine. Times are whole seconds unless a name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rollguard.language.references import Interpolated as Interpolated
from rollguard.language.references import Reference as Reference
from rollguard.language.references import Value as Value

Mode = Literal["observe", "hold", "rollback"]
Platform = Literal["ECS", "Lambda", "Server"]
Concern = Literal["errors", "latency", "saturation", "throughput", "business"]
Judges = Literal["newVersion", "service"]
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
Status = Literal["started", "succeeded", "failed", "recovered", "stillRed", "refused", "outsideDeployment"]
STATUSES: tuple[Status, ...] = (
    "started",
    "succeeded",
    "failed",
    "recovered",
    "stillRed",
    "refused",
    "outsideDeployment",
)


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
    evaluate_low_sample_count_percentile: Literal["evaluate", "ignore"] | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class CompositeAlarm:
    """A CloudWatch composite alarm. `children` are the alarm names its rule reads; `alarm_channels` are told when it turns ALARM."""

    name: str
    description: str
    rule: str
    children: tuple[str, ...] = ()
    alarm_channels: tuple[str, ...] = ()
    ok_channels: tuple[str, ...] = ()
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Readable:
    """A criterion in words, for people: the site, alarm descriptions and messages."""

    condition: str
    """`5xx ratio of the targets above 2 %`"""
    window: str
    """`in 3 of 5 minutes`"""
    missing: str
    """what silence means, as a sentence"""
    traffic: str = ""
    """what becomes of periods with little traffic, or empty: `only minutes with at least 50 requests are judged`"""
    samples: str = ""
    """what becomes of a percentile over few measurements, or empty"""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a policy in one environment and Region.

    `alarm` is None when an existing alarm is adopted (`alarm_name` then names it and nothing is made).
    `attached` says whether the rollback alarm reads it; `bypass` exists only for attached ones.
    """

    id: str
    title: str
    why: str
    mode: Mode
    attached: bool
    judges: Judges
    alarm_name: str
    readable: Readable
    concern: Concern | None = None
    preset: str = ""
    blind_spots: str = ""
    unit: str = ""
    threshold: tuple[tuple[str, float | str], ...] = ()
    """what the author meant, in the signal's unit: `(("above", 2.0),)`, `(("outside", "band"),)`, or `(("below", 10.0), ("above", 90.0))`
    for a value that must stay between the two"""
    alarm: MetricAlarm | None = None
    bypass: MetricAlarm | None = None


@dataclass(frozen=True, slots=True)
class Trigger:
    """Which criteria together roll back.

    `tree` is JSON-able: an id, `{"any": [...]}`, `{"all": [...]}`, `{"not": x}`, `{"atLeast": [n, [...]]}`, or True/False.
    `text` is what the author wrote; `sentence` says it in words.
    """

    text: str
    sentence: str
    tree: object


@dataclass(frozen=True, slots=True)
class TrafficShift:
    """How traffic moves to the new version. `percent` per step, `interval` in minutes; healthy hosts only on Server."""

    kind: Literal["canary", "linear", "allAtOnce", "healthyHosts", "named"]
    percent: int = 0
    interval: int = 0
    healthy_hosts: tuple[Literal["FLEET_PERCENT", "HOST_COUNT", "MOST_CONCURRENCY"], int] | None = None
    """`MOST_CONCURRENCY` (hosts that are deployed to at a time) only exists predefined, as `CodeDeployDefault.OneAtATime`"""


@dataclass(frozen=True, slots=True)
class DeploymentConfig:
    """A CodeDeploy deployment configuration. `predefined` ones exist in every account and are only named."""

    name: str
    platform: Platform
    traffic: TrafficShift
    predefined: bool


@dataclass(frozen=True, slots=True)
class ServiceRole:
    """The role CodeDeploy works with, with the least it needs. `statements` are IAM policy statements (JSON-able)."""

    name: str
    path: str
    permissions_boundary: str
    statements: tuple[dict[str, object], ...]
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """What an ECS or Server blue/green deployment shifts traffic on. Target groups and listeners are names and ARNs of existing things."""

    listener: Value | None = None
    test_listener: Value | None = None
    target_groups: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeDeployGroup:
    """One guarded deployment group.

    `managed_by == "rollguard"`: we own application and group. Anything else: that tool does; we make nothing but alarms and say which
    names it must reference.
    `alarms` are the names the group must poll; empty (and `alarms_enabled` False) where nothing may roll back.
    """

    application: str
    group: str
    platform: Platform
    managed_by: str
    config: DeploymentConfig
    alarms: tuple[str, ...]
    alarms_enabled: bool
    ignore_poll_alarm_failure: bool
    bake_minutes: int | None
    blue_green: bool
    protect: bool
    retain_on_delete: bool
    service_role_arn: Value | None = None
    service_role: ServiceRole | None = None
    ecs_cluster: Value | None = None
    ecs_service: Value | None = None
    load_balancer: LoadBalancer | None = None
    auto_scaling_groups: tuple[Value, ...] = ()
    ec2_tags: tuple[tuple[str, str], ...] = ()
    lambda_function: Value | None = None
    lambda_alias: Value | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed to the criteria, when (ISO date), and when they must be looked at again (ISO date, empty if never)."""

    by: tuple[str, ...]
    on: str
    review_due: str = ""


@dataclass(frozen=True, slots=True)
class GuardPlan:
    """One policy in one environment and Region: its alarms, its rollback alarm, and the deployments they guard."""

    policy: str
    title: str
    owner: str
    source: str
    description: str
    runbook: str
    page: str
    """absolute address of the policy's page, empty where the environment has no site"""
    mode: Mode
    retired: str
    """why the policy is retired, or empty"""
    agreed: Agreement | None
    labels: Tags
    criteria: tuple[Criterion, ...]
    trigger: Trigger
    rollback_alarm: CompositeAlarm
    wiring: Literal["composite", "direct"]
    deployments: tuple[CodeDeployGroup, ...]
    notify: tuple[tuple[Status, tuple[str, ...]], ...]
    rollback_within: int | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """One endpoint of a topic. `key` tells the subscriptions of a topic apart and never holds a secret."""

    key: str
    protocol: Literal["email", "https", "sqs"]
    endpoint: Value
    raw_message_delivery: bool = False


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """A Slack channel told through Amazon Q Developer in chat applications.

    AWS has one configuration per Slack channel and account, and its API in a few Regions only: `region` is where it is made, and
    `topic_regions` are the Regions of the environment whose topics of the channel it shows.
    """

    workspace: str
    channel: str
    configuration_name: str
    role_name: str
    region: str
    topic_regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """A notification channel. `topic_arn` is known from names alone; `topic_name` is empty for a topic that exists already (`topic:`).

    `slack` is set in one Region of the environment, which makes the one configuration of all of them.
    """

    name: str
    kind: Literal["email", "https", "sqs", "topic", "pagerduty", "slack"]
    topic_arn: Value
    topic_name: str = ""
    subscriptions: tuple[Subscription, ...] = ()
    slack: SlackChannel | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Foundation:
    """What an environment shares in one Region: one key, one topic per channel."""

    key_alias: str
    channels: tuple[Channel, ...]
    alarm_arn_pattern: str
    """the alarms that may publish to the topics, as an ARN pattern"""
    permissions_boundary: str = ""
    iam_path: str = "/"
    protect: bool = True
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Application:
    """A CodeDeploy application that we own; shared by every policy that names it."""

    name: str
    platform: Platform
    protect: bool
    retain_on_delete: bool
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """Everything of one environment in one Region. `channels` holds all channels, also where `foundation` is another stack's."""

    region: str
    foundation: Foundation | None
    channels: tuple[Channel, ...]
    applications: tuple[Application, ...]
    deployment_configs: tuple[DeploymentConfig, ...]
    """only those that we must create"""
    guards: tuple[GuardPlan, ...]


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """The plan of one environment. `include` is the part of it that this plan holds (empty: all of it)."""

    environment: str
    account: str
    site: str
    disarmed: str
    """why nothing rolls back here, or empty"""
    include: tuple[str, ...]
    regions: tuple[RegionPlan, ...]
    version: int = field(default=1)
