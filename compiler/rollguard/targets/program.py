"""The Pulumi program: read the stack's settings, plan, make everything, say what came of it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pulumi

from rollguard.plan.model import EnvironmentPlan
from rollguard.targets.environment import Environment
from rollguard.targets.guard import RollbackGuard
from rollguard.targets.notifications import KEY_DELETION_WINDOW, Pending
from rollguard.targets.policies import load_plan
from rollguard.targets.values import require_secrets

T = TypeVar("T")

#: New objects until the youngest generation is looked through, and how often until the next older one is (`gc.set_threshold`).
THRESHOLDS = (50_000, 20, 100)


def main(default_root: Path) -> None:
    """Deploy the environment that the stack's configuration names.

    `rollguard:root` (relative to the Pulumi project; default `default_root`), `rollguard:environment` (default: the stack's name),
    `rollguard:include` (a list: `foundation` and path patterns of policies; default: everything), `rollguard:protect` (overrides
    what the environment says of protection).
    """
    config = pulumi.Config("rollguard")
    root = (default_root / "pulumi" / (config.get("root") or "..")).resolve()
    plan = _kept(lambda: load_plan(root, config.get("environment") or pulumi.get_stack(), _include(config)))
    _same_region(plan)
    deploy(plan, protect=config.get_bool("protect"))


def _kept(make: Callable[[], T]) -> T:
    """What `make` gives, with everything that is alive then out of the garbage collector's sight.

    Modules, policies and plan stay to the end, and so does nearly everything that Pulumi makes for a resource. Python's own thresholds
    look through all of it again with every few hundred resources, which took a third of the program's time and freed next to nothing:
    the peak of memory is the same with `THRESHOLDS`.
    """
    gc.disable()
    try:
        return make()
    finally:
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()


def deploy(
    plan: EnvironmentPlan, *, protect: bool | None = None, provider: pulumi.ProviderResource | None = None
) -> Environment:
    """Make every resource of a plan and export what people and other stacks need of it. Raises `pulumi.RunError`."""
    require_secrets(plan)
    environment = Environment(plan, provider=provider, protect=protect)
    policies: dict[str, dict[str, object]] = {}
    pending: list[Pending] = []
    left: list[str] = []
    for region in plan.regions:
        if foundation := environment.foundation(region.region):
            pending.extend(foundation.subscriptions)
            alias = region.foundation.key_alias if region.foundation else ""
            bucket = region.recorder.bucket
            left.append(f"bucket {bucket} in {region.region}, with the records of rollbacks")
            left.append(f"key {alias} in {region.region}, pending deletion for {KEY_DELETION_WINDOW} days")
        for config in region.deployment_configs:
            environment.deployment_config(config.name, region.region)
        for application in region.applications:
            environment.application(application.name, region.region)
            if application.retain_on_delete:
                left.append(f"CodeDeploy application {application.name} in {region.region}, retired and kept")
        for guard in region.guards:
            made = RollbackGuard(guard.policy, environment, region=region.region)
            policies.setdefault(guard.policy, {})[region.region] = made.summary()
            left.extend(
                f"deployment group {one.application}/{one.group} in {region.region}, retired and kept with its role"
                for one in guard.deployments
                if one.retain_on_delete
            )
    pulumi.export("policies", policies)
    pulumi.export("pendingConfirmations", _pending(pending))
    pulumi.export("leftAfterDestroy", left)
    return environment


def _pending(subscriptions: list[Pending]) -> pulumi.Output[list[str]]:
    abouts = [one.about for one in subscriptions]
    states = pulumi.Output.all(*(one.pending for one in subscriptions))
    return states.apply(lambda found: sorted(about for about, waits in zip(abouts, found, strict=True) if waits))


def _include(config: pulumi.Config) -> tuple[str, ...]:
    found = config.get_object("include")
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise pulumi.RunError(
            "`rollguard:include` must be a list of texts, such as `[foundation, policies/payments/*]`"
        )
    return tuple(found)


def _same_region(plan: EnvironmentPlan) -> None:
    """Two sources for one Region are one too many: the environment's file decides, and a stack that says otherwise is a mistake."""
    configured = pulumi.Config("aws").get("region")
    known = [region.region for region in plan.regions]
    if configured and known and configured not in known:
        listed = ", ".join(f"`{name}`" for name in known)
        raise pulumi.RunError(
            f"`aws:region` of stack `{pulumi.get_stack()}` is `{configured}`, but environment `{plan.environment}` lies in {listed}; "
            "remove it with `pulumi config rm aws:region`"
        )
