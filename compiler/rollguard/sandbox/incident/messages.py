"""Whom the recorder tells, as the standing function, guard sheet, topics and subscriptions say."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rollguard.failure import Failure
from rollguard.plan.sheet import sheet_key
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.model import Delivery, Deployed, Message, Release
from rollguard.sandbox.incident.subscribers import deliveries
from rollguard.scenarios.told import reached
from rollguard.simulate.model import Timeline


def messages(
    resources: Sequence[Resource],
    release: Release,
    timeline: Callable[[str], Timeline | None],
    deployments: Sequence[Deployed],
) -> tuple[Message, ...]:
    """One message per channel at the first time that a status is reached; none without a recorder, or where it has no sheet.

    Raises Failure for a sheet that somebody has edited into none.
    """
    sheet = _sheet(resources, release.policy)
    if sheet is None or not any(one.kind == "function" for one in resources):
        return ()
    alarm = timeline(sheet["rollbackAlarm"])
    if alarm is None:
        return ()
    happened = [one.deployment for one in deployments if one.deployment is not None]
    first: dict[str, Message] = {}
    for one in sorted(reached(alarm, happened, release.end), key=lambda one: one.at):
        for channel in sheet["notify"].get(one.status, ()):
            found = tuple(_deliveries(resources, sheet["channels"][channel]))
            first.setdefault(f"{one.status} {channel}", Message(one.at, one.status, channel, found))
    return tuple(first.values())


def _sheet(resources: Sequence[Resource], policy: str) -> Mapping[str, Any] | None:
    key = sheet_key(policy)
    held = next((one for one in resources if one.kind == "object" and one.members["Key"] == key), None)
    if held is None:
        return None
    try:
        sheet: Mapping[str, Any] = json.loads(held.members["Body"])
        complete = {"rollbackAlarm", "notify", "channels"} <= set(sheet)
    except (TypeError, ValueError):
        complete = False
    if not complete:
        raise Failure(
            f"the object `{held.name}` in `world.json` is no guard sheet",
            help="mend it, or take the sandbox down and up again",
        )
    return sheet


def _deliveries(resources: Sequence[Resource], channel: Mapping[str, Any]) -> Iterator[Delivery]:
    if "topicArn" in channel:
        yield from deliveries(resources, channel["topicArn"])
    else:
        yield Delivery("PagerDuty", True)
