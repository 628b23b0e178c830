"""A policy is taken away: refused while its group is protected, then retired, then gone; no group ever names an alarm that is gone."""

from __future__ import annotations

import pytest

from rollguard.failure import Failure
from rollguard.sandbox.aws import Resource
from tests.real_engine.projects import GROUP, ORDERS, STOCK, Project, dangling

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
    assert refused.value.help == "first set `spec.retired: {on, reason}` and run `up`, then delete the file"
    assert project.world() == deployed

    project.file("policies/shop/orders.yaml", RETIRED)
    retired = project.up(protect=True)
    assert ("update", GROUP) in {(one.operation, one.type) for one in retired.changes}
    assert group(project).members["alarmConfiguration"]["enabled"] is False
    assert dangling(deployed, project) == []

    before = project.world()
    file.unlink()
    project.up(protect=True)
    assert dangling(before, project) == []
    assert group(project).members["applicationName"] == "orders"
    assert [name for name in project.names("alarm") if "orders" in name] == []
    assert "orders" in project.names("application")

    with pytest.raises(Failure) as kept:
        project.destroy()
    assert kept.value.message.startswith("environment `prod` holds what is protected: ")
    assert "`stock/stock/live@eu-west-1`" in kept.value.message

    project.up()
    project.destroy()
    assert sorted(project.names("application")) == ["orders"]
    assert project.names("alarm") == []
