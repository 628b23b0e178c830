"""The first acceptance scenario: an alarm that meets the criteria takes the release back, and nothing else does."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_bdd import given, parsers, scenarios, then, when

from tests.acceptance.chain import Story, status
from tests.acceptance.conftest import guarded

scenarios("triggered.feature")


def seconds(clock: str) -> int:
    minutes, rest = clock.split(":")
    return int(minutes) * 60 + int(rest)


@given("the presence of a Sev-2 alarm indicating critical service degradation")
def alarm(story: Story) -> None:
    """Made by the engine from the policy, polled by the deployment group, over a criterion that the incident does break."""
    guarded(story)
    name = story.guard.rollback_alarm.name
    assert f'ALARM("{name}_errors")' in story.resource("alarm", name).members["AlarmRule"]
    assert story.outside.signals["errors"].timeline.first("ALARM") is not None


@when("the alarm meets the defined rollback criteria")
def met(story: Story, example: Mapping[str, str]) -> None:
    outcome = story.happens()
    red = outcome.incident.decided.states[story.guard.rollback_alarm.name].first("ALARM")
    assert red is not None and red.at == seconds(example["alarm"])


@then("the automated rollback mechanism should trigger and revert the system to the last known stable state")
def reverted(story: Story, example: Mapping[str, str]) -> None:
    outcome, record = story.done, story.done.record
    back, deployment = outcome.deployed.rollback, outcome.deployed.deployment
    assert back is not None and deployment is not None
    assert (back.started_at, round(back.traffic_percent, 2)) == (seconds(example["stopped"]), float(example["traffic"]))
    assert [event.traffic for event in deployment.events][-1] == 0
    assert (record["deployment"]["status"], record["deployment"]["error"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert (record["rollback"]["id"], record["rollback"]["status"]) == (outcome.ids.rollback, "Succeeded")
    assert str(outcome.ids.new) in record["deployment"]["revision"]["text"]
    assert str(outcome.ids.old) in record["rollback"]["revision"]["text"]
    assert (record["cause"], record["because"], record["redAtStart"]) == ("alarm", ["errors"], False)
    assert record["durations"]["withinPromise"] is True
    assert record["missing"] == []


@then("the deployment succeeds, nothing is rolled back, and nobody is told of a rollback")
def untouched(story: Story, example: Mapping[str, str]) -> None:
    outcome = story.done
    went_through(story)
    if example["incident"] == "only watched":  # it is red, and has no say
        assert story.outside.signals["watched"].timeline.first("ALARM") is not None
    assert outcome.told.lost == []
    assert (outcome.records, outcome.messages) == ({}, [])


@then("the deployment succeeds, nothing is rolled back, and the on-call team is told that nothing was")
def told_that_nothing_was(story: Story) -> None:
    went_through(story)
    record = story.done.record
    assert ([one["status"] for one in record["reached"]], record["rollback"]) == (["notRolledBack"], None)
    assert {status(one) for one in story.done.messages} == {"notRolledBack"}


def went_through(story: Story) -> None:
    deployment = story.done.deployed.deployment
    assert deployment is not None
    assert (deployment.status, deployment.rollback) == ("succeeded", None)
    assert deployment.events[-1].traffic == 100


@then(parsers.parse('it is on record that the criterion "{criterion}" would have rolled the deployment back'))
def observed(story: Story, criterion: str) -> None:
    outcome = story.done
    (one,) = outcome.observations
    (release,) = one["deployments"]
    assert (one["criterion"]["id"], one["ifArmed"], one["wouldHave"]) == (criterion, "alone", "rolledBack")
    assert (release["id"], release["begun"], one["missing"]) == (outcome.ids.deployment, "before", [])
    assert outcome.records == {}
    (said,) = outcome.overview.observed
    assert f"1 during a deployment: armed, it would have rolled back `{outcome.ids.deployment}` at " in said.sentence
