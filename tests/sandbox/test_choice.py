"""Which environment a command means when nobody says it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollguard.cli import run
from rollguard.failure import Failure
from rollguard.project import load
from rollguard.sandbox import choice
from tests.real_engine.projects import STOCK, Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.file("policies/shop/stock.yaml", STOCK)
    return made


def test_with_a_choice_the_list_is_given(project: Project) -> None:
    with pytest.raises(Failure) as failed:
        choice.environment(project.root, None, None)
    assert failed.value.message == "which environment? there are `prod` and `two`"


def test_the_only_environment_is_meant(project: Project) -> None:
    text = (project.root / "policies/environments.yaml").read_text()
    project.file("policies/environments.yaml", text[: text.index("  two:")])
    assert choice.environment(project.root, None, None) == "prod"


@pytest.mark.parametrize("name", ["../../etc", "Prod", "", "a b"])
def test_no_name_leads_out_of_the_folder(project: Project, name: str) -> None:
    with pytest.raises(Failure, match="is no environment's name"):
        choice.environment(project.root, name, None)


def test_the_quotas_that_an_environment_states_hold_in_the_sandbox(project: Project) -> None:
    project.edit(
        "policies/environments.yaml",
        "    region: eu-west-1\n",
        "    region: eu-west-1\n    limits: {codedeployAlarms: 20}\n",
    )
    stated = choice.limits(load(project.root), "prod")
    assert (stated.codedeploy_alarms, stated.deployment_configs) == (20, 50)


def test_whether_an_environment_protects_is_its_own_to_say(project: Project) -> None:
    project.edit("policies/environments.yaml", "    regions: {eu", "    protect: false\n    regions: {eu")
    loaded = load(project.root)
    assert [choice.protects(loaded, name) for name in ("prod", "two")] == [True, False]


def test_the_help_ends_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    said = capsys.readouterr().out
    assert "  sandbox  Deploy the policies to a stand-in for AWS on this machine.\n" in said


def test_the_command_answers_with_exit_codes(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    root = ["--root", str(project.root), "sandbox"]
    assert run([*root, "up"]) == 2
    assert "which environment?" in capsys.readouterr().err
    assert run([*root, "up", "--environment", "nowhere"]) == 2
    assert "there is no environment `nowhere`" in capsys.readouterr().err
    assert run([*root, "destroy", "--environment", "prod"]) == 2
    assert "environment `prod` has no sandbox in " in capsys.readouterr().err
    assert run([*root, "status", "--environment", "prod"]) == 0
    assert capsys.readouterr().out == "prod: nothing yet; `rollguard sandbox up --environment prod` makes it\n"
    project.edit("policies/shop/stock.yaml", "platform: lambda", "platform: lamda")
    assert run([*root, "preview", "--environment", "prod"]) == 1
    assert "lamda" in capsys.readouterr().err


def test_help_loads_no_engine_and_a_missing_extra_is_named(tmp_path: Path) -> None:
    code = "import sys, rollguard.cli; sys.modules['pulumi'] = None; sys.exit(rollguard.cli.run(sys.argv[1:]))"

    def rollguard(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )

    assert rollguard("--help").returncode == 0
    assert rollguard("sandbox", "--help").returncode == 0
    lacking = rollguard("sandbox", "up")
    assert (lacking.returncode, lacking.stderr.splitlines()) == (
        2,
        [
            "error: the sandbox needs the Python package `pulumi`",
            "  = help: install it with `pip install 'rollguard[pulumi]'`",
        ],
    )


def test_progress_is_one_renewing_line_on_a_terminal_and_nothing_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with choice.progress("prod") as tell:
        tell("create a@eu-west-1")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    with choice.progress("prod") as tell:
        tell("create a@eu-west-1")
        tell("create " + "b" * 80)
    shown = capsys.readouterr().err.split("\r\x1b[2K")
    assert shown == [
        "",
        "  prod: starting the engine",
        "  prod: 1, create a@eu-west-1",
        "  prod: 2, create " + "b" * 20 + "\n",
    ]
