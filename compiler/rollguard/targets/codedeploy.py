"""CodeDeploy applications, deployment configurations and guarded deployment groups as Pulumi resources."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi_aws import codedeploy

from rollguard.plan.model import Application, CodeDeployGroup, DeploymentConfig, TrafficShift
from rollguard.targets.scope import Scope

#: Both are needed: a failed deployment and one that an alarm stopped are different events (AutoRollbackEvent).
ROLLBACK_EVENTS = ("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM")


def application(name: str, app: Application, scope: Scope, opts: pulumi.ResourceOptions) -> codedeploy.Application:
    return codedeploy.Application(
        name,
        name=app.name,
        region=scope.region,
        compute_platform=app.platform,
        tags=dict(app.tags) or None,
        opts=_kept(app, scope, opts),
    )


def deployment_config(
    name: str, config: DeploymentConfig, scope: Scope, opts: pulumi.ResourceOptions
) -> codedeploy.DeploymentConfig:
    """Configurations are immutable and named after their shape: another shape is another resource, made before the old one goes."""
    traffic = config.traffic
    hosts = None
    if traffic.healthy_hosts:
        kind, least = traffic.healthy_hosts
        hosts = codedeploy.DeploymentConfigMinimumHealthyHostsArgs(type=kind, value=least)
    return codedeploy.DeploymentConfig(
        name,
        deployment_config_name=config.name,
        region=scope.region,
        compute_platform=config.platform,
        minimum_healthy_hosts=hosts,
        traffic_routing_config=_routing(traffic),
        opts=opts,
    )


def deployment_group(
    name: str,
    deployment: CodeDeployGroup,
    scope: Scope,
    *,
    application: pulumi.Input[str],
    config: pulumi.Input[str],
    service_role_arn: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
) -> codedeploy.DeploymentGroup:
    """The group with its alarms and automatic rollback. `opts` must depend on every alarm that it names."""
    return codedeploy.DeploymentGroup(
        name,
        app_name=application,
        deployment_group_name=deployment.group,
        region=scope.region,
        service_role_arn=service_role_arn,
        deployment_config_name=config,
        # Always sent: an update without the block leaves the old alarms polled (aws-cdk issue 23307).
        alarm_configuration=codedeploy.DeploymentGroupAlarmConfigurationArgs(
            enabled=deployment.alarms_enabled,
            alarms=list(deployment.alarms) if deployment.alarms_enabled else [],
            ignore_poll_alarm_failure=deployment.ignore_poll_alarm_failure,
        ),
        auto_rollback_configuration=codedeploy.DeploymentGroupAutoRollbackConfigurationArgs(
            enabled=True, events=list(ROLLBACK_EVENTS)
        ),
        **_platform(deployment, scope),
        tags=dict(deployment.tags) or None,
        opts=_kept(deployment, scope, _following_the_fleet(deployment, opts)),
    )


def _kept(plan: Application | CodeDeployGroup, scope: Scope, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    protection = pulumi.ResourceOptions(
        protect=scope.protected(plan.protect, retired=plan.retain_on_delete), retain_on_delete=plan.retain_on_delete
    )
    return pulumi.ResourceOptions.merge(opts, protection)


def _following_the_fleet(deployment: CodeDeployGroup, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
    # Each blue/green deployment replaces the Auto Scaling group by its copy and writes that into the deployment group;
    # putting the first one back would point at a group that is gone.
    if deployment.platform == "Server" and deployment.blue_green and deployment.auto_scaling_groups:
        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=["autoscalingGroups"]))
    return opts


def _routing(traffic: TrafficShift) -> codedeploy.DeploymentConfigTrafficRoutingConfigArgs | None:
    if traffic.kind == "canary":
        return codedeploy.DeploymentConfigTrafficRoutingConfigArgs(
            type="TimeBasedCanary",
            time_based_canary=codedeploy.DeploymentConfigTrafficRoutingConfigTimeBasedCanaryArgs(
                interval=traffic.interval, percentage=traffic.percent
            ),
        )
    if traffic.kind == "linear":
        return codedeploy.DeploymentConfigTrafficRoutingConfigArgs(
            type="TimeBasedLinear",
            time_based_linear=codedeploy.DeploymentConfigTrafficRoutingConfigTimeBasedLinearArgs(
                interval=traffic.interval, percentage=traffic.percent
            ),
        )
    if traffic.kind == "allAtOnce":
        return codedeploy.DeploymentConfigTrafficRoutingConfigArgs(type="AllAtOnce")
    return None


def _platform(deployment: CodeDeployGroup, scope: Scope) -> dict[str, Any]:
    if deployment.platform == "ECS":
        return _ecs(deployment, scope)
    if deployment.platform == "Lambda":
        # Function and alias come with the revision's AppSpec; the group knows neither (CreateDeploymentGroup).
        return {"deployment_style": _style("BLUE_GREEN", traffic_control=True)}
    return _server(deployment, scope)


def _ecs(deployment: CodeDeployGroup, scope: Scope) -> dict[str, Any]:
    text, texts, balancer = scope.values.text, scope.values.texts, deployment.load_balancer
    if (
        balancer is None
        or balancer.listener is None
        or deployment.ecs_cluster is None
        or deployment.ecs_service is None
    ):
        raise ValueError(f"the plan of ECS group {deployment.group!r} lacks its cluster, service or load balancer")
    test = balancer.test_listener
    return {
        "deployment_style": _style("BLUE_GREEN", traffic_control=True),
        "blue_green_deployment_config": _blue_green(deployment),
        "ecs_service": codedeploy.DeploymentGroupEcsServiceArgs(
            cluster_name=text(deployment.ecs_cluster), service_name=text(deployment.ecs_service)
        ),
        "load_balancer_info": codedeploy.DeploymentGroupLoadBalancerInfoArgs(
            target_group_pair_info=codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoArgs(
                prod_traffic_route=codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoProdTrafficRouteArgs(
                    listener_arns=[text(balancer.listener)]
                ),
                test_traffic_route=codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoTestTrafficRouteArgs(
                    listener_arns=[text(test)]
                )
                if test is not None
                else None,
                target_groups=[
                    codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupPairInfoTargetGroupArgs(name=name)
                    for name in texts(balancer.target_groups)
                ],
            )
        ),
    }


def _server(deployment: CodeDeployGroup, scope: Scope) -> dict[str, Any]:
    texts, balancer = scope.values.texts, deployment.load_balancer
    settings: dict[str, Any] = {
        "deployment_style": _style(
            "BLUE_GREEN" if deployment.blue_green else "IN_PLACE", traffic_control=balancer is not None
        ),
        "autoscaling_groups": texts(deployment.auto_scaling_groups) or None,
        # One set per tag: an instance must carry all of them. Filters in one set would be alternatives.
        "ec2_tag_sets": [
            codedeploy.DeploymentGroupEc2TagSetArgs(
                ec2_tag_filters=[
                    codedeploy.DeploymentGroupEc2TagSetEc2TagFilterArgs(key=key, value=value, type="KEY_AND_VALUE")
                ]
            )
            for key, value in deployment.ec2_tags
        ]
        or None,
    }
    if balancer is not None:
        settings["load_balancer_info"] = codedeploy.DeploymentGroupLoadBalancerInfoArgs(
            target_group_infos=[
                codedeploy.DeploymentGroupLoadBalancerInfoTargetGroupInfoArgs(name=name)
                for name in texts(balancer.target_groups)
            ]
        )
    if deployment.blue_green:
        settings["blue_green_deployment_config"] = _blue_green(deployment)
    return settings


def _blue_green(deployment: CodeDeployGroup) -> codedeploy.DeploymentGroupBlueGreenDeploymentConfigArgs:
    """Traffic moves as soon as the new version is ready; the old one stays for the bake, the time in which a rollback is quick."""
    fleet = None
    if deployment.platform == "Server":
        fleet = codedeploy.DeploymentGroupBlueGreenDeploymentConfigGreenFleetProvisioningOptionArgs(
            action="COPY_AUTO_SCALING_GROUP" if deployment.auto_scaling_groups else "DISCOVER_EXISTING"
        )
    return codedeploy.DeploymentGroupBlueGreenDeploymentConfigArgs(
        deployment_ready_option=codedeploy.DeploymentGroupBlueGreenDeploymentConfigDeploymentReadyOptionArgs(
            action_on_timeout="CONTINUE_DEPLOYMENT"
        ),
        green_fleet_provisioning_option=fleet,
        terminate_blue_instances_on_deployment_success=codedeploy.DeploymentGroupBlueGreenDeploymentConfigTerminateBlueInstancesOnDeploymentSuccessArgs(
            action="TERMINATE", termination_wait_time_in_minutes=deployment.bake_minutes or 0
        ),
    )


def _style(kind: str, *, traffic_control: bool) -> codedeploy.DeploymentGroupDeploymentStyleArgs:
    return codedeploy.DeploymentGroupDeploymentStyleArgs(
        deployment_type=kind,
        deployment_option="WITH_TRAFFIC_CONTROL" if traffic_control else "WITHOUT_TRAFFIC_CONTROL",
    )
