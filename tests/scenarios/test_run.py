"""What happens in a scenario: alarms, the rollback alarm, the deployment, and who is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.project import load
from rollguard.scenarios.read import scenario
from rollguard.scenarios.run import Player
from rollguard.scenarios.suite import collect
from tests.scenarios.making import CRITERIA, guard, played, project

BAD_FROM_8 = "series: {errors: {step: {from: 0, to: 9, at: 8m}}}"
SERVER = """
platform: server
application: shop
group: shop
managedBy: rollguard
server: {autoScalingGroups: [shop]}
traffic: {healthyHosts: {atLeastPercent: 75}}
"""
NOTIFY = """
notify:
  started: [oncall]
  succeeded: [chat]
  recovered: [pager]
  stillRed: [pager]
"""


def _scenario(rest: str, expect: str = "{alarm: true}") -> str:
    return f"- {{name: a test, {rest}, expect: {expect}}}"


def test_two_bad_minutes_of_three_are_seen_a_minute_later(tmp_path: Path) -> None:
    found = played(project(tmp_path, _scenario(f"length: 40m, {BAD_FROM_8}")))
    # minutes 8 and 9; the point of minute 9 is there at 9 + 1 + 1
    assert [(change.at, change.state) for change in found.signals["errors"].timeline.changes] == [
        (0, "OK"),
        (660, "ALARM"),
    ]
    assert found.rollback is not None
    assert (found.rollback.started_at, found.rollback.elapsed) == (675, 195)


@pytest.mark.parametrize(("delivery", "red"), [("0m", 600), ("1m", 660), ("30s", 660), ("4m", 840)])
def test_delivery_says_how_late_datapoints_come(tmp_path: Path, delivery: str, red: int) -> None:
    found = played(project(tmp_path, _scenario(f"length: 40m, delivery: {delivery}, {BAD_FROM_8}")))
    change = found.rollback_alarm.first("ALARM")
    assert change is not None
    assert change.at == red


def test_verdicts_on_data_that_is_later_than_usual_are_ambiguous(tmp_path: Path) -> None:
    found = played(project(tmp_path, _scenario(f"length: 40m, delivery: 4m, {BAD_FROM_8}")))
    assert any(found.signals["errors"].timeline.ambiguous_at(at) for at in range(0, 2400, 60))


def test_before_missing_alarms_have_no_data_until_there_is_some(tmp_path: Path) -> None:
    criteria = CRITERIA.replace("missing: notBreaching", "missing: missing")
    found = played(project(tmp_path, _scenario("length: 40m, before: missing", "{alarm: false}"), criteria=criteria))
    states = [(change.at, change.state) for change in found.signals["errors"].timeline.changes]
    assert states == [(0, "INSUFFICIENT_DATA"), (120, "OK")]


def test_an_alarm_that_is_red_before_the_start_rolls_back_at_once_without_traffic(tmp_path: Path) -> None:
    rest = "deploy: 20m, length: 60m, series: {errors: {step: {from: 0, to: 9, at: 2m}}}"
    found = played(
        project(
            tmp_path, _scenario(rest), more="notify: {started: [oncall], refused: [chat], outsideDeployment: [pager]}"
        )
    )
    assert found.rollback is not None
    assert (found.rollback.started_at, found.rollback.traffic_percent, found.rollback.elapsed) == (1200, 0, 0)
    assert found.notified == ("chat", "pager")  # it was refused, not started


def test_without_a_length_a_scenario_ends_15_minutes_after_the_deployment(tmp_path: Path) -> None:
    # 5m + canary 10m + bake 15m + 15m
    assert played(project(tmp_path, _scenario("before: healthy", "{alarm: false}"))).end == 45 * 60
    server = _scenario("deploy: {at: 2m, lasts: 20m}", "{alarm: false}")
    assert played(project(tmp_path, server, deployment=SERVER)).end == 37 * 60
    assert played(project(tmp_path, _scenario("deploy: never", "{alarm: false}"))).end == 45 * 60


def test_after_a_success_an_alarm_rolls_nothing_back_and_tells_who_wants_to_know(tmp_path: Path) -> None:
    more = "notify: {started: [oncall], outsideDeployment: [pager]}"
    late = _scenario("length: 60m, series: {errors: {step: {from: 0, to: 9, at: 40m}}}")
    found = played(project(tmp_path, late, more=more))
    assert (found.rollback, found.notified) == (None, ("pager",))
    assert found.deployments[0].status == "succeeded"


def test_a_rollback_that_ends_in_a_green_alarm_has_recovered(tmp_path: Path) -> None:
    recovers = _scenario("length: 60m, series: {errors: {spike: {to: 9, at: 8m, for: 5m}}}")
    assert played(project(tmp_path, recovers, more=NOTIFY)).notified == ("chat", "oncall", "pager")
    stays = _scenario(f"length: 60m, {BAD_FROM_8}")
    assert played(project(tmp_path, stays, more=NOTIFY)).notified == ("chat", "oncall")


def test_in_a_closed_loop_signals_recover_when_the_rollback_is_over(tmp_path: Path) -> None:
    root = project(tmp_path, _scenario(f"length: 60m, {BAD_FROM_8}"), more=NOTIFY)
    found = played(root, closed=True)
    # the rollback is over at 12:15; minutes 13 and 14 are good and seen at 16:00
    assert [(change.at, change.state) for change in found.rollback_alarm.changes] == [
        (0, "OK"),
        (660, "ALARM"),
        (960, "OK"),
    ]
    assert found.notified == ("chat", "oncall", "pager")
    assert found.rollback == played(root).rollback


def test_a_bypass_lets_a_release_out_past_one_red_criterion(tmp_path: Path) -> None:
    root = project(tmp_path, _scenario(f"length: 40m, {BAD_FROM_8}"))
    player = Player(guard(root))
    bad = scenario({"name": "x", "length": "40m", "expect": {}, "series": {"errors": {"hold": 9}}})
    assert player.play(bad).rollback is not None
    past = player.play(bad, bypassed={"errors"})
    assert past.rollback is None
    assert past.rollback_alarm.first("ALARM") is None
    assert past.signals["errors"].timeline.first("ALARM") is not None


def test_criteria_that_observe_roll_nothing_back(tmp_path: Path) -> None:
    found = played(project(tmp_path, _scenario(f"length: 40m, {BAD_FROM_8}"), more="mode: observe"))
    assert found.signals["errors"].timeline.first("ALARM") is not None
    assert (found.rollback, found.notified, found.rollback_alarm.first("ALARM")) == (None, (), None)


def test_with_direct_wiring_the_group_reads_the_alarms_themselves(tmp_path: Path) -> None:
    found = played(project(tmp_path, _scenario(f"length: 40m, {BAD_FROM_8}"), more="wiring: direct"))
    assert found.rollback is not None
    assert (found.rollback.started_at, found.rollback.because) == (675, ("errors",))


def test_a_series_for_each_input_goes_through_metric_math(tmp_path: Path) -> None:
    criteria = """
- id: ratio
  title: Requests fail
  why: A test.
  concern: errors
  signal:
    expression: 100 * failed / requests
    metrics:
      failed: {namespace: Acme/Shop, metric: Failed, statistic: Sum}
      requests: {namespace: Acme/Shop, metric: Requests, statistic: Sum}
    unit: percent
  threshold: {above: 10}
  window: {period: 60s, datapoints: 2, of: 3}
  missing: notBreaching
  leastTraffic: {metric: requests, perPeriod: 20}
"""
    series = "series: {ratio: {requests: {step: {from: 10, to: 40, at: 12m}}, failed: {hold: 8}}}"
    found = played(project(tmp_path, _scenario(f"length: 40m, {series}"), criteria=criteria))
    assert found.signals["ratio"].values[11] is None  # 10 requests are too few
    assert found.signals["ratio"].values[12] == 20
    assert found.rollback is not None
    assert found.rollback.started_at == (13 + 2) * 60 + 15


def test_a_band_is_left_on_either_side(tmp_path: Path) -> None:
    criteria = CRITERIA.replace("threshold: {atLeast: 5}", "threshold: {outside: {below: 10, above: 90}}")
    for bad in (5, 95):
        series = f"series: {{errors: {{step: {{from: 50, to: {bad}, at: 8m}}}}}}"
        found = played(project(tmp_path, _scenario(f"length: 40m, {series}"), criteria=criteria))
        assert found.rollback is not None
        assert found.rollback.started_at == 675
    quiet = _scenario("length: 40m, series: {errors: {step: {from: 10, to: 90, at: 8m}}}", "{alarm: false}")
    assert played(project(tmp_path, quiet, criteria=criteria)).rollback is None


def test_of_an_anomaly_band_and_of_an_adopted_alarm_the_breach_is_given(tmp_path: Path) -> None:
    criteria = """
- id: band
  title: Unusual
  why: A test.
  signal: {anomaly: {namespace: Acme/Shop, metric: Orders, statistic: Sum}}
  threshold: {below: band}
  window: {period: 60s, datapoints: 2, of: 3}
  missing: notBreaching
- id: probe
  title: The probe
  why: A test.
  signal: {alarm: their-probe}
"""
    series = "series: {band: {step: {from: 0, to: 1, at: 20m}}, probe: {spike: {to: 1, at: 8m, for: 3m}}}"
    found = played(project(tmp_path, _scenario(f"length: 40m, {series}"), criteria=criteria))
    assert [(change.at, change.state) for change in found.signals["probe"].timeline.changes] == [
        (0, "OK"),
        (480, "ALARM"),
        (660, "OK"),
    ]
    assert found.signals["band"].timeline.first("ALARM") is not None
    assert found.signals["band"].given
    assert found.rollback is not None
    assert (found.rollback.started_at, found.rollback.because, found.rollback.elapsed) == (495, ("probe",), 15)


def test_every_deployment_of_a_policy_is_played(tmp_path: Path) -> None:
    other = (
        "\n  - codedeploy: {platform: lambda, application: fn, group: fn, managedBy: cdk, traffic: {allAtOnce: true}}"
    )
    root = project(tmp_path, _scenario(f"length: 40m, {BAD_FROM_8}"))
    file = root / "policies/team/shop.yaml"
    file.write_text(file.read_text().replace("\n  criteria:", other.replace("\n", "\n  ") + "\n  criteria:", 1))
    found = played(root)
    assert [one.status for one in found.deployments] == ["stopped", "succeeded"]
    assert found.rollback is not None
    assert found.rollback.traffic_percent == 10


def test_regions_with_the_same_alarms_are_run_once(tmp_path: Path) -> None:
    function = "platform: lambda\napplication: fn\ngroup: fn\nmanagedBy: cdk\ntraffic: {allAtOnce: true}"
    root = project(tmp_path, _scenario(f"length: 40m, {BAD_FROM_8}"), deployment=function)
    file = root / "policies/environments.yaml"
    file.write_text(file.read_text().replace("region: eu-west-1", "regions: {eu-west-1: {}, us-east-1: {}}"))
    suite = collect(load(root))
    assert suite.faults == ()
    assert (len(suite.policies[0].guards["prod"]), suite.count) == (1, 1)
