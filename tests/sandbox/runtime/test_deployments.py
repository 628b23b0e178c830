"""CodeDeploy's answers before, while and after a rollback: exactly what GetDeployment would say then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.moments import numbers
from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.runtime.deployments import NO_REVISION, Deployments, state_changes
from tests.sandbox.runtime.scene import BEGINS, PLACE, Scene, at

STARTED, STOPPED, DONE = 300, 675, 735


def asked(incident: Incident, seconds: int, *, back: bool = False) -> dict[str, Any] | None:
    (one,) = incident.decided.deployments
    ids = numbers(incident, one.place)
    return Deployments(incident, at(seconds), PLACE).get(ids.rollback if back else ids.deployment)


def answer(incident: Incident, seconds: int, *, back: bool = False) -> dict[str, Any]:
    found = asked(incident, seconds, back=back)
    assert found is not None
    return found


def content(incident: Incident, revision: dict[str, Any]) -> str:
    """What GetDeployment does not tell of an AppSpec: "always null" there, it is GetApplicationRevision's."""
    assert revision["appSpecContent"]["content"] is None
    (one,) = incident.decided.deployments
    sha256 = revision["appSpecContent"]["sha256"]
    found = Deployments(incident, at(DONE), PLACE).revision(one.application, sha256)
    assert found is not None and found["appSpecContent"]["sha256"] == sha256
    text: str = found["appSpecContent"]["content"]
    return text


def date(seconds: int) -> Any:
    return BEGINS + timedelta(seconds=seconds)


def test_before_its_time_there_is_no_deployment(scene: Scene) -> None:
    incident = scene.incident()
    assert asked(incident, STARTED - 1) is None
    assert asked(incident, STOPPED - 1, back=True) is None
    assert Deployments(incident, at(STARTED - 1), PLACE).of("orders", "orders-web") == []
    assert Deployments(incident, at(DONE), PLACE).get("d-SOMEBODYS") is None


def test_while_it_runs(scene: Scene) -> None:
    incident = scene.incident()
    found = answer(incident, STARTED)
    new, old = (content(incident, found.pop(key)) for key in ("revision", "previousRevision"))
    ids = numbers(incident, "orders/orders-web")
    assert found == {
        "applicationName": "orders",
        "deploymentGroupName": "orders-web",
        "deploymentConfigName": found["deploymentConfigName"],
        "deploymentId": ids.deployment,
        "computePlatform": "ECS",
        "status": "InProgress",
        "creator": "user",
        "createTime": date(STARTED),
        "startTime": date(STARTED),
        "autoRollbackConfiguration": {"enabled": True},
    }
    task = "arn:aws:ecs:eu-west-1:222222222222:task-definition/orders-web"
    assert f'"TaskDefinition":"{task}:{ids.new}"' in new
    assert f'"TaskDefinition":"{task}:{ids.old}"' in old
    assert answer(incident, STOPPED - 1)["status"] == "InProgress"


def test_once_an_alarm_has_stopped_it(scene: Scene) -> None:
    incident = scene.incident()
    ids = numbers(incident, "orders/orders-web")
    found = answer(incident, STOPPED)
    assert (found["status"], found["completeTime"]) == ("Stopped", date(STOPPED))
    assert found["errorInformation"] == {
        "code": "ALARM_ACTIVE",
        "message": "One or more alarms have been activated according to the Amazon CloudWatch metrics you selected, "
        "and the affected deployments have been stopped. Activated alarms: <rollguard_prod_orders>",
    }
    assert found["rollbackInfo"] == {
        "rollbackDeploymentId": ids.rollback,
        "rollbackMessage": f"Deployment {ids.deployment} terminated. Automatic rollback is triggered with a DeploymentId "
        f"{ids.rollback}.",
    }


def test_the_rollback_is_a_deployment_of_its_own(scene: Scene) -> None:
    incident = scene.incident()
    ids = numbers(incident, "orders/orders-web")
    running, done = answer(incident, STOPPED, back=True), answer(incident, DONE, back=True)
    assert (running["status"], running["creator"], running["createTime"]) == (
        "InProgress",
        "codeDeployRollback",
        date(STOPPED),
    )
    assert "completeTime" not in running
    assert running["rollbackInfo"] == {
        "rollbackTriggeringDeploymentId": ids.deployment,
        "rollbackMessage": f"Deployment {ids.rollback} is triggered to roll back deployment {ids.deployment}.",
    }
    assert (done["status"], done["completeTime"]) == ("Succeeded", date(DONE))
    assert done["revision"] == answer(incident, STOPPED)["previousRevision"]
    listed = Deployments(incident, at(DONE), PLACE).of("orders", "orders-web")
    assert [one["deploymentId"] for one in listed] == [ids.rollback, ids.deployment]
    assert Deployments(incident, at(DONE), PLACE).of("stock", "live") == []


def test_undisturbed_it_bakes_and_succeeds(scene: Scene) -> None:
    incident = scene.incident(scenario="one bad minute")
    shifted, over = STARTED + 600, STARTED + 600 + 1800
    statuses = [answer(incident, seconds)["status"] for seconds in (shifted - 1, shifted, over - 1, over)]
    assert statuses == ["InProgress", "Baking", "Baking", "Succeeded"]
    assert asked(incident, over, back=True) is None


def test_a_first_deployment_has_nothing_to_go_back_to(scene: Scene) -> None:
    found = answer(scene.incident(first=True), STOPPED)
    assert found["rollbackInfo"] == {"rollbackMessage": NO_REVISION}
    assert found["status"] == "Stopped"
    assert "previousRevision" not in found


def test_without_automatic_rollback_it_only_stops(scene: Scene) -> None:
    def off(one: Resource) -> Resource:
        if one.kind != "deploymentGroup":
            return one
        return replace(one, members={**one.members, "autoRollbackConfiguration": {"enabled": False, "events": []}})

    found = answer(scene.incident(edit=off), STOPPED)
    assert (found["status"], found["errorInformation"]["code"]) == ("Stopped", "ALARM_ACTIVE")
    assert found["autoRollbackConfiguration"] == {"enabled": False}
    assert "rollbackInfo" not in found


@pytest.mark.parametrize(
    ("policy", "kind", "path"),
    [("stock", "AppSpecContent", '"TargetVersion":"{new}"'), ("vans", "S3", "vans/{new}.zip")],
)
def test_a_revision_is_in_the_form_of_its_platform(scene: Scene, policy: str, kind: str, path: str) -> None:
    incident = scene.incident(policy)
    (one,) = incident.decided.deployments
    revision = answer(incident, STARTED)["revision"]
    assert revision["revisionType"] == kind
    told = str(revision) if kind == "S3" else content(incident, revision)
    assert path.format(new=numbers(incident, one.place).new) in told


def test_the_state_changes_are_those_that_codedeploy_notifies_of(scene: Scene) -> None:
    incident = scene.incident()
    ids = numbers(incident, "orders/orders-web")
    assert [(when, id, state) for when, _, _, id, state in state_changes(incident)] == [
        (STARTED, ids.deployment, "START"),
        (STOPPED, ids.deployment, "STOP"),
        (STOPPED, ids.rollback, "START"),
        (DONE, ids.rollback, "SUCCESS"),
    ]
