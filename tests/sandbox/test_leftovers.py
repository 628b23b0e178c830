"""Locks of dead runs go; locks of living ones, and of other machines, stay."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from rollguard.failure import Failure
from rollguard.sandbox.aws import Mark, Scope, World
from rollguard.sandbox.leftovers import end_orphan, remove_stale_locks, unmake


def lock(state: Path, pid: int, host: str) -> Path:
    path = state / ".pulumi" / "locks" / "organization" / "rollguard" / "prod" / f"{pid}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "username": "me", "hostname": host, "timestamp": "2026-11-24T09:00:00Z"}))
    return path


@pytest.fixture
def dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_lock_whose_process_is_dead_goes(tmp_path: Path, dead: int) -> None:
    path = lock(tmp_path, dead, socket.gethostname())
    assert remove_stale_locks(tmp_path, "prod") == 1
    assert not path.exists()
    assert remove_stale_locks(tmp_path, "prod") == 0


def test_a_process_id_that_belongs_to_something_else_by_now_holds_no_lock(tmp_path: Path) -> None:
    lock(tmp_path, os.getpid(), socket.gethostname())
    assert remove_stale_locks(tmp_path, "prod") == 1


def test_a_lock_of_another_machine_stays_and_is_named(tmp_path: Path, dead: int) -> None:
    path = lock(tmp_path, dead, "build-7.example.com")
    with pytest.raises(Failure) as kept:
        remove_stale_locks(tmp_path, "prod")
    assert "of the machine `build-7.example.com`" in kept.value.message
    assert kept.value.help == f"if that run is over, delete `{path}`"
    assert path.exists()


def test_the_mark_of_an_engine_that_has_ended_goes(tmp_path: Path, dead: int) -> None:
    mark = tmp_path / "engine.pid"
    mark.write_text(str(dead))
    end_orphan(mark)
    assert not mark.exists()
    end_orphan(mark)


def test_what_a_dead_run_never_noted_is_unmade_whatever_hangs_on_it(tmp_path: Path) -> None:
    world, scope = World(tmp_path), Scope("222222222222", "eu-west-1")
    alarm = {
        "name": "child",
        "namespace": "Shop",
        "metricName": "Errors",
        "statistic": "Sum",
        "comparisonOperator": "GreaterThanThreshold",
        "threshold": 1,
        "period": 60,
        "evaluationPeriods": 1,
    }
    metric, composite = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"
    world.create(metric, alarm, scope, Mark("p/prod", "urn:child"))
    world.create(metric, {**alarm, "name": "noted"}, scope, Mark("p/prod", "urn:noted"))
    world.create(composite, {"alarmName": "parent", "alarmRule": 'ALARM("child")'}, scope, Mark("p/prod", "urn:parent"))
    unmake(world, ("urn:child", "urn:parent"))
    assert [one.name for one in world.resources()] == ["noted"]
