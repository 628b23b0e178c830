"""Each channel gets the form that its other end takes, and the right thing in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rollguard.plan.model import GuardPlan
from rollguard.recorder.forms import publication
from rollguard.recorder.messages import message
from tests.conftest import Golden
from tests.recorder.judges import KINDS, TOPIC, channel, judge
from tests.recorder.sample_records import POLICIES, STATUSES, guards, record, told

Guards = dict[str, GuardPlan]


@pytest.fixture(scope="module")
def prod() -> Guards:
    return guards()


def sent(prod: Guards, platform: str, status: str, kind: str) -> Any:
    guard = prod[POLICIES[platform][0]]
    return judge(publication(told(guard, platform, status, kind), channel(kind), record(guard, platform, status)), kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("platform", POLICIES)
def test_every_form_of_every_message_is_what_its_receiver_takes(
    platform: str, status: str, kind: str, prod: Guards
) -> None:
    assert sent(prod, platform, status, kind)


def test_mail_and_an_existing_topic_get_the_text_with_attributes_beside_it(prod: Guards) -> None:
    mail = told(prod["checkout"], "ECS", "started", "email")
    for kind in ("email", "topic"):
        made = publication(mail, channel(kind), record(prod["checkout"], "ECS", "started"))
        assert made.service == "sns"
        assert (made.parameters["TopicArn"], made.parameters["Message"]) == (TOPIC, mail.body)
        # With `MessageStructure: json` SNS would leave the attributes out, and every filter would drop the message.
        assert "MessageStructure" not in made.parameters
        assert made.parameters["MessageAttributes"]["criteria"] == {
            "DataType": "String.Array",
            "StringValue": '["new-version-fails"]',
        }


@pytest.mark.parametrize("kind", ["sqs", "slack", "pagerduty"])
def test_machines_read_exactly_this(kind: str, prod: Guards, golden: Golden) -> None:
    read = sent(prod, "Lambda", "failed", kind)
    if kind == "pagerduty":
        assert read["payload"]["custom_details"].pop("text").startswith("Refunds in prod: ")
        read["payload"]["custom_details"] = sorted(read["payload"]["custom_details"])
    if kind == "sqs":
        assert read.pop("text").startswith("Refunds in prod: ")
        read["criteria"] = read["criteria"][:1]
    shown = json.dumps(read, indent=1, ensure_ascii=False).replace("\\n", "\n")
    lines = [line if len(line) <= 200 else f"{line[:199]}…" for line in shown.splitlines()]
    text = "\n".join(lines) + "\n"
    if kind == "sqs":  # in two parts, each short enough to read
        head, _, tail = text.partition(' "trafficPercent"')
        golden("messages/form-sqs-1.json.txt", head)
        golden("messages/form-sqs-2.json.txt", f' "trafficPercent"{tail}')
    else:
        golden(f"messages/form-{kind}.json.txt", text)


def test_a_slack_thread_and_a_pagerduty_alert_are_one_for_the_whole_incident(prod: Guards) -> None:
    threads = {sent(prod, "ECS", status, "slack")["metadata"]["threadId"] for status in STATUSES[:6]}
    keys = {sent(prod, "ECS", status, "pagerduty")["dedup_key"] for status in STATUSES[:6]}
    assert threads == keys == {"d-7QK2M9XWE"}


def test_alarms_of_two_policies_in_the_same_second_are_two_incidents(prod: Guards) -> None:
    keys = {sent(prod, platform, "outsideDeployment", "pagerduty")["dedup_key"] for platform in POLICIES}
    assert keys == {f"{policy}/outside-20261124T030200Z" for policy, _, _ in POLICIES.values()}


def test_only_recovered_resolves_and_no_machine_acknowledges(prod: Guards) -> None:
    actions = {status: sent(prod, "ECS", status, "pagerduty")["event_action"] for status in STATUSES}
    assert actions == {status: "resolve" if status == "recovered" else "trigger" for status in STATUSES}
    severities = {status: sent(prod, "ECS", status, "pagerduty")["payload"]["severity"] for status in STATUSES}
    assert severities == {
        "started": "critical",
        "succeeded": "warning",
        "failed": "critical",
        "nothingToRollBack": "critical",
        "notRolledBack": "critical",
        "recovered": "info",
        "stillRed": "critical",
        "refused": "error",
        "outsideDeployment": "error",
        "unknown": "critical",
    }


def test_the_routing_key_is_none_of_our_business(prod: Guards) -> None:
    assert "routing_key" not in sent(prod, "ECS", "started", "pagerduty")


def test_slack_shows_commands_as_code_and_nothing_twice(prod: Guards) -> None:
    content = sent(prod, "ECS", "started", "slack")["content"]
    assert content["nextSteps"][0].endswith(
        "```aws deploy get-deployment --region eu-west-1 --deployment-id d-B4ZT81HVF --query "
        "'deploymentInfo.[status,creator,rollbackInfo,errorInformation,deploymentOverview]'```"
    )
    assert "What to do" not in content["description"]
    assert "d-7QK2M9XWE" in content["description"]


def test_an_alert_of_pagerduty_is_called_by_the_subject_which_a_template_may_word(prod: Guards) -> None:
    incident = record(prod["checkout"], "ECS", "started")
    own = {"started": {"subject": "Call the payments lead: $status", "body": "A first line of our own.\n\n$criteria"}}
    for texts, summary in (
        (own, "Call the payments lead: started"),
        ({}, "[prod] Checkout: rolling back - new-version-fails"),
    ):
        made = message(incident, "started", "pagerduty", texts, message_id="m")
        event = judge(publication(made, channel("pagerduty"), incident), "pagerduty")
        assert event["payload"]["summary"].startswith(summary)


def test_a_repetition_has_the_id_of_the_first(prod: Guards) -> None:
    incident = record(prod["checkout"], "ECS", "started")
    for kind in ("sqs", "slack"):
        first = message(incident, "started", kind, {}, message_id="m-1")
        again = message(incident, "started", kind, {}, message_id="m-1", repeated=True)
        one, two = (judge(publication(made, channel(kind), incident), kind) for made in (first, again))
        key = "id" if kind == "slack" else "messageId"
        assert one[key] == two[key] == "m-1"
        assert "epeated" in json.dumps(two)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"kind": "fax", "topicArn": TOPIC}, "no channel is of kind 'fax'"),
        ({"kind": "email"}, "a channel of kind 'email' needs `topicArn`"),
        ({"kind": "pagerduty"}, "a channel of kind 'pagerduty' needs `name`"),
    ],
)
def test_a_channel_that_cannot_be_told_is_named(broken: dict[str, str], why: str, prod: Guards) -> None:
    with pytest.raises(ValueError, match=why):
        publication(told(prod["checkout"], "ECS", "started"), broken, record(prod["checkout"], "ECS", "started"))
