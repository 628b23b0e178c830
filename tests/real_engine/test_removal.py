"""A policy is taken away: refused while its group is protected, then retired, then gone; no group ever names an alarm that is gone."""

from __future__ import annotations

import pytest

from rollguard.cli import run
from rollguard.failure import Failure
from rollguard.sandbox.aws import Resource
from tests.real_engine.projects import COMPOSITE, GROUP, METRIC, OBJECT, ORDERS, STOCK, Project, dangling

RETIRED = ORDERS.replace("spec:\n", 'spec:\n  retired: {on: "2026-11-20", reason: the shop is sold}\n')


def group(project: Project) -> Resource:
    return next(one for one in project.world() if one.name == "orders/orders-web" and one.kind == "deploymentGroup")


def test_a_protected_policy_is_removed_in_two_steps_and_its_deployment_path_stays(project: Project) -> None:
    file = project.file("policies/shop/orders.yaml", ORDERS)
    project.file("policies/shop/stock.yaml", STOCK)
    project.up(protect=True)
    deployed = project.world()

    file.unlink()
    with pytest.raises(Failure) as refused:
        project.up(protect=True)
    assert refused.value.message == "policy `orders` is gone, but its deployment group `orders/orders-web` is protected"
    assert refused.value.help == "bring the file back, set `spec.retired: {on, reason}` and run `up`; then delete it"
    assert without_rules(project.world()) == without_rules(deployed)  # what the recorder listens for is shared

    project.file("policies/shop/orders.yaml", RETIRED)
    retired = project.up(protect=True)
    assert ("update", GROUP) in {(one.operation, one.type) for one in retired.changes}
    assert group(project).members["alarmConfiguration"]["enabled"] is False
    assert dangling(deployed, project) == []

    before = project.world()
    file.unlink()
    foreseen = project.run("preview", protect=True)
    gone = project.up(protect=True)
    assert (gone.changes, gone.counts) == (foreseen.changes, foreseen.counts)
    assert {one.type.rpartition(":")[2] for one in gone.changes if one.operation == "retain"} == {
        "Application",
        "DeploymentConfig",
        "DeploymentGroup",
        "Role",
        "RolePolicy",
    }
    assert gone.counts["retain"] == 5
    assert {one.type for one in gone.changes if one.operation == "delete"} == {METRIC, COMPOSITE, OBJECT}
    assert gone.warnings == ()
    assert dangling(before, project) == []
    assert group(project).members["applicationName"] == "orders"
    assert [name for name in project.names("alarm") if "orders" in name] == []
    assert "orders" in project.names("application")

    with pytest.raises(Failure) as kept:
        project.destroy()
    assert kept.value.message.startswith("environment `prod` holds what is protected: ")
    assert "`stock/stock/live@eu-west-1`" in kept.value.message
    project.up()
    last = project.destroy()
    assert {(one.kind, one.name) for one in last.remains} >= {("application", "orders"), ("role", role(before))}


def without_rules(world: tuple[Resource, ...]) -> list[Resource]:
    return [one for one in world if one.kind != "eventRule"]


def role(world: tuple[Resource, ...]) -> str:
    return next(one.name for one in world if one.kind == "role" and "orders" in one.name)


def test_a_destroyed_sandbox_begins_afresh_whatever_a_real_account_would_keep(project: Project) -> None:
    project.file("policies/shop/orders.yaml", RETIRED)
    made = project.up()
    gone = project.destroy()
    assert {one.kind for one in gone.remains} >= {"application", "deploymentGroup", "role", "rolePolicy"}
    assert not project.folder().exists()
    again = project.up()
    assert (again.changes, again.recovered) == (made.changes, False)


def test_what_the_sandbox_deletes_and_a_real_stack_would_not_is_said(project: Project) -> None:
    file = project.file("policies/shop/orders.yaml", ORDERS)
    project.file("policies/shop/stock.yaml", STOCK)
    project.up()
    file.unlink()
    state = project.sandbox().home.state
    refused = "in a real stack this is refused: `orders` is protected; `rollguard sandbox {} --protect` refuses it too"
    assert project.run("preview").warnings == (refused.format("preview"),)
    assert project.run("preview", environment_protects=False).warnings == ()
    before = {path: path.read_bytes() for path in state.glob(".pulumi/stacks/*/*.json")}
    with pytest.raises(Failure, match="policy `orders` is gone, but its deployment group `orders/orders-web` is prot"):
        project.run("preview", protect=True)
    assert {path: path.read_bytes() for path in before} == before
    with pytest.raises(Failure, match="policy `orders` is gone"):
        project.up(protect=True)
    assert group(project).members["applicationName"] == "orders"
    let_go = project.up()
    assert let_go.warnings == (refused.format("up"),)
    assert project.names("deploymentGroup") == ["stock/live"]


def test_a_protected_sandbox_whose_policy_is_gone_can_still_be_taken_down(project: Project) -> None:
    file = project.file("policies/shop/orders.yaml", ORDERS)
    project.up(protect=True)
    file.unlink()
    with pytest.raises(Failure) as kept:
        project.destroy()
    assert kept.value.help == (
        "`rollguard sandbox destroy --environment prod --unprotect` takes the protection off and destroys it"
    )
    arguments = ["--root", str(project.root), "sandbox", "destroy", "--environment", "prod", "--yes"]
    assert run([*arguments, "--unprotect"]) == 0
    assert not project.folder().exists()
