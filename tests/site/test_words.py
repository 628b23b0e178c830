"""Plans in the words of somebody who knows neither CloudWatch nor CodeDeploy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollguard.plan.model import (
    CodeDeployGroup,
    DeploymentConfig,
    Metric,
    MetricAlarm,
    MetricDataQuery,
    Platform,
    TrafficShift,
)
from rollguard.site.words import day, listed, measured, mechanism, shift, watch


def group(
    platform: Platform, traffic: TrafficShift, bake: int | None = None, name: str = "Some.Config"
) -> CodeDeployGroup:
    return CodeDeployGroup(
        application="a",
        group="g",
        platform=platform,
        managed_by="rollguard",
        config=DeploymentConfig(name, platform, traffic, predefined=True),
        alarms=(),
        alarms_enabled=False,
        ignore_poll_alarm_failure=False,
        bake_minutes=bake,
        blue_green=False,
        protect=True,
        retain_on_delete=True,
    )


def test_dates_and_lists() -> None:
    assert day("2026-11-02") == "2 November 2026"
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


CANARY = TrafficShift("canary", percent=10, interval=10)
LINEAR = TrafficShift("linear", percent=10, interval=5)


@pytest.mark.parametrize(
    ("guarded", "moves", "watched"),
    [
        (
            group("ECS", CANARY, bake=30),
            "The new version first gets 10 % of the traffic for 10 min, then all of it.",
            "The old version then stays ready for 30 min more, and the criteria can still bring it back. "
            "A rollback is possible for 40 min in all.",
        ),
        (
            group("Lambda", LINEAR),
            "The new version gets another 10 % of the traffic every 5 min; it has all of it after 45 min.",
            "With the last step, 45 min after the start, the deployment is over: from then on a red criterion tells people, "
            "but rolls nothing back.",
        ),
        (
            group("ECS", TrafficShift("linear", percent=30, interval=2), bake=0),
            "The new version gets another 30 % of the traffic every 2 min; it has all of it after 6 min.",
            "When the deployment is over, a red criterion tells people, but rolls nothing back.",
        ),
        (
            group("Server", TrafficShift("healthyHosts", healthy_hosts=("HOST_COUNT", 1))),
            "Instances are replaced in turn, never leaving fewer than 1 instance in service.",
            "When the deployment is over, a red criterion tells people, but rolls nothing back.",
        ),
        (
            group("Lambda", TrafficShift("named"), name="CodeDeployDefault.LambdaCanary10Percent30Minutes"),
            "The new version first gets 10 % of the traffic for 30 min, then all of it.",
            "With the last step, 30 min after the start, the deployment is over: from then on a red criterion tells people, "
            "but rolls nothing back.",
        ),
        (
            group("Server", TrafficShift("named"), name="CodeDeployDefault.OneAtATime"),
            "Instances are replaced one at a time.",
            "When the deployment is over, a red criterion tells people, but rolls nothing back.",
        ),
        (
            group("Lambda", TrafficShift("named")),
            "The traffic moves as CodeDeploy's configuration Some.Config says.",
            "When the deployment is over, a red criterion tells people, but rolls nothing back.",
        ),
    ],
)
def test_how_the_traffic_moves_and_how_long_a_rollback_is_possible(
    guarded: CodeDeployGroup, moves: str, watched: str
) -> None:
    assert (shift(guarded), watch(guarded)) == (moves, watched)


def test_a_predefined_configuration_is_named_by_what_it_does() -> None:
    named = TrafficShift("named")
    assert [
        mechanism(group("Lambda", named, name="CodeDeployDefault.LambdaCanary10Percent30Minutes")),
        mechanism(group("ECS", named, name="CodeDeployDefault.ECSAllAtOnce")),
        mechanism(group("Server", named, name="CodeDeployDefault.HalfAtATime")),
        mechanism(group("Lambda", named)),
    ] == [
        "CodeDeploy on AWS Lambda, canary",
        "CodeDeploy on Amazon ECS, all at once",
        "CodeDeploy on EC2 instances, half of the instances at a time",
        "CodeDeploy on AWS Lambda, as Some.Config says",
    ]


def test_what_another_tool_does_not_tell_is_not_made_up() -> None:
    """A group of another tool may leave `traffic` out."""
    foreign = replace(group("ECS", TrafficShift("named"), name=""), managed_by="sam")
    assert mechanism(foreign) == "CodeDeploy on Amazon ECS, in steps that AWS SAM sets"
    assert shift(foreign) == "How the new version takes over is set in AWS SAM; this policy does not say it."


def test_inputs_of_the_same_name_are_told_apart_by_their_dimensions() -> None:
    def metric(name: str, colour: str) -> Metric:
        return Metric("Acme", name, "Sum", (("Colour", colour), ("Service", "refunds")))

    queries = (
        MetricDataQuery("b", metric("Failed", "blue")),
        MetricDataQuery("g", metric("Failed", "green")),
        MetricDataQuery("all", metric("Tried", "blue")),
        MetricDataQuery("judged", expression="100 * MAX([b, g]) / all", return_data=True),
    )
    alarm = MetricAlarm("a", "", 60, 1, 1, "GreaterThanThreshold", "missing", 1.0, queries=queries)
    assert measured(alarm) == (
        "100 * MAX([b, g]) / all",
        (
            "`b` is the Sum of `Failed` in `Acme` for `Colour=blue`",
            "`g` is the Sum of `Failed` in `Acme` for `Colour=green`",
            "`all` is the Sum of `Tried` in `Acme`",
        ),
    )
