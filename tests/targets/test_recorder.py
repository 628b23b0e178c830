"""The recorder's function, its role, its queue and its alarms as AWS gets them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from rollguard.recorder import permissions
from tests.conftest import Golden
from tests.targets import plans
from tests.targets.deployed import as_golden, deployed
from tests.targets.recording import Run


def _statements(run: Run, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run.one("RolePolicy", name).inputs["policy"])["Statement"]
    return found


def test_the_function_and_its_log(golden: Golden) -> None:
    run = deployed(plans.region())
    function = run.one("Function")
    assert "rollguard/recorder/handler.py" in function.inputs["code"]["files"]
    shown = {**function.inputs, "code": "see test_archive.py"}
    golden("targets/recorder.json", as_golden([replace(function, inputs=shown), run.one("LogGroup")]))


def test_nothing_is_reserved_unless_the_environment_asks_for_it() -> None:
    assert "reservedConcurrentExecutions" not in deployed(plans.region()).one("Function").inputs
    base = plans.foundation(reserved_concurrency=5)
    assert deployed(plans.region(base=base)).one("Function").inputs["reservedConcurrentExecutions"] == 5


def test_the_function_waits_for_its_role_its_log_and_the_bucket() -> None:
    run = deployed(plans.region())
    after = run.one("Function").depends_on
    for kind, name in (
        ("RolePolicy", "recorder@eu-west-1"),
        ("RolePolicy", "recorder@eu-west-1/runtime"),
        ("LogGroup", None),
        ("BucketVersioning", None),
        ("BucketPolicy", None),
    ):
        assert run.one(kind, name).urn in after


def test_the_role_may_do_what_the_recorders_code_calls_and_no_more() -> None:
    run = deployed(plans.region(base=plans.foundation(plans.channel(), plans.pagerduty())), config=PAGER)
    assert _statements(run, "recorder@eu-west-1") == permissions.statements(
        environment="prod",
        account=plans.ACCOUNT,
        region=plans.REGION,
        partition="aws",
        bucket="rollguard-prod-222222222222-eu-west-1",
        topics=[plans.topic_arn("on-call")],
        events=True,
        key="arn:aws:kms:eu-west-1:222222222222:key/11111111-2222-3333-4444-555555555555",
    )
    without = _statements(deployed(plans.region()), "recorder@eu-west-1")
    assert not any("events:PutEvents" in one["Action"] for one in without)


PAGER = {"rollguard:pager": "0123456789abcdef0123456789abcdef"}


def test_only_lambda_may_take_the_role_and_it_logs_to_its_own_group_only() -> None:
    run = deployed(plans.region())
    trust = json.loads(run.one("Role", "recorder@eu-west-1").inputs["assumeRolePolicy"])["Statement"]
    assert trust == [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    assert [one["Resource"] for one in _statements(run, "recorder@eu-west-1/runtime")] == [
        ["arn:aws:logs:eu-west-1:222222222222:log-group:/aws/lambda/rollguard_prod_recorder:*"],
        ["arn:aws:sqs:eu-west-1:222222222222:rollguard_prod_lost-events"],
    ]


def test_lost_events_wait_in_a_queue_of_their_own(golden: Golden) -> None:
    run = deployed(plans.region())
    golden("targets/lost-events.json", as_golden([run.one("Queue"), run.one("QueuePolicy")]))


def test_the_alarms_on_the_recorder_tell_its_operators_themselves() -> None:
    run = deployed(plans.region(base=plans.foundation(plans.channel(), plans.channel("second"))))
    alarm = run.one("MetricAlarm", "rollguard-recorder_prod_errors@eu-west-1")
    topics = [plans.topic_arn("on-call"), plans.topic_arn("second")]
    assert alarm.inputs["alarmActions"] == alarm.inputs["okActions"] == topics
    assert {one.urn for one in run.of("Topic")} <= set(alarm.depends_on)


def test_a_topic_takes_messages_of_the_alarms_on_the_recorder_only_where_they_go() -> None:
    base = plans.foundation(plans.channel(), plans.channel("second"))
    quiet = replace(base, recorder=replace(base.recorder, alarm_channels=("second",)))
    run = deployed(plans.region(base=quiet))
    sids = {
        one.name: [statement["Sid"] for statement in json.loads(one.inputs["policy"])["Statement"]]
        for one in run.of("TopicPolicy")
    }
    assert sids == {
        "on-call@eu-west-1": ["Owner", "OnlyTheRecorderPublishes"],
        "second@eu-west-1": ["Owner", "OnlyTheRecorderPublishes", "RecorderAlarmsPublish"],
    }
