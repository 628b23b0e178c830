"""A small project for the site: one short policy in two environments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rollguard.site.gather import gather
from rollguard.site.model import Publication

ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: rollback, notify: [on-call]}
environments:
  staging:
    account: "111111111111"
    region: eu-west-1
    channels: {on-call: {email: staging@example.com}}
  prod:
    title: Production
    account: "222222222222"
    region: eu-west-1
    channels:
      on-call: {pagerduty: "${secret:on-call}"}
      managers: {email: managers@example.com}
"""

POLICY = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata:
  name: refunds
  title: Refunds
  owner: payments
  description: Pays money back.
  runbook: https://runbooks.example.com/refunds
  agreed: {by: ["@payments-lead"], on: "2026-11-02", review: 180d}
spec:
  deployments:
    - codedeploy:
        platform: lambda
        application: refunds
        group: live
        managedBy: rollguard
        lambda: {function: refunds, alias: live}
        traffic: {canary: {percent: 10, interval: 10m}}
  criteria:
    - id: slow
      title: Refunds take too long
      why: After 3 s the shop gives up.
      concern: latency
      signal: {namespace: AWS/Lambda, metric: Duration, statistic: p99, dimensions: {FunctionName: refunds}, unit: s}
      threshold: {above: 3s}
      window: {period: 60s, datapoints: 3, of: 5}
      missing: notBreaching
  rollbackWithin: 10m
  notify: {started: [on-call, managers], failed: [on-call]}
  environments:
    staging:
      mode: observe
      notify: [on-call]
      criteria: {slow: {threshold: {above: 5s}}}
    prod: {}
"""

Gathered = Callable[[], Publication]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a project with the policy `refunds`."""
    root = tmp_path / "project"
    (root / "policies" / "payments").mkdir(parents=True)
    (root / "policies" / "environments.yaml").write_text(ENVIRONMENTS, encoding="utf-8")
    (root / "policies" / "payments" / "refunds.yaml").write_text(POLICY, encoding="utf-8")
    return root


@pytest.fixture
def refunds(project: Path) -> Path:
    """The policy's file."""
    return project / "policies" / "payments" / "refunds.yaml"


@pytest.fixture
def publication(project: Path) -> Publication:
    """What the project publishes."""
    return gather(project)
