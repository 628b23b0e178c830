"""What policies name and nobody here makes: it exists in a real account, so it has to be there in the stand-in too."""

from __future__ import annotations

from rollguard.plan.model import EnvironmentPlan
from rollguard.sandbox.aws import Scope, World
from rollguard.sandbox.aws.commands.codedeploy import is_predefined


def assume(plan: EnvironmentPlan, world: World) -> None:
    """Lets the alarms that criteria adopt by name exist (state OK), and the deployment configurations that policies only name."""
    for region in plan.regions:
        scope = Scope(plan.account, region.region)
        for guard in region.guards:
            for criterion in guard.criteria:
                if criterion.alarm is None:
                    world.assume_alarm(criterion.alarm_name, scope)
            for deployment in guard.deployments:
                config = deployment.config
                if deployment.managed_by == "rollguard" and config.predefined and not is_predefined(config.name):
                    world.assume_deployment_config(config.name, deployment.platform, scope)
