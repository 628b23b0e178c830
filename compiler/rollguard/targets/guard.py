"""The component that guards one service in one Region: its alarms, its rollback alarm, its deployment groups, its guard sheet."""

from __future__ import annotations

from pathlib import Path

import pulumi
from pulumi_aws import cloudwatch
from pulumi_aws import codedeploy as aws_codedeploy

from rollguard.plan.model import CodeDeployGroup
from rollguard.targets import alarms, codedeploy, iam, names, records
from rollguard.targets.environment import Environment
from rollguard.targets.policies import load_policy
from rollguard.targets.scope import Scope


class RollbackGuard(pulumi.ComponentResource):
    """What one rollback policy becomes in one environment and Region.

    `environment` is an environment's name, read together with the policies under `root`, or an `Environment` that was loaded before.
    `region` is needed only where the environment has several. An `opts.provider` is used instead of Rollguard's own.
    Raises `pulumi.RunError` for faults in the policies and for a policy that does not apply.
    """

    rollback_alarm_name: pulumi.Output[str]
    rollback_alarm_arn: pulumi.Output[str]
    alarms: dict[str, cloudwatch.MetricAlarm]
    """the alarms that this component made, by physical name: criteria and bypasses"""
    deployment_groups: dict[str, aws_codedeploy.DeploymentGroup]
    """the groups that this component made, by `<application>/<group>`"""
    must_reference: list[dict[str, object]]
    """what tools that own a group themselves must write into its alarm configuration"""

    def __init__(
        self,
        policy: str,
        environment: Environment | str,
        *,
        root: str | Path = ".",
        region: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        if isinstance(environment, str):
            environment = Environment(
                load_policy(policy, environment, Path(root)), provider=opts.provider if opts else None
            )
        plan, region = environment.guard(policy, region)
        self.plan = plan
        opts = pulumi.ResourceOptions.merge(pulumi.ResourceOptions(provider=environment.provider), opts)
        super().__init__(names.ROLLBACK_GUARD, names.guard(policy, region), {}, opts)
        scope = environment.scope(region)
        self.alarms = self._metric_alarms(scope)
        rollback_alarm = self._rollback_alarm(scope)
        self.rollback_alarm_name = rollback_alarm.alarm_name
        self.rollback_alarm_arn = rollback_alarm.arn
        environment.rules(region)
        known = self._records(environment, scope)
        self.deployment_groups = self._deployment_groups(environment, scope, rollback_alarm, known)
        self.must_reference = [_reference(one) for one in plan.deployments if one.managed_by != "rollguard"]
        self.register_outputs(self.summary())

    def summary(self) -> dict[str, object]:
        """What the stack's output says of this policy."""
        found: dict[str, object] = {
            "rollbackAlarm": {"name": self.rollback_alarm_name, "arn": self.rollback_alarm_arn},
            "deploymentGroups": sorted(self.deployment_groups),
        }
        if self.must_reference:
            found["mustReference"] = self.must_reference
        if self.plan.retired:
            found["retired"] = self.plan.retired
        return found

    def _metric_alarms(self, scope: Scope) -> dict[str, cloudwatch.MetricAlarm]:
        opts = pulumi.ResourceOptions(parent=self)
        made = {}
        for criterion in self.plan.criteria:
            if criterion.alarm:
                name = names.criterion(self.plan.policy, criterion.id, scope.region)
                made[criterion.alarm.name] = alarms.metric_alarm(name, criterion.alarm, scope, opts)
            if criterion.bypass:
                name = names.bypass(self.plan.policy, criterion.id, scope.region)
                made[criterion.bypass.name] = alarms.metric_alarm(name, criterion.bypass, scope, opts)
        return made

    def _rollback_alarm(self, scope: Scope) -> cloudwatch.CompositeAlarm:
        alarm = self.plan.rollback_alarm
        after: list[pulumi.Resource] = [self.alarms[child] for child in alarm.children if child in self.alarms]
        return alarms.composite_alarm(
            names.guard(self.plan.policy, scope.region),
            alarm,
            scope,
            pulumi.ResourceOptions(parent=self, depends_on=after),
        )

    def _records(self, environment: Environment, scope: Scope) -> list[pulumi.Resource]:
        """What the recorder must know of this policy."""
        foundation = environment.foundation(scope.region)
        after = list(foundation.records) if foundation else []
        return records.guard_objects(
            self.plan,
            environment.region(scope.region),
            environment.plan,
            environment.templates,
            scope,
            self,
            after,
        )

    def _deployment_groups(
        self,
        environment: Environment,
        scope: Scope,
        rollback_alarm: cloudwatch.CompositeAlarm,
        known: list[pulumi.Resource],
    ) -> dict[str, aws_codedeploy.DeploymentGroup]:
        owned = [one for one in self.plan.deployments if one.managed_by == "rollguard"]
        made = {}
        for deployment in owned:
            after: list[pulumi.Resource] = [self.alarms[name] for name in deployment.alarms if name in self.alarms]
            # As long as the group is guarded, the recorder knows whose it is: also where the group may not go and the file is gone.
            after.extend(known)
            if self.plan.rollback_alarm.name in deployment.alarms:
                after.append(rollback_alarm)
            name = names.group(self.plan.policy, deployment.application, deployment.group, scope.region)
            role_arn = scope.values.optional(deployment.service_role_arn)
            if role_arn is None:
                if deployment.service_role is None:
                    raise ValueError(f"the plan of group {deployment.group!r} has no service role")
                role, role_policy = iam.service_role(name, deployment.service_role, deployment, scope, self)
                role_arn = role.arn
                after.append(role_policy)
            application = environment.application(deployment.application, scope.region)
            config = environment.deployment_config(deployment.config.name, scope.region)
            made[f"{deployment.application}/{deployment.group}"] = codedeploy.deployment_group(
                name,
                deployment,
                scope,
                application=application.name if application else deployment.application,
                config=config.deployment_config_name if config else deployment.config.name,
                service_role_arn=role_arn,
                opts=pulumi.ResourceOptions(parent=self, depends_on=after),
            )
        return made


def _reference(deployment: CodeDeployGroup) -> dict[str, object]:
    return {
        "managedBy": deployment.managed_by,
        "application": deployment.application,
        "deploymentGroup": deployment.group,
        "alarms": list(deployment.alarms),
    }
