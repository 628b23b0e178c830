"""What a plan says in words."""

from __future__ import annotations

from typing import Any

import pytest

from rollguard.plan.words import amount, few_samples, least_traffic, window


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (2.0, "percent", "2 %"),
        (0.05, "s", "50 ms"),
        (50.0, "ms", "50 ms"),
        (1500.0, "ms", "1.5 s"),
        (250.0, "us", "250 µs"),
        (90.0, "s", "90 s"),
        (18_000.0, "s", "5 h"),
        (0.5, "m", "30 s"),
        (2.0, "h", "2 h"),
        (20_000.0, "count", "20 000"),
    ],
)
def test_a_level_is_said_with_its_unit(value: float, unit: str, said: str) -> None:
    assert amount(value, unit) == said


@pytest.mark.parametrize(
    ("period", "datapoints", "of", "said"),
    [
        (60, 3, 5, "in 3 of 5 minutes"),
        (60, 1, 1, "in one minute"),
        (300, 2, 3, "in 2 of 3 periods of 5 min"),
        (10, 3, 3, "in 3 periods of 10 s running"),
        (3600, 1, 1, "in one period of 1 h"),
    ],
)
def test_a_window_reads_as_a_phrase(period: int, datapoints: int, of: int, said: str) -> None:
    assert window(period, datapoints, of) == said


def counts(metric: str, statistic: str = "Sum") -> dict[str, str]:
    return {"namespace": "Shop", "metric": metric, "statistic": statistic}


@pytest.mark.parametrize(
    ("metric", "period", "said"),
    [
        ("requests", 60, "only minutes with at least 50 requests are judged"),
        (counts("RequestCount"), 300, "only periods of 5 min with at least 50 requests are judged"),
        (counts("LabelsScanned"), 60, "only minutes with at least 50 labels scanned are judged"),
        (counts("Latency", "SampleCount"), 60, "only minutes with at least 50 measurements of latency are judged"),
        (counts("HTTPCode_5XX"), 60, "only minutes with at least 50 HTTPCode_5XX are judged"),
    ],
)
def test_the_least_traffic_is_said_in_what_it_counts(metric: Any, period: int, said: str) -> None:
    assert least_traffic({"metric": metric, "perPeriod": 50}, period) == said


@pytest.mark.parametrize(
    ("statistic", "stated", "said"),
    [
        ("p99", "ignore", "a minute with fewer than 1000 measurements changes nothing"),
        ("p90", "ignore", "a minute with fewer than 100 measurements changes nothing"),
        ("p33", "ignore", "a minute with fewer than 31 measurements changes nothing"),
        ("p99", "evaluate", "a minute is judged however few measurements it has"),
        ("p99", None, "a minute is judged however few measurements it has"),
        ("Maximum", "ignore", ""),
    ],
)
def test_a_percentile_says_what_few_measurements_do(statistic: str, stated: str | None, said: str) -> None:
    assert few_samples(statistic, stated, 60) == said
