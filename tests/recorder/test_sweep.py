"""A round over many open incidents: few calls, a fair order, an end in time, and no incident that harms the others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from rollguard.recorder.sweep import ENDS
from tests.recorder.aws import FAILURES, Killed
from tests.recorder.incident import SWEEP, World, statuses
from tests.recorder.s3 import error
from tests.recorder.storm import rolled_back

GREEN = "2026-11-24T10:30:00Z"


def calls(world: World) -> Counter[str]:
    return Counter(operation for _, operation, _ in world.rim.calls)


def swept(world: World) -> tuple[int, int]:
    """How many incidents the last round found open, and how many it left."""
    line = [line for line in world.log if "left" in line][-1]
    return line["open"], line["left"]


def ends_after(world: World, incidents: int) -> None:
    """The time of a run is over when so many incidents were taken up."""
    begun = len(world.rim.s3.written)

    def remaining() -> int:
        return ENDS if sum(key.startswith("open/") for key in world.rim.s3.written[begun:]) < incidents else ENDS - 1

    world.remaining = remaining


def taken_up(world: World, since: int) -> list[str]:
    return [key for key in world.rim.s3.written[since:] if key.startswith("open/")]


def test_incidents_of_which_there_is_no_news_cost_two_calls_and_their_share_of_a_few() -> None:
    world = rolled_back(100)
    world.handle(SWEEP)
    # Three alarms each, 100 names a call. Nobody need ask of deployments that are over.
    assert calls(world) == {
        "list_objects_v2": 1, "get_object": 200, "put_object": 100, "describe_alarms": 3,
    }  # fmt: skip
    assert swept(world) == (100, 0)


def test_deployments_that_are_not_over_are_asked_for_25_at_a_time() -> None:
    world = rolled_back(60)
    for info in world.rim.codedeploy.deployments.values():
        info["status"] = "InProgress"
    records = world.rim.s3.objects
    for key in [key for key in records if key.startswith("records/")]:
        record = json.loads(records[key])
        record["facts"] = [
            one for one in record["facts"] if one["kind"] != "deployment" and one.get("state") != "SUCCESS"
        ]
        records[key] = json.dumps(record).encode()
    world.handle(SWEEP)
    found = calls(world)
    assert (found["batch_get_deployments"], found["get_deployment"]) == (3, 60), (
        "the rollbacks are known by the answers"
    )


@pytest.mark.parametrize("together", [1, 8])
def test_news_of_many_incidents_are_told_once_each(together: int) -> None:
    world = rolled_back(40)
    told = Counter(world.told())
    world.now, world.together = GREEN, together
    world.handle(SWEEP)
    assert {tuple(statuses(one)) for one in world.records().values()} == {("started", "succeeded", "recovered")}
    news = Counter(world.told()) - told
    assert (len(news), set(news.values())) == (40 * 3, {1})
    assert all(one["sentAt"] and not one["repeated"] for record in world.records().values() for one in record["told"])
    assert world.open() == []


def test_what_a_round_leaves_comes_first_in_the_next_one() -> None:
    world = rolled_back(30)
    everybody = set(world.open())
    rounds = []
    for _ in range(6):
        world.pass_time(5)
        ends_after(world, 10)
        begun = len(world.rim.s3.written)
        world.handle(SWEEP)
        rounds.append(taken_up(world, begun))
        assert swept(world) == (30, 20)
    assert [len(one) for one in rounds] == [10] * 6
    assert set().union(*rounds[:3]) == everybody == set().union(*rounds[3:])
    assert [set(one) for one in rounds[:3]] == [set(one) for one in rounds[3:]]


def test_a_new_incident_waits_for_those_that_are_open_for_longer() -> None:
    world = rolled_back(10)
    world.pass_time(5)
    world.rim.s3.put_object(Bucket="", Key="open/service-0000/d-NEW", Body=b"", ContentType="")
    ends_after(world, 10)
    begun = len(world.rim.s3.written)
    world.handle(SWEEP)
    assert "open/service-0000/d-NEW" not in taken_up(world, begun)
    assert swept(world) == (11, 1)


def test_an_incident_that_ends_the_process_each_time_is_not_always_before_the_others() -> None:
    world = rolled_back(12)
    world.now = GREEN

    def fatal(parameters: dict[str, Any]) -> None:
        if parameters["Key"].startswith("records/service-0003/"):
            raise Killed

    world.rim.broken["put_object"] = fatal
    for _ in range(12):
        world.pass_time(5)
        try:
            world.handle(SWEEP)
        except Killed:
            continue
    assert [key.split("/")[1] for key in world.open()] == ["service-0003"]


@pytest.mark.parametrize("together", [1, 4])
@pytest.mark.parametrize("after", [False, True], ids=["before it", "behind it"])
@pytest.mark.parametrize("effect", range(0, 54, 5))
def test_a_round_that_is_killed_at_an_effect_loses_nothing(effect: int, after: bool, together: int) -> None:
    world = rolled_back(6)
    told = Counter(world.told())
    world.now, world.together = GREEN, together
    world.rim.kill_in, world.rim.after = effect, after
    with pytest.raises(Killed):
        world.handle(SWEEP)
    world.rim.kill_in = None
    world.pass_time(300)
    world.handle(SWEEP)
    records = world.records().values()
    assert world.open() == []
    assert all(one["sentAt"] and one["failure"] is None for record in records for one in record["told"])
    news = Counter(world.told()) - told
    again = {message_id for (_, message_id), count in news.items() if count > 1}
    assert len(news) == 18
    for record in records:
        doubted = [one for one in record["told"] if one["messageId"] in again]
        assert len(doubted) <= 1 and all(one["repeated"] for one in doubted)
    assert len(again) <= together, "the incidents that were in hand"


def of_names(*refused: str) -> Callable[[dict[str, Any]], None]:
    def describe(parameters: dict[str, Any]) -> None:
        if set(refused) & set(parameters["AlarmNames"]):
            raise error("ValidationError", 400, "DescribeAlarms", "Member must satisfy regular expression pattern")

    return describe


def test_a_name_that_cloudwatch_refuses_costs_only_its_own_incident_the_answer() -> None:
    world = rolled_back(20)
    world.now = GREEN
    world.rim.broken["describe_alarms"] = of_names("rollguard_prod_service-0007_latency-p99")
    world.handle(SWEEP)
    assert [key.split("/")[1] for key in world.open()] == ["service-0007"]
    (missing,) = world.records()["d-BAD-0007"]["missing"]
    assert missing["why"] == "ValidationError: Member must satisfy regular expression pattern"


@pytest.mark.parametrize("failure", ["throttled", "timeout"])
def test_where_cloudwatch_is_asked_too_much_nobody_asks_again_in_this_round(failure: str) -> None:
    world = rolled_back(50)
    world.now = GREEN
    world.rim.broken["describe_alarms"] = FAILURES[failure]
    world.handle(SWEEP)
    assert calls(world)["describe_alarms"] == 2
    assert {len(record["missing"]) for record in world.records().values()} == {1}
    assert len(world.open()) == 50
    world.rim.broken.clear()
    world.pass_time(300)
    world.handle(SWEEP)
    assert world.open() == []


@pytest.mark.parametrize("failure", ["denied", "malformed"])
def test_where_the_answer_for_many_is_useless_each_asks_for_itself(failure: str) -> None:
    world = rolled_back(5)
    world.now = GREEN
    world.rim.broken["describe_alarms"] = lambda parameters: (
        FAILURES[failure](parameters) if len(parameters["AlarmNames"]) > 3 else None
    )
    world.handle(SWEEP)
    assert calls(world)["describe_alarms"] == 6
    assert world.open() == []


@pytest.mark.parametrize("broken", [b"{", b"{}", b'{"policy": "service-0002", "criteria": 5}'])
def test_a_sheet_that_is_not_as_it_must_be_keeps_no_other_incident_from_its_turn(broken: bytes) -> None:
    world = rolled_back(5)
    world.now = GREEN
    world.rim.s3.objects["guards/service-0002.json"] = broken
    assert not world.try_handle(SWEEP)
    assert [key.split("/")[1] for key in world.open()] == ["service-0002"]


def test_a_marker_that_is_written_again_behind_its_close_is_removed_by_the_next_round() -> None:
    world = rolled_back(1)
    (marker,) = world.open()
    world.now = GREEN
    world.handle(SWEEP)
    world.rim.s3.put_object(Bucket="", Key=marker, Body=b"", ContentType="")
    told = world.told()
    world.handle(SWEEP)
    assert (world.open(), world.told()) == ([], told)


def test_a_record_that_another_process_opened_again_keeps_its_marker() -> None:
    world = rolled_back(1)
    (marker,), (key,) = world.open(), [key for key in world.rim.s3.objects if key.startswith("records/")]
    still_open = world.rim.s3.objects[key]
    world.now = GREEN
    world.handle(SWEEP)
    world.rim.s3.put_object(Bucket="", Key=marker, Body=b"", ContentType="")
    closed = world.rim.s3.objects[key]

    def reopened(parameters: dict[str, Any]) -> None:
        # Behind this round's reading of the record, before its look at the incident.
        if parameters["Key"] == marker:
            world.rim.s3.objects[key] = still_open

    world.rim.broken["put_object"] = reopened
    world.handle(SWEEP)
    assert closed != still_open
    assert world.open() == [marker]
