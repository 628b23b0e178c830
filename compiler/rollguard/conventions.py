"""Every name that we emit. They are public API: other tools, dashboards and people rely on them.

Segments are joined by `_`, which no id may hold, so two different things can never get one name. All names are ASCII.
Limits: alarm 255, topic 256, KMS alias 256 (aws-facts 1.1, 7.4); IAM role 64, CodeDeploy 100 (aws-facts 2.4, 7.2); EventBridge rule,
connection and destination 64 (aws-facts 7.2, API reference), Lambda function 64, SQS queue 80, S3 bucket 63.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from rollguard.wording import near

PREFIX = "rollguard"
ALARM_LIMIT = 255
TOPIC_LIMIT = 256
ALIAS_LIMIT = 256
ROLE_LIMIT = 64
CODEDEPLOY_LIMIT = 100
SLACK_CONFIGURATION_LIMIT = 128
FUNCTION_LIMIT = 64
EVENTS_LIMIT = 64
QUEUE_LIMIT = 80
BUCKET_LIMIT = 63

#: What the recorder's own events say of themselves on the bus (`recorder/forms.py` says the same: it can import nothing of ours).
EVENT_SOURCE, EVENT_TYPE = "rollguard", "Rollguard Notification"

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
_AREAS = (
    "af",
    "ap",
    "ca",
    "cn",
    "eu",
    "il",
    "me",
    "mx",
    "sa",
    "us",
    "us-gov",
    "us-iso",
    "us-isob",
    "us-isof",
    "eu-isoe",
)
_COMPASS = ("north", "south", "east", "west", "central", "northeast", "northwest", "southeast", "southwest")
_REGION = re.compile(rf"(?:{'|'.join(_AREAS)}|eusc-[a-z]{{2}})-(?:{'|'.join(_COMPASS)})-[1-9]")


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


def recorder(environment: str) -> str:
    """The function that records rollbacks; one per account and Region has its environment's name."""
    return _name(FUNCTION_LIMIT, environment, "recorder")


def recorder_role(environment: str, region: str) -> str:
    return _name(ROLE_LIMIT, environment, region, "recorder")


def events_role(environment: str, region: str) -> str:
    """The role with which EventBridge calls the recorder and PagerDuty."""
    return _name(ROLE_LIMIT, environment, region, "events")


def recorder_alarm(environment: str, what: str) -> str:
    """An alarm on the recorder itself. It has not the prefix of the other alarms: the recorder must not be called for its own failure."""
    return shorten(f"{PREFIX}-recorder_{environment}_{what}", ALARM_LIMIT)


def dead_letter_queue(environment: str) -> str:
    """Where events go that the recorder could not take."""
    return _name(QUEUE_LIMIT, environment, "lost-events")


def log_group(function: str) -> str:
    """Where Lambda writes what a function says (Lambda guide, "CloudWatch Logs")."""
    return f"/aws/lambda/{function}"


def records_bucket(environment: str, account: str, region: str) -> str:
    """Bucket names are global and take lower case, digits and hyphens, but no `_` (S3 guide, "Bucket naming rules")."""
    return shorten(f"{PREFIX}-{environment}-{account}-{region}", BUCKET_LIMIT)


def event_rule(environment: str, what: str, include: tuple[str, ...] = (), number: int = 1) -> str:
    """A rule of the default event bus. A stack that holds a part of the environment has rules of its own for its policies."""
    part = _part(include)
    return _name(EVENTS_LIMIT, environment, what, *([part] if part else []), *([str(number)] if number > 1 else []))


def event_rules(environment: str) -> str:
    """All rules of an environment, as a pattern of names; as long as what `shorten` leaves of the longest name."""
    return f"{PREFIX}_{environment}_"[: EVENTS_LIMIT - 9] + "*"


def pagerduty(environment: str, channel: str) -> str:
    """The rule, the connection and the API destination of a PagerDuty channel (told apart by their kinds)."""
    return _name(EVENTS_LIMIT, environment, channel, "pagerduty")


def deployment_config(environment: str, shape: str, include: tuple[str, ...]) -> str:
    """One name per shape and environment; a stack that holds a part has its own, so no stack needs another's outputs."""
    part = _part(include)
    return _name(CODEDEPLOY_LIMIT, environment, *([part] if part else []), shape)


def _part(include: tuple[str, ...]) -> str:
    """Tells the stacks that hold a part of an environment apart; empty for the stack that holds all of it."""
    return _digest("\n".join(sorted(include)), 6) if include else ""


def alarm_prefix(environment: str) -> str:
    """With what the names of all alarms of an environment begin, and no other alarm of ours: no id holds a `_`."""
    return f"{PREFIX}_{environment}_"


def arn(service: str, region: str, account: str, rest: str) -> str:
    return f"arn:{partition(region)}:{service}:{region}:{account}:{rest}"


def role_arn(region: str, account: str, path: str, role: str) -> str:
    """IAM is global: the Region only tells the partition."""
    return f"arn:{partition(region)}:iam::{account}:role{path or '/'}{role}"


def topic_arn(region: str, account: str, environment: str, channel: str) -> str:
    return arn("sns", region, account, topic(environment, channel))


def partition(region: str) -> str:
    """The partition of a Region, which the first part of its name says (botocore's `partitions.json`)."""
    return next((name for prefix, name in _PARTITIONS.items() if region.startswith(prefix)), "aws")


def well_formed_region(region: str) -> bool:
    """Whether a Region is named as AWS names its Regions: an area, a point of the compass and a number."""
    return _REGION.fullmatch(region) is not None


def near_region(region: str) -> str:
    """The name of the form of a Region's that is most like this one, or empty."""
    area, _, rest = region.lower().rpartition("-")[0].rpartition("-")
    number = region.rpartition("-")[2][:1]
    parts = near(area, _AREAS), near(rest, _COMPASS), number
    found = "-".join(parts)
    return found if well_formed_region(found) else ""


def slack_region(regions: Sequence[str]) -> str:
    """Where a Slack configuration of these Regions is made: the first that has the API, else US East (Ohio), which has the console."""
    return next((region for region in regions if region in SLACK_REGIONS), SLACK_REGIONS[0])


def policy_page(policy: str) -> str:
    """The page of a policy inside the site, as an address relative to the site's root."""
    return f"policies/{policy}/"
