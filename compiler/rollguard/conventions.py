"""Every name that we emit. They are public API: other tools, dashboards and people rely on them.

Segments are joined by `_`, which no id may hold, so two different things can never get one name. All names are ASCII.
Limits: alarm 255, topic 256, KMS alias 256 (aws-facts 1.1, 7.4); IAM role 64, CodeDeploy 100 (aws-facts 2.4, 7.2).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

PREFIX = "rollguard"
ALARM_LIMIT = 255
TOPIC_LIMIT = 256
ALIAS_LIMIT = 256
ROLE_LIMIT = 64
CODEDEPLOY_LIMIT = 100
SLACK_CONFIGURATION_LIMIT = 128

#: The metric that lets one criterion be passed for a while (design 3).
BYPASS_NAMESPACE = "Rollguard/Bypass"
BYPASS_METRIC = "Bypass"

#: Where Amazon Q Developer in chat applications has its API (docs.aws.amazon.com/general/latest/gr/chatbot.html, read in 2026-05).
SLACK_REGIONS = ("us-east-2", "us-west-2", "eu-west-1", "ap-southeast-1")

#: By the beginning of a Region's name; every other Region lies in the commercial partition `aws`.
_PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
    "eusc-": "aws-eusc",
}
_REGION = re.compile(
    r"(?:af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov|us-iso|us-isob|us-isof|eu-isoe|eusc-[a-z]{2})"
    r"-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-[1-9]"
)


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


def environment_of(alarm: str) -> str:
    """The environment in the name of an alarm of ours: no id holds a `_`, and only what follows it is ever shortened."""
    return alarm.split("_")[1]


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


def slack_role(environment: str, channel: str) -> str:
    return _name(ROLE_LIMIT, environment, channel, "slack")


def slack_configuration(environment: str, channel: str) -> str:
    """An account has one configuration per Slack channel, wherever it is made."""
    return _name(SLACK_CONFIGURATION_LIMIT, environment, channel)


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
    """The partition of a Region, which the first part of its name says (botocore's `partitions.json`)."""
    return next((name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), "aws")


def well_formed_region(region: str) -> bool:
    """Whether a Region is named as AWS names its Regions: an area, a point of the compass and a number."""
    return _REGION.fullmatch(region) is not None


def slack_region(regions: Sequence[str]) -> str:
    """Where a Slack configuration of these Regions is made: the first that has the API, else US East (Ohio), which has the console."""
    return next((region for region in regions if region in SLACK_REGIONS), SLACK_REGIONS[0])


def policy_page(policy: str) -> str:
    """The page of a policy inside the site, as an address relative to the site's root."""
    return f"policies/{policy}/"
