"""What calls the recorder, and how its events reach PagerDuty."""

from __future__ import annotations

import json

from tests.conftest import Golden
from tests.targets import plans
from tests.targets.deployed import as_golden, deployed

KEY = "0123456789abcdef0123456789abcdef"


def test_a_rule_calls_the_recorder_and_leaves_what_it_cannot_deliver(golden: Golden) -> None:
    run = deployed(plans.region())
    name = "rollguard_prod_alarms@eu-west-1"
    golden("targets/rule.json", as_golden([run.one("EventRule", name), run.one("EventTarget", name)]))


def test_a_sweep_that_comes_late_is_given_up() -> None:
    run = deployed(plans.region())
    name = "rollguard_prod_sweep@eu-west-1"
    assert run.one("EventRule", name).inputs["scheduleExpression"] == "rate(5 minutes)"
    assert run.one("EventTarget", name).inputs["retryPolicy"]["maximumEventAgeInSeconds"] == 300


def test_rules_of_this_environment_may_call_the_recorder_and_no_others(golden: Golden) -> None:
    run = deployed(plans.region())
    golden(
        "targets/events-role.json",
        as_golden([run.one("Role", "events@eu-west-1"), run.one("RolePolicy", "events@eu-west-1")]),
    )


def test_a_rule_calls_nothing_before_it_can() -> None:
    run = deployed(plans.region())
    target = run.one("EventTarget", "rollguard_prod_deployments@eu-west-1")
    assert {run.one("Function").urn, run.one("RolePolicy", "events@eu-west-1").urn} <= set(target.depends_on)


def test_a_stack_without_the_foundation_has_rules_of_its_own_that_name_what_another_makes() -> None:
    run = deployed(plans.region(foundation=None))
    target = run.one("EventTarget")
    names = plans.recorder_names()
    assert (target.inputs["arn"], target.inputs["roleArn"]) == (names.function_arn, names.events_role_arn)
    assert target.inputs["deadLetterConfig"] == {"arn": names.queue_arn}


def test_pagerduty_gets_what_the_recorder_made_for_it_and_the_key_from_the_connection(golden: Golden) -> None:
    base = plans.foundation(plans.channel(), plans.pagerduty())
    run = deployed(plans.region(base=base), config={"rollguard:pager": KEY})
    name = "pager@eu-west-1"
    golden(
        "targets/pagerduty.json",
        as_golden([run.one(kind, name) for kind in ("EventConnection", "EventApiDestination")]),
    )
    target = run.one("EventTarget", name).inputs
    assert target["inputPath"] == "$.detail.pagerduty"
    assert target["rule"] == run.one("EventRule", name).inputs["name"] == "rollguard_prod_pager_pagerduty"
    assert "inputTransformer" not in target  # it escapes no quotes
    assert KEY not in repr(run)
    allowed = json.loads(run.one("RolePolicy", "events@eu-west-1").inputs["policy"])["Statement"]
    assert allowed[1] == {
        "Effect": "Allow",
        "Action": "events:InvokeApiDestination",
        "Resource": ["arn:aws:events:eu-west-1:222222222222:api-destination/rollguard_prod_pager_pagerduty/*"],
    }
    assert "pager@eu-west-1" not in [one.name for one in run.of("Topic")]
