"""The second acceptance scenario: after the rollback all is as before, which is checked fact by fact, and told only where it is so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from pytest_bdd import given, parsers, scenarios, then, when

from rollguard.reports.markdown import incident_as_markdown
from tests.acceptance.chain import Outcome, Story
from tests.acceptance.conftest import guarded

scenarios("successful.feature")

#: How a text speaks of a service that is well, and how it denies it: while an alarm is red it may do no other.
WELL = re.compile(r"\b(?:recovered|recovery|healthy|OK again|is well)\b", re.IGNORECASE)
DENIED = re.compile(r"not yet|not known")


@given("the initiation of an automated rollback")
def initiated(story: Story) -> None:
    guarded(story)
    outcome = story.happens()
    assert outcome.record["reached"][0]["status"] == "started"


@when("the rollback process is executed")
def executed(story: Story) -> None:
    assert story.done.record["rollback"]["status"] == "Succeeded"


@then("the system should return to the last stable deployment without introducing additional issues")
def returned(story: Story) -> None:
    before = story.services.standing()
    first = story.done
    _without_issues(story, first)
    again = story.happens(replace(story.outside, title="the next deployment"), timedelta(days=1))
    _without_issues(story, again)
    assert again.ids.deployment != first.ids.deployment
    assert set(again.records) == {first.ids.deployment, again.ids.deployment}
    assert again.records[first.ids.deployment] == first.record
    assert story.services.standing() == before


def _without_issues(story: Story, outcome: Outcome) -> None:
    deployment, record = outcome.deployed.deployment, outcome.record
    assert deployment is not None
    assert [event.what for event in deployment.events].count("rollback started") == 1
    assert (deployment.events[-1].what, deployment.events[-1].traffic) == ("rollback succeeded", 0.0)
    assert str(outcome.ids.old) in record["rollback"]["revision"]["text"]
    ends = {name: states.changes[-1].state for name, states in outcome.incident.decided.states.items()}
    assert ends[story.guard.rollback_alarm.name] == "OK"
    assert set(ends.values()) == {"OK"}
    assert [one["status"] for one in record["reached"]] == ["started", "succeeded", "recovered"]
    assert (record["status"], record["open"], record["missing"]) == ("recovered", False, [])
    assert record["times"]["recovered"] > record["times"]["rollbackDone"]
    assert outcome.told.lost == []
    assert {code for _, _, code in outcome.told.calls} <= {"", "NoSuchKey"}
    assert outcome.report.status == "recovered"
    assert outcome.report.promise.kept is True


@then(parsers.parse('the rollback is done and its status is "{status}"'))
def done(story: Story, status: str) -> None:
    record = story.done.record
    assert record["rollback"]["status"] == "Succeeded"
    assert [one["status"] for one in record["reached"]] == ["started", "succeeded", status]
    assert record["times"]["recovered"] is None


@then(parsers.parse('the deployment is stopped, nothing is rolled back, and the status is "{status}"'))
def stopped(story: Story, status: str) -> None:
    record = story.done.record
    assert (record["deployment"]["status"], record["deployment"]["error"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert record["rollback"] is None
    assert story.done.deployed.rollback is None
    assert [one["status"] for one in record["reached"]] == [status]
    assert story.done.counted() == {("oncall", status): 1, ("stakeholders", status): 1}
    off = record["deployment"]["rollsBack"] is False
    assert off == (not story.group().members["autoRollbackConfiguration"]["enabled"])
    for each in story.done.texts():
        assert ("automatic rollback is off" in each, "NOTHING TO ROLL BACK TO" in each) == (off, not off)


@then("no message and no report calls the service recovered")
def not_well(story: Story) -> None:
    texts = [*story.done.texts(), incident_as_markdown(story.done.report)]
    assert len(texts) > 2
    spoken = [line for each in texts for line in each.splitlines() if WELL.search(line)]
    assert [line for line in spoken if not DENIED.search(line)] == []
    assert story.done.report.status == story.done.record["status"]
