"""Order, names and ownership among the resources of an environment."""

from __future__ import annotations

from dataclasses import replace

import pulumi
import pytest

from rollguard.plan import model
from rollguard.targets.environment import Environment
from rollguard.targets.guard import RollbackGuard
from tests.targets import plans
from tests.targets.deployed import deployed
from tests.targets.recording import Run, record


def _reached(run: Run, urn: str) -> set[str]:
    """Everything that must exist before a resource."""
    by_urn = {one.urn: one for one in run.resources}
    found: set[str] = set()
    ahead = [urn]
    while ahead:
        for dependency in by_urn[ahead.pop()].depends_on:
            if dependency not in found:
                found.add(dependency)
                ahead.append(dependency)
    return found


def test_alarms_come_before_the_rollback_alarm_and_that_before_the_group() -> None:
    run = deployed(plans.region(plans.guard(criteria=(plans.criterion(), plans.criterion("errors")))))
    composite = run.one("CompositeAlarm")
    alarms = {one.urn for one in run.guarding("MetricAlarm")}
    assert len(alarms) == 4
    assert alarms <= set(composite.depends_on)
    before_group = _reached(run, run.one("DeploymentGroup").urn)
    (role_policy,) = run.guarding("RolePolicy")
    assert alarms | {composite.urn, run.one("DeploymentConfig").urn, role_policy.urn} <= before_group
    assert {
        one.urn for one in run.of("BucketObjectv2")
    } <= before_group  # the recorder knows of it as long as it stands


def test_a_group_that_polls_the_alarms_directly_waits_for_each_of_them() -> None:
    names = tuple(f"rollguard_prod_checkout-api_{name}" for name in ("errors", "latency"))
    guard = replace(
        plans.guard(plans.ecs(alarms=names), criteria=(plans.criterion("errors"), plans.criterion())), wiring="direct"
    )
    run = deployed(plans.region(guard))
    group = run.one("DeploymentGroup")
    assert group.inputs["alarmConfiguration"]["alarms"] == list(names)
    assert {run.one("MetricAlarm", f"checkout-api/{name}@eu-west-1").urn for name in ("errors", "latency")} <= set(
        group.depends_on
    )
    assert run.one("CompositeAlarm").urn not in group.depends_on


def test_nothing_is_deleted_before_its_replacement_exists() -> None:
    assert not any(one.delete_before_replace for one in deployed(plans.region()).resources)


def test_urns_hang_on_policy_criterion_and_region_only() -> None:
    moved = replace(plans.guard(), source="policies/retail/shop.yaml")
    named = replace(moved, title="Other", owner="retail")
    assert {one.urn for one in deployed(plans.region()).resources} == {
        one.urn for one in deployed(plans.region(named)).resources
    }
    assert run_inputs(plans.guard()) == run_inputs(moved)
    told = {urn: one for urn, one in run_inputs(named).items() if one != run_inputs(moved)[urn]}
    assert [urn.rpartition("::")[2] for urn in told] == ["checkout-api/sheet@eu-west-1"]
    assert deployed(plans.region()).one("DeploymentGroup").urn.split("::", 2)[2] == (
        "rollguard:index:RollbackGuard$aws:codedeploy/deploymentGroup:DeploymentGroup"
        "::checkout-api/checkout/checkout-api@eu-west-1"
    )


def run_inputs(guard: model.GuardPlan) -> dict[str, object]:
    return {one.urn: one.inputs for one in deployed(plans.region(guard)).resources}


def test_two_regions_share_one_provider_and_every_resource_says_its_region() -> None:
    run = deployed(plans.region(), plans.region(name="us-east-1"))
    provider = run.one("aws")
    assert provider.inputs["region"] == "eu-west-1"
    assert provider.inputs["allowedAccountIds"] == '["222222222222"]'
    regional = [one for one in run.resources if one.type.startswith("aws:") and ":iam/" not in one.type]
    assert {one.inputs["region"] for one in regional if one.name.endswith("@us-east-1")} == {"us-east-1"}
    assert {one.inputs["region"] for one in regional if one.name.endswith("@eu-west-1")} == {"eu-west-1"}
    assert all(one.provider.startswith(provider.urn) for one in run.resources if one.type.startswith("aws:"))
    assert sorted(run.outputs["policies"]["checkout-api"]) == ["eu-west-1", "us-east-1"]


def test_the_plans_tags_stand_on_everything_that_takes_tags() -> None:
    takes_none = {
        "Alias",
        "BucketLifecycleConfiguration",
        "BucketObjectv2",  # S3 takes ten there, and nobody looks for an object by its tags
        "BucketPolicy",
        "BucketPublicAccessBlock",
        "BucketServerSideEncryptionConfiguration",
        "BucketVersioning",
        "DeploymentConfig",
        "EventTarget",
        "QueuePolicy",
        "RolePolicy",
        "TopicPolicy",
        "TopicSubscription",
    }
    run = deployed(plans.region())
    untagged = {
        one.type.rsplit(":", 1)[-1] for one in run.resources if one.type.startswith("aws:") and "tags" not in one.inputs
    }
    assert untagged == takes_none
    assert run.one("MetricAlarm", "checkout-api/latency@eu-west-1").inputs["tags"] == dict(plans.TAGS)


def test_a_guard_stands_in_somebody_elses_program_and_uses_their_provider() -> None:
    made: list[RollbackGuard] = []

    def program() -> None:
        environment = Environment(plans.plan(plans.region(foundation=None)))
        made.append(RollbackGuard("checkout-api", environment))
        pulumi.export("alarm", made[0].rollback_alarm_name)

    run = record(program)
    assert run.outputs == {"alarm": "rollguard_prod_checkout-api"}
    assert sorted(made[0].deployment_groups) == ["checkout/checkout-api"]
    assert sorted(made[0].alarms) == [
        "rollguard_prod_checkout-api_latency",
        "rollguard_prod_checkout-api_latency_bypass",
    ]
    assert run.one("Application").name == "checkout@eu-west-1"


def test_guards_from_different_parts_share_an_application_in_one_program() -> None:
    other = replace(plans.guard(plans.ecs(group="checkout-admin")), policy="checkout-admin")

    def program() -> None:
        RollbackGuard("checkout-api", Environment(plans.plan(plans.region(foundation=None))))
        RollbackGuard("checkout-admin", Environment(plans.plan(plans.region(other, foundation=None, applications=()))))

    run = record(program)
    application = run.one("Application")
    assert all(application.urn in group.depends_on for group in run.of("DeploymentGroup"))
    assert len(run.of("DeploymentGroup")) == 2


@pytest.mark.parametrize(
    ("policy", "region", "words"),
    [
        ("basket", None, "policy `basket` does not apply to environment `prod`"),
        (
            "checkout-api",
            None,
            "policy `checkout-api` has 2 Regions in environment `prod`; pass one as `region`: `eu-west-1`, `us-east-1`",
        ),
        (
            "checkout-api",
            "eu-north-1",
            "policy `checkout-api` does not apply to Region `eu-north-1`; its Regions are `eu-west-1`, `us-east-1`",
        ),
    ],
)
def test_a_policy_or_region_that_is_not_planned_is_refused(policy: str, region: str | None, words: str) -> None:
    plan = plans.plan(plans.region(), plans.region(name="us-east-1"))
    with pytest.raises(pulumi.RunError, match=f"^{words}$"):
        record(lambda: RollbackGuard(policy, Environment(plan), region=region))
