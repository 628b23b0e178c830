"""The messages themselves, word for word, and what holds for each of them whatever it says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rollguard.plan.model import GuardPlan
from rollguard.recorder.clean import number
from rollguard.recorder.fields import FIELDS, values
from rollguard.recorder.messages import PLAIN, message
from tests.conftest import Golden
from tests.recorder.sample_records import POLICIES, STATUSES, guards, record, told

Guards = dict[str, GuardPlan]


@pytest.fixture(scope="module")
def prod() -> Guards:
    return guards()


def guard(prod: Guards, platform: str) -> GuardPlan:
    return prod[POLICIES[platform][0]]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("platform", POLICIES)
def test_on_call_reads_exactly_this(platform: str, status: str, prod: Guards, golden: Golden) -> None:
    sent = told(guard(prod, platform), platform, status)
    text = f"Subject: {sent.subject}\n\n{sent.body}\n"
    assert len(text.splitlines()) < 80
    golden(f"messages/{platform.lower()}-{status}.txt", text)


@pytest.mark.parametrize("status", [status for status in STATUSES if status != "recovered"])
@pytest.mark.parametrize("platform", POLICIES)
def test_no_message_but_recovered_calls_the_service_well(platform: str, status: str, prod: Guards) -> None:
    sent = told(guard(prod, platform), platform, status)
    # What is said to be not yet so, or to follow, may be named.
    text = f"{sent.subject}\n{sent.body}".lower()
    for allowed in (
        "recovery not known yet",
        "alarms ok again: not yet",
        "whether the service is well is not known yet",
    ):
        text = text.replace(allowed, "")
    for claim in ("recovered", "recovery", "ok again", "healthy", "is well", "back to normal", "resolved", "fixed"):
        assert claim not in text, claim


@pytest.mark.parametrize("platform", POLICIES)
def test_the_first_line_says_which_service_where_what_happened_what_was_done_and_how_it_stands(
    platform: str, prod: Guards
) -> None:
    for status in STATUSES:
        first = told(guard(prod, platform), platform, status).body.splitlines()[0]
        assert first.startswith(f"{guard(prod, platform).title} in prod: ")
        assert " State: " in first
        if status not in ("outsideDeployment",):
            assert "d-7QK2M9XWE" in first


def test_the_plain_text_needs_no_template_and_says_the_same(prod: Guards) -> None:
    for status in STATUSES:
        templated = told(guard(prod, "ECS"), "ECS", status).body
        plain = message(record(guard(prod, "ECS"), "ECS", status), status, "email", {}, message_id="m").body
        assert set(plain.splitlines()) <= set(templated.splitlines())
        assert plain.splitlines()[0] == templated.splitlines()[0]


@pytest.mark.parametrize(
    ("skeleton", "why"),
    [
        ({"subject": "$service", "body": "for $nobody"}, "there is no field $nobody"),
        ({"subject": "$later", "body": "$headline"}, "there is no field $later"),
        ({"subject": "x", "body": "costs $5"}, "it has a `$` that begins no field"),
        ({"subject": "x", "body": "$notKnown"}, "it has no text"),
        ({"subject": "x", "body": ["$headline"]}, "it is no text"),
        ({"subject": 7, "body": "$headline"}, "it is no text"),
    ],
)
def test_a_template_that_fails_falls_back_to_our_text_and_says_so(
    skeleton: dict[str, object], why: str, prod: Guards
) -> None:
    incident = record(guard(prod, "Lambda"), "Lambda", "failed")
    ours = message(incident, "failed", "email", {}, message_id="m")
    sent = message(incident, "failed", "email", {"failed": skeleton}, message_id="m")
    notice = f"(The message template for `failed` could not be filled in: {why}. This is Rollguard's own text.)"
    assert sent.subject == ours.subject
    assert sent.body.splitlines()[1] == notice
    assert sent.body.replace(f"{notice}\n", "") == ours.body


@pytest.mark.parametrize("texts", [None, [], "nonsense", {"failed": None}, {"failed": ["$headline"]}, {"failed": {}}])
def test_a_sheet_without_usable_texts_leaves_our_own(texts: object, prod: Guards) -> None:
    incident = record(guard(prod, "Lambda"), "Lambda", "failed")
    ours = message(incident, "failed", "email", {}, message_id="m")
    assert message(incident, "failed", "email", texts, message_id="m") == ours


@pytest.mark.parametrize("kind", ["email", "slack"])
def test_a_template_that_was_broken_when_it_was_deployed_is_named_in_one_line(kind: str, prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "stillRed")
    ours = {"subject": "$subject", "body": "$headline\n\n$criteria\n\n$nextSteps"}
    why = "policies/payments/templates/stillRed.txt.j2:3: there is no field `$servce`"
    sent = message(incident, "stillRed", kind, {"stillRed": {**ours, "broken": f"{why}\n$headline"}}, message_id="m")
    notice = f"(The team's message template is broken: {why} $headline. This is Rollguard's own text.)"
    assert sent.body.splitlines()[1] == notice
    whole = message(incident, "stillRed", kind, {"stillRed": ours}, message_id="m")
    assert (sent.subject, sent.body.replace(f"{notice}\n", "")) == (whole.subject, whole.body)


def test_values_are_not_read_for_fields_again(prod: Guards) -> None:
    incident = {**record(guard(prod, "ECS"), "ECS", "started"), "owner": "$headline ${nothing} $"}
    sent = message(incident, "started", "email", {"started": {"subject": "", "body": "owner: $owner"}}, message_id="m")
    assert sent.body == "owner: $headline ${nothing} $"


def test_a_repeated_message_says_so_in_subject_and_text(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "started")
    first = message(incident, "started", "email", {}, message_id="m-1")
    again = message(incident, "started", "email", {}, message_id="m-1", repeated=True)
    assert again.subject == f"Repeated: {first.subject}"[:99] or again.subject.endswith("...")
    assert again.body.splitlines()[1] == (
        "(Repeated: it is not certain that this message reached you before. Its id is m-1, as the first time.)"
    )
    assert (again.message_id, again.attributes["repeated"]) == (first.message_id, "true")


def test_a_message_that_is_told_late_says_what_has_happened_since(prod: Guards) -> None:
    sent = message(record(guard(prod, "ECS"), "ECS", "recovered"), "started", "email", {}, message_id="m")
    assert sent.body.splitlines()[1] == (
        "(This message is late. Since then: succeeded at 2026-11-24 03:04:41 UTC, recovered at 2026-11-24 03:12:00 UTC.)"
    )


def test_subscriptions_can_filter_by_attributes(prod: Guards) -> None:
    assert told(guard(prod, "ECS"), "ECS", "started").attributes == {
        "policy": "checkout",
        "environment": "prod",
        "region": "eu-west-1",
        "team": "shop",
        "status": "started",
        "incident": "d-7QK2M9XWE",
        "criteria": '["new-version-fails"]',
        "messageId": "0f3c9d1b7a52",
        "repeated": "false",
    }


def test_what_is_not_known_is_named_and_never_guessed(prod: Guards) -> None:
    incident: dict[str, Any] = record(guard(prod, "Server"), "Server", "started")
    incident |= {"because": [], "rollback": None, "exposure": None, "criteria": []}
    incident |= {"times": {}, "durations": {}, "missing": [{"what": "alarms", "why": "AccessDenied", "since": None}]}
    incident["deployment"] |= {"revision": None, "error": None}
    body = message(incident, "started", "email", {}, message_id="m").body
    assert body.splitlines()[0] == (
        "Label printer in prod: CodeDeploy stopped deployment d-7QK2M9XWE and its rollback is not seen yet. State: stopped, "
        "whether it is being rolled back is not known yet. Red: the rollback alarm, by which criterion is not known."
    )
    assert message(incident, "started", "email", {}, message_id="m").subject == (
        "[prod] Label printer: stopped, rollback not seen yet"
    )
    assert "Criteria: which of them is red is not known." in body
    assert "Traffic on the new version: not known" in body
    assert "- from: revision not known (deployment d-7QK2M9XWE)\n- back to: not known" in body
    assert "Times: not known" in body
    assert "Not known:\n- alarms: AccessDenied" in body
    assert "aws deploy stop-deployment --region eu-west-1 --deployment-id d-7QK2M9XWE --auto-rollback-enabled" in body


def test_two_platforms_tell_what_their_rollback_does(prod: Guards) -> None:
    assert "sends the traffic back to the old tasks" in told(guard(prod, "ECS"), "ECS", "started").body
    assert "points the alias at the old version" in told(guard(prod, "Lambda"), "Lambda", "started").body
    assert "host by host" in told(guard(prod, "Server"), "Server", "started").body
    for platform in ("Lambda", "Server"):
        assert "TERMINATION_WAIT" not in told(guard(prod, platform), platform, "succeeded").body


@pytest.mark.parametrize(
    ("status", "follow", "said"),
    [
        ("started", None, "The next message says how it ended."),
        ("started", {"started", "succeeded", "failed"}, "The next message says how it ended."),
        (
            "started",
            {"started", "failed", "recovered"},
            "A message follows if it fails, or once the alarms are OK again.",
        ),
        ("started", {"started", "failed"}, "A message follows if it fails, and none if it does not."),
        ("started", {"started", "succeeded"}, "A message follows when that has worked, and none if it fails."),
        ("started", {"started"}, "You are not told here how it ends."),
        ("succeeded", None, "A message follows when they do, and another if they stay red:"),
        ("succeeded", {"recovered"}, "A message follows when they do, and none if they stay red:"),
        ("succeeded", {"stillRed"}, "A message follows only if they stay red:"),
        ("succeeded", {"succeeded"}, "You are not told here whether they do:"),
    ],
)
def test_no_message_is_announced_that_the_channel_is_not_told(
    status: str, follow: set[str] | None, said: str, prod: Guards
) -> None:
    made = message(record(guard(prod, "ECS"), "ECS", status), status, "email", {}, message_id="m", follow=follow)
    assert said in made.body
    (chat,) = [step.text for step in made.steps if said in step.text]
    assert chat


def test_with_automatic_rollback_off_the_message_leads_to_the_last_good_revision(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "nothingToRollBack")
    incident["deployment"]["rollsBack"] = False
    body = message(incident, "nothingToRollBack", "email", {}, message_id="m").body
    assert "Deploy the last good revision by hand" in body
    assert "aws deploy list-deployments" in body and "aws deploy get-application-revision" in body
    there_is_none = record(guard(prod, "ECS"), "ECS", "nothingToRollBack")
    assert (
        "Deploy the last good revision"
        not in message(there_is_none, "nothingToRollBack", "email", {}, message_id="m").body
    )


@pytest.mark.parametrize("status", STATUSES)
def test_the_first_line_says_what_was_done_and_the_state_before_what_began_it(status: str, prod: Guards) -> None:
    first = message(record(guard(prod, "ECS"), "ECS", status), status, "email", {}, message_id="m").body.splitlines()[0]
    state = first.index("State: ")
    assert state < 160
    assert first.find("The new version fails requests") == -1 or first.index("The new version fails requests") > state


def test_of_a_metric_that_fell_silent_the_subject_says_that_there_is_no_data(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "started")
    incident["criteria"][0] |= {
        "value": None,
        "reason": "Threshold Crossed: no datapoints were received for 5 periods and 5 missing datapoints were treated as [Breaching].",
    }
    told = message(incident, "started", "email", {}, message_id="m")
    assert told.subject == "[prod] Checkout: rolling back - new-version-fails no data (above 3 %)"
    assert "Red: The new version fails requests, no data (bad is above 3 %)." in told.body.splitlines()[0]
    assert "(new-version-fails): no data; bad is " in told.body


def test_a_message_leads_to_the_page_that_says_what_it_means(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "started")
    link = "- what this message means: https://rollback.acme.example/how-to/read-a-message/"
    assert link in message(incident, "started", "email", {}, message_id="m").body
    incident["page"] = ""
    assert "what this message means" not in message(incident, "started", "email", {}, message_id="m").body


def test_a_number_shows_no_binary_fractions(prod: Guards) -> None:
    assert number(10.090000000000002) == 10.09
    assert (number(1_234_567_890), number(1 / 3), number(float("nan"))) == (1_234_567_890, 0.333333333333, None)


def test_a_presumed_rollback_is_called_so(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "started")
    incident["rollback"]["presumed"] = True
    told = message(incident, "started", "email", {}, message_id="m")
    assert told.subject.startswith("[prod] Checkout: stopped, presumably rolling back - new-version-fails")
    assert (
        ": CodeDeploy stopped deployment d-7QK2M9XWE and deployment d-B4ZT81HVF has started, presumably its rollback. "
        "State: presumably rolling back. Red: " in told.body.splitlines()[0]
    )
    assert "(rollback d-B4ZT81HVF, presumed)" in told.body
    assert "1. See whether it is the rollback" in told.body


@pytest.mark.parametrize("status", ["succeeded", "failed", "recovered", "stillRed"])
def test_no_message_says_of_a_presumed_rollback_that_it_was_one(status: str, prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", status)
    incident["rollback"]["presumed"] = True
    told = message(incident, status, "email", {}, message_id="m")
    assert "presumably" in told.body.splitlines()[0]
    assert "the old version is back" not in told.body
    if status in ("succeeded", "failed"):
        assert "PRESUM" in told.subject


def test_an_alarm_without_data_is_not_called_red(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "stillRed")
    incident["lastSeen"] = {"rollbackAlarm": "INSUFFICIENT_DATA", "red": []}
    told = message(incident, "stillRed", "email", {}, message_id="m")
    assert told.subject.startswith("[prod] Checkout: NOT OK, without data, after the rollback")
    assert "its alarms are NOT OK, for want of data. State: nobody can tell." in told.body.splitlines()[0]
    assert "STILL RED" not in told.body
    assert "going back did not help" not in told.body
    assert "Red when the alarms were last looked at: none of them." in told.body


def test_who_stopped_it_is_only_said_where_codedeploy_says_so(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "started") | {"cause": "unknown"}
    first = message(incident, "started", "email", {}, message_id="m").body.splitlines()[0]
    assert ": deployment d-7QK2M9XWE was stopped and rollback d-B4ZT81HVF has started." in first


def steps_of(incident: dict[str, Any]) -> list[str]:
    body = message(incident, "succeeded", "email", {}, message_id="m").body
    return [
        line
        for line in body.splitlines()
        if re.match(r"\d\. (To deploy the fix|Or switch)|     (for|aws deploy create)", line)
    ]


OFF = "switch all alarms off for this one deployment (nothing will then roll it back), its revision in revision.json"


def test_only_criteria_with_a_bypass_are_passed_over(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "succeeded")
    red, other, third, *_ = incident["criteria"]
    assert (red["state"], red["bypass"]) == ("ALARM", "rollguard_prod_checkout_new-version-fails_bypass")
    other["state"], third["state"], third["bypass"] = "ALARM", None, None
    first, both, either, over = steps_of(incident)
    assert first == (
        "3. To deploy the fix while the alarm is still red, pass over new-version-fails and service-fails for 30 minutes; the others "
        "stay armed (refused has no bypass). Deploy as usual once the bypass is ALARM and the rollback alarm is OK, in a minute or two:"
    )
    assert both.strip().startswith("for criterion in new-version-fails service-fails; do for minute in ")
    assert (either, "--override-alarm-configuration enabled=false" in over) == (f"4. Or {OFF}:", True)


def test_where_no_criterion_has_a_bypass_the_alarms_are_switched_off(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "succeeded")
    for one in incident["criteria"]:
        one["bypass"] = None
    first, over = steps_of(incident)
    assert first == f"3. To deploy the fix while the alarm is still red, {OFF}; new-version-fails has no bypass:"
    assert "--override-alarm-configuration enabled=false" in over
    assert "Rollguard/Bypass" not in message(incident, "succeeded", "email", {}, message_id="m").body


def test_a_record_of_an_older_sheet_does_not_say_which_have_a_bypass(prod: Guards) -> None:
    incident = record(guard(prod, "ECS"), "ECS", "succeeded")
    for one in incident["criteria"]:
        del one["bypass"]
    first, command, *_ = steps_of(incident)
    assert (
        "new-version-fails for 30 minutes, where they have a bypass (this record does not say; the policy's page does)"
        in first
    )
    assert "Criterion=new-version-fails " in command


@pytest.mark.parametrize("status", STATUSES)
def test_every_field_has_a_value_for_every_status(status: str, prod: Guards) -> None:
    known = values(record(guard(prod, "ECS"), "ECS", status), status, "email", ())
    assert set(known) == set(FIELDS)
    assert set(PLAIN) <= set(FIELDS)
    single = {name for name, what in FIELDS.items() if not what.startswith("paragraph")}
    assert {name for name in single if "\n" in known[name] or (not known[name] and name != "exposure")} == set()
    assert all(re.fullmatch("[a-z][A-Za-z]*", name) for name in FIELDS)
