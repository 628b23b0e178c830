"""The third acceptance scenario: on-call and stakeholders are told what happened and how it stands, once for each status."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pytest_bdd import given, scenarios, then, when

from tests.acceptance.chain import ONCALL, STAKEHOLDERS, Story, channel, status, text
from tests.acceptance.conftest import guarded

scenarios("notified.feature")

STATUSES = ("started", "succeeded", "recovered")
ONCE = {(who, told): 1 for who in (ONCALL, STAKEHOLDERS) for told in STATUSES}
STATES = {
    "started": "State: rolling back.",
    "succeeded": "State: the old version is back; whether the service is well is not known yet.",
    "recovered": "State: the alarms are OK again, since ",
}


@given("the automated rollback mechanism")
def mechanism(story: Story) -> None:
    guarded(story)
    assert [one.name for one in story.resources if one.kind == "function"] == ["rollguard_prod_recorder"]


@when("a rollback is triggered")
def triggered(story: Story) -> None:
    assert story.happens().incident.decided.rolled_back


@then(
    "a notification should be sent to the on-call team and stakeholders, "
    "including details of the incident and the rollback status"
)
def told(story: Story, example: Mapping[str, str]) -> None:
    outcome, record = story.done, story.done.record
    assert outcome.counted() == ONCE
    assert all(one.arrives for one in outcome.messages)
    back = outcome.deployed.rollback
    assert back is not None
    first = [(at, one) for at, one in outcome.told.sent if status(one) == "started"]
    assert all(at - back.started_at <= 2 for at, _ in first)
    for one in outcome.messages:
        read = text(one)
        headline = read.partition("\n")[0]
        assert headline.startswith(f"{story.guard.title} in prod: ")
        assert STATES[status(one)] in headline
        assert re.search(rf": {example['value']}; bad is .* {example['limit']} in ", read)
        for detail in (
            outcome.ids.deployment,
            outcome.ids.rollback,
            record["deployment"]["revision"]["text"],
            record["rollback"]["revision"]["text"],
            story.guard.runbook,
            f"https://rollback.example.com/policies/{story.policy}/",
        ):
            assert detail in read
        if channel(one) == STAKEHOLDERS:
            assert one.subject.startswith(f"[prod] {story.guard.title}: ")
            assert len(one.subject) < 100
    assert sorted((one["channel"], one["status"]) for one in record["told"]) == sorted(ONCE)
    assert [one.channel for one in outcome.report.told].count(ONCALL) == len(STATUSES)


@then("each channel is told each status once")
def once(story: Story) -> None:
    assert story.done.counted() == ONCE
    assert list(story.done.records) == [story.done.ids.deployment]
    assert {one["repeated"] for one in story.done.record["told"]} == {False}


@then("all of it delivered once more tells nobody anything")
def once_more(story: Story) -> None:
    before = story.done.record
    again = story.happens()
    assert again.messages == []
    assert again.record["reached"] == before["reached"]
