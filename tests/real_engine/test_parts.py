"""One environment in two Regions, and two stacks that each hold a part of one."""

from __future__ import annotations

import json

from rollguard.checking import check
from rollguard.sandbox import inventory
from rollguard.sandbox.telling import run_in_words
from tests.real_engine.projects import KEPT, ORDERS, STOCK, Project

FOUNDATION, SHOP = ("foundation",), ("policies/shop/*",)


def test_one_environment_may_lie_in_two_regions(project: Project) -> None:
    project.file("policies/shop/stock.yaml", STOCK.replace("environments: {prod: {}}", "environments: {two: {}}"))
    made = project.up("two")
    places: dict[str, set[tuple[str, str]]] = {}
    for one in project.world("two"):
        places.setdefault(one.kind, set()).add((one.account, one.region))
    both = {("333333333333", "eu-west-1"), ("333333333333", "us-east-1")}
    assert all(places[kind] == both for kind in ("alarm", "application", "deploymentGroup", "topic", "key"))
    assert places["role"] == {("333333333333", "")}
    assert len([name for name in project.names("role", "two") if "stock" in name]) == 2  # one for each Region
    assert len(project.names("role", "two")) == 6  # and so the recorder's and EventBridge's
    assert project.up("two").counts == {"same": made.changed}
    project.destroy("two")
    assert not project.folder("two").exists()


def test_two_stacks_each_hold_a_part_of_an_environment(project: Project) -> None:
    project.file("policies/shop/orders.yaml", ORDERS)
    project.file("policies/platform/stock.yaml", STOCK)
    foundation = project.up(include=FOUNDATION)
    assert not {one.kind for one in project.world()} & {"deploymentGroup", "application", "object"}
    assert project.names("alarm") == [
        f"rollguard-recorder_prod_{what}" for what in ("errors", "lost-events", "silent", "untold")
    ]
    assert project.names("eventRule") == [
        "rollguard_prod_alarms",
        "rollguard_prod_pager_pagerduty",
        "rollguard_prod_sweep",
    ]
    shop = project.up(include=SHOP)
    assert shop.stack != foundation.stack
    assert project.names("deploymentGroup") == ["orders/orders-web"]  # the other team's policy is not in this stack
    assert_joined(project)
    assert project.up(include=FOUNDATION).counts == {"same": foundation.changed}
    assert project.up(include=SHOP).counts == {"same": shop.changed}
    gone = project.destroy()
    assert gone.counts == {"delete": foundation.changed + shop.changed - KEPT, "retain": KEPT}
    assert not project.folder().exists()


def test_a_broken_template_of_one_team_is_a_warning_of_its_own_stack_alone(project: Project) -> None:
    project.file("policies/shop/orders.yaml", ORDERS)
    project.file("policies/platform/stock.yaml", STOCK)
    project.file("policies/shop/templates/started.txt.j2", "$headline\nCall $owenr.\n")
    errors = [one.span.path for one in check(project.root).diagnostics if one.severity == "error"]
    assert errors == ["policies/shop/templates/started.txt.j2"]
    assert project.up(include=FOUNDATION).diagnostics == ()
    (of_stock,) = project.up(include=("policies/platform/*",)).diagnostics
    assert of_stock.startswith("warning[R060]: ")
    shop = project.up(include=SHOP)
    (warning,) = shop.diagnostics
    assert warning.splitlines()[:2] == [
        "warning[N004]: there is no field `$owenr`, so Rollguard's own text is deployed in its place",
        " --> policies/shop/templates/started.txt.j2:2:6",
    ]
    assert f"\n  {warning.splitlines()[0]}\n" in run_in_words(shop)
    (sheet,) = [one.members["Body"] for one in project.world() if one.name.endswith("/guards/orders.json")]
    started = json.loads(sheet)["texts"]["started"]
    assert started["broken"] == "policies/shop/templates/started.txt.j2:2: there is no field `$owenr`"
    assert project.up(include=SHOP).changes == ()


def assert_joined(project: Project) -> None:
    """No stack needs another's outputs: names are enough for what one of them puts into the bucket, calls, or tells."""
    world = project.world()
    bucket, function, queue = (
        next(one for one in world if one.kind == kind) for kind in ("bucket", "function", "queue")
    )
    topics = {one.arn for one in world if one.kind == "topic"}
    objects = {one.name: one.members["Body"] for one in world if one.kind == "object"}
    assert {name.partition("/")[0] for name in objects} == {bucket.name}
    sheet = json.loads(objects[f"{bucket.name}/guards/orders.json"])
    assert {one["topicArn"] for one in sheet["channels"].values() if "topicArn" in one} <= topics
    assert "topicArn" in sheet["channels"]["oncall"]
    ours = [one for one in world if one.kind == "eventTarget" and "deployments" in one.name]
    assert [one.members["Targets"][0]["Arn"] for one in ours] == [function.arn]
    assert [one.members["Targets"][0]["DeadLetterConfig"]["Arn"] for one in ours] == [queue.arn]


def test_the_end_of_one_stack_leaves_the_other_as_it_is(project: Project) -> None:
    project.file("policies/shop/orders.yaml", ORDERS)
    foundation = project.up(include=FOUNDATION)
    shop = project.up(include=SHOP)
    of_shop = tuple(one for one in project.world() if one.mark.stack == shop.stack)
    gone = project.destroy(include=FOUNDATION)
    assert gone.counts == {"delete": foundation.changed - KEPT, "retain": KEPT}
    assert {one.kind for one in gone.remains} == {"bucket", "key", "subscription"}
    assert project.world() == of_shop
    assert [one.stack for one in inventory.status(project.sandbox().home).stacks] == [shop.stack.partition("/")[2]]
    assert project.up(include=FOUNDATION).counts == foundation.counts
    assert project.up(include=SHOP).changes == ()
    project.destroy(include=SHOP)
    project.destroy(include=FOUNDATION)
    assert not project.folder().exists()
