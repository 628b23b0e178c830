"""Guard sheets of every version: an older one gets what came later, of a newer one the message is told in Rollguard's own words."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.plan import sheet as compiled
from rollguard.recorder import sheets
from tests.recorder.incident import ALARM, EVENTS, World, sheet, statuses

WHOLE = ["started", "succeeded", "recovered"]
TEXTS = {status: {"subject": "ours", "body": "The team's own words"} for status in WHOLE}


def without(*keys: str) -> dict[str, Any]:
    return {key: value for key, value in sheet().items() if key not in keys}


def test_the_compiler_writes_the_version_that_the_recorder_reads() -> None:
    assert sheets.VERSION == compiled.VERSION


def test_a_sheet_of_today_is_read_as_it_stands() -> None:
    stated = sheet()
    read = sheets.read(stated, "checkout-api")
    assert {key: read[key] for key in stated} == stated
    assert sheets.unread(read) is None


def test_what_came_later_has_its_default() -> None:
    least = {key: sheet()[key] for key in ("version", "environment", "account", "region", "channels")}
    read = sheets.read(least | {"criteria": [{"id": "slow"}]}, "checkout-api")
    assert (read["title"], read["rollbackAlarm"], read["stillRedAfter"]) == ("checkout-api", ALARM, 900)
    (criterion,) = read["criteria"]
    assert (criterion["alarm"], criterion["attached"], criterion["queries"]) == (f"{ALARM}_slow", True, [])
    assert read["notify"]["unknown"] == ["oncall", "chat", "pd"] and "outsideDeployment" not in read["notify"]


@pytest.mark.parametrize("key", ["stillRedAfter", "agreed", "rollbackAlarm", "trigger", "texts", "partition", "title"])
def test_a_sheet_that_lacks_a_key_tells_the_whole_incident(key: str) -> None:
    world = World()
    world.write_sheet(without(key))
    world.handle(*EVENTS)
    assert statuses(world.record()) == WHOLE
    assert len(world.told()) == 9


def test_an_older_sheet_is_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 0 never was; it stands for any older form: the title was called `service`."""
    monkeypatch.setitem(sheets.UPGRADES, 0, lambda old: {**old, "version": 1, "title": old["service"]})
    world = World()
    world.write_sheet(without("title") | {"version": 0, "service": "Tills"})
    world.handle(*EVENTS)
    assert (world.record()["title"], world.record()["missing"]) == ("Tills", [])


def test_a_newer_sheet_is_told_in_the_plain_text_that_says_so() -> None:
    world = World()
    changed = {"version": 99, "texts": TEXTS, "agreed": "by all", "stillRedAfter": "15m"}
    world.write_sheet(sheet(**changed))
    world.handle(*EVENTS)
    record = world.record()
    assert statuses(record) == WHOLE and len(world.told()) == 9
    (said,) = record["missing"]
    assert said["what"] == "what the guard sheet of checkout-api says beyond version 1"
    assert said["why"].startswith("it is of version 99, the recorder reads up to 1: this is Rollguard's own text.")
    mail = world.rim.sns.published[0]
    assert "The team's own words" not in mail["Message"] and "rolling back" in mail["Subject"]
    assert (
        "Not known:\n- what the guard sheet of checkout-api says beyond version 1: it is of version 99"
        in mail["Message"]
    )


@pytest.mark.parametrize("version", ["1", None, True, 0, 1.5])
def test_what_is_no_known_version_is_read_with_the_same_care(version: object) -> None:
    read = sheets.read(sheet(version=version, texts=TEXTS), "checkout-api")
    assert (read["newer"], read["texts"]) == (str(version), {})


def test_a_sheet_in_which_everything_is_of_another_kind_still_reads() -> None:
    odd: dict[str, Any] = {key: {"is": "new"} if not isinstance(value, dict) else 7 for key, value in sheet().items()}
    read = sheets.read(odd | {key: sheet()[key] for key in ("environment", "account", "region")}, "checkout-api")
    assert (read["criteria"], read["groups"], read["channels"]) == ([], [], {})


def test_a_sheet_that_does_not_say_where_it_is_is_refused_with_words() -> None:
    with pytest.raises(ValueError, match="the guard sheet of `checkout-api` has no `account`"):
        sheets.read(without("account"), "checkout-api")
