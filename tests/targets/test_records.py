"""The bucket of records, and what a policy puts into it."""

from __future__ import annotations

import json
from dataclasses import replace

from rollguard.plan import model
from tests.conftest import Golden
from tests.targets import plans
from tests.targets.deployed import as_golden, deployed

SETTINGS = (
    "BucketLifecycleConfiguration",
    "BucketPolicy",
    "BucketPublicAccessBlock",
    "BucketServerSideEncryptionConfiguration",
    "BucketVersioning",
)


def test_the_bucket_is_versioned_encrypted_private_and_kept(golden: Golden) -> None:
    run = deployed(plans.region())
    apart = {"BucketLifecycleConfiguration": "lifecycle", "BucketPolicy": "bucket-policy"}
    golden("targets/bucket.json", as_golden([run.one(kind) for kind in ("Bucket", *SETTINGS) if kind not in apart]))
    for kind, name in apart.items():
        golden(f"targets/{name}.json", as_golden([run.one(kind)]))
    assert run.one("Bucket").protect
    assert all(run.one(kind).retain_on_delete for kind in ("Bucket", *SETTINGS))


def test_records_end_when_the_environment_says() -> None:
    rules = deployed(plans.region(base=plans.foundation(record_retention=30))).one("BucketLifecycleConfiguration")
    assert [one.get("expiration", {}).get("days") for one in rules.inputs["rules"]] == [30, 30, 30, None]


def test_a_policy_puts_its_sheet_and_its_index_into_the_bucket() -> None:
    run = deployed(plans.region())
    found = {one.inputs["key"]: json.loads(one.inputs["content"]) for one in run.of("BucketObjectv2")}
    assert {key: value for key, value in found.items() if key.startswith("index/")} == {
        "index/alarms/rollguard_prod_checkout-api.json": {"policy": "checkout-api"},
        "index/groups/checkout/checkout-api.json": {"policy": "checkout-api"},
    }
    sheet = found["guards/checkout-api.json"]
    assert sheet["channels"] == {"on-call": {"kind": "email", "topicArn": plans.topic_arn("on-call")}}
    assert set(sheet["texts"]) == set(model.STATUSES)
    assert {one.name for one in run.of("BucketObjectv2")} == {
        "checkout-api/sheet@eu-west-1",
        "checkout-api/index/alarms/rollguard_prod_checkout-api@eu-west-1",
        "checkout-api/index/groups/checkout/checkout-api@eu-west-1",
    }


def test_a_criterion_that_only_observes_has_an_entry_that_names_it() -> None:
    guard = plans.guard(criteria=(plans.criterion(), plans.criterion("watched", attached=False)))
    run = deployed(plans.region(guard))
    one = run.one("BucketObjectv2", "checkout-api/index/alarms/rollguard_prod_checkout-api_watched@eu-west-1")
    assert one.inputs["key"] == "index/alarms/rollguard_prod_checkout-api_watched.json"
    assert json.loads(one.inputs["content"]) == {"policy": "checkout-api", "observes": "watched"}


def test_nothing_is_put_into_the_bucket_before_it_is_safe() -> None:
    run = deployed(plans.region())
    for one in run.of("BucketObjectv2"):
        assert {run.one(kind).urn for kind in ("Bucket", *SETTINGS)} <= set(one.depends_on)


def test_what_only_the_deployment_knows_stands_in_the_sheet_once_it_is_known() -> None:
    topic = model.Interpolated((model.Reference("output", "auditTopic", "acme/network/prod"),))
    audit = model.Channel("audit", "topic", topic)
    guard = replace(plans.guard(), notify=(("started", ("audit",)),))
    arn = "arn:aws:sns:eu-west-1:222222222222:audit-trail"
    run = deployed(
        plans.region(guard, base=plans.foundation(audit)), looked_up={"acme/network/prod": {"auditTopic": arn}}
    )
    sheet = json.loads(run.one("BucketObjectv2", "checkout-api/sheet@eu-west-1").inputs["content"])
    assert sheet["channels"]["audit"] == {"kind": "topic", "topicArn": arn}


def test_a_teams_own_template_is_in_the_sheet() -> None:
    templates = (("policies/payments/templates/started.txt.j2", "Subject: $policy is going back\nCall the desk.\n"),)
    run = deployed(plans.region(), templates=templates)
    texts = json.loads(run.one("BucketObjectv2", "checkout-api/sheet@eu-west-1").inputs["content"])["texts"]
    assert texts["started"] == {"subject": "$policy is going back", "body": "Call the desk."}
    assert texts["failed"]["subject"] == "$subject"


def test_a_broken_template_is_deployed_as_our_text_with_one_warning() -> None:
    path = "policies/payments/templates/any.txt.j2"
    run = deployed(plans.region(), templates=((path, "$headline\nCall $owenr.\n"),))
    texts = json.loads(run.one("BucketObjectv2", "checkout-api/sheet@eu-west-1").inputs["content"])["texts"]
    assert {one["broken"] for one in texts.values()} == {f"{path}:2: there is no field `$owenr`"}
    assert texts["started"]["body"].startswith("$headline\n\n$criteria")
    assert run.log == [
        "warning[N004]: there is no field `$owenr`, so Rollguard's own text is deployed in its place\n"
        f" --> {path}:2:6\n  |\n2 | Call $owenr.\n  |      ^^^^^^\n  = help: did you mean `owner`?"
    ]


def test_the_broken_template_of_another_team_changes_nothing() -> None:
    path = "policies/shop/templates/any.txt.j2"
    run, without = deployed(plans.region(), templates=((path, "{% if %}"),)), deployed(plans.region())
    assert run.log == []
    assert {one.urn: one.inputs for one in run.resources} == {one.urn: one.inputs for one in without.resources}
