"""Everything that is wrong with a file comes in one run, each fault once, and nothing an author writes brings validation down."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.validation.saying import PRESETS, diagnostics

ACCEPTED = sorted((Path(__file__).parents[1] / "acceptance" / "policies").rglob("*.yaml"))

#: Fifty lines, each with one fault of its own; `#!` marks them.
FIFTY = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata:
  name: Cart #!
  titel: Cart #!
  owner: the shop #!
  description: 5 #!
  runbook: http://runbooks.example.com #!
  agreed:
    by: "@shop" #!
    on: 2026-02-30 #!
    review: 180 #!
  labels:
    "aws:tier": one #!
spec:
  mode: rolback #!
  bake: 5m #!
  deployments:
    - cloudformation: {stack: cart} #!
    - codedeploy:
        platform: lambda
        application: the cart #!
        group: #!
        managedBy: console #!
        lambda: {function: cart} #!
        traffic:
          canary:
            percent: 10% #!
            interval: 90s #!
        bake: 10m #!
        ignorePollAlarmFailure: yes #!
  criteria:
    - id: any #!
      uses: lambda/error-ratio
      window: {period: 45s} #!
    - id: slow
      uses: errors #!
      threshold: {above: "2"} #!
    - id: slow #!
      uses: lambda/error-ratio
      threshold: {above: 2, below: 1} #!
    - id: left
      title: "" #!
      why: They leave.
      concern: error #!
      signal:
        expression: 100 * lefft / carts #!
        metrics:
          left: {namespace: Shop, metric: CartsLeft, statistic: Sum}
          carts: {namespace: Shop, metric: Carts, statistic: Total} #!
      threshold: {outside: {below: 9, above: 1}} #!
      window:
        period: 60 #!
        datapoints: 4 #!
        of: 3
      missing: notbreaching #!
    - id: old
      title: Old
      why: It is old.
      signal: {alarm: synthetics}
      missing: missing #!
      severity: sev1 #!
  trigger: [slow] #!
  rollbackWithin: soon #!
  notify: shop-oncall #!
  environments:
    Prod: {} #!
    staging:
      criteria:
        slow: {thresold: {above: 3}} #!
      vars: {alb: "${vars.other}"} #!
  scenarios:
    - name: one
      length: 45m
      deploy: 50m #!
      series:
        sloow: {hold: 1} #!
        slow: {stp: {from: 1, to: 2, at: 5m}} #!
        left: {left: {values: 1 2 x}} #!
      expect: {rollback: always} #!
    - name: two
      fault: {errors: 15, at: 6m} #!
      expect: {} #!
extra: 1 #!
"""


def test_fifty_faults_are_fifty_diagnostics_at_their_places() -> None:
    wrong = [number for number, line in enumerate(FIFTY.splitlines(), 1) if line.endswith("#!")]
    assert len(wrong) == 50
    assert [found.span.line for found in diagnostics(FIFTY)] == wrong


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from paths(inner, (*path, key))


def replaced(data: Any, path: tuple[Any, ...], value: object) -> Any:
    data = copy.deepcopy(data)
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return data


JUNK: tuple[object, ...] = (None, 5, "${", [], {"hold": 1, "x": {}}, math.nan)
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in ACCEPTED} | {"presets": PRESETS}


@pytest.mark.parametrize("name", TEXTS)
def test_any_value_in_any_place_is_answered_in_our_own_words(name: str) -> None:
    data = yaml.safe_load(TEXTS[name])
    for path in paths(data):
        for junk in JUNK:
            for found in diagnostics(yaml.dump(replaced(data, path, junk), Dumper=yaml.CSafeDumper, sort_keys=False)):
                assert found.message
                assert not found.message.endswith(".")
                assert "is not of type" not in found.message
                assert "required property" not in found.message


@pytest.mark.parametrize("path", ACCEPTED, ids=lambda path: path.name)
def test_the_pinned_policies_are_accepted_as_they_stand(path: Path) -> None:
    assert diagnostics(path.read_text(encoding="utf-8")) == ()
