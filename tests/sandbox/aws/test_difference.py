"""What Pulumi is told about two inputs of one resource."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rollguard.sandbox.aws import UNKNOWN, Change, Secret, changes, spell

Legal = Callable[..., dict[str, Any]]
Token = Callable[[str], str]


@pytest.mark.parametrize(
    ("type", "old", "new", "expected"),
    [
        ("MetricAlarm", {}, {"threshold": 3}, [("threshold", "update", False)]),
        ("MetricAlarm", {}, {"name": "other"}, [("name", "update", True)]),
        ("MetricAlarm", {}, {"region": "us-east-1"}, [("region", "update", True)]),
        ("MetricAlarm", {}, {"unit": "Count"}, [("unit", "add", False)]),
        ("MetricAlarm", {}, {"alarmDescription": None}, [("alarmDescription", "delete", False)]),
        ("MetricAlarm", {}, {"tags": {"rollguard:policy": "checkout-api"}}, [('tags["rollguard:environment"]', "delete", False)]),
        ("MetricAlarm", {}, {"name": UNKNOWN}, [("name", "update", True)]),
        ("MetricAlarm", {"threshold": 2.0}, {"threshold": 2}, []),
        ("MetricAlarm", {}, {"actionsEnabled": True}, []),
        ("MetricAlarm", {"alarmActions": []}, {}, []),
        ("MetricAlarm", {"alarmActions": ["a", "b"]}, {"alarmActions": ["b", "a"]}, []),
        ("CompositeAlarm", {}, {"actionsEnabled": False}, [("actionsEnabled", "update", True)]),
        ("DeploymentConfig", {}, {"trafficRoutingConfig": {"type": "AllAtOnce"}}, [
            ("trafficRoutingConfig.timeBasedCanary", "delete", True), ("trafficRoutingConfig.type", "update", True),
        ]),
        ("DeploymentGroup", {}, {"alarmConfiguration": {"enabled": True, "alarms": ["rollguard_prod_checkout-api", "b"]}}, [
            ("alarmConfiguration.alarms[1]", "add", False),
        ]),
        ("DeploymentGroup", {}, {"alarmConfiguration": {"enabled": False, "alarms": ["rollguard_prod_checkout-api"]}}, [
            ("alarmConfiguration.enabled", "update", False),
        ]),
        ("TopicSubscription", {"endpoint": Secret("a@b")}, {"endpoint": Secret("a@b")}, []),
        ("TopicSubscription", {"endpoint": "a@b"}, {"endpoint": Secret("a@b")}, []),
        ("SlackChannelConfiguration", {}, {"timeouts": {"create": "5m"}}, []),
    ],
)  # fmt: skip
def test_differences(
    type: str,
    old: dict[str, Any],
    new: dict[str, Any],
    expected: list[tuple[str, str, bool]],
    legal: Legal,
    token: Token,
) -> None:
    found = changes(token(type), legal(type, **old), legal(type, **{**old, **new}))
    assert [(spell(change.path), change.kind, change.replaces) for change in found] == expected


def test_a_secret_stays_secret_in_a_difference(legal: Legal, token: Token) -> None:
    before, after = Secret("old@example.com"), Secret("new@example.com")
    found = changes(
        token("TopicSubscription"),
        legal("TopicSubscription", endpoint=before),
        legal("TopicSubscription", endpoint=after),
    )
    assert found == (Change(("endpoint",), "update", True, before, after),)
    assert "example.com" not in repr(found)
