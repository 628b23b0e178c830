"""One environment inside a Pulumi program: its plan, its provider, and what its policies share."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
from pulumi_aws import codedeploy as aws_codedeploy

from rollguard.plan.model import EnvironmentPlan, GuardPlan, RegionPlan
from rollguard.targets import codedeploy, names
from rollguard.targets.foundation import Foundation
from rollguard.targets.once import once
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
        self.provider = provider or _provider(plan)
        self._protect = protect
        self._regions = {region.region: region for region in plan.regions}

    def scope(self, region: str) -> Scope:
        return Scope(self.plan.account, region, Values(region, self.provider), self._protect)

    def region(self, name: str) -> RegionPlan:
        return self._regions[name]

    def guard(self, policy: str, region: str | None = None) -> tuple[GuardPlan, str]:
        """The plan of one policy and its Region, which may be left out where there is one. Raises `pulumi.RunError`."""
        found = {one.region: guard for one in self.plan.regions for guard in one.guards if guard.policy == policy}
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
        """The key and topics of a Region, or None where another stack holds them."""
        plan = self.region(region).foundation
        if plan is None:
            return None
        return once(("foundation", region), lambda: Foundation(plan, self.scope(region), self._options()))

    def application(self, name: str, region: str) -> aws_codedeploy.Application | None:
        """A CodeDeploy application that this plan owns, or None where another stack does."""
        plan = next((app for app in self.region(region).applications if app.name == name), None)
        if plan is None:
            return None
        logical = names.shared(name, region)
        return once(
            ("application", logical),
            lambda: codedeploy.application(logical, plan, self.scope(region), self._options()),
        )

    def deployment_config(self, name: str, region: str) -> aws_codedeploy.DeploymentConfig | None:
        """A deployment configuration that this plan makes, or None for one that exists."""
        plan = next((config for config in self.region(region).deployment_configs if config.name == name), None)
        if plan is None:
            return None
        logical = names.shared(name, region)
        return once(
            ("deployment config", logical),
            lambda: codedeploy.deployment_config(logical, plan, self.scope(region), self._options()),
        )

    def _options(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(provider=self.provider)


def _provider(plan: EnvironmentPlan) -> aws.Provider:
    """Our own provider: a plan for one account can never land in another. Credentials come from the environment or `aws:profile`."""
    region = plan.regions[0].region if plan.regions else None
    return once(
        ("provider", plan.account),
        lambda: aws.Provider(
            "rollguard",
            region=region,
            allowed_account_ids=[plan.account],
            profile=pulumi.Config("aws").get("profile"),
        ),
    )
