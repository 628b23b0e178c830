"""Policies against failure modes, with the times computed by hand: own metrics come after 1 minute, CodeDeploy reacts after 15 s."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.plan.model import GuardPlan
from rollguard.project import load
from rollguard.scenarios.failure_mode_catalogue import failure_modes, packaged
from rollguard.scenarios.failure_modes import FailurePlayer, Outcome
from rollguard.scenarios.model import Fault, Scenario
from rollguard.scenarios.suite import collect
from tests.scenarios.guards import ECS, ERRORS, LAMBDA, guard

ROOT = Path(__file__).resolve().parents[2]

#: Errors with a floor of traffic, in an expression as the presets have it.
FLOORED = """\
    - id: errors
      title: Requests fail
      why: They should not.
      concern: errors
      signal:
        expression: 100 * failed / requests
        metrics:
          failed: {namespace: Acme/Shop, metric: Failed, statistic: Sum}
          requests: {namespace: Acme/Shop, metric: Requests, statistic: Sum}
        unit: percent
      threshold: {above: 2%}
      window: {period: 60s, datapoints: 3, of: 5}
      missing: notBreaching
      leastTraffic: {metric: requests, perPeriod: 50}"""
SILENCE = """\
    - id: silence
      title: Nobody comes
      why: Somebody always does.
      concern: throughput
      signal: {namespace: AWS/ApplicationELB, metric: RequestCount, statistic: Sum, dimensions: {LoadBalancer: a}, unit: count}
      threshold: {below: 100}
      window: {period: 60s, datapoints: 4, of: 5}
      missing: breaching"""


def outcome(guarded: GuardPlan, mode: str) -> Outcome:
    found = packaged().get(mode)
    assert found is not None
    return FailurePlayer(guarded, packaged()).outcome(found)


def test_an_outage_is_rolled_back_at_the_canarys_share(tmp_path: Path) -> None:
    # minutes 5 6 7 show 0.9 x 0.2 + 0.1 x 100 = 10.18 %; the third is seen at 9:00
    found = outcome(guard(tmp_path), "hard-outage")
    assert (found.verdict, found.seconds, found.traffic, found.because) == ("rolledBack", 255, 10, ("errors",))
    assert found.in_time is None
    assert found.reason == "rolled back 4 min 15 s after it began, at 10 % of the traffic, because of `errors`"


def test_what_the_canary_dilutes_is_seen_at_full_traffic_and_held_against_the_agreed_time(tmp_path: Path) -> None:
    # 0.18 + 1 = 1.18 % while it is a canary; 10 % from 15:00 on, the third minute seen at 19:00
    # (until then no datapoint is bad, and the agreed time has not begun to run)
    found = outcome(guard(tmp_path, more="  rollbackWithin: 4m"), "partial-errors")
    assert (found.verdict, found.seconds, found.traffic, found.in_time) == ("rolledBack", 855, 100, False)
    assert found.reason == (
        "rolled back 14 min 15 s after it began, 4 min 15 s after the first bad datapoint, at 100 % of the traffic, "
        "because of `errors`; agreed are 4 min"
    )
    assert outcome(guard(tmp_path, more="  rollbackWithin: 5m"), "partial-errors").in_time is True


def test_a_criterion_on_the_new_version_is_not_diluted(tmp_path: Path) -> None:
    alone = guard(tmp_path, ERRORS.replace("      concern: errors", "      concern: errors\n      judges: newVersion"))
    found = outcome(alone, "partial-errors")
    assert (found.seconds, found.traffic) == (255, 10)


def test_slowness_is_missed_where_nothing_looks_at_it(tmp_path: Path) -> None:
    found = outcome(guard(tmp_path), "latency-creep")
    assert (found.verdict, found.seconds, found.because) == ("missed", None, ())
    assert found.reason == "no criterion that rolls back looks at slowness"


def test_flapping_is_seen_by_three_of_five_minutes_and_missed_by_three_in_a_row(tmp_path: Path) -> None:
    # bad minutes 5 6 and 9; the third is seen at 11:00
    assert outcome(guard(tmp_path), "flapping").seconds == 375
    found = outcome(guard(tmp_path, ERRORS.replace("of: 5", "of: 3")), "flapping")
    assert (found.verdict, found.reason) == ("missed", "`errors` sees bad minutes, but never as many as it needs")


def test_one_bad_minute_fires_only_where_one_is_enough(tmp_path: Path) -> None:
    assert outcome(guard(tmp_path), "short-blip").verdict == "quiet"
    eager = guard(tmp_path, ERRORS.replace("datapoints: 3, of: 5", "datapoints: 1, of: 1"))
    found = outcome(eager, "short-blip")
    # the bad minute is 8, seen at 10:00
    assert (found.verdict, found.seconds) == ("firedWrongly", 135)


def test_two_bad_minutes_that_are_over_are_no_reason_to_roll_back(tmp_path: Path) -> None:
    assert outcome(guard(tmp_path), "recovery").verdict == "quiet"
    assert (
        outcome(guard(tmp_path, ERRORS.replace("datapoints: 3", "datapoints: 2")), "recovery").verdict == "firedWrongly"
    )


def test_noise_at_night_fires_without_a_floor_of_traffic(tmp_path: Path) -> None:
    # every other minute shows 50 %: minutes 5 7 9, the third seen at 11:00
    found = outcome(guard(tmp_path), "low-traffic-noise")
    assert (found.verdict, found.seconds) == ("firedWrongly", 375)
    found = outcome(guard(tmp_path, FLOORED), "low-traffic-noise")
    assert (found.verdict, found.reason) == ("quiet", "`errors` gives no verdict on so few requests")


def test_silence_is_an_outage_where_missing_data_is_breaching(tmp_path: Path) -> None:
    # the metrics stop at 7; missing minutes 7 8 9 10 are known to be missing at 10 + 1 + 3 = 14:00
    found = outcome(guard(tmp_path, SILENCE), "metrics-stop")
    assert (found.verdict, found.because) == ("rolledBack", ("silence",))
    assert outcome(guard(tmp_path), "metrics-stop").verdict == "missed"


def test_the_traffic_that_the_canary_loses_is_too_little_to_see(tmp_path: Path) -> None:
    # 90 % of the traffic is left until 15:00, none from there on: minutes 15 to 18, seen at 22:00
    found = outcome(guard(tmp_path, SILENCE), "traffic-to-zero")
    assert (found.verdict, found.traffic) == ("rolledBack", 100)
    assert found.seconds is not None
    assert found.seconds >= 600


def test_a_deployment_into_an_outage_is_taken_back_before_any_traffic(tmp_path: Path) -> None:
    found = outcome(guard(tmp_path), "already-red")
    assert (found.wanted, found.verdict, found.seconds, found.traffic) == ("mechanismDecides", "rolledBack", 0, 0)


def test_without_a_concern_it_is_not_known(tmp_path: Path) -> None:
    found = outcome(guard(tmp_path, ERRORS.replace("      concern: errors\n", "")), "hard-outage")
    assert (found.verdict, found.seconds) == ("unknown", None)
    assert found.reason == "depends on `errors`, of which no `concern` is stated"


def test_what_is_bad_at_any_rate_is_known_without_a_concern(tmp_path: Path) -> None:
    whatever = guard(tmp_path, ERRORS.replace("      concern: errors\n", ""))
    assert outcome(whatever, "short-blip").verdict == "quiet"
    assert outcome(whatever, "already-red").verdict == "rolledBack"


def test_a_reason_not_to_roll_back_is_no_part_of_the_incident(tmp_path: Path) -> None:
    vendor = ERRORS.replace("id: errors", "id: vendor")
    found = outcome(guard(tmp_path, ERRORS, vendor, more="  trigger: errors and not vendor"), "hard-outage")
    assert (found.verdict, found.because) == ("rolledBack", ("errors",))


def test_a_lambda_deployment_is_over_with_its_last_shift(tmp_path: Path) -> None:
    found = outcome(guard(tmp_path, deployment=LAMBDA), "partial-errors")
    assert (found.verdict, found.reason) == ("missed", "`errors` turns red only after the deployment is over")


def test_a_policy_that_only_watches_catches_nothing_and_misses_nothing(tmp_path: Path) -> None:
    assert outcome(guard(tmp_path, more="  mode: observe"), "hard-outage").verdict == "notApplicable"


OWN = """\
apiVersion: rollguard/v1
kind: FailureModes
trafficOf: {shop: 3/min}
failureModes:
  - id: hard-outage
    title: Half an outage
    happens: Every other request fails.
    reason: Ours is only half as bad.
    wanted: rollback
    hits: newVersion
    starts: {after: 20m}
    signs: {errors: 50%}
  - id: slow-friday
    title: Slow on Fridays
    happens: Everything takes two seconds.
    reason: It did in May.
    wanted: rollback
    hits: service
    starts: {after: 0m}
    signs: {latency: 2s}
"""


def test_a_project_replaces_failure_modes_by_id_and_adds_its_own(tmp_path: Path) -> None:
    guarded = guard(tmp_path, own=OWN)
    catalogue = failure_modes(load(tmp_path).failure_modes)
    ours = [mode.id for mode in packaged()]
    assert [mode.id for mode in catalogue] == [*ours, "slow-friday"]
    assert [mode.id for mode in catalogue if mode.own] == ["hard-outage", "slow-friday"]
    # it starts at 25:00, at full traffic; the third minute is seen at 29:00
    found = FailurePlayer(guarded, catalogue).outcome(catalogue.modes[0])
    assert (found.seconds, found.traffic) == (255, 100)


def test_a_floor_of_traffic_is_held_against_the_services_own(tmp_path: Path) -> None:
    guarded = guard(tmp_path, FLOORED, own=OWN)
    catalogue = failure_modes(load(tmp_path).failure_modes)
    assert FailurePlayer(guarded, catalogue).outcome(catalogue.modes[0]).verdict == "missed"


@pytest.mark.parametrize("project", [ROOT, ROOT / "tests/acceptance"], ids=["own", "acceptance"])
def test_an_outage_ends_as_the_scenario_of_the_same_fault(project: Path) -> None:
    """The catalogue and the `fault` of scenarios go different ways to the same values."""
    compared = 0
    for policy in collect(load(project)).policies:
        for placed in policy.guards.values():
            for guarded in (one.guard for one in placed):
                player = FailurePlayer(guarded, packaged())
                if not player.armed:
                    continue
                mode = packaged().modes[0]
                shaped = player.scenario(mode)
                fault = Fault(at=300, until=10**6, errors=100, traffic=600)
                scenario = Scenario("outage", (), 300, {}, lasts=shaped.lasts, length=shaped.length, fault=fault)
                expected, found = player.play(scenario).rollback, player.play_mode(mode).played.rollback
                assert found == expected, guarded.policy
                compared += found is not None
    assert compared


def test_an_incident_recovers_when_the_rollback_is_over(tmp_path: Path) -> None:
    player = FailurePlayer(guard(tmp_path, deployment=ECS), packaged())
    mode = packaged().modes[0]
    open_loop, closed = player.play_mode(mode).played, player.play_mode(mode, closed=True).played
    assert open_loop.rollback == closed.rollback
    assert open_loop.rollback_alarm.state_at(open_loop.end) == "ALARM"
    assert closed.rollback_alarm.state_at(closed.end) == "OK"


#: A percentile that holds its state while it is made of fewer than 1000 requests a minute, quicker than `ERRORS`.
FEW = """\
    - id: slow
      title: Answers are slow
      why: They should not be.
      concern: latency
      signal: {namespace: Acme/Shop, metric: Latency, statistic: p99, unit: s}
      threshold: {above: 1s}
      window: {period: 60s, datapoints: 1, of: 1}
      missing: notBreaching
      fewSamples: ignore"""
NIGHT = """\
apiVersion: rollguard/v1
kind: FailureModes
failureModes:
  - id: at-night
    title: An outage at night
    happens: Every request fails slowly, and there are few.
    reason: Nobody is up.
    wanted: rollback
    hits: service
    starts: {after: 2m}
    traffic: 60/min
    signs: {errors: 100%, latency: 9s}
"""


def test_what_too_few_samples_hold_back_stays_held_back_in_a_closed_loop(tmp_path: Path) -> None:
    found = guard(tmp_path, ERRORS, FEW, own=NIGHT)
    catalogue = failure_modes(load(tmp_path).failure_modes)
    player, mode = FailurePlayer(found, catalogue), catalogue.get("at-night")
    assert mode is not None
    open_loop, closed = player.play_mode(mode).played, player.play_mode(mode, closed=True).played
    assert open_loop.rollback is not None
    assert (open_loop.rollback.because, closed.rollback) == (("errors",), open_loop.rollback)


@pytest.mark.parametrize(
    ("traffic", "expected"),
    [
        ("999/min", ("missed", "`slow` gives no verdict on so few requests")),
        (
            "1000/min",
            ("rolledBack", "rolled back 2 min 15 s after it began, at 10 % of the traffic, because of `slow`"),
        ),
        (None, ("rolledBack", "rolled back 2 min 15 s after it began, at 10 % of the traffic, because of `slow`")),
    ],
)
def test_a_percentile_that_minds_its_samples_is_held_back_by_the_traffic_that_is_stated(
    tmp_path: Path, traffic: str | None, expected: tuple[str, str]
) -> None:
    own = NIGHT.replace("    traffic: 60/min\n", "")
    if traffic is not None:
        own = own.replace("failureModes:", f"trafficOf: {{shop: {traffic}}}\nfailureModes:")
    found = guard(tmp_path, FEW, own=own)
    catalogue = failure_modes(load(tmp_path).failure_modes)
    mode = catalogue.get("at-night")
    assert mode is not None
    outcome = FailurePlayer(found, catalogue).outcome(mode)
    assert (outcome.verdict, outcome.reason) == expected


SERVER = """\
        platform: server
        application: shop
        group: shop
        managedBy: rollguard
        server: {autoScalingGroups: [shop]EXPECTED}
        traffic: {healthyHosts: {atLeastPercent: 75}}"""


@pytest.mark.parametrize(
    ("expected", "seconds", "traffic"), [("", 615, 100 * 615 / 1800), (", expectedDuration: 1h", 975, 100 * 975 / 3600)]
)
def test_how_long_a_deployment_to_servers_is_expected_to_take_decides_when_it_is_seen(
    tmp_path: Path, expected: str, seconds: int, traffic: float
) -> None:
    """A limit of 20 % on the whole service, of which 2 % fail usually: it is crossed when 18/98 of the hosts have the new version.

    Worked by hand, with hosts that follow one another evenly over 30 or 60 minutes: the first minute that begins with more is the one
    after 6 or 12 minutes, the third bad one ends after 9 or 15, it can be read a minute later, and CodeDeploy looks 15 s after that.
    """
    deployment = SERVER.replace("EXPECTED", expected)
    guarded = guard(tmp_path, ERRORS.replace("above: 2%", "above: 20%"), deployment=deployment)
    found = FailurePlayer(guarded, packaged()).outcome(packaged().modes[0])
    assert (found.verdict, found.seconds) == ("rolledBack", seconds)
    assert found.traffic == pytest.approx(traffic)
