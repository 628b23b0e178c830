"""The records bucket: conditional writes that lose nothing, bounded patience, and an index that drops what is not ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from rollguard.recorder import facts
from rollguard.recorder.record import Record, merge
from rollguard.recorder.store import ATTEMPTS, Busy, Store, Watched
from tests.recorder.incident import BAD, BUCKET, EVENTS, STOPPED, sheet
from tests.recorder.s3 import MemoryS3, error

KEY = f"records/checkout-api/{BAD}.json"


class Racing(MemoryS3):
    """Another writer comes first, so many times."""

    def __init__(self, times: int, code: str = "") -> None:
        super().__init__()
        self.times, self.code = times, code

    def put_object(self, **parameters: Any) -> dict[str, Any]:
        if self.times > 0 and parameters["Key"] == KEY:
            self.times -= 1
            if self.code:
                raise error(self.code, 409, "PutObject")
            other = merge(None, [facts.closed(f"2026-11-24T11:{self.times:02}:00Z")], sheet(), BAD)
            self.objects[KEY] = json.dumps(other).encode()
        return super().put_object(**parameters)


def store(s3: MemoryS3, waits: list[float] | None = None) -> Store:
    slept = waits if waits is not None else []
    return Store(s3, BUCKET, sleep=slept.append, jitter=lambda: 1.0)


def stopped(record: Record | None) -> Record | None:
    fact = facts.deployment_state(EVENTS[2])
    assert fact is not None
    return merge(record, [fact], sheet(), BAD)


def test_a_write_that_loses_a_race_is_made_again_on_what_the_winner_wrote() -> None:
    waits: list[float] = []
    written = store(Racing(3), waits).update("checkout-api", BAD, stopped)
    assert written is not None
    assert [fact["kind"] for fact in written.record["facts"]] == ["deploymentState", "closed"]
    assert waits == [0.02, 0.04, 0.08]


@pytest.mark.parametrize("code", ["ConditionalRequestConflict", "PreconditionFailed"])
def test_after_a_dozen_lost_races_the_event_has_to_come_again(code: str) -> None:
    waits: list[float] = []
    with pytest.raises(Busy, match="was written by others 12 times in a row"):
        store(Racing(100, code), waits).update("checkout-api", BAD, stopped)
    assert len(waits) == ATTEMPTS and max(waits) == 1.0


def test_what_s3_refuses_for_another_reason_is_raised() -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        store(Racing(1, "AccessDenied")).update("checkout-api", BAD, stopped)


def test_a_record_that_goes_between_reading_and_writing_is_made_anew() -> None:
    s3 = MemoryS3()
    bucket = store(s3)
    bucket.update("checkout-api", BAD, stopped)
    gone: list[bytes] = []

    def change(record: Record | None) -> Record | None:
        if not gone:
            gone.append(s3.objects.pop(KEY))
        return stopped(record)

    written = bucket.update("checkout-api", BAD, change)
    assert written is not None and written.record["deployment"]["stoppedAt"] == STOPPED


def test_the_index_leads_to_the_policy_and_what_it_does_not_name_is_nobodys() -> None:
    s3 = MemoryS3()
    s3.objects = {
        "index/alarms/a/b.json": b'{"policy": "checkout-api"}',
        "index/groups/checkout/api.json": b'{"policy": "checkout-api"}',
        "index/alarms/odd.json": b"[]",
        "index/alarms/declined.json": b'{"policy": "checkout-api", "observes": "declined"}',
    }
    bucket = store(s3)
    assert bucket.watching("a/b") == [Watched("checkout-api", None)]
    assert bucket.watching("declined") == [Watched("checkout-api", "declined")]
    assert bucket.policy_of_group("checkout", "api") == "checkout-api"
    assert [bucket.watching(name) for name in ("odd", "other", "x" * 1_100, "é" * 600)] == [[]] * 4


def test_an_alarm_that_several_policies_have_adopted_leads_to_all_of_them() -> None:
    s3 = MemoryS3(page=1)
    for key in ("database/orders", "database/stock", "database/eu/vans", "data/vans"):
        s3.objects[f"index/adopted/{key}.json"] = b"{}"
    bucket = store(s3)
    assert bucket.watching("database") == [Watched("orders", None), Watched("stock", None)]
    assert bucket.watching("database/eu") == [Watched("vans", None)]


def test_all_open_incidents_are_listed_over_pages() -> None:
    s3 = MemoryS3(page=2)
    bucket = store(s3)
    for policy, incident in (("a", "d-1"), ("a", "d-2"), ("b", "d-3"), ("c", "d-4"), ("c", "outside-x")):
        bucket.mark_open(policy, incident)
    bucket.mark_closed("c", "d-4")
    assert [(one.policy, one.incident) for one in bucket.open()] == [
        ("a", "d-1"),
        ("a", "d-2"),
        ("b", "d-3"),
        ("c", "outside-x"),
    ]
    assert [one.incident for one in bucket.open("a")] == ["d-1", "d-2"]


def test_a_sheet_is_read_once_per_invocation() -> None:
    s3 = MemoryS3()
    s3.objects["guards/p.json"] = json.dumps(sheet(policy="p")).encode()
    bucket = store(s3)
    first = bucket.sheet("p")
    assert first is not None and first["policy"] == "p"
    s3.objects.clear()
    assert bucket.sheet("p") is first
    assert bucket.sheet("q") is None
