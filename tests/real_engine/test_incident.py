"""An incident against what the real engine made, and against the same after somebody broke it by hand."""

from __future__ import annotations

import pytest

from rollguard.cli import run
from rollguard.plan import plan
from rollguard.project import load
from rollguard.sandbox.incident.outside import of_failure_mode
from rollguard.sandbox.incident.play import play
from rollguard.scenarios.failure_mode_catalogue import packaged
from rollguard.scenarios.failure_modes import FailurePlayer
from tests.real_engine.projects import ORDERS, Project


def test_an_incident_follows_from_what_the_engine_made(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.file(
        "policies/shop/orders.yaml", ORDERS.replace("Orders answer with errors", "Errors\n      concern: errors")
    )
    project.up()
    planned = plan(load(project.root), "prod", ()).value
    assert planned is not None
    (guard,) = planned.regions[0].guards
    for mode in packaged():
        standing = [one for one in project.world() if one.region in ("eu-west-1", "")]
        found = play(standing, of_failure_mode(guard, packaged(), mode)).decided.deployments
        wanted = FailurePlayer(guard, packaged()).play_mode(mode, closed=True).played.deployments
        assert [one.deployment for one in found] == list(wanted), mode.id

    incident = ["--root", str(project.root), "sandbox", "incident", "orders", "--environment", "prod"]
    edit = ["--root", str(project.root), "sandbox", "edit", "--environment", "prod"]
    assert run(incident) == 0
    assert "is live again" in " ".join(capsys.readouterr().out.split())
    assert run([*edit, "orders/orders-web", "--set", "alarmConfiguration.alarms=[]"]) == 0
    assert run(incident) == 1
    assert "no alarm is attached to group `orders/orders-web`" in " ".join(capsys.readouterr().out.split())
