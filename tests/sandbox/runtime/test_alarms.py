"""CloudWatch's answers: states, the words of their reasons and the datapoints behind them, in the forms of aws-facts 1.10."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.runtime.alarms import Alarms
from tests.sandbox.runtime.scene import BEGINS, Scene, at

ROLLBACK, ERRORS = "rollguard_prod_orders", "rollguard_prod_orders_errors"
ARN = "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:"
RED = 660
QUERY = {
    "Id": "m1",
    "MetricStat": {
        "Metric": {"Namespace": "Shop/Orders", "MetricName": "Errors", "Dimensions": []},
        "Period": 60,
        "Stat": "Sum",
    },
}


def described(scene: Scene, incident: Incident, name: str, seconds: int) -> dict[str, Any]:
    found = Alarms(scene.resources, incident, at(seconds)).describe([name])
    (one,) = [*found["MetricAlarms"], *found["CompositeAlarms"]]
    return one


def test_a_metric_alarm_says_which_datapoints_breach(scene: Scene) -> None:
    incident = scene.incident()
    before, red = (described(scene, incident, ERRORS, seconds) for seconds in (RED - 1, RED))
    assert before["StateValue"] == "OK"
    assert red["StateValue"] == "ALARM"
    assert red["StateTransitionedTimestamp"] == BEGINS + timedelta(seconds=RED)
    assert red["StateReason"] == (
        "Threshold Crossed: 2 out of the last 3 datapoints [40.0 (24/11/26 03:09:00), 40.0 (24/11/26 03:08:00)] were "
        "greater than the threshold (5.0) (minimum 2 datapoints for OK -> ALARM transition)."
    )
    assert json.loads(red["StateReasonData"]) == {
        "version": "1.0",
        "queryDate": "2026-11-24T03:11:00.000+0000",
        "startDate": "2026-11-24T03:07:00.000+0000",
        "statistic": "Sum",
        "period": 60,
        "recentDatapoints": [0.0, 40.0, 40.0],
        "threshold": 5.0,
        "evaluatedDatapoints": [
            {"timestamp": "2026-11-24T03:09:00.000+0000", "value": 40.0},
            {"timestamp": "2026-11-24T03:08:00.000+0000", "value": 40.0},
            {"timestamp": "2026-11-24T03:07:00.000+0000", "value": 0.0},
        ],
    }


def test_back_at_ok_it_says_which_do_not(scene: Scene) -> None:
    """A healthy metric is a tenth of its limit where no scenario says what it does."""
    incident = scene.incident()
    green = described(scene, incident, ERRORS, incident.outside.release.end)
    assert (green["StateValue"], green["StateTransitionedTimestamp"]) == ("OK", BEGINS + timedelta(minutes=16))
    assert green["StateReason"] == (
        "Threshold Crossed: 2 out of the last 3 datapoints [0.5 (24/11/26 03:14:00), 0.5 (24/11/26 03:13:00)] were not "
        "greater than the threshold (5.0) (minimum 2 datapoints for ALARM -> OK transition)."
    )


def test_silence_is_named_as_cloudwatch_names_it(scene: Scene) -> None:
    """The words of the recorded payload `test_breaching_alarm_actions`; its datapoints have a timestamp only."""
    red = described(scene, scene.incident("vans", "silence"), "rollguard_prod_vans_errors", 780)
    assert red["StateReason"] == (
        "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching]."
    )
    data = json.loads(red["StateReasonData"])
    assert data["recentDatapoints"] == []
    assert data["evaluatedDatapoints"] == [
        {"timestamp": f"2026-11-24T03:{minute:02}:00.000+0000"} for minute in (11, 10, 9)
    ]


def test_a_composite_names_the_alarm_that_turned_it(scene: Scene) -> None:
    red = described(scene, scene.incident(), ROLLBACK, RED)
    assert red["StateReason"] == f"{ARN}{ERRORS} transitioned to ALARM at Tuesday 24 November, 2026 03:11:00 UTC"
    assert json.loads(red["StateReasonData"]) == {
        "triggeringAlarms": [
            {"arn": ARN + ERRORS, "state": {"value": "ALARM", "timestamp": "2026-11-24T03:11:00.000+0000"}}
        ]
    }


def test_alarms_are_found_by_name_and_by_prefix(scene: Scene) -> None:
    alarms = Alarms(scene.resources, scene.incident(), at(RED))
    found = alarms.describe(prefix="rollguard_prod_orders")
    assert [one["AlarmName"] for one in found["CompositeAlarms"]] == [ROLLBACK]
    assert ERRORS in [one["AlarmName"] for one in found["MetricAlarms"]]
    assert alarms.describe(["gone"]) == {"MetricAlarms": [], "CompositeAlarms": []}


def test_history_has_what_happened_by_now_the_newest_first(scene: Scene) -> None:
    incident = scene.incident()
    assert Alarms(scene.resources, incident, at(RED - 1)).history(ROLLBACK) == []
    items = Alarms(scene.resources, incident, at(3600)).history(ROLLBACK)
    assert [(one["Timestamp"], one["HistorySummary"]) for one in items] == [
        (BEGINS + timedelta(minutes=16), "Alarm updated from ALARM to OK"),
        (BEGINS + timedelta(minutes=11), "Alarm updated from OK to ALARM"),
    ]
    assert json.loads(items[1]["HistoryData"])["newState"]["stateValue"] == "ALARM"


def test_an_event_carries_state_before_and_after(scene: Scene) -> None:
    events = {
        (second, name): detail for second, name, detail in Alarms(scene.resources, scene.incident(), at(0)).events()
    }
    detail = events[RED, ROLLBACK]
    assert (detail["state"]["value"], detail["previousState"]["value"]) == ("ALARM", "OK")
    assert detail["state"]["timestamp"] == "2026-11-24T03:11:00.000+0000"
    assert detail["configuration"]["alarmRule"] == described(scene, scene.incident(), ROLLBACK, 0)["AlarmRule"]
    assert (RED, ERRORS) in events


@pytest.mark.parametrize(
    ("seconds", "minutes", "values"),
    [
        (RED, (7, 8, 9, 10), [0.0, 40.0, 40.0, 40.0]),
        (RED - 1, (7, 8, 9), [0.0, 40.0, 40.0]),  # the minute is not over
        (360, (), []),
    ],
)
def test_datapoints_of_the_range_that_are_there_by_now(
    scene: Scene, seconds: int, minutes: tuple[int, ...], values: list[float]
) -> None:
    alarms = Alarms(scene.resources, scene.incident(), at(seconds))
    times, found = alarms.values(QUERY, [QUERY], BEGINS + timedelta(minutes=7), BEGINS + timedelta(minutes=12))
    assert (times, found) == ([BEGINS + timedelta(minutes=minute) for minute in minutes], values)


def test_longer_periods_hold_what_the_statistic_makes_of_their_minutes(scene: Scene) -> None:
    alarms = Alarms(scene.resources, scene.incident(), at(900))
    query = {**QUERY, "Period": 300}
    times, found = alarms.values(query, [query], BEGINS, BEGINS + timedelta(minutes=15))
    assert times == [BEGINS + timedelta(minutes=minute) for minute in (0, 5, 10)]
    assert found[:2] == [0.0, 80.0]


def test_what_the_incident_has_no_values_of_has_no_datapoints(scene: Scene) -> None:
    alarms = Alarms(scene.resources, scene.incident(), at(900))
    other = {"Id": "m1", "MetricStat": {**QUERY["MetricStat"], "Stat": "Average"}}  # type: ignore[dict-item]
    assert alarms.values(other, [other], BEGINS, BEGINS + timedelta(hours=1)) == ([], [])


def test_of_silence_there_are_no_datapoints(scene: Scene) -> None:
    metric = {"Namespace": "Vans/Workers", "MetricName": "WorkersDown", "Dimensions": []}
    query = {"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Maximum"}}
    alarms = Alarms(scene.resources, scene.incident("vans", "silence"), at(780))
    times, values = alarms.values(query, [query], BEGINS + timedelta(minutes=6), BEGINS + timedelta(minutes=13))
    assert (times, values) == ([BEGINS + timedelta(minutes=minute) for minute in (6, 7)], [0.2, 0.2])
