"""What policies name and nobody here makes: it exists in a real account, so it has to be there in the stand-in too."""

from __future__ import annotations

from typing import Any

from rollguard import predefined_configs
from rollguard.plan.model import CodeDeployGroup, EnvironmentPlan, TrafficShift
from rollguard.sandbox.aws import Scope, World


def assume(plan: EnvironmentPlan, world: World) -> None:
    """Lets exist what others make in a real account.

    These are the alarms that criteria adopt by name (state OK), the deployment configurations that policies only name, and the deployment
    groups of other tools, wired as the policy's page asks those tools to.
    """
    for region in plan.regions:
        scope = Scope(plan.account, region.region)
        for guard in region.guards:
            for criterion in guard.criteria:
                if criterion.alarm is None:
                    world.assume_alarm(criterion.alarm_name, scope)
            for deployment in guard.deployments:
                config = deployment.config
                if deployment.managed_by == "rollguard" and config.predefined and not _aws_own(config.name):
                    world.assume_deployment_config(config.name, deployment.platform, scope)
                if deployment.managed_by != "rollguard":
                    _assume_group(deployment, world, scope)


def _assume_group(group: CodeDeployGroup, world: World, scope: Scope) -> None:
    config = group.config.name
    if not _aws_own(config):
        # One of ours may have the same shape and go while the other tool's stays: the two must not share a name.
        config = config if group.config.predefined else f"{group.application}-{group.group}"
        world.assume_deployment_config(config, group.platform, scope, _routing(group.config.traffic))
    members: dict[str, Any] = {
        "applicationName": group.application,
        "deploymentGroupName": group.group,
        "deploymentConfigName": config,
        "alarmConfiguration": {
            "enabled": group.alarms_enabled,
            "ignorePollAlarmFailure": group.ignore_poll_alarm_failure,
            "alarms": [{"name": name} for name in group.alarms],
        },
        "autoRollbackConfiguration": {"enabled": True, "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]},
        "deploymentStyle": {"deploymentType": "BLUE_GREEN" if group.blue_green else "IN_PLACE"},
    }
    if group.bake_minutes is not None:
        members["blueGreenDeploymentConfiguration"] = {
            "terminateBlueInstancesOnDeploymentSuccess": {
                "action": "TERMINATE",
                "terminationWaitTimeInMinutes": group.bake_minutes,
            }
        }
    world.assume_deployment_group(group.platform, members, scope)


def _routing(traffic: TrafficShift) -> dict[str, Any]:
    """The members of a deployment configuration of this shape; none where nobody said it."""
    if traffic.kind == "canary":
        steps = {"canaryPercentage": traffic.percent, "canaryInterval": traffic.interval}
        return {"trafficRoutingConfig": {"type": "TimeBasedCanary", "timeBasedCanary": steps}}
    if traffic.kind == "linear":
        steps = {"linearPercentage": traffic.percent, "linearInterval": traffic.interval}
        return {"trafficRoutingConfig": {"type": "TimeBasedLinear", "timeBasedLinear": steps}}
    if traffic.kind == "allAtOnce":
        return {"trafficRoutingConfig": {"type": "AllAtOnce"}}
    if traffic.healthy_hosts:
        kind, least = traffic.healthy_hosts
        return {"minimumHealthyHosts": {"type": kind, "value": least}}
    return {}


def _aws_own(name: str) -> bool:
    """Nobody can make a configuration under CodeDeploy's prefix: what is not there does not exist in a real account either."""
    return name.startswith(predefined_configs.PREFIX)
