"""What policies name and nobody here makes: it exists in a real account, so it has to be there in the stand-in too."""

from __future__ import annotations

from rollguard import predefined_configs
from rollguard.plan.model import EnvironmentPlan
from rollguard.sandbox.aws import Scope, World


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
                if deployment.managed_by == "rollguard" and config.predefined and not _aws_own(config.name):
                    world.assume_deployment_config(config.name, deployment.platform, scope)


def _aws_own(name: str) -> bool:
    """Nobody can make a configuration under CodeDeploy's prefix: what is not there does not exist in a real account either."""
    return name.startswith(predefined_configs.PREFIX)
