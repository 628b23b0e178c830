"""Plans in the words of somebody who knows neither CloudWatch nor CodeDeploy."""

from __future__ import annotations

import pytest

from rollguard.plan.model import CodeDeployGroup, DeploymentConfig, Platform, TrafficShift
from rollguard.site.words import day, duration, listed, mechanism, shift, watch


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


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 minutes"),
        (60, "1 minute"),
        (90, "90 seconds"),
        (150, "2 minutes 30 seconds"),
        (360, "6 minutes"),
        (5400, "1 hour 30 minutes"),
        (172_800, "2 days"),
    ],
)
def test_durations(seconds: int, said: str) -> None:
    assert duration(seconds) == said


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
            "The new version first gets 10 % of the traffic for 10 minutes, then all of it.",
            "The old version then stays ready for 30 minutes more, and the criteria can still bring it back. "
            "A rollback is possible for 40 minutes in all.",
        ),
        (
            group("Lambda", LINEAR),
            "The new version gets another 10 % of the traffic every 5 minutes; it has all of it after 45 minutes.",
            "With the last step, 45 minutes after the start, the deployment is over: from then on a red criterion tells people, "
            "but rolls nothing back.",
        ),
        (
            group("ECS", TrafficShift("linear", percent=30, interval=2), bake=0),
            "The new version gets another 30 % of the traffic every 2 minutes; it has all of it after 6 minutes.",
            "When the deployment is over, a red criterion tells people, but rolls nothing back.",
        ),
        (
            group("Server", TrafficShift("healthyHosts", healthy_hosts=("HOST_COUNT", 1))),
            "Instances are replaced in turn, never leaving fewer than 1 instance in service.",
            "When the deployment is over, a red criterion tells people, but rolls nothing back.",
        ),
        (
            group("Lambda", TrafficShift("named"), name="CodeDeployDefault.LambdaCanary10Percent30Minutes"),
            "The new version first gets 10 % of the traffic for 30 minutes, then all of it.",
            "With the last step, 30 minutes after the start, the deployment is over: from then on a red criterion tells people, "
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
