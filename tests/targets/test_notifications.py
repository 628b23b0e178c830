"""Topics, their key, their policies and who is subscribed."""

from __future__ import annotations

import json
from dataclasses import replace

import pulumi
import pytest

from rollguard.plan import model
from tests.conftest import Golden
from tests.targets import plans
from tests.targets.deployed import as_golden, deployed
from tests.targets.recording import SECRET

HOOK = model.Subscription("hook", "https", model.Interpolated((model.Reference("secret", "hook"),)))
KEY = "arn:aws:kms:eu-west-1:222222222222:key/11111111-2222-3333-4444-555555555555"
SLACK = model.SlackChannel(
    "T0123ABCD",
    "C0123ABCD",
    "rollguard_prod_slack",
    "rollguard_prod_slack_slack",
    "us-east-2",
    ("eu-central-1", "eu-west-1"),
)


def test_the_recorder_and_the_alarms_on_it_may_use_key_and_topic_and_nobody_else(golden: Golden) -> None:
    run = deployed(plans.region())
    golden("targets/key.json", as_golden([*run.of("Key"), *run.of("Alias")]))
    golden("targets/topic.json", as_golden([*run.of("Topic"), *run.of("TopicPolicy")]))


def test_topics_are_encrypted_with_the_one_key_of_the_environment() -> None:
    run = deployed(plans.region(base=plans.foundation(plans.channel(), plans.channel("second"))))
    assert run.one("Key").protect
    assert [topic.inputs["kmsMasterKeyId"] for topic in run.of("Topic")] == [KEY] * 2


def test_each_endpoint_of_a_channel_is_a_subscription() -> None:
    channel = plans.channel(
        "on-call",
        "email",
        model.Subscription("first", "email", "first@example.com"),
        model.Subscription("queue", "sqs", "arn:aws:sqs:eu-west-1:222222222222:pages", raw_message_delivery=True),
        model.Subscription("hook", "https", "https://hooks.example.com/x"),
    )
    run = deployed(plans.region(base=plans.foundation(channel)))
    shown = {
        one.name: {k: v for k, v in one.inputs.items() if k not in ("topic", "region")}
        for one in run.of("TopicSubscription")
    }
    assert shown == {
        "on-call/first@eu-west-1": {"protocol": "email", "endpoint": "first@example.com"},
        "on-call/queue@eu-west-1": {
            "protocol": "sqs",
            "endpoint": "arn:aws:sqs:eu-west-1:222222222222:pages",
            "rawMessageDelivery": True,
        },
        "on-call/hook@eu-west-1": {"protocol": "https", "endpoint": "https://hooks.example.com/x"},
    }
    assert run.outputs["pendingConfirmations"] == ["on-call (email first) in eu-west-1"]


def test_an_address_with_a_key_in_it_stays_secret_in_inputs_outputs_and_state() -> None:
    channel = plans.channel("on-call", "https", HOOK)
    run = deployed(
        plans.region(base=plans.foundation(channel)), config={"rollguard:hook": "https://hooks.example.com/k3y"}
    )
    subscription = run.one("TopicSubscription")
    assert subscription.inputs["endpoint"] == SECRET
    assert subscription.secret_outputs == ("endpoint",)
    assert "k3y" not in repr(run)


def test_every_secret_that_is_not_set_is_named_with_the_command_that_sets_it() -> None:
    base = plans.foundation(plans.pagerduty("on-call"), plans.channel("audit", "https", HOOK))
    with pytest.raises(pulumi.RunError) as refused:
        deployed(plans.region(base=base))
    assert str(refused.value) == (
        "secrets `hook`, `pager` are not set for stack `prod`; set with:\n"
        "  pulumi config set --secret rollguard:hook\n"
        "  pulumi config set --secret rollguard:pager"
    )


def _two_regions() -> tuple[model.RegionPlan, model.RegionPlan]:
    """Both have the channel; the second makes the Slack configuration."""
    first = plans.foundation(plans.channel(), replace(plans.channel("slack", "slack"), subscriptions=()))
    second = plans.foundation(plans.channel(), plans.channel("slack", "slack", slack=SLACK))
    with_role = replace(second, iam_path="/tools/", permissions_boundary="arn:aws:iam::222222222222:policy/edge")
    guarded = plans.region(name="eu-central-1", base=first, guards=(), applications=(), deployment_configs=())
    return guarded, plans.region(base=with_role)


def test_a_slack_channel_may_only_look_at_alarms(golden: Golden) -> None:
    run = deployed(*_two_regions())
    configuration = run.one("SlackChannelConfiguration")
    golden(
        "targets/slack.json",
        as_golden([configuration, run.one("Role", "slack/slack"), run.one("RolePolicy", "slack/slack")]),
    )


def test_one_slack_configuration_shows_the_topics_of_all_regions() -> None:
    """AWS has one configuration per Slack channel and account, and its API in four Regions."""
    first, second = _two_regions()
    for run in (deployed(first, second), deployed(second, first)):
        configuration = run.one("SlackChannelConfiguration")
        assert configuration.inputs["region"] == "us-east-2"
        assert configuration.inputs["snsTopicArns"] == [
            f"arn:aws:sns:{region}:222222222222:rollguard_prod_slack" for region in ("eu-central-1", "eu-west-1")
        ]
        topics = {run.one("Topic", f"slack@{region}").urn for region in ("eu-central-1", "eu-west-1")}
        assert topics <= set(configuration.depends_on)
        assert configuration.delete_before_replace, "a Slack channel takes no second configuration beside the first"


def test_an_existing_topic_is_used_and_not_made() -> None:
    existing = model.Channel("on-call", "topic", "arn:aws:sns:eu-west-1:222222222222:audit-trail")
    run = deployed(plans.region(base=plans.foundation(existing)))
    assert run.of("Topic") == [] and run.of("TopicPolicy") == [] and run.of("TopicSubscription") == []
    publish = json.loads(run.one("RolePolicy", "recorder@eu-west-1").inputs["policy"])["Statement"]
    assert [one["Resource"] for one in publish if one["Action"] == ["sns:Publish"]] == [
        ["arn:aws:sns:eu-west-1:222222222222:audit-trail"]
    ]
    assert run.one("MetricAlarm", "rollguard-recorder_prod_errors@eu-west-1").inputs["alarmActions"] == [
        "arn:aws:sns:eu-west-1:222222222222:audit-trail"
    ]


def test_what_a_destroy_leaves_is_told_beforehand() -> None:
    assert deployed(plans.region()).outputs["leftAfterDestroy"] == [
        "bucket rollguard-prod-222222222222-eu-west-1 in eu-west-1, with the records of rollbacks",
        "key alias/rollguard_prod in eu-west-1, pending deletion for 30 days",
    ]
