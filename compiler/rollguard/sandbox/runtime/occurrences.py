"""The events that AWS sends in an incident: state changes of deployments and alarms (aws-facts 7.1)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.runtime.alarms import Alarms
from rollguard.sandbox.runtime.clock import Clock
from rollguard.sandbox.runtime.deployments import Place, state_changes


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event that EventBridge gets at `at` seconds."""

    at: int
    event: dict[str, Any]


def occurrences(incident: Incident, alarms: Alarms, clock: Clock, place: Place) -> tuple[Occurrence, ...]:
    """All events of the incident, in order of time."""
    found = [*_deployments(incident, clock, place), *_alarms(alarms, clock, place)]
    return tuple(sorted(found, key=lambda one: one.at))


def _deployments(incident: Incident, clock: Clock, place: Place) -> Iterator[Occurrence]:
    for at, application, group, deployment, state in state_changes(incident):
        seed = f"{clock.begins.isoformat()} {deployment} {state}"
        detail = {
            "region": place.region,
            "application": application,
            "deploymentId": deployment,
            "state": state,
            "deploymentGroup": group,
            "instanceGroupId": str(uuid.UUID(bytes=hashlib.sha256(f"{application}/{group}".encode()).digest()[:16])),
        }
        resources = [
            place.arn("codedeploy", f"application:{application}"),
            place.arn("codedeploy", f"deploymentgroup:{application}/{group}"),
        ]
        yield Occurrence(
            at,
            _event(
                "aws.codedeploy",
                "CodeDeploy Deployment State-change Notification",
                seed,
                at,
                resources,
                detail,
                clock,
                place,
            ),
        )


def _alarms(alarms: Alarms, clock: Clock, place: Place) -> Iterator[Occurrence]:
    for at, name, detail in alarms.events():
        seed = f"{clock.begins.isoformat()} {name} {at}"
        resources = [place.arn("cloudwatch", f"alarm:{name}")]
        yield Occurrence(
            at, _event("aws.cloudwatch", "CloudWatch Alarm State Change", seed, at, resources, detail, clock, place)
        )


def _event(
    source: str,
    detail_type: str,
    seed: str,
    at: int,
    resources: list[str],
    detail: dict[str, Any],
    clock: Clock,
    place: Place,
) -> dict[str, Any]:
    return {
        "version": "0",
        "id": event_id(seed),
        "detail-type": detail_type,
        "source": source,
        "account": place.account,
        "time": clock.stamp(at),
        "region": place.region,
        "resources": resources,
        "detail": detail,
    }


def event_id(seed: str) -> str:
    """An id in EventBridge's form; the same for the same seed."""
    return str(uuid.UUID(bytes=hashlib.sha256(seed.encode()).digest()[:16], version=4))
