"""A fault is seen through the canary's share, the criterion's concern and its traffic floor."""

from __future__ import annotations

from pathlib import Path

import pytest

from rollguard.scenarios import fault
from rollguard.scenarios.model import Played
from tests.scenarios.making import played, project

PRESETS = """
- id: service
  uses: alb/target-5xx-ratio
  with: {loadBalancer: app/shop/1}
- id: new-version
  uses: alb/new-version-5xx-ratio
  with: {loadBalancer: app/shop/1, targetGroups: [targetgroup/blue/1, targetgroup/green/2]}
- id: slow
  uses: alb/latency-p99
  with: {loadBalancer: app/shop/1}
- id: searches
  title: Nobody searches
  why: A test.
  concern: throughput
  signal: {namespace: Acme/Shop, metric: Searches, statistic: Sum, unit: count}
  threshold: {below: 100}
  window: {period: 60s, datapoints: 2, of: 3}
  missing: breaching
- id: memory
  title: Memory runs out
  why: A test.
  concern: saturation
  signal: {namespace: Acme/Shop, metric: Memory, statistic: Average, unit: percent}
  threshold: {above: 90}
  window: {period: 60s, datapoints: 2, of: 3}
  missing: missing
- id: unknown
  title: Something that has no concern
  why: A test.
  signal: {namespace: Acme/Shop, metric: Errors, statistic: Sum, unit: percent}
  threshold: {above: 1}
  window: {period: 60s, datapoints: 2, of: 3}
  missing: missing
- id: failures
  title: Failed requests are counted
  why: A test.
  concern: errors
  signal: {namespace: Acme/Shop, metric: Failed, statistic: Sum, unit: count}
  threshold: {above: 50}
  window: {period: 60s, datapoints: 2, of: 3}
  missing: notBreaching
"""


def _fault(folder: Path, fault: str) -> Played:
    scenario = f"- {{name: a fault, deploy: 5m, length: 40m, fault: {fault}, expect: {{alarm: true}}}}"
    return played(project(folder, scenario, criteria=PRESETS))


def _at(found: Played, id: str, *minutes: int) -> list[float | None]:
    values = found.signals[id].values
    return [None if (value := values[minute]) is None else round(value, 4) for minute in minutes]


def test_errors_are_diluted_for_the_service_and_not_for_the_new_version(tmp_path: Path) -> None:
    found = _fault(tmp_path, "{errors: 20%, at: 7m, traffic: 600/min}")
    # 10 % of the traffic from minute 5 to 15, then all; healthy is a tenth of the threshold of 2 %.
    assert _at(found, "service", 4, 6, 7, 14, 15) == [0.2, 0.2, 0.9 * 0.2 + 0.1 * 20, 2.18, 20]
    assert _at(found, "new-version", 4, 6, 7, 14, 15) == [0.2, 0.2, 20, 20, 20]
    assert _at(found, "failures", 6, 7, 15) == [5, 0.9 * 5 + 0.1 * 120, 120]
    assert found.rollback is not None
    assert (found.rollback.because, found.rollback.traffic_percent) == (("new-version", "service"), 10)


def test_failures_that_are_counted_on_the_new_version_are_those_of_its_share(tmp_path: Path) -> None:
    alone = PRESETS.replace("- id: failures\n", "- id: failures\n  judges: newVersion\n")
    scenario = "- {name: a fault, deploy: 5m, length: 40m, fault: {errors: 20%, at: 7m, traffic: 600/min}, expect: {alarm: true}}"
    found = played(project(tmp_path, scenario, criteria=alone))
    # 20 % of 600 are 120 failures a minute, of which a canary of 10 % has 12.
    assert _at(found, "failures", 6, 7, 14, 15) == [5, 12, 12, 120]


def test_below_its_traffic_floor_a_criterion_gives_no_verdict(tmp_path: Path) -> None:
    # 150 requests a minute are 15 for the canary, of which the preset needs 20; the service's floor of 50 is reached.
    found = _fault(tmp_path, "{errors: 80%, at: 7m, traffic: 150/min}")
    assert _at(found, "new-version", 7, 14, 15) == [0.2, 0.2, 80]
    assert _at(found, "service", 7, 15) == [0.9 * 0.2 + 8, 80]
    few = _fault(tmp_path, "{errors: 80%, at: 7m, traffic: 40/min}")
    assert _at(few, "service", 6, 7, 15) == [0.2, None, None]


def test_traffic_a_second_is_sixty_times_as_much_a_minute(tmp_path: Path) -> None:
    assert _at(_fault(tmp_path, "{errors: 50%, at: 7m, traffic: 2/s}"), "failures", 15) == [60]


def test_latency_is_in_the_signals_unit_and_leaves_errors_alone(tmp_path: Path) -> None:
    found = _fault(tmp_path, "{latency: 3s, at: 7m}")
    good = found.signals["slow"].values[0]
    assert good is not None
    assert _at(found, "slow", 7, 15) == [round(0.9 * good + 0.3, 4), 3]
    assert not any(found.signals[id].driven for id in ("service", "new-version", "failures", "memory", "unknown"))


def test_a_fault_ends_when_it_says(tmp_path: Path) -> None:
    found = _fault(tmp_path, "{errors: 20%, at: 16m, for: 2m}")
    assert _at(found, "service", 15, 16, 17, 18) == [0.2, 20, 20, 0.2]


def test_traffic_that_stops_leaves_ratios_without_data_and_throughput_at_nothing(tmp_path: Path) -> None:
    found = _fault(tmp_path, "{traffic: 0/min, at: 7m}")
    assert _at(found, "searches", 6, 7) == [200, 0]
    assert _at(found, "service", 6, 7) == [0.2, None]
    assert found.rollback is not None
    assert found.rollback.because == ("searches",)


def test_a_fault_says_nothing_of_saturation_or_of_what_has_no_concern(tmp_path: Path) -> None:
    found = _fault(tmp_path, "{errors: 50%, latency: 9s, at: 7m, traffic: 600/min}")
    assert [id for id, signal in found.signals.items() if not signal.driven] == ["memory", "unknown"]


def test_before_the_deployment_there_is_no_new_version_to_fail(tmp_path: Path) -> None:
    found = _fault(tmp_path, "{errors: 50%, at: 1m}")
    assert _at(found, "new-version", 1, 4, 5) == [0.2, 0.2, 50]


@pytest.mark.parametrize(("traffic", "red"), [(", traffic: 999/min", False), (", traffic: 1000/min", True), ("", True)])
def test_a_percentile_that_minds_its_samples_gives_no_verdict_on_few_requests(
    tmp_path: Path, traffic: str, red: bool
) -> None:
    # `alb/latency-p99` has `fewSamples: ignore`, and a p99 is made of 1000 requests at least.
    found = _fault(tmp_path, f"{{latency: 9s, at: 7m{traffic}}}")
    assert (found.signals["slow"].timeline.first("ALARM") is not None) == red


@pytest.mark.parametrize(
    ("expression", "floors"),
    [
        # a time of so many requests, as the examples' refunds have it; of a count it would say nothing
        ("IF(tried >= 15, p90, 0)", (0.0, (15.0,), True)),
        ("IF(tried >= 15, errors, 0)", (0.0, (), True)),
        ("IF(slow >= 15, p90, 0)", (0.0, (), True)),
        ("IF(requests >= 20, 100 * errors / requests)", (20.0, (20.0,), True)),
        ("IF(FILL(r, 0) + FILL(e, 0) >= 50, 100 * FILL(e, 0) / (FILL(r, 0) + FILL(e, 0)))", (50.0, (50.0,), True)),
        ("MAX([IF(r1 >= 20, e1 / r1, 0), IF(r2 >= 30, e2 / r2, 0)])", (0.0, (20.0, 30.0), False)),
        ("IF(errors >= 5, errors / requests, 0)", (0.0, (), True)),
        ("IF(latency >= 2, 1, 0)", (0.0, (), True)),
        ("IF(traffic >= 40, value)", (40.0, (40.0,), True)),
        ("SELECT MAX(x) FROM y", (0.0, (), False)),
    ],
)
def test_only_a_condition_on_requests_is_a_floor_of_traffic(expression: str, floors: object) -> None:
    assert fault._floors(expression, frozenset({"tried", "errors", "requests", "r1", "r2", "traffic"})) == floors
