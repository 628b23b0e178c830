"""The example policies are clean, realistic, and together show every feature that a reader may look for."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rollguard.checking import check
from rollguard.plan import plan
from rollguard.plan.model import EnvironmentPlan, GuardPlan
from rollguard.project import Project, load

Policy = dict[str, Any]

#: Shapes that cover a whole scenario; the others are laid over one.
BASES = {"hold", "step", "ramp", "noise", "values", "csv"}


@pytest.fixture(scope="module")
def project(request: pytest.FixtureRequest) -> Project:
    return load(Path(request.config.rootpath))


@pytest.fixture(scope="module")
def policies(project: Project) -> dict[str, Policy]:
    return {source.name: source.document.data for source in project.policies if source.document}


@pytest.fixture(scope="module")
def environments(project: Project) -> dict[str, Any]:
    assert project.environments is not None
    return dict(project.environments.data["environments"])


def planned(project: Project, environment: str) -> EnvironmentPlan:
    made = plan(project, environment).value
    assert made is not None
    return made


def guard(project: Project, environment: str, policy: str) -> GuardPlan:
    return next(one for one in planned(project, environment).regions[0].guards if one.policy == policy)


def deployments(policy: Policy) -> list[dict[str, Any]]:
    return [entry["codedeploy"] for entry in policy["spec"]["deployments"]]


def criteria(policy: Policy) -> list[dict[str, Any]]:
    return list(policy["spec"]["criteria"])


def overrides(policy: Policy) -> list[dict[str, Any]]:
    return [override or {} for override in policy["spec"]["environments"].values()]


def scenarios(policy: Policy) -> list[dict[str, Any]]:
    return list(policy["spec"].get("scenarios", []))


def keys(value: object) -> Iterator[str]:
    """Every key anywhere inside a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


def _holds(key: str, part: str = "criteria") -> Callable[[Policy], bool]:
    return lambda policy: key in keys(policy["spec"].get(part))


def _deploys(key: str, value: object = None) -> Callable[[Policy], bool]:
    return lambda policy: any(value in (None, one.get(key)) and key in one for one in deployments(policy))


def _traffic(kind: str) -> Callable[[Policy], bool]:
    return lambda policy: any(kind in one.get("traffic", {}) for one in deployments(policy))


def _refers(prefix: str) -> Callable[[Policy], bool]:
    return lambda policy: f"${{{prefix}" in str(policy)


def _shape(kind: str) -> Callable[[Policy], bool]:
    return lambda policy: any(kind in keys(scenario.get("series", {})) for scenario in scenarios(policy))


def _overrides(*path: str) -> Callable[[Policy], bool]:
    def there(policy: Policy) -> bool:
        return any(set(path) <= set(keys(override)) for override in overrides(policy))

    return there


FEATURES: dict[str, Callable[[Policy], bool]] = {
    # deployments
    "platform ecs": _deploys("platform", "ecs"),
    "platform lambda": _deploys("platform", "lambda"),
    "platform server": _deploys("platform", "server"),
    "servers, blue/green": lambda policy: any(one.get("server", {}).get("blueGreen") for one in deployments(policy)),
    "hosts by Auto Scaling group": lambda policy: "autoScalingGroups" in keys(deployments(policy)),
    "hosts by tag": lambda policy: any("tags" in one.get("server", {}) for one in deployments(policy)),
    "canary": _traffic("canary"),
    "linear": _traffic("linear"),
    "all at once": _traffic("allAtOnce"),
    "a predefined configuration": _traffic("config"),
    "healthy hosts in percent": lambda policy: "atLeastPercent" in keys(deployments(policy)),
    "healthy hosts as a number": lambda policy: any(
        "atLeast" in one.get("traffic", {}).get("healthyHosts", {}) for one in deployments(policy)
    ),
    "bake": _deploys("bake"),
    "test listener": lambda policy: "testListener" in keys(deployments(policy)),
    "a group of our own": _deploys("managedBy", "rollguard"),
    "a group that another tool owns": _deploys("managedBy", "terraform"),
    # criteria
    "preset": _holds("uses"),
    "metric": lambda policy: any("metric" in one.get("signal", {}) for one in criteria(policy)),
    "expression": _holds("expression"),
    "anomaly band": _holds("anomaly"),
    "Metrics Insights query": _holds("query"),
    "an existing alarm": _holds("alarm"),
    "threshold above": _holds("above"),
    "threshold at least": lambda policy: any("atLeast" in one.get("threshold", {}) for one in criteria(policy)),
    "threshold below": _holds("below"),
    "a band with both ends": _holds("outside"),
    "least traffic": _holds("leastTraffic"),
    "few samples": _holds("fewSamples"),
    "judges": _holds("judges"),
    "silence is bad": lambda policy: any(one.get("missing") == "breaching" for one in criteria(policy)),
    "a criterion that only observes": _holds("mode"),
    "a business measure": lambda policy: any(one.get("concern") == "business" for one in criteria(policy)),
    # the whole
    "mode stated": lambda policy: "mode" in policy["spec"],
    "mode inherited": lambda policy: "mode" not in policy["spec"],
    "trigger any": lambda policy: policy["spec"].get("trigger") == "any",
    "trigger at least": lambda policy: isinstance(policy["spec"].get("trigger"), dict),
    "trigger expression": lambda policy: " or " in str(policy["spec"].get("trigger")),
    "trigger with not": lambda policy: "not " in str(policy["spec"].get("trigger")),
    "direct wiring": lambda policy: policy["spec"].get("wiring") == "direct",
    "rollback within": lambda policy: "rollbackWithin" in policy["spec"],
    "notify all at every status": lambda policy: isinstance(policy["spec"].get("notify"), list),
    "notify by status": lambda policy: isinstance(policy["spec"].get("notify"), dict),
    "retired": lambda policy: "retired" in policy["spec"],
    "agreed with a review": lambda policy: "review" in policy["metadata"].get("agreed", {}),
    "labels": lambda policy: "labels" in policy["metadata"],
    # per environment
    "mode of an environment": lambda policy: any("mode" in override for override in overrides(policy)),
    "threshold of an environment": _overrides("criteria", "threshold"),
    "window of an environment": _overrides("criteria", "window"),
    "traffic of an environment": _overrides("deployments", "traffic"),
    "channels of an environment": _overrides("notify"),
    "values of an environment": _overrides("vars"),
    # references
    "a variable": _refers("vars."),
    "another stack's output": _refers("output:"),
    "a parameter": _refers("ssm:"),
    "a CloudFormation output": _refers("cfn:"),
    # scenarios
    **{f"shape {kind}": _shape(kind) for kind in (*sorted(BASES), "spike", "gap")},
    "a base with a patch": lambda policy: any(
        isinstance(shape, list) for one in scenarios(policy) for shape in one.get("series", {}).values()
    ),
    "a fault": lambda policy: any("fault" in one for one in scenarios(policy)),
    "inputs of an expression": lambda policy: any(
        isinstance(shape, dict) and not set(shape) & (BASES | {"spike", "gap"})
        for one in scenarios(policy)
        for shape in one.get("series", {}).values()
    ),
    "nobody deploys": lambda policy: any(one.get("deploy") == "never" for one in scenarios(policy)),
    "a history without data": lambda policy: any(one.get("before") == "missing" for one in scenarios(policy)),
    "states of single alarms": lambda policy: any("alarms" in one["expect"] for one in scenarios(policy)),
    "how far it came": lambda policy: any("stoppedAt" in one["expect"] for one in scenarios(policy)),
    "who is told": lambda policy: any("notified" in one["expect"] for one in scenarios(policy)),
}


def test_check_finds_nothing_to_say_about_the_examples(project: Project) -> None:
    assert check(project.root).diagnostics == ()


@pytest.mark.parametrize("feature", FEATURES)
def test_every_feature_is_shown_by_an_example(feature: str, policies: dict[str, Policy]) -> None:
    assert [name for name, policy in policies.items() if FEATURES[feature](policy)], f"no example shows: {feature}"


def test_every_way_to_describe_an_environment_is_shown(environments: dict[str, Any]) -> None:
    channels = {kind for one in environments.values() for channel in one["channels"].values() for kind in channel}
    assert channels == {"email", "https", "sqs", "topic", "pagerduty", "slack"}
    assert {"region", "regions", "site", "disarmed", "protect", "limits", "iam", "tags", "bake"} <= set(
        keys(environments)
    )


def test_at_least_four_teams_have_an_example(project: Project) -> None:
    assert len(project.policies) >= 6
    assert len({Path(source.path).parent.name for source in project.policies}) >= 4


def test_an_editor_finds_the_schema_of_every_file(checkout: Path) -> None:
    for path in (checkout / "policies").rglob("*.yaml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert found, path
        assert (path.parent / found[1]).is_file(), path


def test_the_readme_of_the_policies_tells_of_each_example(checkout: Path, project: Project) -> None:
    told = set(re.findall(r"\]\(([a-z/-]+\.yaml)\)", (checkout / "policies" / "README.md").read_text(encoding="utf-8")))
    assert {f"policies/{path}" for path in told} == {source.path for source in project.policies}


def test_a_policy_in_force_is_tested_both_ways(policies: dict[str, Policy]) -> None:
    for name, policy in policies.items():
        if policy["spec"].get("mode") != "rollback" or "retired" in policy["spec"]:
            continue
        expected = {isinstance(one["expect"].get("rollback"), dict) for one in scenarios(policy)}
        assert expected == {True, False}, name


def test_a_replay_is_a_table_of_minutes(checkout: Path, policies: dict[str, Policy]) -> None:
    replays = list((checkout / "policies").rglob("*.csv"))
    assert replays
    for replay in replays:
        assert str(replay.name) in str(policies)
        rows = list(csv.DictReader(replay.read_text(encoding="utf-8").splitlines()))
        assert [int(row["minute"]) for row in rows] == list(range(len(rows)))
        assert all(float(row["value"]) >= 0 for row in rows if row["value"])


def test_checkout_rolls_back_on_five_criteria_and_only_watches_the_sixth(project: Project) -> None:
    checkout = guard(project, "prod", "checkout")
    assert {one.id for one in checkout.criteria if one.attached} == {
        "new-version-fails",
        "service-fails",
        "refused",
        "slow",
        "silent",
    }
    assert [one.id for one in checkout.criteria if one.mode == "observe"] == ["declined"]
    assert checkout.rollback_within == 600
    assert checkout.agreed is not None
    assert checkout.agreed.by == ("@shop-lead", "@sre-lead", "@head-of-sales")


def test_the_load_test_rolls_nothing_back(project: Project) -> None:
    checkout = guard(project, "loadtest", "checkout")
    assert checkout.rollback_alarm.rule == "FALSE"
    assert not any(deployment.alarms_enabled for deployment in checkout.deployments)


def test_the_partners_api_is_guarded_in_each_region_by_itself(project: Project) -> None:
    by_region = {region.region: region.guards[0] for region in planned(project, "edge").regions}
    assert list(by_region) == ["eu-west-1", "us-east-1"]
    assert "a1b2c3d4e5" in str(by_region["eu-west-1"])
    assert "f6g7h8i9j0" in str(by_region["us-east-1"])


def test_a_group_that_terraform_owns_is_not_made(project: Project) -> None:
    search = guard(project, "prod", "search")
    assert [one.managed_by for one in search.deployments] == ["terraform"]
    assert "search" not in {application.name for application in planned(project, "prod").regions[0].applications}
