"""What validation says about a text: the line, the words it points at, the message and the cure."""

from __future__ import annotations

from rollguard.document import parse
from rollguard.source import Diagnostic, Span
from rollguard.validation import kind_of, validate

POLICY = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata:
  name: cart
  title: Cart
  owner: shop
  agreed: {by: ["@shop-lead"], on: 2026-11-02, review: 180d}
spec:
  mode: rollback
  deployments:
    - codedeploy:
        platform: lambda
        application: cart
        group: live
        managedBy: rollguard
        lambda: {function: cart, alias: live}
        traffic: {canary: {percent: 10, interval: 10m}}
  criteria:
    - id: errors
      uses: lambda/error-ratio
      with: {function: cart, alias: live}
    - id: slow
      title: The cart answers slowly
      why: Above 2 s people leave.
      signal:
        namespace: AWS/Lambda
        metric: Duration
        statistic: p99
        dimensions: {FunctionName: cart}
        unit: ms
      threshold: {above: 2s}
      window: {period: 60s, datapoints: 3, of: 5}
      missing: notBreaching
    - id: abandoned
      title: Carts are left behind
      why: People give up when the total does not appear.
      signal:
        expression: 100 * left / carts
        metrics:
          left: {namespace: Shop, metric: CartsLeft, statistic: Sum}
          carts: {namespace: Shop, metric: Carts, statistic: Sum}
        unit: percent
      threshold: {above: 40%}
      window: {period: 5m, datapoints: 2, of: 3}
      missing: notBreaching
  rollbackWithin: 10m
  notify: [shop-oncall]
  environments:
    prod: {}
  scenarios:
    - name: errors roll back
      deploy: 5m
      length: 45m
      series:
        errors: {step: {from: 0, to: 9, at: 8m}}
      expect: {rollback: {because: [errors], within: 8m}}
"""

ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: observe, bake: 15m}
environments:
  prod:
    account: "222222222222"
    region: eu-west-1
    vars: {alb: app/cart/1}
    channels:
      shop-oncall: {pagerduty: "${secret:shop}"}
      leads: {email: leads@example.com}
"""

PRESETS = """\
apiVersion: rollguard/v1
kind: Presets
service: alb
title: Application Load Balancer
owners: ["@sre"]
presets:
  - id: errors
    title: Targets answer with 5xx
    concern: errors
    parameters:
      loadBalancer: {description: The load balancer's suffix., example: app/cart/1}
      targetGroups: {description: Both target groups., example: [blue, green], list: {size: 2}}
    signal:
      expression: 100 * MAX([blue, green])
      metrics:
        blue: {namespace: A, metric: E, statistic: Sum, dimensions: {L: "${with.loadBalancer}", T: "${with.targetGroups[0]}"}}
        green: {namespace: A, metric: E, statistic: Sum, dimensions: {L: "${with.loadBalancer}", T: "${with.targetGroups[1]}"}}
      unit: percent
    threshold: {above: 2%}
    tuning: {from: 0.5%, to: 5%, when: lower for payments}
    window: {period: 60s, datapoints: 3, of: 5}
    missing: notBreaching
    why: A bad release shows first as 5xx.
    blindSpots: A target that hangs gives timeouts.
    sources: [{url: "https://example.com/alb", seen: "2026-11-24"}]
    since: "0.1"
"""


def diagnostics(text: str) -> tuple[Diagnostic, ...]:
    """Everything about a text, with the kind that it says it is."""
    document = parse("policies/shop/cart.yaml", text.encode()).value
    assert document is not None
    kind = kind_of(document)
    return (kind,) if isinstance(kind, Diagnostic) else validate(document, kind)


def said(text: str) -> list[str]:
    """`12 S005 «rolback» message | help` for each diagnostic: line, code, what it points at, what it says."""
    return [
        f"{found.span.line} {found.code} «{marked(text, found.span)}» {found.message} | {found.help}"
        for found in diagnostics(text)
    ]


def marked(text: str, span: Span) -> str:
    """The part of the first line that a place covers."""
    line = text.splitlines()[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]


def changed(base: str, *edits: str) -> str:
    """The text with pieces replaced: old, new, old, new …; each old piece stands in it exactly once."""
    for old, new in zip(edits[::2], edits[1::2], strict=True):
        assert base.count(old) == 1, f"{old!r} stands {base.count(old)} times in the text"
        base = base.replace(old, new)
    return base
