"""What calls the recorder for the policies of one stack: EventBridge rules with the names of their groups and adopted alarms."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rollguard import conventions, limits
from rollguard.plan.applications import Claim, adopted
from rollguard.plan.environment import Environment
from rollguard.plan.model import Channel, EventRule, GuardPlan, Recorder
from rollguard.plan.place import Findings

#: One thing that a rule listens for: what it must be, by the keys of an event's `detail`.
Wanted = tuple[tuple[str, str], ...]


def guard_rules(environment: str, include: tuple[str, ...], guards: Iterable[GuardPlan]) -> tuple[EventRule, ...]:
    """The rules for these policies, few as they may be: names are put together until the pattern would be too long for EventBridge.

    A rule takes every combination of its applications and groups; the recorder drops an event that no policy is known for.
    """
    guards = tuple(guards)
    groups = {(one.application, one.group) for guard in guards for one in guard.deployments}
    polled = {name for guard in guards for one in guard.deployments for name in adopted(guard, one)}
    return _all_rules(environment, include, groups, polled)


def check_rules(
    environment: Environment,
    channels: Iterable[Channel],
    recorder: Recorder,
    claims: Iterable[Claim],
    findings: Findings,
) -> None:
    """Report an environment whose policies, all together, need more rules in one Region than its event bus takes."""
    claims = tuple(claims)
    groups = {(one.application, one.group) for one in claims}
    needed = len(recorder.rules) + sum(channel.pagerduty is not None for channel in channels)
    needed += len(_all_rules(environment.name, (), groups, {name for one in claims for name in one.adopted}))
    most = environment.limit("eventRules", limits.limit("events", "rules"))
    if needed > most:
        findings.error(
            "X043",
            f"`{environment.name}` needs {needed} EventBridge rules in a Region; `limits.eventRules` is {most}",
            environment.place.key,
            "raise the quota of the account and then `limits.eventRules`, or split the environment",
        )


def _all_rules(
    environment: str, include: tuple[str, ...], groups: Iterable[tuple[str, str]], alarms: Iterable[str]
) -> tuple[EventRule, ...]:
    return (
        *_rules(
            environment,
            include,
            "deployments",
            f"Tells the recorder how deployments guarded by Rollguard in {environment} go",
            [(("application", application), ("deploymentGroup", group)) for application, group in sorted(groups)],
            lambda detail: _pattern("aws.codedeploy", "CodeDeploy Deployment State-change Notification", detail),
        ),
        *_rules(
            environment,
            include,
            "adopted",
            f"Tells the recorder when an alarm changes that policies in {environment} have adopted",
            [(("alarmName", name),) for name in sorted(alarms)],
            lambda detail: _pattern("aws.cloudwatch", "CloudWatch Alarm State Change", detail),
        ),
    )


def _rules(
    environment: str,
    include: tuple[str, ...],
    what: str,
    description: str,
    wanted: Sequence[Wanted],
    pattern: Callable[[dict[str, list[str]]], str],
) -> list[EventRule]:
    most = limits.limit("events", "pattern")
    return [
        _rule(environment, include, what, description, number, pattern(detail))
        for number, detail in enumerate(_details(wanted, most - len(pattern({}))), 1)
    ]


def _rule(
    environment: str, include: tuple[str, ...], what: str, description: str, number: int, pattern: str
) -> EventRule:
    return EventRule(conventions.event_rule(environment, what, include, number), description, pattern)


def _details(wanted: Iterable[Wanted], room: int) -> Iterator[dict[str, list[str]]]:
    """The values that are wanted, in order, in as few details as hold them in `room` characters of JSON each."""
    held: dict[str, set[str]] = {}
    taken = 0
    for one in wanted:
        more = _longer(one, held)
        if held and taken + more > room:
            yield _sorted(held)
            held, taken = {}, 0
            more = _longer(one, held)
        for key, value in one:
            held.setdefault(key, set()).add(value)
        taken += more
    if held:
        yield _sorted(held)


def _longer(one: Wanted, held: Mapping[str, set[str]]) -> int:
    """By how many characters the detail grows: a value with its comma, and a key with its quotes, colon and brackets."""
    values = sum(len(json.dumps(value)) + 1 for key, value in one if value not in held.get(key, ()))
    # The first value of a list and the first key have no comma.
    return values + sum(len(json.dumps(key)) + 3 for key, _ in one if key not in held) - (not held)


def _sorted(held: Mapping[str, set[str]]) -> dict[str, list[str]]:
    return {key: sorted(values) for key, values in sorted(held.items())}


def _pattern(source: str, kind: str, detail: dict[str, list[str]]) -> str:
    return json.dumps({"source": [source], "detail-type": [kind], "detail": detail}, separators=(",", ":"))
