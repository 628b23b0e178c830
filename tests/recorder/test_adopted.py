"""An alarm of others that the groups of several policies poll: each of them hears of it, and one that fails keeps no other from it."""

from __future__ import annotations

import json
from typing import Any

from tests.recorder.aws import instant
from tests.recorder.incident import BAD, RED, World, alarm_event, bad_release, sheet

SHARED = "database-down"
STOCK = "d-STOCK0001"


def shared() -> World:
    """`checkout-api` and `stock` poll one alarm, and a release of each is under way."""
    world = World()
    group: dict[str, Any] = {"application": "warehouse", "group": "stock", "platform": "ECS", "bake": None, "steps": []}
    other = sheet(policy="stock", rollbackAlarm="rollguard_prod_stock", groups=[group])
    objects: dict[str, Any] = {"guards/stock.json": other}
    objects |= {f"index/adopted/{SHARED}/{policy}.json": {"policy": policy} for policy in ("checkout-api", "stock")}
    world.rim.s3.objects |= {key: json.dumps(value).encode() for key, value in objects.items()}
    running = {"applicationName": "warehouse", "deploymentGroupName": "stock", "deploymentId": STOCK}
    world.rim.codedeploy.deployments = {
        BAD: bad_release("InProgress"),
        STOCK: bad_release("InProgress", **running, createTime=instant("2026-11-24T10:05:00Z")),
    }
    world.now = "2026-11-24T10:15:05Z"
    return world


def test_both_policies_hear_of_it() -> None:
    world = shared()
    world.handle(alarm_event("ALARM", RED, alarm=SHARED))
    assert sorted(world.records()) == [BAD, STOCK]
    assert {record["policy"] for record in world.records().values()} == {"checkout-api", "stock"}
    world.now = "2026-11-24T10:26:05Z"
    world.handle(alarm_event("OK", "2026-11-24T10:26:00Z", alarm=SHARED, previous="ALARM"))
    assert all(SHARED in str(record["facts"]) for record in world.records().values())


def test_a_policy_that_fails_keeps_no_other_from_it() -> None:
    world = shared()
    del world.rim.s3.objects["guards/checkout-api.json"]
    assert not world.try_handle(alarm_event("ALARM", RED, alarm=SHARED)), "the event has to come again"
    assert list(world.records()) == [STOCK]


def test_a_policy_that_goes_takes_only_its_own_entry_along() -> None:
    world = shared()
    del world.rim.s3.objects[f"index/adopted/{SHARED}/stock.json"]
    world.handle(alarm_event("ALARM", RED, alarm=SHARED))
    assert list(world.records()) == [BAD]
