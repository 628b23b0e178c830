"""Which release was under way when the alarm went red: found among however many deployments, or not said."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rollguard.recorder import lookups
from tests.recorder.aws import instant
from tests.recorder.incident import BAD, EVENTS, RED, World, bad_release, sheet, statuses


def scaled(world: World, count: int) -> None:
    """So many deployments of Auto Scaling in the days before, each an hour long."""
    red = instant(RED)
    assert red is not None
    for number in range(count):
        id, at = f"d-AS{number:05}", red - timedelta(hours=100) + timedelta(minutes=number)
        info = {"deploymentId": id, "creator": "autoscaling", "createTime": at, "completeTime": at + timedelta(hours=1)}
        world.rim.codedeploy.deployments[id] = bad_release("Succeeded", **info)


def watched() -> World:
    guard = sheet()
    guard["notify"]["outsideDeployment"] = ["oncall"]
    world = World(guard)
    world.now = "2026-11-24T10:15:05Z"
    world.rim.codedeploy.newest_first = False
    world.rim.codedeploy.deployments = {}
    return world


def test_a_release_is_found_behind_the_pages_of_other_deployments() -> None:
    world = watched()
    scaled(world, 150)
    world.rim.codedeploy.deployments[BAD] = bad_release("InProgress")
    world.handle(EVENTS[1])
    assert list(world.records()) == [BAD]
    assert world.told() == []


def test_nothing_follows_from_a_list_that_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "PAGES", 2)
    world = watched()
    world.rim.codedeploy.page = 50
    scaled(world, 101)
    world.handle(EVENTS[1])
    record = world.record()
    assert (record["reached"], record["open"], world.told()) == ([], True, [])
    assert [(one["what"], one["why"]) for one in record["missing"]] == [
        (
            "deployments of checkout/checkout-api (codedeploy:ListDeployments)",
            "of more than 2 pages of deployments only the first were asked, and none of them was under way",
        )
    ]
    monkeypatch.setattr(lookups, "PAGES", 3)
    world.handle({"id": "sweep", "detail-type": "Scheduled Event"})
    assert statuses(world.record()) == ["outsideDeployment"]


@pytest.mark.parametrize("creator", ["autoscaling", "autoscalingTermination"])
def test_an_outage_that_scales_out_is_told_at_once(creator: str) -> None:
    world = watched()
    world.rim.codedeploy.deployments[BAD] = bad_release("InProgress", creator=creator)
    world.handle(EVENTS[1])
    record = world.record()
    assert (record["incident"], statuses(record)) == ("outside-20261124T101500Z", ["outsideDeployment"])
    assert [status for status, _ in world.told()] == ["outsideDeployment"]


def test_a_release_beside_a_deployment_of_auto_scaling_is_the_one_that_is_under_way() -> None:
    world = watched()
    scaling = bad_release("InProgress", deploymentId="d-SCALING", creator="autoscaling")
    world.rim.codedeploy.deployments = {"d-SCALING": scaling, BAD: bad_release("InProgress")}
    world.handle(EVENTS[1])
    assert list(world.records()) == [BAD]
