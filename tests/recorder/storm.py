"""Many incidents at once: as many services as there are rollbacks, each with a group, alarms and a release that goes wrong."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from tests.recorder import incident
from tests.recorder.incident import BACK, BAD, EVENTS, World


def storm(rollbacks: int) -> tuple[World, list[dict[str, Any]]]:
    """A world with so many services, and all events of their incidents, in random order."""
    world = World()
    rim, template = world.rim, World()
    rim.s3.objects, rim.cloudwatch.history, rim.cloudwatch.composites = {}, {}, set()
    rim.codedeploy.deployments = {}
    events: list[dict[str, Any]] = []
    for number in range(rollbacks):
        names = {
            "checkout-api": f"service-{number:04}",
            BAD: f"d-BAD-{number:04}",
            BACK: f"d-BACK-{number:04}",
        }

        def renamed(value: Any, names: dict[str, str] = names) -> Any:
            text = json.dumps(value)
            for name, other in names.items():
                text = text.replace(name, other)
            return json.loads(text)

        guard = renamed(incident.sheet())
        rim.s3.objects[f"guards/{guard['policy']}.json"] = json.dumps(guard).encode()
        pointer = json.dumps({"policy": guard["policy"]}).encode()
        rim.s3.objects[f"index/alarms/{guard['rollbackAlarm']}.json"] = pointer
        rim.s3.objects[f"index/groups/checkout/{guard['policy']}.json"] = pointer
        for alarm, changes in template.rim.cloudwatch.history.items():
            rim.cloudwatch.history[renamed(alarm)] = renamed(changes)
        rim.cloudwatch.composites.add(guard["rollbackAlarm"])
        for info in template.rim.codedeploy.deployments.values():
            kept = {key: value for key, value in info.items() if key.endswith("Time")}
            changed = renamed({key: value for key, value in info.items() if key not in kept}) | copy.copy(kept)
            rim.codedeploy.deployments[changed["deploymentId"]] = changed
        events += renamed(EVENTS)
    random.Random(5).shuffle(events)
    return world, events


def rolled_back(rollbacks: int) -> World:
    """A world in which so many rollbacks are over, and every alarm is still red: all incidents are open."""
    world, events = storm(rollbacks)
    world.now = "2026-11-24T10:20:00Z"
    first = [event for event in events if "-0000" in json.dumps(event)]
    world.handle(*(event for event in first if event["detail"].get("state") != EVENTS[-1]["detail"]["state"]))
    objects = world.rim.s3.objects
    for key in ("records/service-0000/d-BAD-0000.json", "open/service-0000/d-BAD-0000"):
        for number in range(1, rollbacks):
            objects[key.replace("-0000", f"-{number:04}")] = objects[key].replace(b"-0000", f"-{number:04}".encode())
    assert len(world.open()) == rollbacks
    world.rim.calls.clear()
    return world
