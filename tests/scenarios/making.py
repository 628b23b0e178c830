"""Small projects for the tests of scenarios: one policy, one environment, as authors write them."""

from __future__ import annotations

import textwrap
from pathlib import Path

from rollguard.plan.model import GuardPlan
from rollguard.project import load
from rollguard.scenarios.model import Played
from rollguard.scenarios.read import scenarios
from rollguard.scenarios.run import Player
from rollguard.scenarios.suite import Ran, collect, run

ENVIRONMENTS = """
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: rollback, notify: [oncall]}
environments:
  prod:
    account: "222222222222"
    region: eu-west-1
    channels: {oncall: {email: a@example.com}, chat: {email: b@example.com}, pager: {email: c@example.com}}
"""
ECS = """
platform: ecs
application: shop
group: shop
managedBy: rollguard
ecs: {cluster: shop, service: shop}
loadBalancer: {listener: "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/a/1/2", targetGroups: [blue, green]}
traffic: {canary: {percent: 10, interval: 10m}}
bake: 15m
"""
#: A metric of our own: usual delay 1 minute. Two bad minutes of three; red from 5 on.
CRITERIA = """
- id: errors
  title: Requests fail
  why: A test.
  concern: errors
  signal: {namespace: Acme/Shop, metric: ErrorRatio, statistic: Average, unit: percent}
  threshold: {atLeast: 5}
  window: {period: 60s, datapoints: 2, of: 3}
  missing: notBreaching
"""


def project(
    folder: Path,
    scenarios: str,
    *,
    criteria: str = CRITERIA,
    deployment: str = ECS,
    more: str = "",
    environments: str = ENVIRONMENTS,
) -> Path:
    """A project with one policy in `prod`; `more` are further keys of its `spec`."""
    team = folder / "policies" / "team"
    team.mkdir(parents=True, exist_ok=True)
    (folder / "policies" / "environments.yaml").write_text(environments.lstrip(), encoding="utf-8")
    spec = "\n".join(
        [
            "deployments:",
            "  - codedeploy:",
            _indented(deployment, 6),
            "criteria:",
            _indented(criteria, 2),
            "environments: {prod: {}}",
            textwrap.dedent(more).strip(),
            "scenarios:",
            _indented(scenarios, 2),
        ]
    )
    policy = (
        "apiVersion: rollguard/v1\nkind: RollbackPolicy\nmetadata: {name: shop, title: Shop, owner: team}\nspec:\n"
        + _indented(spec, 2)
        + "\n"
    )
    (team / "shop.yaml").write_text(policy, encoding="utf-8")
    return folder


def ran(root: Path) -> Ran:
    """Everything that comes of the project's policy; its own faults must be none."""
    suite = collect(load(root))
    assert suite.faults == ()
    return run(suite, suite.policies[0])


def failures(root: Path) -> list[str]:
    """The messages of all expectations that do not hold."""
    return [failure.message for case in ran(root).cases for failure in case.failures]


def guard(root: Path) -> GuardPlan:
    """The policy's guard in `prod`."""
    suite = collect(load(root))
    assert suite.faults == ()
    return suite.policies[0].guards["prod"][0].guard


def played(root: Path, **options: bool) -> Played:
    """What happens in the first scenario."""
    suite = collect(load(root))
    assert suite.faults == ()
    document = suite.policies[0].source.document
    assert document is not None
    player = Player(suite.policies[0].guards["prod"][0].guard)
    return player.play(next(scenarios(document, "prod")), closed=options.get("closed", False))


def _indented(text: str, by: int) -> str:
    return textwrap.indent(textwrap.dedent(text).strip("\n"), " " * by)
