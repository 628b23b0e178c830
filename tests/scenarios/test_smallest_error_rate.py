"""The smallest error rate that a policy catches, against arithmetic."""

from __future__ import annotations

from pathlib import Path

from rollguard.plan.model import GuardPlan
from rollguard.scenarios.failure_mode_catalogue import packaged
from rollguard.scenarios.failure_modes import FailurePlayer
from rollguard.scenarios.smallest_error_rate import SmallestErrorRate, smallest_error_rate
from tests.scenarios.guards import ECS, ERRORS, LAMBDA, guard


def smallest(guarded: GuardPlan) -> SmallestErrorRate:
    found = smallest_error_rate(FailurePlayer(guarded, packaged()))
    assert found is not None
    return found


def test_a_canary_dilutes_what_the_whole_service_shows(tmp_path: Path) -> None:
    # 0.9 x 0.2 + 0.1 x rate > 2 from 18.3 % on; with all of the traffic, rate > 2
    assert smallest(guard(tmp_path)) == SmallestErrorRate(18.3, 2.1, True, True, True, 600)


def test_a_criterion_on_the_new_version_sees_all_of_it(tmp_path: Path) -> None:
    alone = ERRORS.replace("      concern: errors", "      concern: errors\n      judges: newVersion")
    found = smallest(guard(tmp_path, alone))
    assert (found.while_canary, found.while_baking) == (2.1, 2.1)


def test_a_canary_that_is_over_before_the_alarm_catches_nothing(tmp_path: Path) -> None:
    # three bad minutes, one of delivery and 15 s: at 4:15 a canary of 4 minutes is over
    short = guard(tmp_path, deployment=ECS.replace("interval: 10m", "interval: 4m"))
    assert smallest(short).while_canary is None
    assert smallest(guard(tmp_path, deployment=ECS.replace("interval: 10m", "interval: 5m"))).while_canary == 18.3


def test_a_bake_that_is_over_before_the_alarm_catches_nothing(tmp_path: Path) -> None:
    found = smallest(guard(tmp_path, deployment=ECS.replace("bake: 30m", "bake: 4m")))
    assert (found.bakes, found.while_baking) == (True, None)


def test_a_lambda_deployment_does_not_bake(tmp_path: Path) -> None:
    found = smallest(guard(tmp_path, deployment=LAMBDA))
    assert (found.has_canary, found.bakes, found.while_baking) == (True, False, None)


def test_all_at_once_there_is_no_canary(tmp_path: Path) -> None:
    found = smallest(guard(tmp_path, deployment=ECS.replace("canary: {percent: 10, interval: 10m}", "allAtOnce: true")))
    assert (found.has_canary, found.while_canary, found.while_baking) == (False, None, 2.1)


def test_where_nothing_rolls_back_there_is_no_rate(tmp_path: Path) -> None:
    assert smallest_error_rate(FailurePlayer(guard(tmp_path, more="  mode: observe"), packaged())) is None
