"""Who is told what: by the sheet's map, each once, and again only what may have been lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rollguard.recorder import outbox
from rollguard.recorder.outbox import Due, Outcome
from tests.recorder.incident import sheet

NOW, LATER = "2026-11-24T10:30:00Z", "2026-11-24T10:31:01Z"


def record(*reached: str) -> dict[str, Any]:
    return {
        "environment": "prod",
        "region": "eu-west-1",
        "policy": "checkout-api",
        "incident": "d-1",
        "reached": [{"status": status, "at": NOW} for status in reached],
        "told": [],
        "facts": [],
    }


def guard(**notify: list[str]) -> dict[str, Any]:
    return sheet(notify=notify)


@pytest.mark.parametrize(
    ("notify", "status", "expected"),
    [
        ({"failed": ["oncall"]}, "nothingToRollBack", ["oncall"]),
        ({"failed": ["oncall"]}, "unknown", ["oncall"]),
        ({"failed": ["oncall"], "unknown": []}, "unknown", []),
        ({"failed": ["oncall"], "unknown": ["chat"]}, "unknown", ["chat"]),
        ({"started": ["oncall", "oncall", "gone"]}, "started", ["oncall"]),
        ({}, "started", []),
    ],
)
def test_the_map_says_who_hears_of_a_status(notify: dict[str, list[str]], status: str, expected: list[str]) -> None:
    assert outbox.channels(guard(**notify), status) == expected


def test_a_channel_hears_of_the_opening_once_even_if_it_turns_out_to_have_been_another() -> None:
    told = outbox.claim(record("started"), Due("started", "oncall", "1", False), NOW)
    told["reached"] = [{"status": "refused", "at": NOW}]
    known = guard(started=["oncall"], refused=["oncall", "chat"])
    assert [(one.status, one.channel) for one in outbox.due(told, known, NOW)] == [("refused", "chat")]


@pytest.mark.parametrize(
    ("notify", "expected"),
    [
        ({"started": ["pd", "chat"]}, {"pd"}),
        ({"started": ["chat"], "recovered": ["chat"]}, {"chat"}),
        ({"started": ["pd"], "recovered": ["pd"]}, {"pd"}),
        ({"failed": ["pd"]}, set()),
    ],
)
def test_an_alert_of_pagerduty_that_was_opened_is_always_resolved(
    notify: dict[str, list[str]], expected: set[str]
) -> None:
    """It stays open for ever otherwise: only `recovered` resolves it."""
    told: dict[str, Any] = record("started")
    for due in outbox.due(told, guard(**notify), NOW):
        told = outbox.claim(told, due, NOW)
    told["reached"] = [{"status": status, "at": NOW} for status in ("started", "succeeded", "recovered")]
    assert {one.channel for one in outbox.due(told, guard(**notify), NOW) if one.status == "recovered"} == expected


def test_what_a_channel_hears_of_is_what_may_be_announced_to_it() -> None:
    known = guard(started=["pd", "oncall"], failed=["oncall"])
    assert outbox.statuses_of(known, "oncall") == {
        *("started", "failed", "nothingToRollBack", "notRolledBack", "unknown")
    }
    assert outbox.statuses_of(known, "pd") == {"started", "recovered"}


def test_an_id_is_that_of_one_message_and_the_same_whenever_it_is_made() -> None:
    one = outbox.message_id(record(), "started", "oncall")
    assert one == outbox.message_id(record("started"), "started", "oncall")
    others = [
        outbox.message_id({**record(), key: "other"}, "started", "oncall")
        for key in ("environment", "region", "policy", "incident")
    ]
    others += [outbox.message_id(record(), "failed", "oncall"), outbox.message_id(record(), "started", "chat")]
    assert len({one, *others}) == 7


def test_a_claim_holds_for_a_minute_and_is_then_sent_again_as_repeated() -> None:
    known = guard(started=["oncall"])
    claimed = outbox.claim(record("started"), outbox.due(record("started"), known, NOW)[0], NOW)
    assert outbox.due(claimed, known, NOW) == []
    assert outbox.due(claimed, known, "2026-11-24T10:31:00Z") == []
    (again,) = outbox.due(claimed, known, LATER)
    assert (again.message_id, again.repeated) == (claimed["told"][0]["messageId"], True)


def test_what_was_sent_is_due_no_more_and_what_may_have_been_is_due_once_more() -> None:
    known = guard(started=["oncall"])
    (due,) = outbox.due(record("started"), known, NOW)
    claimed = outbox.claim(record("started"), due, NOW)
    assert outbox.due(outbox.mark(claimed, [Outcome(due)], NOW), known, LATER) == []
    doubtful = outbox.mark(claimed, [Outcome(due, "timeout", uncertain=True)], NOW)
    assert outbox.due(doubtful, known, NOW) == []
    (again,) = outbox.due(doubtful, known, LATER)
    assert again.repeated
    repeated = outbox.claim(doubtful, again, LATER)
    given_up = outbox.mark(repeated, [Outcome(again, "timeout", uncertain=True)], LATER)
    assert outbox.due(given_up, known, "2026-11-25T10:00:00Z") == []
    (entry,) = given_up["told"]
    assert (entry["givenUp"], entry["failure"], entry["sentAt"], entry["tries"]) == (True, "given up: timeout", None, 2)


def test_a_repeated_claim_that_was_left_behind_is_given_up_after_a_minute() -> None:
    claimed = outbox.claim(record("started"), Due("started", "oncall", "1", True), NOW)
    assert outbox.give_up(claimed, "2026-11-24T10:31:00Z") == claimed
    (entry,) = outbox.give_up(claimed, LATER)["told"]
    assert (entry["givenUp"], entry["failure"]) == (True, "given up: nobody confirmed that it went out")


def test_a_closed_incident_gives_up_what_was_refused() -> None:
    due = Due("started", "oncall", "1", False)
    refused = outbox.mark(outbox.claim(record("started"), due, NOW), [Outcome(due, "denied")], NOW)
    assert outbox.give_up(refused, "2026-11-25T10:29:00Z") == refused
    (entry,) = outbox.give_up(refused | {"facts": [{"kind": "closed", "at": LATER}]}, LATER)["told"]
    assert (entry["givenUp"], entry["failure"]) == (True, "given up: denied")


def test_what_was_refused_is_tried_after_longer_and_longer_waits() -> None:
    known = guard(started=["oncall"])
    told, now = record("started"), datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    waits = []
    for _ in range(9):
        at = f"{now:%Y-%m-%dT%H:%M:%SZ}"
        (due,) = outbox.due(told, known, at)
        assert not due.repeated
        told = outbox.mark(outbox.claim(told, due, at), [Outcome(due, "denied")], at)
        wait = 0
        while not outbox.due(told, known, f"{now:%Y-%m-%dT%H:%M:%SZ}"):
            now, wait = now + timedelta(seconds=1), wait + 1
        waits.append(wait - 1)
    assert waits == [60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]


def test_a_late_failure_does_not_undo_that_it_was_sent() -> None:
    (due,) = outbox.due(record("started"), guard(started=["oncall"]), NOW)
    sent = outbox.mark(outbox.claim(record("started"), due, NOW), [Outcome(due)], NOW)
    assert outbox.mark(sent, [Outcome(due, "denied")], LATER) == sent
