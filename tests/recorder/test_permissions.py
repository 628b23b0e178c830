"""The role's policy is exactly what the recorder calls: with everything else denied it works, and nothing in it goes unused."""

from __future__ import annotations

import fnmatch
from functools import partial
from typing import Any

import pytest

from rollguard.recorder import permissions
from tests.recorder.incident import ALARM, BUCKET, CRITERION, EVENTS, SWEEP, World, alarm_event, statuses
from tests.recorder.observed import EVENTS as OBSERVED
from tests.recorder.observed import observations, silent
from tests.recorder.observed import world as observing_world
from tests.recorder.s3 import error

TOPICS = [f"arn:aws:sns:eu-west-1:111122223333:rollguard_prod_{name}" for name in ("oncall", "chat")]
STATEMENTS = permissions.statements(
    environment="prod",
    account="111122223333",
    region="eu-west-1",
    partition="aws",
    bucket=BUCKET,
    topics=TOPICS,
    events=True,
)
GROUP = "arn:aws:codedeploy:eu-west-1:111122223333:deploymentgroup:checkout/checkout-api"
#: What each call asks for: the action, and the resource out of its parameters (service authorization reference).
CALLS: dict[str, tuple[str, Any]] = {
    "get_deployment": ("codedeploy:GetDeployment", lambda _: GROUP),
    "get_application_revision": (
        "codedeploy:GetApplicationRevision",
        lambda asked: f"arn:aws:codedeploy:eu-west-1:111122223333:application:{asked['applicationName']}",
    ),
    "list_deployments": ("codedeploy:ListDeployments", lambda _: GROUP),
    "batch_get_deployments": ("codedeploy:BatchGetDeployments", lambda _: GROUP),
    # Composite alarms and metric data are granted on `*` only.
    "describe_alarms": ("cloudwatch:DescribeAlarms", lambda _: "*"),
    "describe_alarm_history": ("cloudwatch:DescribeAlarmHistory", lambda _: "*"),
    "get_metric_data": ("cloudwatch:GetMetricData", lambda _: "*"),
    "get_object": ("s3:GetObject", lambda asked: f"arn:aws:s3:::{asked['Bucket']}/{asked['Key']}"),
    "put_object": ("s3:PutObject", lambda asked: f"arn:aws:s3:::{asked['Bucket']}/{asked['Key']}"),
    "delete_object": ("s3:DeleteObject", lambda asked: f"arn:aws:s3:::{asked['Bucket']}/{asked['Key']}"),
    "list_objects_v2": ("s3:ListBucket", lambda asked: f"arn:aws:s3:::{asked['Bucket']}"),
    "publish": ("sns:Publish", lambda asked: asked["TopicArn"]),
    "put_events": ("events:PutEvents", lambda _: "arn:aws:events:eu-west-1:111122223333:event-bus/default"),
}


class Guarded:
    """A world in which the policy decides; `used` are the (action, resource pattern) that allowed something."""

    def __init__(self) -> None:
        self.world = observing_world(running="Stopped")
        self.world.rim.codedeploy.deployments = World().rim.codedeploy.deployments
        self.used: set[tuple[str, str]] = set()
        self.refused: list[tuple[str, str]] = []
        for operation in CALLS:
            self.world.rim.broken[operation] = partial(self.judge, operation)

    def judge(self, operation: str, asked: dict[str, Any]) -> None:
        action, resource_of = CALLS[operation]
        resource = resource_of(asked)
        for statement in STATEMENTS:
            for pattern in statement["Resource"]:
                if action in statement["Action"] and fnmatch.fnmatchcase(resource, pattern):
                    self.used.add((action, pattern))
                    return
        self.refused.append((action, resource))
        raise error("AccessDenied", 403, operation)


def test_every_path_works_with_the_policy_alone_and_needs_all_of_it() -> None:
    guarded = Guarded()
    world = guarded.world
    # A criterion that only observes: its one object is read and written.
    world.handle(*OBSERVED)
    assert len(observations(world)) == 1
    assert silent(world)
    world.handle(*EVENTS, SWEEP)
    assert statuses(world.record()) == ["started", "succeeded", "recovered"]
    # An alarm outside of any deployment, one that nobody can place, and the sweeper over both.
    world.rim.codedeploy.deployments = {}
    world.rim.cloudwatch.history[ALARM].append(("2026-11-24T10:29:00Z", "ALARM", "", None))
    world.handle(alarm_event("ALARM", "2026-11-24T10:29:00Z"), SWEEP)
    world.handle(
        alarm_event("ALARM", "2026-11-24T10:29:00Z", alarm=CRITERION),
        alarm_event("ALARM", "2026-11-24T10:29:00Z", alarm="other"),
    )
    world.pass_time(200_000)
    world.handle(SWEEP)
    assert guarded.refused == []
    granted = {(action, pattern) for one in STATEMENTS for action in one["Action"] for pattern in one["Resource"]}
    assert granted - guarded.used == set()
    assert len(world.told()) == 9


def test_every_call_that_the_code_makes_is_one_that_the_policy_was_tried_with() -> None:
    world = World()
    world.handle(*EVENTS, SWEEP)
    assert {operation for _, operation, _ in world.rim.calls} == CALLS.keys()


def test_without_topics_pagerduty_and_key_nothing_is_granted_for_them() -> None:
    found = permissions.statements(environment="prod", account="1", region="cn-north-1", partition="aws-cn", bucket="b")
    assert {action.partition(":")[0] for one in found for action in one["Action"]} == {"codedeploy", "cloudwatch", "s3"}
    assert all(resource == "*" or resource.startswith("arn:aws-cn:") for one in found for resource in one["Resource"])


@pytest.mark.parametrize("queue", [None, "arn:aws:sqs:eu-west-1:1:q"])
def test_what_lambda_does_in_the_roles_name_is_its_log_and_its_queue(queue: str | None) -> None:
    group = "arn:aws:logs:eu-west-1:1:log-group:/aws/lambda/x"
    log, *rest = permissions.runtime_statements(environment="prod-1", log_group=group, queue=queue)
    assert (log["Sid"], log["Resource"]) == ("prod1Log", [f"{group}:*"])
    assert [one["Resource"] for one in rest] == ([[queue]] if queue else [])


def test_sids_are_unique_and_letters_only() -> None:
    every = permissions.statements(
        environment="a-b_c", account="1", region="r", partition="aws", bucket="b", topics=["t"], events=True, key="k"
    )
    sids = [one["Sid"] for one in every]
    assert len(set(sids)) == len(sids) and all(sid.isalnum() for sid in sids)
