"""Make a project of any size: policies that differ, with six criteria each, the same on every machine."""

from __future__ import annotations

from pathlib import Path

POLICIES_PER_TEAM = 20
CRITERIA = 6

ENVIRONMENTS = """apiVersion: rollguard/v1
kind: Environments
defaults:
  mode: rollback
  notify: [oncall]
environments:
  staging:
    account: "111111111111"
    region: eu-west-1
    protect: false
    channels:
      oncall: {email: oncall-staging@example.com}
  prod:
    account: "222222222222"
    region: eu-west-1
    protect: false
    channels:
      oncall: {email: oncall@example.com}
      releases: {sqs: "arn:aws:sqs:eu-west-1:222222222222:releases"}
"""

ECS = """        platform: ecs
        application: app-{n:04}
        group: service-{n:04}
        managedBy: rollguard
        ecs: {{cluster: team-{team:02}, service: service-{n:04}}}
        loadBalancer:
          listener: "${{vars.listener}}"
          targetGroups: [blue-{n:04}, green-{n:04}]
        traffic: {{canary: {{percent: 10, interval: 5m}}}}
        bake: 15m"""
LAMBDA = """        platform: lambda
        application: app-{n:04}
        group: service-{n:04}
        managedBy: rollguard
        lambda: {{function: service-{n:04}, alias: live}}
        traffic: {{linear: {{percent: 10, interval: 2m}}}}"""
SERVER = """        platform: server
        application: app-{n:04}
        group: service-{n:04}
        managedBy: rollguard
        server: {{autoScalingGroups: [service-{n:04}]}}
        traffic: {{healthyHosts: {{atLeastPercent: 75}}}}"""

POLICY = """# yaml-language-server: $schema=../../schema/policy.schema.json
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata:
  name: service-{n:04}
  title: Service {n}
  owner: team-{team:02}
  description: One of the generated services; it takes orders and hands them on.
  runbook: https://runbooks.example.com/service-{n:04}
  agreed: {{by: ["@team-{team:02}", "@sre"], on: "2026-11-02", review: 180d}}
  labels: {{tier: "{tier}"}}
spec:
  deployments:
    - codedeploy:
{deployment}
  criteria:
    - id: target-5xx
      uses: alb/target-5xx-ratio
      with: {{loadBalancer: "${{vars.alb}}"}}
      threshold: {{above: {percent}%}}
    - id: latency-p99
      uses: alb/latency-p99
      with: {{loadBalancer: "${{vars.alb}}"}}
    - id: failed-orders
      title: Orders fail
      concern: errors
      why: A failed order is lost; the clients of this service do not try again.
      signal:
        expression: IF(orders >= 50, 100 * failed / orders)
        metrics:
          orders: {{namespace: Shop/Service{n:04}, metric: Orders, statistic: Sum}}
          failed: {{namespace: Shop/Service{n:04}, metric: OrdersFailed, statistic: Sum}}
        unit: percent
      threshold: {{above: {percent}}}
      window: {{period: 60s, datapoints: 3, of: 5}}
      missing: notBreaching
    - id: queue-age
      title: Orders wait
      concern: throughput
      why: An order that waits for more than {minutes} minutes misses the evening's transport.
      signal:
        namespace: AWS/SQS
        metric: ApproximateAgeOfOldestMessage
        statistic: Maximum
        dimensions: {{QueueName: orders-{n:04}}}
        unit: s
      threshold: {{above: {minutes}m}}
      window: {{period: 60s, datapoints: 5, of: 5}}
      missing: notBreaching
    - id: memory
      title: Memory runs out
      concern: saturation
      why: Above 90 % the processes are killed one after the other.
      signal:
        namespace: Shop/Service{n:04}
        metric: MemoryUtilization
        statistic: Average
        unit: percent
      threshold: {{atLeast: 90%}}
      window: {{period: 60s, datapoints: 3, of: 3}}
      missing: missing
    - id: declined
      title: The bank declines more cards than usual
      concern: business
      why: A wrong amount is declined by the bank, not failed by us.
      mode: observe
      signal: {{namespace: Shop/Service{n:04}, metric: Declined, statistic: Sum}}
      threshold: {{above: 20}}
      window: {{period: 60s, datapoints: 5, of: 5}}
      missing: notBreaching
  trigger: "target-5xx or (latency-p99 and not memory) or failed-orders or queue-age"
  rollbackWithin: 15m
  notify: [oncall]
  environments:
    staging:
      mode: observe
      vars:
        alb: app/service-{n:04}-staging/50dc6c495c0c9188
        listener: arn:aws:elasticloadbalancing:eu-west-1:111111111111:listener/app/s{n:04}-staging/50dc6c495c0c9188/f2f7dc8efc522ab2
    prod:
      vars:
        alb: app/service-{n:04}/8d3e1c2b7a6f5e4d
        listener: arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/s{n:04}/8d3e1c2b7a6f5e4d/0a1b2c3d4e5f6a7b
      notify: [oncall, releases]
"""


def write(root: Path, count: int) -> list[Path]:
    """Write `policies/` with its environments and this many policies below `root`; returns the policies."""
    folder = root / "policies"
    folder.mkdir(parents=True)
    (folder / "environments.yaml").write_text(ENVIRONMENTS, encoding="utf-8")
    written = []
    for n in range(count):
        team = n // POLICIES_PER_TEAM
        deployment = (ECS, LAMBDA, SERVER)[n % 3].format(n=n, team=team)
        text = POLICY.format(
            n=n, team=team, deployment=deployment, tier=1 + n % 3, percent=2 + n % 3, minutes=5 + n % 10
        )
        path = folder / f"team-{team:02}" / f"service-{n:04}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written
