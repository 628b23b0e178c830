"""One environment inside a Pulumi program: its plan, its provider, and what its policies share."""

from __future__ import annotations

from functools import partial

import pulumi
from pulumi_aws import codedeploy as aws_codedeploy

from rollguard.notices import planned_templates
from rollguard.plan.model import EnvironmentPlan, GuardPlan, RegionPlan
from rollguard.plan.model import Foundation as FoundationPlan
from rollguard.targets import codedeploy, events, names
from rollguard.targets.foundation import Foundation
from rollguard.targets.once import made_before, once
from rollguard.targets.provider import provider as own_provider
from rollguard.targets.scope import Scope
from rollguard.targets.values import Values


class Environment:
    """Makes the shared resources of a plan when they are first asked for.

    `provider` is the one to use instead of our own, which refuses every account but the environment's. `protect` overrides what the plan
    says of protection (None: it does not).
    """

    def __init__(
        self, plan: EnvironmentPlan, *, provider: pulumi.ProviderResource | None = None, protect: bool | None = None
    ) -> None:
        self.plan = plan
        self.provider = provider or own_provider(plan)
        self.templates = planned_templates(dict(plan.templates), dict(plan.unreadable_templates))
        self._protect = protect
        self._regions = {region.region: region for region in plan.regions}
        self._guards: dict[str, dict[str, GuardPlan]] = {}
        for region in plan.regions:
            for guard in region.guards:
                self._guards.setdefault(guard.policy, {})[region.region] = guard
        self._applications = {(one.region, app.name): app for one in plan.regions for app in one.applications}
        self._configs = {(one.region, config.name): config for one in plan.regions for config in one.deployment_configs}
        # CodeDeploy deletes no configuration that a group uses, and a retired group stays.
        self._kept_configs = {
            (one.region, deployment.config.name)
            for one in plan.regions
            for guard in one.guards
            for deployment in guard.deployments
            if deployment.retain_on_delete
        }

    def scope(self, region: str) -> Scope:
        return Scope(self.plan.account, region, Values(region, self.provider), self._protect)

    def region(self, name: str) -> RegionPlan:
        return self._regions[name]

    def guard(self, policy: str, region: str | None = None) -> tuple[GuardPlan, str]:
        """The plan of one policy and its Region, which may be left out where there is one. Raises `pulumi.RunError`."""
        found = self._guards.get(policy)
        if not found:
            raise pulumi.RunError(f"policy `{policy}` does not apply to environment `{self.plan.environment}`")
        if region is None and len(found) > 1:
            listed = ", ".join(f"`{name}`" for name in found)
            raise pulumi.RunError(
                f"policy `{policy}` has {len(found)} Regions in environment `{self.plan.environment}`; pass one as `region`: {listed}"
            )
        chosen = region if region is not None else next(iter(found))
        if chosen not in found:
            listed = ", ".join(f"`{name}`" for name in found)
            raise pulumi.RunError(f"policy `{policy}` does not apply to Region `{chosen}`; its Regions are {listed}")
        return found[chosen], chosen

    def foundation(self, region: str) -> Foundation | None:
        """The key, topics and recorder of a Region, or None where another stack holds them."""
        plan = self.region(region).foundation
        if plan is None:
            return None
        return once(
            ("foundation", region),
            lambda: Foundation(plan, self.scope(region), self._options(), self._elsewhere(plan, region)),
        )

    def rules(self, region: str) -> None:
        """The rules that call the recorder for the policies of this plan."""
        plan = self.region(region)
        foundation = self.foundation(region)
        after = [foundation] if foundation else []
        for rule in plan.rules:
            once(
                ("rule", names.shared(rule.name, region)),
                partial(
                    events.recorder_rule,
                    rule, plan.recorder, plan.tags, self.scope(region), None, after, provider=self.provider,
                ),
            )  # fmt: skip

    def _elsewhere(self, plan: FoundationPlan, region: str) -> dict[str, Foundation]:
        """The foundations of other Regions whose topics a Slack configuration made in `region` shows."""
        wanted = {other for channel in plan.channels if channel.slack for other in channel.slack.topic_regions}
        found = {other: self.foundation(other) for other in sorted(wanted - {region})}
        return {other: foundation for other, foundation in found.items() if foundation is not None}

    def application(self, name: str, region: str) -> aws_codedeploy.Application | None:
        """A CodeDeploy application of this program, or None where another stack owns it."""
        plan = self._applications.get((region, name))
        key = ("application", names.shared(name, region))
        if plan is None:
            earlier: aws_codedeploy.Application | None = made_before(key)
            return earlier
        return once(key, lambda: codedeploy.application(key[1], plan, self.scope(region), self._options()))

    def deployment_config(self, name: str, region: str) -> aws_codedeploy.DeploymentConfig | None:
        """A deployment configuration that this plan makes, or None for one that exists."""
        plan = self._configs.get((region, name))
        if plan is None:
            return None
        logical = names.shared(name, region)
        opts = pulumi.ResourceOptions.merge(
            self._options(), pulumi.ResourceOptions(retain_on_delete=(region, name) in self._kept_configs)
        )
        return once(
            ("deployment config", logical),
            lambda: codedeploy.deployment_config(logical, plan, self.scope(region), opts),
        )

    def _options(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(provider=self.provider)
