"""The life of a policy: first deployment, nothing to do, an edited threshold, a new name, another canary, another folder, the end."""

from __future__ import annotations

from rollguard.sandbox import inventory
from rollguard.sandbox.results import Change
from tests.real_engine.projects import (
    COMPOSITE,
    CONFIG,
    GROUP,
    KEPT,
    METRIC,
    OBJECT,
    ORDERS,
    STOCK,
    Project,
    dangling,
)

ORDERS_FILE = "policies/shop/orders.yaml"


def test_a_policy_lives_from_its_first_deployment_to_the_end_of_the_sandbox(project: Project) -> None:
    project.file(ORDERS_FILE, ORDERS)
    project.file("policies/shop/stock.yaml", STOCK)

    foreseen = project.run("preview")
    assert foreseen.counts["create"] == foreseen.changed > 0
    assert project.world() == ()

    made = project.up()
    key = project.names("key")[0]
    assert made.changes == foreseen.changes
    groups = {one.name: one.members for one in project.world() if one.kind == "deploymentGroup"}
    assert [one["name"] for one in groups["orders/orders-web"]["alarmConfiguration"]["alarms"]] == [
        "rollguard_prod_orders"
    ]
    assert [one["name"] for one in groups["stock/live"]["alarmConfiguration"]["alarms"]] == ["rollguard_prod_stock"]
    rules = {one.name: one.members["AlarmRule"] for one in project.world() if "AlarmRule" in one.members}
    assert rules["rollguard_prod_orders"].count("rollguard_prod_orders_") == 4  # two criteria, each with its bypass
    assert made.placeholders == ("${secret:pager-key}",)
    assert made.outputs["pendingConfirmations"] == ["oncall (email oncall@example.com) in eu-west-1"]
    standing = inventory.status(project.sandbox().home).standing
    assert [(one.name, one.state) for one in standing if one.kind == "subscription"] == [
        ("email oncall@example.com of rollguard_prod_oncall", "pending confirmation")
    ]
    assert dangling((), project) == []  # an alarm exists before the group that names it, a child before its composite

    again = project.up()
    assert (again.changed, again.counts) == (0, {"same": made.changed})

    refreshed = project.run("refresh")
    assert (refreshed.changed, refreshed.counts) == (0, {"same": made.changed})

    project.edit(ORDERS_FILE, "threshold: {above: 5}", "threshold: {above: 9}")
    edited = project.up()
    assert [(one.operation, one.type, one.name) for one in edited.changes] == [
        ("update", METRIC, "orders/errors@eu-west-1"),
        ("update", OBJECT, "orders/sheet@eu-west-1"),
    ]
    assert "threshold" in edited.changes[0].properties
    assert edited.changes[1].properties == ("content",)

    project.edit(ORDERS_FILE, "id: slow", "id: latency")
    before = project.world()
    renamed = project.up()
    assert dangling(before, project) == []
    assert {(one.operation, one.type, one.name) for one in renamed.changes} == {
        ("create", METRIC, "orders/latency@eu-west-1"),
        ("create", METRIC, "orders/latency/bypass@eu-west-1"),
        ("update", COMPOSITE, "orders@eu-west-1"),
        ("delete", METRIC, "orders/slow@eu-west-1"),
        ("delete", METRIC, "orders/slow/bypass@eu-west-1"),
        ("update", OBJECT, "orders/sheet@eu-west-1"),
    }

    project.edit(ORDERS_FILE, "interval: 7m", "interval: 9m")
    canary = project.up()
    assert [(one.operation, one.type) for one in canary.changes] == [
        ("create", CONFIG),
        ("delete", CONFIG),
        ("update", GROUP),
        ("update", OBJECT),
    ]
    assert sorted(verb for verb, name in project.steps() if "sheet" not in name) == ["create", "delete", "update"]

    (project.root / ORDERS_FILE).unlink()
    project.file(
        "policies/checkout/orders.yaml",
        ORDERS.replace("above: 5", "above: 9").replace("id: slow", "id: latency").replace("7m", "9m"),
    )
    moved = project.up()
    assert moved.changes == ()

    gone = project.destroy()
    assert gone.counts == {"delete": made.changed - KEPT, "retain": KEPT}
    assert [(one.kind, one.name) for one in gone.remains] == [
        ("bucket", "rollguard-prod-222222222222-eu-west-1"),
        ("key", key),
        ("subscription", "email oncall@example.com of rollguard_prod_oncall"),
    ]
    assert isinstance(gone.changes[0], Change)
    assert not project.folder().exists()
