"""Names are public API: unique, ASCII and within AWS's limits for every legal id."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import botocore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollguard import conventions
from rollguard.recorder import forms

IDS = st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+){0,5}", fullmatch=True).filter(lambda text: len(text) <= 63)
LONGEST = "a" * 63


def test_names_read_as_people_expect_them() -> None:
    assert conventions.rollback_alarm("prod", "checkout-api") == "rollguard_prod_checkout-api"
    assert conventions.criterion_alarm("prod", "checkout-api", "p99") == "rollguard_prod_checkout-api_p99"
    assert conventions.bypass_alarm("prod", "checkout-api", "p99") == "rollguard_prod_checkout-api_p99_bypass"
    assert conventions.topic("prod", "oncall") == "rollguard_prod_oncall"
    assert conventions.deployment_config("prod", "ecs-canary-10pct-7m", ()) == "rollguard_prod_ecs-canary-10pct-7m"
    assert conventions.recorder("prod") == "rollguard_prod_recorder"
    assert conventions.recorder_role("prod", "eu-west-1") == "rollguard_prod_eu-west-1_recorder"
    assert conventions.recorder_alarm("prod", "errors") == "rollguard-recorder_prod_errors"
    assert conventions.event_rule("prod", "deployments") == "rollguard_prod_deployments"
    assert conventions.event_rule("prod", "deployments", number=2) == "rollguard_prod_deployments_2"
    assert conventions.records_bucket("prod", "222222222222", "eu-west-1") == "rollguard-prod-222222222222-eu-west-1"
    assert conventions.arn("sns", "cn-north-1", "1", "x") == "arn:aws-cn:sns:cn-north-1:1:x"


def test_partitions_and_forms_of_regions_are_those_of_the_sdk() -> None:
    """The planner may not import botocore, so it has a table of its own; the SDK's says whether that still holds."""
    table = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text(encoding="utf-8"))
    regions = [
        (region, partition["id"])
        for partition in table["partitions"]
        for region in partition["regions"]
        if not region.endswith("global")
    ]
    assert len({partition for _, partition in regions}) >= 8
    assert [(region, conventions.partition(region)) for region, _ in regions] == regions
    assert [region for region, _ in regions if not conventions.well_formed_region(region)] == []
    assert not any(map(conventions.well_formed_region, ("eu-wst-1", "eu-west-11", "europe-west-1", "eu-west")))


def test_slack_is_configured_in_a_region_of_the_environment_where_one_has_the_api() -> None:
    assert conventions.slack_region(["eu-central-1", "eu-west-1", "us-west-2"]) == "eu-west-1"
    assert conventions.slack_region(["eu-central-1"]) == "us-east-2"


@given(st.tuples(IDS, IDS, IDS), st.tuples(IDS, IDS, IDS))
def test_two_different_things_never_share_a_name(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    names = [
        name
        for environment, policy, criterion in {one, other}
        for name in (
            conventions.rollback_alarm(environment, policy),
            conventions.criterion_alarm(environment, policy, criterion),
            conventions.bypass_alarm(environment, policy, criterion),
        )
    ]
    shared = len({(environment, policy) for environment, policy, _ in {one, other}})
    assert len(set(names)) == shared + 2 * len({one, other})


@given(IDS, IDS, IDS)
def test_names_hold_their_limits_for_any_legal_id(environment: str, policy: str, criterion: str) -> None:
    _within(environment, policy, criterion)


def test_names_hold_their_limits_for_the_longest_ids() -> None:
    _within(LONGEST, LONGEST, LONGEST)
    roles = {
        conventions.service_role(LONGEST, "ap-southeast-2", LONGEST, "group"),
        conventions.service_role(LONGEST, "ap-southeast-2", LONGEST[:-1] + "b", "group"),
        conventions.service_role(LONGEST, "eu-west-1", LONGEST, "group"),
    }
    assert len(roles) == 3


@given(IDS)
def test_every_rule_of_an_environment_is_meant_by_its_pattern(environment: str) -> None:
    pattern = conventions.event_rules(environment)
    for name in (
        conventions.event_rule(environment, "deployments", ("x",), 2),
        conventions.event_rule(environment, "sweep"),
        conventions.pagerduty(environment, LONGEST),
    ):
        assert fnmatchcase(name, pattern)


def test_no_alarm_on_the_recorder_calls_the_recorder() -> None:
    assert not conventions.recorder_alarm("prod", "errors").startswith(conventions.alarm_prefix("prod"))
    assert conventions.rollback_alarm("prod", "recorder").startswith(conventions.alarm_prefix("prod"))


def _within(environment: str, policy: str, criterion: str) -> None:
    role = conventions.service_role(environment, "ap-southeast-2", policy, "application/group")
    for name, limit, characters in (
        (conventions.bypass_alarm(environment, policy, criterion), 255, r"[\x20-\x7e]+"),
        (conventions.topic(environment, criterion), 256, r"[A-Za-z0-9_-]+"),
        (conventions.key_alias(environment), 256, r"alias/[A-Za-z0-9/_-]+"),
        (role, 64, r"[\w+=,.@-]+"),
        (conventions.slack_role(environment, criterion), 64, r"[\w+=,.@-]+"),
        (conventions.slack_configuration(environment, criterion), 128, r"[A-Za-z0-9_-]+"),
        (conventions.recorder(environment), 64, r"[A-Za-z0-9_-]+"),
        (conventions.recorder_role(environment, "ap-southeast-2"), 64, r"[\w+=,.@-]+"),
        (conventions.events_role(environment, "ap-southeast-2"), 64, r"[\w+=,.@-]+"),
        (conventions.recorder_alarm(environment, "lost-events"), 255, r"[\x20-\x7e]+"),
        (conventions.dead_letter_queue(environment), 80, r"[A-Za-z0-9_-]+"),
        (conventions.event_rule(environment, "deployments", ("x",), 300), 64, r"[.\-_A-Za-z0-9]+"),
        (conventions.pagerduty(environment, criterion), 64, r"[.\-_A-Za-z0-9]+"),
        (conventions.records_bucket(environment, "222222222222", "ap-southeast-2"), 63, r"[a-z0-9][a-z0-9-]+[a-z0-9]"),
        (conventions.deployment_config(environment, "lambda-linear-99pct-2880m", ("x",)), 100, r"[A-Za-z0-9._+=,@-]+"),
    ):
        assert len(name) <= limit
        assert re.fullmatch(characters, name, re.ASCII)


def test_the_recorder_says_of_its_events_what_the_rules_wait_for() -> None:
    """It can import nothing of ours, so the words stand twice."""
    assert (forms.EVENT_SOURCE, forms.EVENT_TYPE) == (conventions.EVENT_SOURCE, conventions.EVENT_TYPE)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("eu-centrl-1", "eu-central-1"),
        ("EU-West-1", "eu-west-1"),
        ("us-gov-wset-1", "us-gov-west-1"),
        ("ap-southeas-2", "ap-southeast-2"),
        ("europe", ""),
        ("", ""),
        ("frankfurt-1", ""),
    ],
)
def test_a_mistyped_region_is_near_one_of_the_form(written: str, meant: str) -> None:
    assert conventions.near_region(written) == meant
