"""Guards for the tests of failure modes: a short policy whose parts a test changes, planned for one environment."""

from __future__ import annotations

from pathlib import Path

from rollguard.plan.model import GuardPlan
from rollguard.project import load
from rollguard.scenarios.suite import collect

ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: rollback, notify: [on-call]}
environments:
  prod:
    account: "222222222222"
    region: eu-west-1
    channels: {on-call: {email: on-call@example.com}}
"""

ECS = """\
        platform: ecs
        application: shop
        group: shop
        managedBy: rollguard
        ecs: {cluster: shop, service: shop}
        loadBalancer: {listener: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/a/1/2", targetGroups: [a, b]}
        traffic: {canary: {percent: 10, interval: 10m}}
        bake: 30m"""
LAMBDA = """\
        platform: lambda
        application: shop
        group: shop
        managedBy: rollguard
        lambda: {function: shop, alias: live}
        traffic: {canary: {percent: 10, interval: 10m}}"""

#: A share of failed requests of the whole service, in a namespace of our own: its datapoints come after a minute.
ERRORS = """\
    - id: errors
      title: Requests fail
      why: They should not.
      concern: errors
      signal: {namespace: Acme/Shop, metric: ErrorRatio, statistic: Average, unit: percent}
      threshold: {above: 2%}
      window: {period: 60s, datapoints: 3, of: 5}
      missing: notBreaching"""

POLICY = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata:
  name: shop
  title: Shop
  owner: shop
  description: Sells things.
  runbook: https://runbooks.example.com/shop
spec:
  deployments:
    - codedeploy:
{deployment}
  criteria:
{criteria}
{more}
  environments: {{prod: {{}}}}
"""


def guard(
    folder: Path, *criteria: str, deployment: str = ECS, more: str = "  trigger: any", own: str | None = None
) -> GuardPlan:
    """The policy `shop` with these criteria, `more` keys of its spec, and a project's own failure modes."""
    policies = folder / "policies"
    (policies / "shop").mkdir(parents=True, exist_ok=True)
    (policies / "environments.yaml").write_text(ENVIRONMENTS, encoding="utf-8")
    text = POLICY.format(deployment=deployment, criteria="\n".join(criteria or (ERRORS,)), more=more)
    (policies / "shop" / "shop.yaml").write_text(text, encoding="utf-8")
    if own is not None:
        (policies / "failure-modes.yaml").write_text(own, encoding="utf-8")
    suite = collect(load(folder))
    assert not suite.faults, suite.faults
    ((_, (found,)),) = suite.policies[0].guards.items()
    return found.guard
