"""Every preset keeps what its page promises, and its own example works."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rollguard.checking import check
from rollguard.language.durations import seconds
from rollguard.language.quantities import parse as parse_quantity
from rollguard.plan import plan
from rollguard.plan.model import Criterion
from rollguard.presets import Catalogue, Preset
from rollguard.project import load

PROMISED = {
    "alb/target-5xx-ratio",
    "alb/new-version-5xx-ratio",
    "alb/elb-5xx-ratio",
    "alb/latency-p99",
    "alb/unhealthy-hosts",
    "lambda/error-ratio",
    "lambda/throttles",
    "sqs/oldest-message-age",
    "ecs/running-tasks",
}
#: CloudWatch math that is safe in an alarm: MAX only over several series (CloudWatch user guide, alarms on metric math).
SAFE_FUNCTIONS = {"FILL", "IF", "MAX"}

CATALOGUE = tuple(Catalogue())
each_preset = pytest.mark.parametrize("preset", CATALOGUE, ids=[preset.name for preset in CATALOGUE])


def expression(preset: Preset) -> str:
    return " ".join(str(preset.data["signal"].get("expression", "")).split())


def metrics(preset: Preset) -> dict[str, dict[str, Any]]:
    signal = preset.data["signal"]
    return dict(signal["metrics"]) if "metrics" in signal else {"value": signal}


def test_the_promised_presets_exist() -> None:
    assert {preset.name for preset in CATALOGUE} >= PROMISED


@each_preset
def test_a_preset_says_why_what_it_misses_where_it_comes_from_and_who_vets_it(preset: Preset) -> None:
    for key in ("title", "measures", "why", "blindSpots", "concern", "judges", "missing", "since"):
        assert preset.data[key].strip(), key
    assert preset.service["owners"]
    assert preset.data["tuning"]["when"].strip()
    for source in preset.data["sources"]:
        assert source["url"].startswith("https://docs.aws.amazon.com/")
        assert source["says"].strip()
        date.fromisoformat(source["seen"])


@each_preset
def test_a_preset_forgives_one_bad_minute_and_acts_within_five(preset: Preset) -> None:
    window = preset.data["window"]
    assert seconds(window["period"]) == 60
    assert 2 <= window["datapoints"] <= 4
    assert window["datapoints"] <= window["of"] <= 5


@each_preset
def test_the_threshold_of_a_preset_lies_in_its_own_tuning_range(preset: Preset) -> None:
    unit = preset.data["signal"].get("unit", "")
    least, most = preset.tuning_range(unit)
    (threshold,) = preset.data["threshold"].values()
    assert least <= parse_quantity(threshold).in_unit(unit) <= most


@each_preset
def test_a_preset_uses_each_of_its_parameters_and_no_other(preset: Preset) -> None:
    used = set(re.findall(r"\$\{with\.(\w+)", str(preset.data["signal"])))
    assert used == set(preset.parameters)


@each_preset
def test_silence_of_a_load_balancer_is_no_fault(preset: Preset) -> None:
    if any(metric["namespace"] == "AWS/ApplicationELB" for metric in metrics(preset).values()):
        assert preset.data["missing"] == "notBreaching"


@each_preset
def test_a_count_that_is_reported_only_when_something_happens_is_filled_with_zeros(preset: Preset) -> None:
    sparse = [name for name, metric in metrics(preset).items() if metric["metric"].startswith("HTTPCode_")]
    for name in sparse:
        assert len(re.findall(rf"\b{name}\b", expression(preset))) == expression(preset).count(f"FILL({name}, 0)")


@each_preset
def test_a_ratio_gives_no_verdict_on_a_handful_of_requests(preset: Preset) -> None:
    if "/" in expression(preset):
        floors = re.findall(r"IF\([^?]+?>= \d+,", expression(preset))
        assert bool(preset.data.get("leastTraffic")) != bool(floors), "one floor, in one place"


@each_preset
def test_an_expression_uses_only_functions_that_are_safe_in_alarms(preset: Preset) -> None:
    text = expression(preset)
    assert set(re.findall(r"([A-Z_]{2,})\(", text)) <= SAFE_FUNCTIONS
    assert text.count("MAX(") == text.count("MAX([")


@each_preset
def test_a_percentile_says_what_few_samples_mean(preset: Preset) -> None:
    statistic = str(preset.data["signal"].get("statistic", ""))
    assert ("fewSamples" in preset.data) == bool(re.fullmatch(r"p\d+(\.\d+)?", statistic))


ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: rollback}
environments: {prod: {account: "222222222222", region: eu-west-1}}
"""

POLICY = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata: {name: example, title: Example, owner: team}
spec:
  deployments:
    - codedeploy:
        platform: lambda
        application: example
        group: live
        managedBy: rollguard
        lambda: {function: example, alias: live}
        traffic: {canary: {percent: 10, interval: 10m}}
  criteria:
"""


@pytest.fixture(scope="module")
def by_example(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Criterion]:
    """Each preset, used with the examples of its parameters: the criterion in the plan."""
    root = tmp_path_factory.mktemp("presets")
    (root / "policies" / "team").mkdir(parents=True)
    (root / "policies" / "environments.yaml").write_text(ENVIRONMENTS, encoding="utf-8")
    criteria = "".join(
        f"    - {{id: c{number}, uses: {preset.name}, with: {_with(preset)}}}\n"
        for number, preset in enumerate(CATALOGUE)
    )
    (root / "policies" / "team" / "example.yaml").write_text(
        f"{POLICY}{criteria}  environments: {{prod: {{}}}}\n", encoding="utf-8"
    )
    project = load(root)
    assert check(project.root).diagnostics == ()
    made = plan(project, "prod").value
    assert made is not None
    return {criterion.preset: criterion for criterion in made.regions[0].guards[0].criteria}


def _with(preset: Preset) -> str:
    def quoted(value: object) -> str:
        return "[" + ", ".join(quoted(one) for one in value) + "]" if isinstance(value, list) else f'"{value}"'

    return "{" + ", ".join(f"{name}: {quoted(stated['example'])}" for name, stated in preset.parameters.items()) + "}"


@each_preset
def test_a_preset_becomes_an_alarm_without_a_hole(preset: Preset, by_example: dict[str, Criterion]) -> None:
    alarm = by_example[preset.name].alarm
    assert alarm is not None
    assert "${" not in str(alarm)
    assert alarm.treat_missing_data == preset.data["missing"]


def test_the_new_version_is_the_worse_of_both_target_groups(by_example: dict[str, Criterion]) -> None:
    alarm = by_example["alb/new-version-5xx-ratio"].alarm
    assert alarm is not None
    groups = [dict(query.metric.dimensions).get("TargetGroup") for query in alarm.queries if query.metric]
    assert sorted(str(group) for group in groups) == [
        "targetgroup/checkout-blue/3333333333333333",
        "targetgroup/checkout-blue/3333333333333333",
        "targetgroup/checkout-green/4444444444444444",
        "targetgroup/checkout-green/4444444444444444",
    ]


def test_a_lambda_alias_is_judged_by_its_own_calls(by_example: dict[str, Criterion]) -> None:
    alarm = by_example["lambda/error-ratio"].alarm
    assert alarm is not None
    assert {query.metric.dimensions for query in alarm.queries if query.metric} == {
        (("FunctionName", "refunds"), ("Resource", "refunds:live"))
    }


def _accepted(checkout: Path) -> Iterator[tuple[str, Any, str]]:
    """Preset, threshold and place of each number that the acceptance policies use."""
    catalogue = Catalogue()
    for source in load(checkout / "tests" / "acceptance").policies:
        assert source.document is not None
        spec = source.document.data["spec"]
        uses = {criterion["id"]: criterion["uses"] for criterion in spec["criteria"] if "uses" in criterion}
        for criterion in spec["criteria"]:
            if "uses" in criterion and "threshold" in criterion:
                yield criterion["uses"], criterion["threshold"], source.path
        for environment in spec["environments"].values():
            for name, override in ((environment or {}).get("criteria") or {}).items():
                if name in uses and "threshold" in override:
                    yield uses[name], override["threshold"], source.path
        assert all(catalogue.get(name) for name in uses.values())


def test_the_numbers_of_the_acceptance_policies_lie_within_the_tuning_ranges(checkout: Path) -> None:
    numbers = list(_accepted(checkout))
    assert len(numbers) == 5
    for name, threshold, path in numbers:
        preset = Catalogue().get(name)
        assert preset is not None
        unit = preset.data["signal"].get("unit", "")
        least, most = preset.tuning_range(unit)
        ((_, number),) = threshold.items()
        assert least <= parse_quantity(number).in_unit(unit) <= most, f"{path}: {name} {threshold}"
