"""Projects that the real engine deploys to the stand-in, and what may be asked of the result."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rollguard.plan import plan
from rollguard.project import load
from rollguard.sandbox.aws import Resource, World
from rollguard.sandbox.driver import destroy, run
from rollguard.sandbox.request import Sandbox
from rollguard.sandbox.results import Run, Verb
from rollguard.sandbox.trail import read_trail

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
#: What every foundation leaves behind: the bucket of records and the five settings on it.
KEPT = 6
CONFIG = "aws:codedeploy/deploymentConfig:DeploymentConfig"

ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: rollback, notify: [oncall]}
environments:
  prod:
    account: "222222222222"
    region: eu-west-1
    channels:
      oncall: {email: oncall@example.com}
      pager: {pagerduty: "${secret:pager-key}"}
  two:
    account: "333333333333"
    regions: {eu-west-1: {vars: {alb: app/eu/1}}, us-east-1: {vars: {alb: app/us/2}}}
    channels: {oncall: {email: oncall@example.com}}
"""

ORDERS = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata: {name: orders, title: Orders, owner: shop}
spec:
  deployments:
    - codedeploy:
        platform: ecs
        application: orders
        group: orders-web
        managedBy: rollguard
        ecs: {cluster: shop, service: orders}
        loadBalancer:
          listener: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/shop/1111111111111111/2222222222222222"
          targetGroups: [orders-blue, orders-green]
        traffic: {canary: {percent: 10, interval: 7m}}
        bake: 10m
  criteria:
    - id: errors
      title: Orders answer with errors
      why: Each failed order is lost.
      signal: {namespace: Shop/Orders, metric: Errors, statistic: Sum}
      threshold: {above: 5}
      window: {period: 60s, datapoints: 2, of: 3}
      missing: notBreaching
    - id: slow
      title: Orders answer slowly
      why: Clients give up.
      signal: {namespace: Shop/Orders, metric: Latency, statistic: p99, unit: ms}
      threshold: {above: 1500}
      window: {period: 60s, datapoints: 3, of: 5}
      missing: notBreaching
  notify: [oncall, pager]
  environments: {prod: {}}
"""

STOCK = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata: {name: stock, title: Stock, owner: shop}
spec:
  deployments:
    - codedeploy:
        platform: lambda
        application: stock
        group: live
        managedBy: rollguard
        lambda: {function: stock, alias: live}
        traffic: {allAtOnce: true}
  criteria:
    - id: errors
      uses: lambda/error-ratio
      with: {function: stock, alias: live}
  environments: {prod: {}}
"""


class Project:
    """A project in a folder of its own, deployed by the packaged program."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.file("policies/environments.yaml", ENVIRONMENTS)

    def file(self, path: str, text: str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        return target

    def edit(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text
        self.file(path, text.replace(old, new))

    def sandbox(self, environment: str = "prod", include: tuple[str, ...] = (), **options: Any) -> Sandbox:
        checked = plan(load(self.root), environment, include)
        assert checked.value is not None, checked.diagnostics
        return Sandbox(self.root, environment, plan=checked.value, include=include, **options)

    def run(self, verb: Verb, environment: str = "prod", include: tuple[str, ...] = (), **options: Any) -> Run:
        return run(self.sandbox(environment, include, **options), verb)

    def up(self, environment: str = "prod", include: tuple[str, ...] = (), **options: Any) -> Run:
        return self.run("up", environment, include, **options)

    def destroy(self, environment: str = "prod", include: tuple[str, ...] = ()) -> Run:
        return destroy(Sandbox(self.root, environment, include=include))

    def folder(self, environment: str = "prod") -> Path:
        return self.root / ".rollguard" / "sandbox" / environment

    def world(self, environment: str = "prod") -> tuple[Resource, ...]:
        return World(self.folder(environment)).resources()

    def names(self, kind: str, environment: str = "prod") -> list[str]:
        return [one.name for one in self.world(environment) if one.kind == kind]

    def steps(self, environment: str = "prod") -> list[tuple[str, str]]:
        """Verb and logical name of each operation of the last run, in the order in which the stand-in did them."""
        return [
            (one["operation"], one["urn"].split("::", 3)[3])
            for one in read_trail(self.folder(environment) / "trail.jsonl")
        ]


def dangling(before: tuple[Resource, ...], project: Project, environment: str = "prod") -> list[str]:
    """The moments of the last run at which a group or a composite named an alarm that was not there; it began with `before`."""
    alarms = {one.name for one in before if one.kind == "alarm"}
    named_by = {one.mark.urn: _named(one.members) for one in before}
    found = []
    for step in read_trail(project.folder(environment) / "trail.jsonl"):
        verb, urn, inputs = step["operation"], step["urn"], step["inputs"]
        own = {inputs.get("alarmName") or inputs.get("name")} if METRIC in urn or COMPOSITE in urn else set()
        if verb == "delete":
            named_by.pop(urn, None)
            alarms -= own
        else:
            named_by[urn] = _named(inputs)
            alarms |= own
        missing = set().union(*named_by.values()) - alarms
        if missing:
            found.append(f"after {verb} of {urn}: {sorted(missing)}")
    return found


def _named(properties: Any) -> set[str]:
    """The alarms that a group's alarm configuration or a composite's rule reads."""
    configuration = properties.get("alarmConfiguration") or {}
    read = {one if isinstance(one, str) else one["name"] for one in configuration.get("alarms") or ()}
    rule = str(properties.get("alarmRule") or properties.get("AlarmRule") or "")
    return read | {part.strip('"') for part in rule.replace("(", " ").replace(")", " ").split() if part.startswith('"')}
