"""Two incidents about one alarm know of each other, so that nobody works on one outage twice."""

from __future__ import annotations

from tests.recorder.aws import instant
from tests.recorder.incident import BAD, EVENTS, World, bad_release, deployment_event, sheet
from tests.recorder.test_statuses import stay_red


def test_an_incident_that_begins_while_another_of_the_policy_is_open_names_it() -> None:
    """Two alerts for one outage: each on-call engineer must see from the second that there is a first."""
    world = World(sheet(notify={**sheet()["notify"], "outsideDeployment": ["oncall"]}))
    world.rim.codedeploy.deployments = {}
    stay_red(world)
    world.handle(EVENTS[1])
    created, stopped = "2026-11-24T10:20:00Z", "2026-11-24T10:20:15Z"
    world.rim.codedeploy.deployments = {
        BAD: bad_release(createTime=instant(created), startTime=instant(created), completeTime=instant(stopped))
    }
    world.handle(deployment_event(BAD, "STOP", stopped))
    records = world.records()
    assert records[BAD]["beside"] == ["outside-20261124T101500Z"]
    assert records["outside-20261124T101500Z"]["beside"] == []
    body = next(
        one["Message"]
        for one in world.rim.sns.published
        if one["MessageAttributes"]["status"]["StringValue"] in ("started", "refused")
    )
    said = "- about the same alarm, with messages and an alert of its own: outside-20261124T101500Z"
    assert said in body
