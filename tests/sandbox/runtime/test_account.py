"""What follows from an incident in the sandbox: messages, records and lost events, all from what stands."""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rollguard.plan import plan
from rollguard.plan.model import EnvironmentPlan
from rollguard.project import load
from rollguard.recorder import record as documents
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.home import Home
from rollguard.sandbox.incident.outside import of_failure_mode
from rollguard.sandbox.runtime.account import Account, play_in
from rollguard.sandbox.runtime.deployments import Place
from rollguard.sandbox.runtime.outbox import Outbox
from rollguard.scenarios.failure_mode_catalogue import packaged
from tests.sandbox.standing import of_region, stand

ROOT = Path(__file__).resolve().parents[3]
REGION = "eu-west-1"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

Edit = typing.Callable[[Resource], Resource]


class Standing:
    """The production environment of the example policies, as it stands after an `up`."""

    def __init__(self, folder: Path) -> None:
        planned = plan(load(ROOT), "prod", ()).value
        assert planned is not None
        self.plan: EnvironmentPlan = planned
        self.resources = of_region(stand(planned, folder), REGION)

    def play(
        self, home: Home, policy: str, mode: str = "hard-outage", edit: Edit = lambda one: one, now: datetime = NOW
    ) -> Account:
        found = packaged().get(mode)
        assert found is not None
        guard = next(
            one
            for region in self.plan.regions
            if region.region == REGION
            for one in region.guards
            if one.policy == policy
        )
        outside = of_failure_mode(guard, packaged(), found)
        return play_in(home, [edit(one) for one in self.resources], outside, Place(self.plan.account, REGION), now)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Standing:
    return Standing(tmp_path_factory.mktemp("world"))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, "prod")


def told(account: Account) -> list[tuple[str, str]]:
    """Status and channel of every message that the records say was sent, in order."""
    return [(one["status"], one["channel"]) for made in account.records for one in made.record["told"] if one["sentAt"]]


def without(kind: str) -> Edit:
    return lambda one: replace(one, kind="gone") if one.kind == kind else one


def test_a_rollback_leaves_one_record_and_tells_each_channel_each_status_once(standing: Standing, home: Home) -> None:
    account = standing.play(home, "checkout")
    (made,) = account.records
    assert made.record["status"] == "recovered"
    assert [one["status"] for one in made.record["reached"]] == ["started", "succeeded", "recovered"]
    assert len(told(account)) == len(set(told(account)))
    assert {channel for status, channel in told(account) if status == "started"} == {
        "audit", "release-managers", "shop-chat", "shop-oncall", "status-page",
    }  # fmt: skip
    assert account.told.lost == []
    assert [code for _, _, code in account.told.calls if code not in ("", "NoSuchKey")] == []
    assert documents.from_bytes(_bytes(home, made.key))


def _bytes(home: Home, key: str) -> bytes:
    (path,) = home.bucket.glob(f"*/{key}")
    return path.read_bytes()


def test_the_same_incident_again_is_another_incident(standing: Standing, home: Home) -> None:
    first = standing.play(home, "checkout")
    second = standing.play(home, "checkout", now=NOW.replace(hour=13))
    assert first.records[0].key != second.records[0].key
    assert len(Outbox(home.folder).read()) == len(first.told.sent) + len(second.told.sent)


def test_who_has_not_confirmed_hears_nothing(standing: Standing, home: Home) -> None:
    def heard(account: Account) -> Mapping[str, bool]:
        return {one.to: one.arrives for _, one in account.told.sent}

    waiting = heard(standing.play(home, "checkout"))
    assert waiting["email releases@acme.example"] is False
    assert waiting["Slack channel C0SHOPOPS"] is True

    def confirm(one: Resource) -> Resource:
        return replace(one, status={**one.status, "PendingConfirmation": False}) if one.kind == "subscription" else one

    assert (
        heard(standing.play(home, "checkout", edit=confirm, now=NOW.replace(hour=13)))["email releases@acme.example"]
        is True
    )


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("function", "does not exist"),
        ("rolePolicy", "does not allow lambda:InvokeFunction on it"),
        ("role", "EventBridge may not take the role"),
    ],
)
def test_what_keeps_an_event_from_the_recorder_is_named(standing: Standing, home: Home, kind: str, why: str) -> None:
    account = standing.play(home, "checkout", edit=without(kind))
    assert account.incident.decided.rolled_back  # CodeDeploy needs no recorder
    assert (account.records, account.told.sent) == ((), [])
    assert {one.why.partition(why)[1] for one in account.told.lost} == {why}
    assert {one.queue.rpartition(":")[2] for one in account.told.lost} == {"rollguard_prod_lost-events"}


def test_without_rules_nobody_hears_and_nothing_is_lost(standing: Standing, home: Home) -> None:
    account = standing.play(home, "checkout", edit=without("eventRule"))
    assert (account.records, account.told.sent, account.told.lost) == ((), [], [])


def test_without_a_sheet_the_event_ends_in_the_dead_letter_queue(standing: Standing, home: Home) -> None:
    def spoil(one: Resource) -> Resource:
        sheet = one.kind == "object" and one.members["Key"].startswith("guards/")
        return replace(one, kind="gone") if sheet else one

    account = standing.play(home, "checkout", edit=spoil)
    assert account.told.sent == []
    assert {one.queue.rpartition(":")[2] for one in account.told.lost} == {"rollguard_prod_lost-events"}


def test_a_role_that_may_not_publish_is_noted_in_the_record(standing: Standing, home: Home) -> None:
    def weaken(one: Resource) -> Resource:
        if one.kind != "rolePolicy":
            return one
        document: dict[str, Any] = json.loads(one.members["PolicyDocument"])
        kept = [statement for statement in document["Statement"] if "sns:Publish" not in statement["Action"]]
        return replace(one, members={**one.members, "PolicyDocument": json.dumps({**document, "Statement": kept})})

    account = standing.play(home, "checkout", edit=weaken)
    (made,) = account.records
    failures = {one["channel"]: one["failure"] for one in made.record["told"] if one["status"] == "started"}
    assert failures["shop-chat"].startswith(
        "given up: AccessDeniedException: not authorized to perform: sns:Publish on resource: "
    )
    assert failures["shop-oncall"] is None  # PagerDuty is told over the event bus
    assert [one.via for _, one in account.told.sent] == ["rollguard_prod_shop-oncall_pagerduty"] * len(
        account.told.sent
    )


def test_a_criterion_that_only_observes_leaves_an_observation_and_tells_nobody(standing: Standing, home: Home) -> None:
    account = standing.play(home, "fraud-scoring", "latency-creep")
    (one,) = account.observations
    assert one.key.startswith("observations/fraud-scoring/slow/")
    assert (one.record["criterion"]["id"], one.record["wouldHave"]) == ("slow", "dependsOnTrigger")
    assert (account.records, account.told.sent, account.told.lost) == ((), [], [])
    assert [code for _, _, code in account.told.calls if code not in ("", "NoSuchKey")] == []


def test_without_its_entry_in_the_index_nothing_is_observed(standing: Standing, home: Home) -> None:
    def spoil(one: Resource) -> Resource:
        entry = one.kind == "object" and one.members["Key"].endswith("_slow.json")
        return replace(one, kind="gone") if entry else one

    assert standing.play(home, "fraud-scoring", "latency-creep", edit=spoil).observations == ()
