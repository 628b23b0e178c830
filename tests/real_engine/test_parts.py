"""One environment in two Regions, and two stacks that each hold a part of one."""

from __future__ import annotations

from rollguard.sandbox import inventory
from tests.real_engine.projects import ORDERS, STOCK, Project

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
    assert len(project.names("role", "two")) == 2  # one for each Region, under names of their own
    assert project.up("two").counts == {"same": made.changed}
    project.destroy("two")
    assert not project.folder("two").exists()


def test_two_stacks_each_hold_a_part_of_an_environment(project: Project) -> None:
    project.file("policies/shop/orders.yaml", ORDERS)
    project.file("policies/platform/stock.yaml", STOCK)
    foundation = project.up(include=FOUNDATION)
    assert {one.kind for one in project.world()} == {"key", "alias", "topic", "topicPolicy", "subscription"}
    shop = project.up(include=SHOP)
    assert shop.stack != foundation.stack
    assert project.names("deploymentGroup") == ["orders/orders-web"]  # the other team's policy is not in this stack
    rollback = next(one for one in project.world() if one.name == "rollguard_prod_orders")
    topics = {one.arn for one in project.world() if one.kind == "topic"}
    told = {*rollback.members.get("AlarmActions", ()), *rollback.members.get("OKActions", ())}
    assert told
    assert told <= topics  # no stack needs another's outputs: names are enough
    assert project.up(include=FOUNDATION).counts == {"same": foundation.changed}
    assert project.up(include=SHOP).counts == {"same": shop.changed}
    gone = project.destroy()
    assert gone.counts == {"delete": foundation.changed + shop.changed}
    assert not project.folder().exists()


def test_the_end_of_one_stack_leaves_the_other_as_it_is(project: Project) -> None:
    project.file("policies/shop/orders.yaml", ORDERS)
    foundation = project.up(include=FOUNDATION)
    shop = project.up(include=SHOP)
    of_shop = tuple(one for one in project.world() if one.mark.stack == shop.stack)
    gone = project.destroy(include=FOUNDATION)
    assert gone.counts == {"delete": foundation.changed}
    assert {one.kind for one in gone.remains} == {"key", "subscription"}
    assert project.world() == of_shop
    assert [one.stack for one in inventory.status(project.sandbox().home).stacks] == [shop.stack.partition("/")[2]]
    assert project.up(include=FOUNDATION).counts == foundation.counts
    assert project.up(include=SHOP).changes == ()
    project.destroy(include=SHOP)
    project.destroy(include=FOUNDATION)
    assert not project.folder().exists()
