"""Rules of EventBridge: patterns and schedules of rules, what a target is given, how a connection authorises (aws-facts 7.1, 7.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rollguard.sandbox.aws.rules import Complaint, Rule, Site
from rollguard.sandbox.aws.rules.plain import arn_service

#: What may stand in a pattern's list besides a value (EventBridge user guide, "Comparison operators").
_MATCHES = {"anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"}
_RATE = re.compile(r"rate\((1 (minute|hour|day)|([2-9]|[1-9][0-9]+) (minutes|hours|days))\)")
_CRON = re.compile(r"cron\(\S+( \S+){5}\)")
_AUTHORISED_BY = {"API_KEY": "apiKey", "BASIC": "basic", "OAUTH_CLIENT_CREDENTIALS": "oauth"}
_INPUTS = ("input", "inputPath", "inputTransformer")


def trigger(site: Site) -> Iterator[Complaint]:
    if not site.stated("eventPattern") and not site.stated("scheduleExpression"):
        yield Complaint("At least one of EventPattern or ScheduleExpression must be specified.", ("eventPattern",))


def event_pattern(site: Site) -> Iterator[Complaint]:
    """A JSON object whose leaves are lists of values or of known comparisons."""
    if not isinstance(site.value, str) or not site.value:
        return
    try:
        pattern = json.loads(site.value)
    except ValueError as error:
        yield Complaint(f"Event pattern is not valid. Reason: {error}")
        return
    reason = _unfit(pattern) if isinstance(pattern, dict) else "Filter is not an object"
    if reason:
        yield Complaint(f"Event pattern is not valid. Reason: {reason}")


def schedule(site: Site) -> Iterator[Complaint]:
    if isinstance(site.value, str) and not _RATE.fullmatch(site.value) and not _CRON.fullmatch(site.value):
        yield Complaint()


def target_input(site: Site) -> Iterator[Complaint]:
    """At most one of the ways to change an event on its way, a path that is one, and a role where a destination needs it."""
    given = [name for name in _INPUTS if site.stated(name)]
    if len(given) > 1:
        words = "Only one of Input, InputPath, or InputTransformer must be provided"
        yield Complaint(f"{words}, got {', '.join(given)}", (given[1],))
    path = site.get("inputPath")
    if isinstance(path, str) and not path.startswith("$"):
        yield Complaint(f"Invalid JSONPath provided: {path}", ("inputPath",))
    arn = site.get("arn")
    if isinstance(arn, str) and ":api-destination/" in arn and not site.stated("roleArn"):
        yield Complaint(f"RoleArn is required for target {site.get('targetId')}.", ("roleArn",))
    queue = site.get("deadLetterConfig.arn")
    if isinstance(queue, str) and arn_service(queue) != "sqs":
        yield Complaint(f"DeadLetterConfig Arn {queue} is no queue of Amazon SQS", ("deadLetterConfig", "arn"))


def authorisation(site: Site) -> Iterator[Complaint]:
    kind = site.get("authorizationType")
    if isinstance(kind, str) and kind in _AUTHORISED_BY and not site.stated(f"authParameters.{_AUTHORISED_BY[kind]}"):
        yield Complaint(f"AuthorizationType {kind} needs its parameters", ("authParameters",))


def _unfit(pattern: dict[str, Any]) -> str:
    """Why a part of a pattern is none, or empty."""
    if not pattern:
        return "Empty objects are not allowed"
    for key, wanted in pattern.items():
        if isinstance(wanted, dict):
            reason = _unfit(wanted)
        elif not isinstance(wanted, list):
            reason = f'"{key}" must be an object or an array'
        elif not wanted:
            reason = f'"{key}": empty arrays are not allowed'
        else:
            found = [match for one in wanted if isinstance(one, dict) for match in one if match not in _MATCHES]
            reason = f"Unrecognized match type {found[0]}" if found and key != "$or" else ""
        if reason:
            return reason
    return ""


RULES: dict[str, Rule] = {
    "trigger": trigger,
    "eventPattern": event_pattern,
    "schedule": schedule,
    "targetInput": target_input,
    "authorisation": authorisation,
}
