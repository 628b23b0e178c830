"""Which rules pass an event on, to what, and why one does not get there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.runtime.bus import Bus

TARGET = "arn:aws:lambda:eu-west-1:1:function:recorder"
QUEUE = "arn:aws:sqs:eu-west-1:1:lost"
EVENT = {"source": "aws.codedeploy", "detail": {"application": "orders", "inner": {"a": 1}}}


def resource(kind: str, name: str, arn: str = "", **members: Any) -> Resource:
    return Resource("1", "eu-west-1", kind, name, "", name, arn, members)


def rule(name: str = "deployments", pattern: object = None, **members: Any) -> Resource:
    pattern = {"source": ["aws.codedeploy"]} if pattern is None else pattern
    return resource("eventRule", name, f"arn:rule/{name}", EventPattern=json.dumps(pattern), **members)


def target(rule: str = "deployments", **changes: Any) -> Resource:
    stated = {"Arn": TARGET, "RoleArn": "arn:aws:iam::1:role/events", "DeadLetterConfig": {"Arn": QUEUE}, **changes}
    return resource("eventTarget", f"{rule}/recorder", Rule=rule, Targets=[stated])


FUNCTION = resource("function", "recorder", TARGET)


def role(service: str = "events.amazonaws.com", action: str = "lambda:InvokeFunction") -> tuple[Resource, Resource]:
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}
    policy = {"Statement": [{"Effect": "Allow", "Action": action, "Resource": TARGET}]}
    return (
        resource("role", "events", AssumeRolePolicyDocument=json.dumps(trust)),
        resource("rolePolicy", "events:call", RoleName="events", PolicyDocument=json.dumps(policy)),
    )


def test_an_event_that_matches_is_handed_on_whole() -> None:
    (handed,) = Bus([rule(), target(), FUNCTION, *role()]).hand(EVENT)
    assert (handed.rule, handed.target, handed.event, handed.why, handed.queue) == (
        "deployments",
        TARGET,
        EVENT,
        "",
        QUEUE,
    )


@pytest.mark.parametrize(
    "deaf",
    [
        rule(pattern={"source": ["aws.cloudwatch"]}),
        rule(pattern={"detail": {"application": ["stock"]}}),
        rule(
            pattern={"detail": {"application": [{"cidr": "10.0.0.0/8"}]}}
        ),  # an operator that the sandbox does not know
        rule(State="DISABLED"),
        resource("eventRule", "deployments", ScheduleExpression="rate(5 minutes)"),
        resource("eventRule", "deployments", EventPattern="{"),
    ],
    ids=["source", "application", "operator", "disabled", "schedule", "no JSON"],
)
def test_an_event_that_does_not_match_goes_nowhere(deaf: Resource) -> None:
    assert [*Bus([deaf, target(), FUNCTION, *role()]).hand(EVENT)] == []


def test_each_rule_that_matches_hands_it_on() -> None:
    standing = [rule("one"), target("one"), rule("two"), target("two"), rule("three"), FUNCTION, *role()]
    assert [one.rule for one in Bus(standing).hand(EVENT)] == ["one", "two"]


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        ([*role()], f"`{TARGET}` does not exist"),
        ([FUNCTION], "EventBridge may not take the role `events`"),
        ([FUNCTION, *role(service="lambda.amazonaws.com")], "EventBridge may not take the role `events`"),
        (
            [FUNCTION, *role(action="lambda:GetFunction")],
            "the role `events` does not allow lambda:InvokeFunction on it",
        ),
    ],
    ids=["no target", "no role", "no trust", "no permission"],
)
def test_what_does_not_get_there_says_why_and_waits_in_the_queue(standing: list[Resource], why: str) -> None:
    (handed,) = Bus([rule(), target(), *standing]).hand(EVENT)
    assert (handed.why, handed.queue) == (why, QUEUE)


def test_a_target_may_take_a_part_of_the_event() -> None:
    def part(path: str) -> Any:
        return next(Bus([rule(), target(InputPath=path), FUNCTION, *role()]).hand(EVENT)).event

    assert part("$.detail.inner") == {"a": 1}
    assert part("$.detail.gone.further") is None


def test_a_schedule_comes_due_at_each_multiple_of_its_rate() -> None:
    sweep = resource("eventRule", "sweep", ScheduleExpression="rate(5 minutes)")
    bus = Bus([sweep, rule(), target("sweep"), FUNCTION, *role()])
    assert [at for at, _ in bus.due(0, 900)] == [300, 600, 900]
    assert [at for at, _ in bus.due(-1, 299)] == [0]
    assert [one.rule for one in bus.hand_from(sweep, {"id": "sweep"})] == ["sweep"]
    hourly = resource("eventRule", "sweep", ScheduleExpression="cron(0 * * * ? *)")
    assert [*Bus([hourly]).due(0, 7200)] == []
