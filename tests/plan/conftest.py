"""Small projects on disk, and what their plans come to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from rollguard.checking import check
from rollguard.plan import plan
from rollguard.plan.model import EnvironmentPlan, GuardPlan
from rollguard.project import Project, load
from rollguard.source import Diagnostic

ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: rollback}
environments:
  prod:
    account: "222222222222"
    region: eu-west-1
    channels: {oncall: {email: a@example.com}, leads: {email: b@example.com}}
  staging:
    account: "111111111111"
    region: eu-west-1
    channels: {oncall: {email: c@example.com}}
"""

#: One Lambda policy with two criteria `a` and `b`; tests change what they are about.
POLICY = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata: {name: shop, title: The shop, owner: sales}
spec:
  deployments:
    - codedeploy:
        platform: lambda
        application: shop
        group: live
        managedBy: rollguard
        lambda: {function: shop, alias: live}
        traffic: {canary: {percent: 10, interval: 5m}}
  criteria:
    - id: a
      title: A is bad
      why: Because.
      signal: {namespace: Shop, metric: A, statistic: Sum}
      threshold: {above: 5}
      window: {period: 60s, datapoints: 3, of: 5}
      missing: notBreaching
    - id: b
      title: B is bad
      why: Because.
      signal: {namespace: Shop, metric: B, statistic: p99, unit: s}
      threshold: {atLeast: 1500ms}
      window: {period: 60s, datapoints: 2, of: 2}
      missing: notBreaching
  environments: {prod: {}}
"""


class _Plain(yaml.SafeDumper):
    """Writes a value out wherever it is used: the policy language has no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


Change = Callable[[dict[str, Any]], object]


class Workspace:
    """A project whose files a test writes; `codes()` is what `check` finds in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("policies/environments.yaml", ENVIRONMENTS)

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def policy(self, *changes: Change, path: str = "policies/sales/shop.yaml") -> None:
        self._changed(path, POLICY, changes)

    def environments(self, *changes: Change) -> None:
        self._changed("policies/environments.yaml", ENVIRONMENTS, changes)

    def _changed(self, path: str, text: str, changes: tuple[Change, ...]) -> None:
        data = yaml.safe_load(text)
        for change in changes:
            change(data)
        self.write(path, yaml.dump(data, Dumper=_Plain, sort_keys=False))

    def load(self) -> Project:
        return load(self.root)

    def found(self) -> list[str]:
        """`code message` of everything that is wrong."""
        return [f"{found.code} {found.message}" for found in check(self.root).diagnostics]

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return check(self.root).diagnostics

    def plan(self, environment: str = "prod", *include: str) -> EnvironmentPlan:
        checked = plan(self.load(), environment, include)
        assert checked.value is not None, (self.load().diagnostics, checked.diagnostics)
        return checked.value

    def guard(self, environment: str = "prod") -> GuardPlan:
        (region,) = self.plan(environment).regions
        (guard,) = region.guards
        return guard


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    made.policy()
    return made
