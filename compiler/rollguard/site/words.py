"""What a plan says, in the words of somebody who knows neither CloudWatch nor CodeDeploy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from rollguard.plan.model import (
    CodeDeployGroup,
    Criterion,
    DeploymentConfig,
    Metric,
    MetricAlarm,
    Mode,
    Platform,
    Status,
    TrafficShift,
)
from rollguard.simulate.traffic import known_shift
from rollguard.wording import joined, lasting

PLATFORMS: dict[Platform, str] = {"ECS": "Amazon ECS", "Lambda": "AWS Lambda", "Server": "EC2 instances"}

MODES: dict[Mode, str] = {"rollback": "rolls back", "hold": "holds", "observe": "watches only"}

MODE_SENTENCES: dict[Mode, str] = {
    "rollback": "When the trigger is true, the deployment is stopped and the last good version comes back; nobody has to decide.",
    "hold": "When the trigger is true, the next step of the deployment waits until a person has decided.",
    "observe": "The alarms are there and are recorded, but no deployment listens to them: nothing is rolled back.",
}

STATUSES: dict[Status, str] = {
    "started": "A rollback begins",
    "succeeded": "The rollback is done: the last good version serves again",
    "failed": "The rollback itself failed: somebody must act",
    "nothingToRollBack": "The deployment was stopped and is not rolled back, as no earlier version had ever succeeded "
    "or automatic rollback is off: somebody must act",
    "recovered": "The rollback is done, and every criterion is good again",
    "stillRed": "The rollback is done, but a criterion is still red: the release was not the cause, or not the only one",
    "refused": "A deployment was refused because a criterion was red before it began",
    "notRolledBack": "The rollback alarm is red during a deployment, and nothing rolls it back: somebody must act",
    "outsideDeployment": "A criterion turns red while nobody deploys: there is nothing to roll back",
    "unknown": "AWS does not say what became of the rollback: somebody must look",
}

#: Server configurations that CodeDeploy brings, as (a short name, a sentence).
_HOSTS = {
    "CodeDeployDefault.OneAtATime": ("one instance at a time", "Instances are replaced one at a time."),
    "CodeDeployDefault.HalfAtATime": (
        "half of the instances at a time",
        "Instances are replaced in turn, at most half of them at a time.",
    ),
}

#: What a criterion with `judges: newVersion` sees.
UNDILUTED = "the new version is judged undiluted (the worse of both versions while both run)"

CHANNELS = {
    "email": "e-mail",
    "https": "web hook",
    "sqs": "SQS queue",
    "topic": "SNS topic",
    "pagerduty": "PagerDuty",
    "slack": "Slack",
}

TOOLS = {
    "terraform": "Terraform",
    "cdk": "the AWS CDK",
    "sam": "AWS SAM",
    "cloudformation": "CloudFormation",
    "pulumi": "a Pulumi program of its own",
}

CONCERNS = {
    "errors": "errors",
    "latency": "slowness",
    "saturation": "overload",
    "throughput": "lost traffic",
    "business": "harm to the business",
}

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day(iso: str) -> str:
    """`2 November 2026` for an ISO date."""
    when = date.fromisoformat(iso)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def whole_minutes(seconds: float) -> str:
    """A time rounded to minutes, at least one: `6 min`."""
    return lasting(max(round(seconds / 60), 1) * 60)


def listed(names: Iterable[str], joint: str = "and") -> str:
    """`a, b and c`."""
    return joined(names, joint)


def tool(group: CodeDeployGroup) -> str:
    """What owns a group that is not Rollguard's, as it stands in the middle of a sentence."""
    return TOOLS.get(group.managed_by, group.managed_by)


def mechanism(group: CodeDeployGroup) -> str:
    """`CodeDeploy on Amazon ECS, canary`."""
    how = _shift_name(group.config) if group.config.name else f"in steps that {tool(group)} sets"
    return f"CodeDeploy on {PLATFORMS[group.platform]}, {how}"


def shift(group: CodeDeployGroup) -> str:
    """How the new version takes over, as a sentence."""
    if group.config.name in _HOSTS:
        return _HOSTS[group.config.name][1]
    traffic = _traffic(group.config)
    every = lasting(traffic.interval * 60)
    if traffic.kind == "canary":
        return f"The new version first gets {traffic.percent} % of the traffic for {every}, then all of it."
    if traffic.kind == "linear":
        total = lasting(traffic.interval * 60 * _steps(traffic))
        return f"The new version gets another {traffic.percent} % of the traffic every {every}; it has all of it after {total}."
    if traffic.kind == "allAtOnce":
        return (
            "The new version gets all of the traffic at once."
            if group.platform != "Server"
            else "All instances are replaced at once."
        )
    if traffic.kind == "healthyHosts" and traffic.healthy_hosts is not None:
        unit, least = traffic.healthy_hosts
        kept = f"{least} % of the instances" if unit == "FLEET_PERCENT" else _counted(least, "instance")
        return f"Instances are replaced in turn, never leaving fewer than {kept} in service."
    if not group.config.name:
        return f"How the new version takes over is set in {tool(group)}; this policy does not say it."
    return f"The traffic moves as CodeDeploy's configuration {group.config.name} says."


def watch(group: CodeDeployGroup) -> str:
    """How long the criteria can still roll back, as a sentence."""
    traffic = _traffic(group.config)
    shifting = {"canary": traffic.interval, "linear": traffic.interval * _steps(traffic)}.get(traffic.kind, 0) * 60
    bake = (group.bake_minutes or 0) * 60
    if bake:
        total = f" A rollback is possible for {lasting(shifting + bake)} in all." if shifting else ""
        return f"The old version then stays ready for {lasting(bake)} more, and the criteria can still bring it back.{total}"
    if group.platform == "Lambda" and shifting:
        return (
            f"With the last step, {lasting(shifting)} after the start, the deployment is over: from then on a red criterion tells people, "
            "but rolls nothing back."
        )
    return "When the deployment is over, a red criterion tells people, but rolls nothing back."


def measured(alarm: MetricAlarm) -> tuple[str, tuple[str, ...]]:
    """The formula that an alarm judges, or an empty text, and the metrics that it reads, each in words."""
    if alarm.metric is not None:
        return "", (_metric(alarm.metric),)
    metrics = [(query.id, query.metric) for query in alarm.queries if query.metric is not None]
    inputs = tuple(f"`{id}` is the {_metric(metric)}{_apart(metric, metrics)}" for id, metric in metrics)
    formulas = [query.expression for query in alarm.queries if query.expression]
    return "; ".join(formulas), inputs


def _metric(metric: Metric) -> str:
    return f"{metric.statistic} of `{metric.name}` in `{metric.namespace}`"


def _apart(metric: Metric, others: Iterable[tuple[str, Metric]]) -> str:
    """What tells a metric from others of the same name: ` for `Colour=blue``; empty where there are none."""
    alike = [
        one
        for _, one in others
        if (one.namespace, one.name, one.statistic) == (metric.namespace, metric.name, metric.statistic)
    ]
    told = [
        f"`{name}={value}`"
        for name, value in metric.dimensions
        if isinstance(value, str) and any(dict(one.dimensions).get(name) != value for one in alike)
    ]
    return f" for {listed(told)}" if told else ""


def looks_at(criterion: Criterion, groups: Iterable[CodeDeployGroup]) -> str:
    """Whose faults a criterion sees, and how much of them while the new version has little of the traffic."""
    if criterion.judges == "newVersion":
        return UNDILUTED
    whole = "the whole service, old and new version together"
    shifts = [_traffic(group.config) for group in groups]
    shares = {traffic.percent for traffic in shifts if traffic.kind in ("canary", "linear")}
    if not shares or criterion.unit != "percent":
        return whole
    share = min(shares)
    return f"{whole}: while the new version has {share} % of the traffic, a fault of it shows in this number at {share} % of its strength"


def _traffic(config: DeploymentConfig) -> TrafficShift:
    """How a configuration shifts traffic, also where the policy only names one that CodeDeploy brings."""
    return known_shift(config.name, config.traffic) or config.traffic


def _steps(traffic: TrafficShift) -> int:
    """Increments of a linear shift after the first one, which comes at once."""
    return -(-100 // traffic.percent) - 1 if traffic.percent else 0


def _shift_name(config: DeploymentConfig) -> str:
    if config.name in _HOSTS:
        return _HOSTS[config.name][0]
    names = {
        "canary": "canary",
        "linear": "step by step",
        "allAtOnce": "all at once",
        "healthyHosts": "instance by instance",
    }
    return names.get(_traffic(config).kind, f"as {config.name} says")


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
