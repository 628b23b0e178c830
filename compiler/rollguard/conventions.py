"""Every name that we emit. They are public API: other tools, dashboards and people rely on them.

Segments are joined by `_`, which no id may hold, so two different things can never get one name. All names are ASCII.
Limits: alarm 255, topic 256, KMS alias 256 (aws-facts 1.1, 7.4); IAM role and event rule 64, CodeDeploy 100 (aws-facts 2.4, 7.2).
"""

from __future__ import annotations

import hashlib

PREFIX = "rollguard"
ALARM_LIMIT = 255
TOPIC_LIMIT = 256
ALIAS_LIMIT = 256
ROLE_LIMIT = 64
RULE_LIMIT = 64
CODEDEPLOY_LIMIT = 100
SLACK_CONFIGURATION_LIMIT = 128

#: The metric that lets one criterion be passed for a while (design 3).
BYPASS_NAMESPACE = "Rollguard/Bypass"
BYPASS_METRIC = "Bypass"


def shorten(name: str, limit: int) -> str:
    """`name` within `limit` characters; what is cut is stood for by a hash of the whole, so it stays unique."""
    if len(name) <= limit:
        return name
    return f"{name[: limit - 9]}-{_digest(name, 8)}"


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def _name(limit: int, *segments: str) -> str:
    return shorten("_".join((PREFIX, *segments)), limit)


def rollback_alarm(environment: str, policy: str) -> str:
    """The composite alarm of a policy: the one name that every consumer reads."""
    return _name(ALARM_LIMIT, environment, policy)


def criterion_alarm(environment: str, policy: str, criterion: str) -> str:
    return _name(ALARM_LIMIT, environment, policy, criterion)


def bypass_alarm(environment: str, policy: str, criterion: str) -> str:
    return _name(ALARM_LIMIT, environment, policy, criterion, "bypass")


def topic(environment: str, channel: str) -> str:
    return _name(TOPIC_LIMIT, environment, channel)


def key_alias(environment: str) -> str:
    return "alias/" + _name(ALIAS_LIMIT - len("alias/"), environment)


def service_role(environment: str, region: str, policy: str, group: str) -> str:
    """IAM roles are global, so the Region is part of the name."""
    return _name(ROLE_LIMIT, environment, region, policy, _digest(group, 6))


def slack_role(environment: str, region: str, channel: str) -> str:
    return _name(ROLE_LIMIT, environment, region, channel, "slack")


def slack_configuration(environment: str, region: str, channel: str) -> str:
    return _name(SLACK_CONFIGURATION_LIMIT, environment, region, channel)


def deployment_config(environment: str, shape: str, include: tuple[str, ...]) -> str:
    """One name per shape and environment; a stack that holds a part has its own, so no stack needs another's outputs."""
    part = _digest("\n".join(sorted(include)), 6) if include else ""
    return _name(CODEDEPLOY_LIMIT, environment, *([part] if part else []), shape)


def alarm_arn_pattern(region: str, account: str, environment: str) -> str:
    """The rollback alarms of an environment, as an ARN pattern."""
    return f"arn:{partition(region)}:cloudwatch:{region}:{account}:alarm:{PREFIX}_{environment}_*"


def topic_arn(region: str, account: str, environment: str, channel: str) -> str:
    return f"arn:{partition(region)}:sns:{region}:{account}:{topic(environment, channel)}"


def partition(region: str) -> str:
    """`aws`, or the partition of China and GovCloud, whose Regions say so in their names."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def policy_page(policy: str) -> str:
    """The page of a policy inside the site, as an address relative to the site's root."""
    return f"policies/{policy}/"
