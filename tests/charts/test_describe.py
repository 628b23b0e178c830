"""The text alternative of a chart, and the minutes that breach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rollguard.charts import ScenarioChart, breaching, describe
from rollguard.simulate.mechanism import Deployment, Event
from rollguard.simulate.model import Change, Timeline
from tests.charts.samples import CANARY


def test_a_rollback_is_told_from_the_first_bad_minute_to_the_last_good_version() -> None:
    assert describe(CANARY) == (
        "Minutes 0 to 30, in percent; bad is above 5 %. Breaches at minutes 8 to 19. "
        "The alarm starts with OK, then ALARM at 14:00, OK at 25:00. "
        "The deployment starts at 5:00 with 10 % of the traffic. "
        "Rollback at 14:15 with 10 % of the traffic, 6 min 15 s after the first bad minute began, done at 15:00."
    )


def test_a_quiet_scenario_is_told_as_one() -> None:
    chart = ScenarioChart(
        "Blip",
        "s",
        (0.2, 2.0, 0.2, None),
        (("above", 1.0),),
        breaching=(1,),
        alarm=Timeline((Change(0, "OK"),)),
        deployment=Deployment((Event(0, "started", 100),), None, "succeeded", 60),
    )
    assert describe(chart) == (
        "Minutes 0 to 4, in s; bad is above 1 s. No data at minute 3. Breaches at minute 1. The alarm stays OK. "
        "The deployment starts at 0:00 with 100 % of the traffic. No rollback."
    )


def test_what_aws_does_not_document_is_said() -> None:
    chart = replace(CANARY, alarm=Timeline((Change(0, "OK"), Change(840, "ALARM", ambiguous=True))), deployment=None)
    assert describe(chart).endswith("then ALARM at 14:00 (AWS does not document this verdict).")


def test_many_changes_are_counted() -> None:
    flapping = Timeline(tuple(Change(at * 60, "ALARM" if at % 2 else "OK") for at in range(21)))
    assert describe(replace(CANARY, alarm=flapping, deployment=None)).endswith("OK at 6:00, 14 more changes.")


@pytest.mark.parametrize(
    ("threshold", "minutes"),
    [
        ((("above", 2.0),), (13,)),
        ((("atLeast", 2.0),), (12, 13)),
        ((("below", 1.0),), (10,)),
        ((("atMost", 1.0),), (10, 11)),
        ((("below", 1.0), ("above", 2.0)), (10, 13)),
        ((("outside", "band"),), (11, 12, 13)),
    ],
)
def test_a_minute_breaches_by_its_own_value(
    threshold: tuple[tuple[str, float | str], ...], minutes: tuple[int, ...]
) -> None:
    assert breaching((0.0, 1.0, 2.0, 3.0, None), threshold, start=10) == minutes
