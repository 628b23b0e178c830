"""Who is told what: by the sheet's map, each once, and again only what may have been lost."""

from __future__ import annotations

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


def test_what_was_sent_is_due_no_more_and_what_certainly_was_not_is_due_at_once() -> None:
    known = guard(started=["oncall"])
    (due,) = outbox.due(record("started"), known, NOW)
    claimed = outbox.claim(record("started"), due, NOW)
    assert outbox.due(outbox.mark(claimed, [Outcome(due)], NOW), known, LATER) == []
    failed = outbox.mark(claimed, [Outcome(due, "denied")], NOW)
    assert outbox.due(failed, known, NOW) == [due]
    doubtful = outbox.mark(claimed, [Outcome(due, "timeout", uncertain=True)], NOW)
    assert outbox.due(doubtful, known, NOW) == []
    assert outbox.due(doubtful, known, LATER)[0].repeated


def test_a_late_failure_does_not_undo_that_it_was_sent() -> None:
    (due,) = outbox.due(record("started"), guard(started=["oncall"]), NOW)
    sent = outbox.mark(outbox.claim(record("started"), due, NOW), [Outcome(due)], NOW)
    assert outbox.mark(sent, [Outcome(due, "denied")], LATER) == sent
