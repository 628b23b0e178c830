"""The event bus: which rules that stand pass an event on, and to what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.runtime.pattern import PatternError, matches
from rollguard.sandbox.runtime.permission import allowed, statements, trusts

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}
#: What EventBridge's role needs to hand an event to a target, by the service in the target's ARN.
_ACTIONS = {"lambda": "lambda:InvokeFunction", "events": "events:InvokeApiDestination"}


@dataclass(frozen=True, slots=True)
class Handed:
    """An event on its way to a target (an ARN). `why`: it does not get there; `queue` is then the ARN of where it waits, if anywhere."""

    rule: str
    target: str
    event: Any
    why: str = ""
    queue: str = ""


class Bus:
    """The default bus of one account and Region as it stands."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self._resources = resources
        self._rules = [one for one in resources if one.kind == "eventRule" and one.members.get("State") != "DISABLED"]
        self._targets = [one for one in resources if one.kind == "eventTarget"]

    def hand(self, event: Mapping[str, Any]) -> Iterator[Handed]:
        """Every target that gets the event, once for each rule that matches it."""
        for rule in self._rules:
            pattern = rule.members.get("EventPattern")
            if pattern and self._fits(rule, pattern, event):
                yield from self._of(rule, event)

    def due(self, since: int, until: int) -> Iterator[tuple[int, Resource]]:
        """The rules with a schedule that come due after second `since` and up to `until`, each with its second."""
        for rule in self._rules:
            every = _seconds(str(rule.members.get("ScheduleExpression", "")))
            if every:
                for at in range((since // every + 1) * every, until + 1, every):
                    yield at, rule

    def hand_from(self, rule: Resource, event: Mapping[str, Any]) -> Iterator[Handed]:
        """The targets of one rule: for a schedule, whose event matches no pattern."""
        yield from self._of(rule, event)

    def _fits(self, rule: Resource, pattern: str, event: Mapping[str, Any]) -> bool:
        try:
            return matches(json.loads(pattern), event)
        except (PatternError, ValueError):
            return False

    def _of(self, rule: Resource, event: Mapping[str, Any]) -> Iterator[Handed]:
        for one in self._targets:
            if one.members.get("Rule") == rule.name:
                for target in one.members.get("Targets") or ():
                    yield self._handed(rule.name, target, event)

    def _handed(self, rule: str, target: Mapping[str, Any], event: Mapping[str, Any]) -> Handed:
        arn = str(target["Arn"])
        queue = str((target.get("DeadLetterConfig") or {}).get("Arn", ""))
        return Handed(rule, arn, _input(target, event), self._hindrance(target, arn), queue)

    def _hindrance(self, target: Mapping[str, Any], arn: str) -> str:
        """Why an event does not get to the target; empty where it does."""
        standing = next((one for one in self._resources if one.arn == arn), None)
        if standing is None:
            return f"`{arn}` does not exist"
        role = str(target.get("RoleArn", "")).rpartition("/")[2]
        if not trusts(self._resources, role, "events.amazonaws.com"):
            return f"EventBridge may not take the role `{role}`"
        action = _ACTIONS.get(arn.split(":")[2], "")
        if not allowed(statements(self._resources, role), action, arn):
            return f"the role `{role}` does not allow {action} on it"
        return ""


def _input(target: Mapping[str, Any], event: Mapping[str, Any]) -> Any:
    """What the target gets: the event, or the part of it that `InputPath` names (`$.detail.pagerduty`)."""
    path = str(target.get("InputPath", ""))
    found: Any = event
    for step in path.split(".")[1:]:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _seconds(schedule: str) -> int:
    """How often a rate comes due; 0 for what is no rate."""
    found = _RATE.fullmatch(schedule)
    return int(found[1]) * _SECONDS[found[2]] if found else 0
