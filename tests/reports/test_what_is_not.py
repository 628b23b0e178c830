"""A report says nothing of what never was, and nothing that is better than the records."""

from __future__ import annotations

from rollguard.records.keys import Name
from rollguard.records.model import Found, Incident
from rollguard.reports.overview import overview
from rollguard.reports.text import incident_as_text, overview_as_text
from tests.reports import made
from tests.reports.test_reports import report


def test_the_overview_is_no_rosier_than_the_records() -> None:
    """What was refused at its start was no quick rollback, and what nobody looks at any more is not well for that."""
    refused = made.refused("d-AGAIN")
    refused["durations"] |= {"toStop": 0, "toRollback": 0, "withinPromise": True}
    given_up = made.changed(made.nothing_to_roll_back(), open=False)
    shelf = Found(
        tuple(Incident(Name(one["policy"], one["incident"]), one) for one in (made.recovered(), refused, given_up))
    )
    made_ = overview(shelf, (), made.NOW)
    (checkout,) = (service for service in made_.services if service.policy == "checkout-api")
    assert (checkout.rollbacks, checkout.median, checkout.kept, checkout.promised) == (2, 256, 1, 1)
    assert {each.incident: each.said for each in made_.unresolved} == {
        "d-AGAIN": "rolled back",
        "d-NOTHING": "nothing to roll back to; no longer looked at",
    }
    text = overview_as_text(made_)
    assert "Handed over is not delivered" in text
    assert "releases that were refused at their start not counted" in text


def test_of_an_incident_without_a_rollback_nothing_is_said_about_one() -> None:
    found_ = report(made.outside())
    text = incident_as_text(found_)
    assert found_.promise.sentence == "Nothing was rolled back, so there is nothing to hold against the agreed 10 min."
    assert [each.what for each in found_.times] == [
        "from the first bad datapoint to the alarm",
        "from the first bad datapoint to the recovery",
    ]
    assert "Was the alarm right? Nobody has judged yet" in " ".join(text.split())
    assert "How long it took to begin the rollback" not in text
    stopped = report(made.nothing_to_roll_back())
    assert stopped.promise.sentence == found_.promise.sentence
    assert "the rollback itself" not in {each.what for each in stopped.times}


def test_automatic_rollback_that_is_off_is_not_called_nothing_to_go_back_to() -> None:
    record = made.nothing_to_roll_back()
    record["deployment"]["rollsBack"] = False
    text = " ".join(incident_as_text(report(record)).split())
    assert "Status stopped, automatic rollback is off" in text
    assert "status: stopped, automatic rollback is off" in text
    assert "nothing to roll back to" not in text
    shelf = Found((Incident(Name(record["policy"], record["incident"]), record),))
    assert overview(shelf, (), made.NOW).statuses == (("stopped, automatic rollback is off", 1),)


def test_a_chart_says_when_the_alarm_turned_red_though_only_its_end_was_kept() -> None:
    record = made.recovered()
    record["facts"] = [
        fact for fact in record["facts"] if not (fact["kind"] == "alarmState" and fact.get("value") == "ALARM")
    ]
    (drawn,) = [each.drawing for each in report(record).criteria if each.drawing]
    assert "starts with ALARM" not in drawn.description


def test_times_are_written_in_one_way() -> None:
    record = made.recovered()
    record["durations"]["toRollback"] = 600 - 105
    assert report(record).promise.sentence.endswith("agreed were 10 min, so 1 min 45 s to spare.")
