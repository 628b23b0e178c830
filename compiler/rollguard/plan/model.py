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
from rollguard.plan.alarms import Comparison as Comparison
from rollguard.plan.alarms import CompositeAlarm as CompositeAlarm
from rollguard.plan.alarms import Dimensions as Dimensions
from rollguard.plan.alarms import Metric as Metric
from rollguard.plan.alarms import MetricAlarm as MetricAlarm
from rollguard.plan.alarms import MetricDataQuery as MetricDataQuery
from rollguard.plan.alarms import Tags as Tags
from rollguard.plan.alarms import TreatMissingData as TreatMissingData
from rollguard.plan.alarms import is_insights as is_insights

Mode = Literal["observe", "hold", "rollback"]
Platform = Literal["ECS", "Lambda", "Server"]
Concern = Literal["errors", "latency", "saturation", "throughput", "business"]
Judges = Literal["newVersion", "service"]
IfArmed = Literal["alone", "together", "never"]
Status = Literal[
    "started",
    "succeeded",
    "failed",
    "nothingToRollBack",
    "recovered",
    "stillRed",
    "refused",
    "notRolledBack",
    "outsideDeployment",
    "unknown",
]
STATUSES: tuple[Status, ...] = (
    "started",
    "succeeded",
    "failed",
    "nothingToRollBack",
    "recovered",
    "stillRed",
    "refused",
    "notRolledBack",
    "outsideDeployment",
    "unknown",
)


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
    `attached` says whether the rollback alarm reads it; `bypass` exists only for attached ones. `if_armed` says of one that only observes
    what it would do to the rollback alarm: turn it red alone, only together with others, or never.
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
    if_armed: IfArmed | None = None


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
    `alarms` are the names the group must poll; empty (and `alarms_enabled` False) where nothing may roll back. `expected_duration` is how
    long a deployment to servers takes, in seconds, where its author says it.
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
    expected_duration: int | None = None
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
    still_red_after: int = 900
    """seconds after a rollback is done at which alarms that are not green again are worth a message"""


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
class PagerDuty:
    """How EventBridge hands the recorder's events to PagerDuty: a rule, a connection that keeps `routing_key`, and a destination.

    `pattern` is the rule's event pattern, as JSON text. All three have the one `name`.
    """

    name: str
    pattern: str
    routing_key: Value


@dataclass(frozen=True, slots=True)
class Channel:
    """A notification channel. `topic_arn` is known from names alone; `topic_name` is empty for a topic that exists already (`topic:`).

    A PagerDuty channel has no topic: both are empty, and `pagerduty` is set. `slack` is set in one Region of the environment, which makes
    the one configuration of all of them.
    """

    name: str
    kind: Literal["email", "https", "sqs", "topic", "pagerduty", "slack"]
    topic_arn: Value
    topic_name: str = ""
    subscriptions: tuple[Subscription, ...] = ()
    slack: SlackChannel | None = None
    pagerduty: PagerDuty | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class EventRule:
    """A rule of the default event bus that calls the recorder: either `pattern` (JSON text) or `schedule` is set."""

    name: str
    description: str
    pattern: str = ""
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class RecorderNames:
    """What every stack of an environment must know of its recorder in one Region, made or not: known from names alone."""

    function: str
    function_arn: str
    role: str
    role_arn: str
    events_role: str
    events_role_arn: str
    queue: str
    queue_arn: str
    bucket: str


@dataclass(frozen=True, slots=True)
class Recorder:
    """The function that records and tells of rollbacks, with all it needs.

    Retention is in days, `memory` in MiB, `timeout` in seconds. `reserved_concurrency` None reserves nothing: of the account's
    concurrency at least 100 must stay unreserved, so a small account could not deploy it (PutFunctionConcurrency).
    `alarms` are those on the recorder itself; they tell `alarm_channels` with no code of ours in between.
    """

    environment: str
    names: RecorderNames
    memory: int
    timeout: int
    log_retention: int
    record_retention: int
    rules: tuple[EventRule, ...]
    rule_names: str
    """the rules of all stacks of the environment, as a pattern of names"""
    alarms: tuple[MetricAlarm, ...]
    alarm_channels: tuple[str, ...] = ()
    reserved_concurrency: int | None = None


@dataclass(frozen=True, slots=True)
class Foundation:
    """What an environment shares in one Region: one key, one topic per channel, the recorder."""

    key_alias: str
    channels: tuple[Channel, ...]
    recorder: Recorder
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
    """Everything of one environment in one Region. `channels` and `recorder` are there also where `foundation` is another stack's."""

    region: str
    foundation: Foundation | None
    channels: tuple[Channel, ...]
    applications: tuple[Application, ...]
    deployment_configs: tuple[DeploymentConfig, ...]
    """only those that we must create"""
    guards: tuple[GuardPlan, ...]
    recorder: RecorderNames
    rules: tuple[EventRule, ...] = ()
    """what calls the recorder for the groups and the adopted alarms of these guards"""
    tags: Tags = ()
    """of what belongs to no policy alone"""


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
    templates: tuple[tuple[str, str], ...] = ()
    """the project's own message templates: path and text, sorted"""
    unreadable_templates: tuple[tuple[str, str], ...] = ()
    """those of which there is no text: path and why, sorted"""
