"""CloudWatch: metric and composite alarms (aws-facts 1.1, 1.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from rollguard.language.alarm_rule import RuleError, alarm_name, parse
from rollguard.sandbox.aws.commands import Call, Commands
from rollguard.sandbox.aws.resource import Resource

_COMPOSITES_PER_ALARM = 150
_ACTIONS = {
    "AlarmActions": "alarmActions",
    "OKActions": "okActions",
    "InsufficientDataActions": "insufficientDataActions",
}


def put_metric_alarm(call: Call) -> Resource:
    """The API would overwrite an alarm of that name; the provider looks first and refuses (aws-facts 1.1)."""
    name = call.members["AlarmName"]
    if name in call.of("alarm"):
        raise call.refuse("AlreadyExists", f'CloudWatch metric alarm "{name}" already exists', ("name",))
    return _create(call, name)


def put_composite_alarm(call: Call) -> Resource:
    """Refused for a name in use too: the API would overwrite silently, and no name of ours is ever meant twice (U)."""
    name = call.members["AlarmName"]
    if name in call.of("alarm"):
        raise call.refuse("AlreadyExists", f'CloudWatch composite alarm "{name}" already exists', ("alarmName",))
    _check_rule(call)
    return _create(call, name)


def update_alarm(call: Call, old: Resource) -> Resource:
    """Overwrites the whole configuration and leaves the state as it is."""
    if "AlarmRule" in call.members:
        _check_rule(call)
    _check_actions(call)
    status = {**old.status, "AlarmConfigurationUpdatedTimestamp": call.now}
    return replace(old, members=call.members, status=status)


def delete_alarm(call: Call, old: Resource) -> None:
    """Refused while a composite names the alarm; a deployment group that names it is nobody's concern in AWS."""
    if any(old.name in named for composite, named in _composites(call) if composite.name != old.name):
        raise call.refuse(
            "ValidationError", f"Cannot delete {old.name} as there are composite alarm(s) depending on it."
        )
    call.state.remove(old)


def _create(call: Call, name: str) -> Resource:
    _check_actions(call)
    promql = "EvaluationCriteria" in call.members
    status = {
        "StateValue": "OK" if promql else "INSUFFICIENT_DATA",
        "StateReason": "Unchecked: Initial alarm creation",
        "StateUpdatedTimestamp": call.now,
        "AlarmConfigurationUpdatedTimestamp": call.now,
    }
    return call.made(name, name, call.arn("cloudwatch", f"alarm:{name}"), status)


def _check_rule(call: Call) -> None:
    """The rule's alarms exist, in this account and Region, and none of them depends on the alarm itself."""
    name = call.members["AlarmName"]
    references = list(_rule_children(call.members["AlarmRule"]))
    suppressor = call.members.get("ActionsSuppressor")
    local = call.arn("cloudwatch", "alarm:")
    missing = [
        reference
        for reference in [*references, *([suppressor] if suppressor else [])]
        if (reference.startswith("arn:") and not reference.startswith(local))
        or (alarm_name(reference) not in call.of("alarm") and alarm_name(reference) != name)
    ]
    if missing:
        words = f"Could not save the composite alarm as alarms [{', '.join(missing)}] in the alarm rule do not exist"
        raise call.refuse("ValidationError", words, ("alarmRule",))
    graph = {composite.name: named for composite, named in _composites(call)}
    graph[name] = {alarm_name(reference) for reference in references}
    if _reaches(graph, name, name):
        words = f"Could not save the composite alarm as its rule would depend on itself: {name}"
        raise call.refuse("ValidationError", words, ("alarmRule",))
    for child in graph[name]:
        parents = sum(child in named for composite, named in graph.items())
        if parents > _COMPOSITES_PER_ALARM:
            words = f"Alarm {child} cannot be in the rules of more than {_COMPOSITES_PER_ALARM} composite alarms"
            raise call.refuse("LimitExceeded", words, ("alarmRule",))


def _check_actions(call: Call) -> None:
    """Actions are not looked up, only their Region is: CloudWatch lets an alarm act in its own Region alone."""
    for member, name in _ACTIONS.items():
        for index, action in enumerate(call.members.get(member, ())):
            region = action.split(":")[3] if action.count(":") >= 5 else ""
            if action.startswith("arn:") and region not in ("", call.region):
                words = f"Invalid region {region} specified. Only {call.region} is supported."
                raise call.refuse("ValidationError", words, (name, index))


def _composites(call: Call) -> Iterator[tuple[Resource, set[str]]]:
    """Every composite alarm of the place with the names that its rule and its suppressor read."""
    for alarm in call.of("alarm").values():
        if "AlarmRule" in alarm.members:
            references = [*_rule_children(alarm.members["AlarmRule"]), alarm.members.get("ActionsSuppressor", "")]
            yield alarm, {alarm_name(reference) for reference in references}


@lru_cache(maxsize=4096)
def _rule_children(rule: str) -> tuple[str, ...]:
    try:
        return parse(rule).children
    except RuleError:
        return ()


def _reaches(graph: dict[str, set[str]], start: str, goal: str) -> bool:
    seen: set[str] = set()
    open_names = list(graph.get(start, ()))
    while open_names:
        name = open_names.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            open_names += graph.get(name, ())
    return False


def _find(call: Call) -> Resource | None:
    found = call.get("alarm", call.members["AlarmName"])
    return found if found and found.type == call.type else None


METRIC = Commands(put_metric_alarm, update_alarm, delete_alarm, _find)
COMPOSITE = Commands(put_composite_alarm, update_alarm, delete_alarm, _find)
