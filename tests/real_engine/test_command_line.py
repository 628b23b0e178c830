"""`rollguard sandbox` as people type it, over the acceptance policies: what it prints, and what it leaves behind."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from rollguard.cli import run
from rollguard.sandbox.aws import World

ACCEPTANCE = Path(__file__).resolve().parents[1] / "acceptance"


def test_the_acceptance_policies_live_in_the_sandbox(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(path for path in ACCEPTANCE.rglob("*"))

    def rollguard(verb: str, *options: str) -> str:
        code = run(
            ["--root", str(ACCEPTANCE), "sandbox", verb, "--state", str(tmp_path), "--environment", "prod", *options]
        )
        printed = capsys.readouterr()
        assert (code, printed.err) == (0, "")
        return printed.out

    first = rollguard("up").splitlines()
    assert first[0] == "prod: 82 created"
    assert "  + 3 codedeploy DeploymentGroup" in first
    assert first[-2:] == [
        "  not set, a placeholder stands in: ${secret:payments-pagerduty}",
        "  waits for its confirmation: release-managers (email releases@example.com) in eu-west-1",
    ]

    world = {(one.kind, one.name): one for one in World(tmp_path / "sandbox" / "prod").resources()}
    polled = {
        name: [one["name"] for one in group.members["alarmConfiguration"]["alarms"]]
        for (kind, name), group in world.items()
        if kind == "deploymentGroup"
    }
    assert polled == {
        "card-webhooks/live": ["rollguard_prod_card-webhooks"],
        "checkout/checkout-api": ["rollguard_prod_checkout-api"],
        "dispatch/dispatch-workers": ["rollguard_prod_dispatch-workers"],
    }

    def armed(policy: str, criterion: str) -> str:
        name = f"rollguard_prod_{policy}_{criterion}"
        return f"(ALARM({name}) AND NOT ALARM({name}_bypass))"

    rules = {
        policy: str(world["alarm", f"rollguard_prod_{policy}"].members["AlarmRule"]).replace('"', "")
        for policy in ("card-webhooks", "checkout-api", "dispatch-workers")
    }
    assert rules == {
        "card-webhooks": f"{armed('card-webhooks', 'errors')} OR {armed('card-webhooks', 'stuck-queue')}",
        "checkout-api": " OR ".join(
            armed("checkout-api", one) for one in ("latency-p99", "new-version-5xx", "target-5xx")
        ),
        "dispatch-workers": f"{armed('dispatch-workers', 'unhealthy')} OR "
        f"({armed('dispatch-workers', 'backlog')} AND {armed('dispatch-workers', 'late-vans')})",
    }

    second = json.loads(rollguard("up", "--format", "json"))
    assert (second["verb"], second["counts"], second["changes"]) == ("up", {"same": 82}, [])
    assert set(second["outputs"]["policies"]) == {"card-webhooks", "checkout-api", "dispatch-workers"}

    status = rollguard("status")
    assert "alarm              rollguard_prod_checkout-api" in status
    assert second["outputs"]["pendingConfirmations"] == ["release-managers (email releases@example.com) in eu-west-1"]
    assert [" ".join(line.split()) for line in status.splitlines() if "pending" in line] == [
        "subscription email releases@example.com of rollguard_prod_release-managers eu-west-1 pending confirmation"
    ]
    assert json.loads(rollguard("status", "--format", "json"))["stacks"][0]["resources"] == 82

    assert not sys.stdin.isatty()
    assert (
        run(["--root", str(ACCEPTANCE), "sandbox", "destroy", "--state", str(tmp_path), "--environment", "prod"]) == 2
    )
    assert capsys.readouterr().err.splitlines() == [
        "error: `destroy` would take down the sandbox of `prod` with its 82 resources, and nobody is here to confirm it",
        "  = help: say `--yes`",
    ]
    assert answered("n", tmp_path) == (0, "nothing was destroyed")
    assert "alarm              rollguard_prod_checkout-api" in rollguard("status")

    last = rollguard("destroy", "--yes").splitlines()
    assert last[0] == "prod: 76 deleted, 6 let go of"
    stays = [line for line in last if line.startswith("  a real account keeps: ")]
    assert [line.split(": ")[1].split()[0] for line in stays] == ["bucket", "key", "subscription"]

    assert sorted(path for path in ACCEPTANCE.rglob("*")) == before


def answered(answer: str, state: Path) -> tuple[int, str]:
    """`destroy`, asked and answered on a terminal: its exit code and its last line."""
    ours, theirs = pty.openpty()
    arguments = ["--root", str(ACCEPTANCE), "sandbox", "destroy", "--state", str(state), "--environment", "prod"]
    with os.fdopen(ours, "wb", buffering=0) as keyboard:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rollguard", *arguments],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        os.close(theirs)
        keyboard.write(f"{answer}\n".encode())
        said, _ = process.communicate(timeout=60)
    return process.returncode, said.splitlines()[-1].rpartition("]: ")[2]


def test_without_an_engine_the_run_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code = run(
        ["--root", str(ACCEPTANCE), "sandbox", "up", "--state", str(tmp_path / "state"), "--environment", "prod"]
    )
    assert code == 2
    told = capsys.readouterr().err
    assert told.startswith("error: the Pulumi engine is missing")
    assert "  = help: `python -m rollguard.engine` gets it" in told
    assert not (tmp_path / "state").exists()
