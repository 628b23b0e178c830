"""The rules that call the recorder for the policies of a stack: few, within EventBridge's limits, and named for their stack."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from rollguard.plan import model
from rollguard.plan.events import guard_rules
from tests.targets import plans


def guarding(*groups: tuple[str, str], **changes: Any) -> model.GuardPlan:
    deployments = [plans.ecs(application=application, group=group) for application, group in groups]
    return replace(plans.guard(*deployments), **changes)


def listened(rule: model.EventRule) -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(rule.pattern)["detail"]
    return found


def test_the_groups_of_all_policies_share_one_rule() -> None:
    (rule,) = guard_rules("prod", (), [guarding(("shop", "web"), ("shop", "api")), guarding(("cards", "web"))])
    assert rule.name == "rollguard_prod_deployments"
    assert json.loads(rule.pattern) == {
        "source": ["aws.codedeploy"],
        "detail-type": ["CodeDeploy Deployment State-change Notification"],
        "detail": {"application": ["cards", "shop"], "deploymentGroup": ["api", "web"]},
    }


def test_a_pattern_never_passes_what_eventbridge_takes() -> None:
    groups = [(f"application-{number:04}-{'a' * 40}", f"group-{number:04}-{'g' * 40}") for number in range(200)]
    rules = guard_rules("prod", (), [guarding(one) for one in groups])
    assert len(rules) > 3
    assert all(len(rule.pattern) <= 4096 for rule in rules)
    assert [rule.name for rule in rules[:2]] == ["rollguard_prod_deployments", "rollguard_prod_deployments_2"]
    assert {name for rule in rules for name in listened(rule)["application"]} == {
        application for application, _ in groups
    }
    for application, group in groups:
        assert any(
            application in listened(rule)["application"] and group in listened(rule)["deploymentGroup"]
            for rule in rules
        )


@pytest.mark.parametrize("rest", range(0, 80, 7))
def test_a_rule_is_filled_to_the_last_character_that_fits(rest: int) -> None:
    names = [f"{number:03}-\u00e9" for number in range(400)]
    groups = [("a" * (10 + rest), "first"), *((f"shop-{name[:-1]}", name) for name in names)]
    rules = guard_rules("prod", (), [guarding(*groups)])
    for rule, following in pairwise(rules):
        pattern = json.loads(rule.pattern)
        for key in ("application", "deploymentGroup"):
            pattern["detail"][key].append(min(listened(following)[key]))
        assert len(rule.pattern) <= 4096 < len(json.dumps(pattern, separators=(",", ":")))


def test_an_adopted_alarm_that_a_deployment_polls_itself_has_a_rule() -> None:
    adopted = replace(plans.criterion(), alarm=None, bypass=None, alarm_name="their-alarm")
    direct = replace(plans.guard(plans.ecs(alarms=("their-alarm",))), criteria=(adopted,), wiring="direct")
    _, rule = guard_rules("prod", (), [direct])
    assert (rule.name, listened(rule)) == ("rollguard_prod_adopted", {"alarmName": ["their-alarm"]})
    composite = replace(plans.guard(), criteria=(adopted,))
    assert len(guard_rules("prod", (), [composite])) == 1  # the rollback alarm tells of it


def test_a_stack_that_holds_a_part_has_rules_of_its_own() -> None:
    (one,) = guard_rules("prod", ("shop/*",), [guarding(("shop", "web"))])
    (other,) = guard_rules("prod", ("cards/*",), [guarding(("cards", "web"))])
    assert len({one.name, other.name, "rollguard_prod_deployments"}) == 3
    assert guard_rules("prod", ("foundation",), []) == ()


def test_more_rules_than_the_bus_takes_are_refused(workspace: Any) -> None:
    workspace.policy()
    workspace.environments(lambda data: data["environments"]["prod"].update(limits={"eventRules": 2}))
    assert workspace.found() == ["X043 `prod` needs 3 EventBridge rules in a Region; `limits.eventRules` is 2"]
    workspace.environments(lambda data: data["environments"]["prod"].update(limits={"eventRules": 3}))
    assert workspace.found() == []


def test_a_pagerduty_channel_needs_a_rule_too(workspace: Any) -> None:
    workspace.policy()
    channels = {"pager": {"pagerduty": "${secret:p}"}, "mail": {"email": "a@b.example"}}
    workspace.environments(
        lambda data: data["environments"]["prod"].update(limits={"eventRules": 3}, channels=channels)
    )
    assert workspace.found() == ["X043 `prod` needs 4 EventBridge rules in a Region; `limits.eventRules` is 3"]
