"""Applications, deployment configurations and groups as CodeDeploy gets them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollguard.plan import model
from tests.conftest import Golden
from tests.targets import plans
from tests.targets.deployed import as_golden, deployed
from tests.targets.recording import Resource

PREDEFINED = model.DeploymentConfig("CodeDeployDefault.AllAtOnce", "Server", model.TrafficShift("named"), True)
SERVER = plans.ecs(
    platform="Server",
    config=PREDEFINED,
    blue_green=False,
    bake_minutes=None,
    ecs_cluster=None,
    ecs_service=None,
    load_balancer=None,
    auto_scaling_groups=("dispatch-workers",),
)
LAMBDA = replace(
    SERVER,
    platform="Lambda",
    config=replace(PREDEFINED, name="CodeDeployDefault.LambdaCanary10Percent5Minutes", platform="Lambda"),
    blue_green=True,
    auto_scaling_groups=(),
    lambda_function="webhooks",
    lambda_alias="live",
)


def _group(deployment: model.CodeDeployGroup) -> Resource:
    return deployed(plans.region(plans.guard(deployment))).one("DeploymentGroup")


def test_an_ecs_group_shifts_traffic_between_two_target_groups(golden: Golden) -> None:
    golden("targets/group-ecs.json", as_golden([_group(plans.ecs())]))


def test_a_lambda_group_shifts_the_alias_and_knows_neither_function_nor_load_balancer(golden: Golden) -> None:
    golden("targets/group-lambda.json", as_golden([_group(LAMBDA)]))


def test_a_server_group_updates_its_auto_scaling_groups_in_place(golden: Golden) -> None:
    golden("targets/group-server.json", as_golden([_group(SERVER)]))


def test_a_test_listener_is_a_route_of_its_own() -> None:
    listener = plans.LISTENER.replace("aa11bb", "test")
    balancer = model.LoadBalancer(plans.LISTENER, listener, ("checkout-blue", "checkout-green"))
    pair = _group(plans.ecs(load_balancer=balancer)).inputs["loadBalancerInfo"]["targetGroupPairInfo"]
    assert pair["prodTrafficRoute"] == {"listenerArns": [plans.LISTENER]}
    assert pair["testTrafficRoute"] == {"listenerArns": [listener]}


def test_instances_must_carry_all_the_tags() -> None:
    group = _group(replace(SERVER, auto_scaling_groups=(), ec2_tags=(("app", "dispatch"), ("tier", "worker"))))
    assert "autoscalingGroups" not in group.inputs
    assert group.inputs["ec2TagSets"] == [
        {"ec2TagFilters": [{"key": "app", "type": "KEY_AND_VALUE", "value": "dispatch"}]},
        {"ec2TagFilters": [{"key": "tier", "type": "KEY_AND_VALUE", "value": "worker"}]},
    ]


def test_a_server_group_behind_a_load_balancer_has_traffic_control() -> None:
    group = _group(replace(SERVER, load_balancer=model.LoadBalancer(target_groups=("workers",))))
    assert group.inputs["deploymentStyle"] == {"deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
    assert group.inputs["loadBalancerInfo"] == {"targetGroupInfos": [{"name": "workers"}]}


def test_a_server_blue_green_group_copies_its_auto_scaling_group_and_leaves_the_copy_alone() -> None:
    balancer = model.LoadBalancer(target_groups=("workers",))
    group = _group(replace(SERVER, blue_green=True, bake_minutes=45, load_balancer=balancer))
    assert group.inputs["blueGreenDeploymentConfig"] == {
        "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        "greenFleetProvisioningOption": {"action": "COPY_AUTO_SCALING_GROUP"},
        "terminateBlueInstancesOnDeploymentSuccess": {"action": "TERMINATE", "terminationWaitTimeInMinutes": 45},
    }
    assert group.ignore_changes == ("autoscalingGroups",)


def test_without_auto_scaling_the_new_fleet_is_found_by_its_tags() -> None:
    balancer = model.LoadBalancer(target_groups=("workers",))
    tagged = replace(
        SERVER, blue_green=True, bake_minutes=0, load_balancer=balancer, auto_scaling_groups=(), ec2_tags=(("a", "b"),)
    )
    group = _group(tagged)
    assert group.inputs["blueGreenDeploymentConfig"]["greenFleetProvisioningOption"] == {"action": "DISCOVER_EXISTING"}
    assert group.ignore_changes == ()


@pytest.mark.parametrize("deployment", [plans.ecs(), LAMBDA, SERVER], ids=["ecs", "lambda", "server"])
def test_every_group_rolls_back_on_failure_and_on_its_alarms(deployment: model.CodeDeployGroup) -> None:
    group = _group(deployment)
    assert group.inputs["autoRollbackConfiguration"] == {
        "enabled": True,
        "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
    }
    assert group.inputs["alarmConfiguration"] == {
        "enabled": True,
        "alarms": ["rollguard_prod_checkout-api"],
        "ignorePollAlarmFailure": False,
    }


@pytest.mark.parametrize(
    ("platform", "traffic", "expected"),
    [
        (
            "ECS",
            model.TrafficShift("canary", 10, 7),
            {"trafficRoutingConfig": {"type": "TimeBasedCanary", "timeBasedCanary": {"interval": 7, "percentage": 10}}},
        ),
        (
            "Lambda",
            model.TrafficShift("linear", 20, 2),
            {"trafficRoutingConfig": {"type": "TimeBasedLinear", "timeBasedLinear": {"interval": 2, "percentage": 20}}},
        ),
        ("ECS", model.TrafficShift("allAtOnce"), {"trafficRoutingConfig": {"type": "AllAtOnce"}}),
        (
            "Server",
            model.TrafficShift("healthyHosts", healthy_hosts=("FLEET_PERCENT", 75)),
            {"minimumHealthyHosts": {"type": "FLEET_PERCENT", "value": 75}},
        ),
        (
            "Server",
            model.TrafficShift("healthyHosts", healthy_hosts=("HOST_COUNT", 0)),
            {"minimumHealthyHosts": {"type": "HOST_COUNT", "value": 0}},
        ),
    ],
    ids=["canary", "linear", "all-at-once", "percent", "hosts"],
)
def test_each_traffic_shape_is_a_deployment_configuration(
    platform: model.Platform, traffic: model.TrafficShift, expected: dict[str, object]
) -> None:
    config = model.DeploymentConfig("rollguard_prod_shape", platform, traffic, False)
    base = {"ECS": plans.ecs(), "Lambda": LAMBDA, "Server": SERVER}[platform]
    run = deployed(plans.region(plans.guard(replace(base, config=config))))
    made = run.one("DeploymentConfig")
    stated = {"deploymentConfigName": "rollguard_prod_shape", "computePlatform": platform, "region": "eu-west-1"}
    assert made.inputs == {**stated, **expected}
    assert made.urn in run.one("DeploymentGroup").depends_on


def test_a_predefined_configuration_is_only_named() -> None:
    run = deployed(plans.region(plans.guard(LAMBDA)))
    assert run.of("DeploymentConfig") == []
    assert (
        run.one("DeploymentGroup").inputs["deploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
    )


def test_an_application_that_two_groups_share_is_made_once(golden: Golden) -> None:
    run = deployed(plans.region(plans.guard(plans.ecs(), plans.ecs(group="checkout-admin"))))
    golden("targets/application.json", as_golden([run.one("Application")]))
    assert all(run.one("Application").urn in group.depends_on for group in run.of("DeploymentGroup"))


def test_an_application_of_another_stack_is_only_named() -> None:
    run = deployed(plans.region(applications=()))
    assert run.of("Application") == []
    assert run.one("DeploymentGroup").inputs["appName"] == "checkout"


@pytest.mark.parametrize("tool", ["terraform", "cdk", "sam", "cloudformation"])
def test_what_another_tool_owns_is_not_touched_and_its_names_are_told(tool: str) -> None:
    run = deployed(plans.region(plans.guard(plans.ecs(managed_by=tool, service_role=None))))
    assert not any("codedeploy" in one.type for one in run.resources)
    assert run.guarding("Role") == []
    told = run.outputs["policies"]["checkout-api"]["eu-west-1"]
    assert told["deploymentGroups"] == []
    assert told["mustReference"] == [
        {
            "managedBy": tool,
            "application": "checkout",
            "deploymentGroup": "checkout-api",
            "alarms": ["rollguard_prod_checkout-api"],
        }
    ]


def test_a_live_service_is_protected_and_a_retired_one_is_let_go_and_kept() -> None:
    live = deployed(plans.region())
    assert live.one("Application").protect and live.one("DeploymentGroup").protect
    assert not live.one("Application").retain_on_delete and not live.one("DeploymentGroup").retain_on_delete
    retired = plans.ecs(alarms=(), alarms_enabled=False, protect=False, retain_on_delete=True)
    run = deployed(plans.region(plans.guard(retired)), protect=True)
    for one in (run.one("Application"), run.one("DeploymentGroup")):
        assert not one.protect
        assert one.retain_on_delete
    needed = (*run.guarding("Role"), *run.guarding("RolePolicy"), run.one("DeploymentConfig"))
    assert all(one.retain_on_delete for one in needed)
    assert not any(one.retain_on_delete for one in run.of("MetricAlarm"))
    assert (
        "deployment group checkout/checkout-api in eu-west-1, retired and kept with its role"
        in run.outputs["leftAfterDestroy"]
    )


@pytest.mark.parametrize("protect", [True, False])
def test_the_stack_may_override_protection(protect: bool) -> None:
    run = deployed(plans.region(plans.guard(plans.ecs(protect=not protect))), protect=protect)
    assert {one.protect for kind in ("Application", "DeploymentGroup", "Key") for one in run.of(kind)} == {protect}
