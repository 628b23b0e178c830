"""The recorder killed between any two of its effects and run again: nothing is lost, and at most one message comes twice."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.recorder.aws import FAILURES, Killed
from tests.recorder.incident import EVENTS, SWEEP, World, sheet, statuses
from tests.recorder.s3 import error


def effects_of(world: World) -> int:
    return sum(
        operation in ("put_object", "delete_object", "publish", "put_events") for _, operation, _ in world.rim.calls
    )


def run(world: World, kill_in: int | None, after: bool) -> int:
    """The whole incident; the process is killed once, and Lambda delivers that event again. How often it was killed."""
    world.rim.kill_in, world.rim.after = kill_in, after
    kills = 0
    for event in EVENTS:
        world.now = max(world.now, event["time"])
        try:
            world.handle(event)
        except Killed:
            kills += 1
            world.rim.kill_in = None
            world.pass_time(70)
            world.handle(event)
    # The sweeper, while the incident is open and after.
    for _ in range(3):
        world.pass_time(300)
        world.handle(SWEEP)
    return kills


def undisturbed() -> World:
    world = World()
    run(world, None, False)
    return world


EFFECTS = effects_of(undisturbed())


@pytest.mark.parametrize("after", [False, True], ids=["before it", "behind it"])
@pytest.mark.parametrize("effect", range(EFFECTS))
def test_killed_at_an_effect_and_run_again(effect: int, after: bool) -> None:
    world = World()
    assert run(world, effect, after) == 1
    expected = undisturbed()
    record = world.record()
    assert record["reached"] == expected.record()["reached"]
    assert world.open() == []
    assert set(world.told()) == set(expected.told())
    again = [message for message, count in Counter(world.told()).items() if count > 1]
    assert len(again) <= 1
    assert all(one["sentAt"] is not None and one["failure"] is None for one in record["told"])
    repeats = [one for one in record["told"] if one["messageId"] in {message_id for _, message_id in again}]
    assert all(one["repeated"] for one in repeats)


def test_a_message_that_may_have_been_sent_says_that_it_is_repeated_with_the_same_id() -> None:
    world = World()
    # The effects of the alarm's event: marker, record with the first claim, then the message; killed behind that.
    world.rim.kill_in, world.rim.after = 2, True
    with pytest.raises(Killed):
        world.handle(EVENTS[1])
    world.rim.kill_in = None
    world.handle(EVENTS[1])
    assert len(world.told()) == 9, "the others are told at once; within a minute the first run may still be at it"
    world.pass_time(61)
    world.handle(EVENTS[1])
    first, second = (
        one for one in world.rim.sns.published if one["TopicArn"].endswith("oncall") and "rolling" in one["Subject"]
    )
    assert first["MessageAttributes"]["messageId"] == second["MessageAttributes"]["messageId"]
    assert len(world.told()) == 10
    assert second["Subject"].startswith("Repeated: ")
    assert second["MessageAttributes"]["repeated"]["StringValue"] == "true"
    assert "(Repeated: it is not certain that this message reached you before." in second["Message"]


def test_a_channel_that_refuses_a_message_keeps_no_other_from_it_and_gets_it_later() -> None:
    world = World()
    refused = lambda parameters: FAILURES["denied"](parameters) if parameters["TopicArn"].endswith("chat") else None  # noqa: E731
    world.rim.broken["publish"] = refused
    assert world.try_handle(EVENTS[1]), "the sweeper tries again, so the event need not come again"
    entries = {(one["status"], one["channel"]): one for one in world.record()["told"]}
    assert entries["started", "chat"]["failure"] == "AccessDeniedException: not authorized to perform"
    assert entries["started", "oncall"]["sentAt"] is not None
    assert entries["started", "pd"]["sentAt"] is not None
    assert len(world.open()) == 1, "it stays open until everybody is told"
    assert [line["DeliveryFailures"] for line in world.log if "_aws" in line] == [[1, 1, 1]]
    world.rim.broken.clear()
    world.pass_time(300)
    world.handle(SWEEP)
    assert Counter(status for status, _ in world.told()) == {"started": 3, "succeeded": 3, "recovered": 3}
    assert all(not one["repeated"] for one in world.record()["told"])
    assert world.open() == []


@pytest.mark.parametrize("failure", ["timeout", "server error"])
def test_a_message_of_which_nobody_knows_whether_it_was_sent_is_repeated(failure: str) -> None:
    world = World()

    def broken(_: dict[str, object]) -> None:
        if failure == "timeout":
            FAILURES["timeout"]({})
        raise error("InternalError", 500, "Publish")

    world.rim.broken["publish"] = broken
    world.handle(EVENTS[1])
    world.rim.broken.clear()
    world.pass_time(300)
    world.handle(SWEEP)
    assert all(one["repeated"] for one in world.record()["told"] if one["channel"] != "pd")
    assert all(one["sentAt"] is not None for one in world.record()["told"])


def test_an_entry_that_eventbridge_refuses_is_a_failure() -> None:
    world = World()
    world.rim.broken["put_events"] = lambda _: {
        "FailedEntryCount": 1,
        "Entries": [{"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}],
    }
    world.handle(EVENTS[1])
    failures = {one["failure"] for one in world.record()["told"] if one["channel"] == "pd"}
    assert failures == {"ThrottlingException: slow down"}


def test_after_a_day_nobody_is_told_any_longer_and_the_record_says_so() -> None:
    world = World()
    world.rim.broken["publish"] = FAILURES["denied"]
    world.handle(EVENTS[1])
    world.pass_time(86_400)
    world.handle(SWEEP)
    assert world.open() == []
    record = world.record()
    assert statuses(record) == ["started", "succeeded", "recovered"]
    unsent = [one for one in record["told"] if one["sentAt"] is None]
    assert len(unsent) == 6
    assert {one["failure"] for one in unsent} == {"given up: AccessDeniedException: not authorized to perform"}
    assert all(one["givenUp"] for one in unsent)


def test_a_channel_that_takes_every_message_and_never_says_so_gets_each_twice_at_most() -> None:
    world = World()

    def silent(parameters: dict[str, object]) -> None:
        world.rim.sns.published.append(parameters)
        FAILURES["timeout"]({})

    world.rim.broken["publish"] = silent
    world.handle(EVENTS[2])
    for _ in range(12):
        world.pass_time(300)
        world.handle(SWEEP)
    assert set(Counter(world.told()).values()) == {2, 1}, "PagerDuty, by the bus, once"
    by_topic = Counter(
        (one["TopicArn"], one["MessageAttributes"]["status"]["StringValue"]) for one in world.rim.sns.published
    )
    assert set(by_topic.values()) == {2} and len(by_topic) == 6
    given_up = [one for one in world.record()["told"] if one["givenUp"]]
    assert len(given_up) == 6 and all(one["failure"].startswith("given up: ReadTimeoutError") for one in given_up)
    assert world.open() == [], "nothing is waited for any more"
    failures = [line["DeliveryFailures"] for line in world.log if "_aws" in line and "DeliveryFailures" in line]
    assert failures == [[1] * 6, [1] * 6]


def test_a_process_killed_twice_over_one_message_gives_it_up_and_counts_that() -> None:
    world = World(sheet(notify={"started": ["oncall"]}))
    for kill_in in (2, 1):
        world.rim.kill_in = kill_in
        with pytest.raises(Killed):
            world.handle(EVENTS[1])
        world.pass_time(61)
    world.rim.kill_in = None
    world.handle(SWEEP)
    (entry,) = world.record()["told"]
    assert (entry["givenUp"], entry["tries"]) == (True, 2)
    assert [line["DeliveryFailures"] for line in world.log if "DeliveryFailures" in line] == [1]


def test_a_deleted_topic_fails_no_event_and_no_sweep() -> None:
    world = World()
    gone = lambda parameters: FAILURES["not found"](parameters) if parameters["TopicArn"].endswith("chat") else None  # noqa: E731
    world.rim.broken["publish"] = gone
    world.handle(*EVENTS)
    for _ in range(20):
        world.pass_time(300)
        world.handle(SWEEP)
    assert [one["status"] for one in world.record()["told"] if one["sentAt"] is None] == [
        "started",
        "succeeded",
        "recovered",
    ]
    assert len(world.open()) == 1


def test_two_processes_with_events_of_one_incident_at_once_lose_nothing_and_tell_once() -> None:
    world = World()
    raced: list[dict[str, object]] = []

    def race(parameters: dict[str, object]) -> None:
        # Another process takes in the next event between this one's reading of the record and its writing.
        if str(parameters["Key"]).startswith("records/") and len(raced) < 4:
            raced.append(EVENTS[1 + len(raced)])
            world.handle(raced[-1])

    world.rim.broken["put_object"] = race
    world.handle(EVENTS[5 - 1])
    record = world.record()
    assert {fact["id"] for fact in record["facts"]} >= {event["id"] for event in EVENTS[1:5]}
    assert len(set(world.told())) == len(world.told()) == 9
