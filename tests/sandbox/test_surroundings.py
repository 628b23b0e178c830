"""What a policy only names exists in the stand-in before the engine asks for what hangs on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from rollguard.plan.model import (
    CodeDeployGroup,
    CompositeAlarm,
    Criterion,
    DeploymentConfig,
    EnvironmentPlan,
    GuardPlan,
    Readable,
    RegionPlan,
    TrafficShift,
    Trigger,
)
from rollguard.sandbox.aws import World
from rollguard.sandbox.surroundings import assume
from tests.targets import plans


def plan(config: str, managed_by: str = "rollguard") -> EnvironmentPlan:
    """A policy that adopts the alarm `synthetic-read` and deploys with a configuration that it names."""
    group = CodeDeployGroup(
        application="a",
        group="g",
        platform="Lambda",
        managed_by=managed_by,
        config=DeploymentConfig(config, "Lambda", TrafficShift("named"), predefined=True),
        alarms=(),
        alarms_enabled=False,
        ignore_poll_alarm_failure=False,
        bake_minutes=None,
        blue_green=True,
        protect=False,
        retain_on_delete=False,
    )
    guard = GuardPlan(
        policy="p",
        title="P",
        owner="o",
        source="policies/o/p.yaml",
        description="",
        runbook="",
        page="",
        mode="rollback",
        retired="",
        agreed=None,
        labels=(),
        criteria=(
            Criterion(
                id="read",
                title="Reads fail",
                why="",
                mode="rollback",
                attached=True,
                judges="service",
                alarm_name="synthetic-read",
                readable=Readable("", "", ""),
            ),
        ),
        trigger=Trigger("any", "", "read"),
        rollback_alarm=CompositeAlarm("r", "", 'ALARM("synthetic-read")'),
        wiring="composite",
        deployments=(group,),
        notify=(),
    )
    region = RegionPlan("eu-west-1", None, (), (), (), (guard,), plans.recorder_names())
    other = replace(region, region="us-east-1", guards=())
    return EnvironmentPlan("edge", "123456789012", "", "", (), (region, other))


def standing(tmp_path: Path, plan: EnvironmentPlan) -> list[tuple[str, str, str, bool]]:
    world = World(tmp_path)
    assume(plan, world)
    assume(plan, world)
    return [(one.region, one.kind, one.name, one.assumed) for one in world.resources()]


def test_an_adopted_alarm_and_a_named_configuration_are_assumed_where_the_policy_applies(tmp_path: Path) -> None:
    assert standing(tmp_path, plan("our-own-canary")) == [
        ("eu-west-1", "alarm", "synthetic-read", True),
        ("eu-west-1", "deploymentConfig", "our-own-canary", True),
    ]


def test_a_configuration_of_every_account_is_not_assumed(tmp_path: Path) -> None:
    assert [row[1] for row in standing(tmp_path, plan("CodeDeployDefault.LambdaAllAtOnce"))] == ["alarm"]


def test_a_name_under_codedeploys_prefix_is_never_assumed(tmp_path: Path) -> None:
    """Nobody can make one there, so a name that CodeDeploy does not have fails in the sandbox as it does in AWS."""
    named = plan("CodeDeployDefault.LambdaCanary10Percent7Minutes")
    assert [row[1] for row in standing(tmp_path, named)] == ["alarm"]


def test_a_group_of_another_tool_is_assumed_as_its_page_asks_for(tmp_path: Path) -> None:
    assert standing(tmp_path, plan("our-own-canary", managed_by="terraform")) == [
        ("eu-west-1", "alarm", "synthetic-read", True),
        ("eu-west-1", "deploymentConfig", "our-own-canary", True),
        ("eu-west-1", "deploymentGroup", "a/g", True),
    ]


def test_the_next_up_puts_a_group_of_another_tool_right_as_that_tool_would(tmp_path: Path) -> None:
    other = plan("CodeDeployDefault.LambdaAllAtOnce", managed_by="cdk")
    world = World(tmp_path)
    assume(other, world)
    path = tmp_path / "world.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"enabled": false', '"enabled": true'), encoding="utf-8")
    assume(other, world)
    (group,) = (one for one in world.resources() if one.kind == "deploymentGroup")
    assert group.members["alarmConfiguration"]["enabled"] is False


def test_a_configuration_that_another_tool_makes_has_another_name_than_ours(tmp_path: Path) -> None:
    other = plan("rollguard_edge_lambda-canary-10pct-7m", managed_by="terraform")
    (guard,) = other.regions[0].guards
    shape = DeploymentConfig(
        "rollguard_edge_lambda-canary-10pct-7m", "Lambda", TrafficShift("canary", 10, 7), predefined=False
    )
    group = replace(guard.deployments[0], config=shape)
    region = replace(other.regions[0], guards=(replace(guard, deployments=(group,)),))
    assert ("eu-west-1", "deploymentConfig", "a-g", True) in standing(tmp_path, replace(other, regions=(region,)))
