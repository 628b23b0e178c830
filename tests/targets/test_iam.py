"""The service roles of deployment groups."""

from __future__ import annotations

from dataclasses import replace

from tests.conftest import Golden
from tests.targets import plans
from tests.targets.deployed import as_golden, deployed


def test_a_service_role_serves_its_own_group_only(golden: Golden) -> None:
    run = deployed(plans.region())
    golden("targets/service-role.json", as_golden([*run.guarding("Role"), *run.guarding("RolePolicy")]))


def test_a_group_waits_for_its_roles_permissions() -> None:
    run = deployed(plans.region())
    assert {one.urn for kind in ("Role", "RolePolicy") for one in run.guarding(kind)} <= set(
        run.one("DeploymentGroup").depends_on
    )


def test_the_environments_own_role_is_used_as_it_is() -> None:
    arn = "arn:aws:iam::222222222222:role/codedeploy"
    run = deployed(plans.region(plans.guard(plans.ecs(service_role=None, service_role_arn=arn))))
    assert run.guarding("Role") == []
    assert run.one("DeploymentGroup").inputs["serviceRoleArn"] == arn


def test_path_and_boundary_of_the_environment_hold_for_the_role() -> None:
    boundary = "arn:aws:iam::222222222222:policy/edge"
    role = replace(plans.ROLE, path="/rollbacks/", permissions_boundary=boundary)
    (made,) = deployed(plans.region(plans.guard(plans.ecs(service_role=role)))).guarding("Role")
    assert made.inputs["path"] == "/rollbacks/"
    assert made.inputs["permissionsBoundary"] == boundary
