"""The Pulumi program over real policy files, and the settings of a stack."""

from __future__ import annotations

import runpy
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.targets.deployed import faults
from tests.targets.recording import Run, record

SECRETS = {
    "rollguard:shop-pagerduty": "a",
    "rollguard:payments-pagerduty": "b",
    "rollguard:status-page-hook": "https://status.example.com/c",
}
LOOKED_UP: dict[str, dict[str, Any]] = {
    "/network/search/load-balancer": {"value": "app/search/1", "type": "String"},
    "label-printers": {"outputs": {"AutoScalingGroupName": "label-printers-1"}},
    "acme/network/prod": {"searchLoadBalancer": "app/search/2"},
}


def _run(checkout: Path, settings: dict[str, str] | None = None, keep: list[Run] | None = None) -> Run:
    """The committed program with these settings of the stack `prod`."""
    program = checkout / "pulumi" / "__main__.py"
    config = {**SECRETS, **(settings or {})}
    return record(
        lambda: runpy.run_path(str(program), run_name="__main__"), config=config, looked_up=LOOKED_UP, keep=keep
    )


def test_the_stacks_name_picks_the_environment_and_aws_would_accept_everything(checkout: Path) -> None:
    run = _run(checkout)
    kinds = Counter(one.type.rsplit(":", 1)[-1] for one in run.resources)
    groups = [one.inputs["deploymentGroupName"] for one in run.of("DeploymentGroup")]
    assert {"checkout", "scorers"} <= set(groups)
    assert kinds["CompositeAlarm"] == kinds["RollbackGuard"] >= len(groups)
    assert kinds["Key"] == kinds["Foundation"] == 1
    assert [f"{one.urn}: {faults(one)}" for one in run.resources if one.type.startswith("aws:") and faults(one)] == []
    assert run.one("aws").inputs["allowedAccountIds"] == '["222222222222"]'


def test_a_policy_that_moves_to_another_folder_changes_no_resource(checkout: Path, tmp_path: Path) -> None:
    policies = shutil.copytree(checkout / "policies", tmp_path / "policies")
    (policies / "retail").mkdir()
    before = {one.urn: one for one in _run(checkout, {"rollguard:root": str(tmp_path)}).resources}
    (policies / "shop" / "search.yaml").rename(policies / "retail" / "find.yaml")
    after = {one.urn: one for one in _run(checkout, {"rollguard:root": str(tmp_path)}).resources}
    assert after == before


def test_a_part_holds_the_policies_that_it_includes_and_no_foundation(checkout: Path) -> None:
    run = _run(checkout, {"rollguard:include": '["shop/checkout.yaml"]'})
    assert [one.name for one in run.of("RollbackGuard")] == ["checkout@eu-west-1"]
    assert run.of("Foundation") == []
    assert [one.name for one in run.of("EventRule")] == ["rollguard_prod_deployments_04ae40@eu-west-1"]
    assert {one.inputs["bucket"] for one in run.of("BucketObjectv2")} == {"rollguard-prod-222222222222-eu-west-1"}
    assert run.of("Bucket") == run.of("Function") == []


def test_protection_can_be_taken_away_for_a_stack(checkout: Path) -> None:
    assert any(one.protect for one in _run(checkout).resources)
    assert not any(one.protect for one in _run(checkout, {"rollguard:protect": "false"}).resources)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"environment": "produktion"}, "there is no environment `produktion`"),
        ({"include": '"foundation"'}, "`rollguard:include` must be a list of texts"),
        ({"include": '["nowhere/*"]'}, "`nowhere/\\*` in `include` matches no policy"),
        ({"root": "nowhere"}, "there is no folder `policies` in"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_one_sentence(
    checkout: Path, settings: dict[str, str], words: str
) -> None:
    with pytest.raises(pulumi.RunError, match=words):
        _run(checkout, {f"rollguard:{name}": value for name, value in settings.items()})


def test_a_region_of_the_stack_that_is_not_the_environments_is_refused(checkout: Path) -> None:
    with pytest.raises(pulumi.RunError) as refused:
        _run(checkout, {"aws:region": "us-east-1"})
    assert str(refused.value) == (
        "`aws:region` of stack `prod` is `us-east-1`, but environment `prod` lies in `eu-west-1`; "
        "remove it with `pulumi config rm aws:region`"
    )


def test_faults_in_policies_are_shown_with_their_place_and_nothing_is_made(checkout: Path, tmp_path: Path) -> None:
    policies = shutil.copytree(checkout / "policies", tmp_path / "policies")
    broken = policies / "shop" / "checkout.yaml"
    broken.write_text(broken.read_text(encoding="utf-8").replace("platform: ecs", "platform: esc", 1), encoding="utf-8")
    seen: list[Run] = []
    with pytest.raises(pulumi.RunError, match=r"^1 error in the policies under `.*`; nothing was changed$"):
        _run(checkout, {"rollguard:root": str(tmp_path)}, seen)
    (run,) = seen
    assert run.resources == []
    assert any("policies/shop/checkout.yaml" in line and "`esc`" in line for line in run.log)
