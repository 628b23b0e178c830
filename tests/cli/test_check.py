"""`rollguard check` as people and CI run it: words, places, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _rollguard(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "compiler"), "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, "-m", "rollguard", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    policies = tmp_path / "policies"
    (policies / "sales").mkdir(parents=True)
    (policies / "environments.yaml").write_text(
        "apiVersion: rollguard/v1\n"
        "kind: Environments\n"
        "defaults: {mode: observe}\n"
        'environments: {prod: {account: "222222222222", region: eu-west-1}}\n'
    )
    (policies / "sales" / "shop.yaml").write_text(
        "apiVersion: rollguard/v1\n"
        "kind: RollbackPolicy\n"
        "metadata: {name: shop, title: Shop, owner: sales}\n"
        "spec:\n"
        "  deployments:\n"
        "    - codedeploy: {platform: lambda, application: shop, group: live, managedBy: cdk}\n"
        "  criteria:\n"
        "    - id: queue\n"
        "      uses: sqs/oldest-message-age\n"
        "      with: {queue: orders}\n"
        "      threshold: {above: 15m}\n"
        "  environments: {prod: {}}\n"
    )
    return tmp_path


def _edit(project: Path, old: str, new: str) -> None:
    file = project / "policies/sales/shop.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_sound_project_is_silent(project: Path) -> None:
    done = _rollguard("check", folder=project)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "1 policy in 1 environment: nothing to mend\n"


def test_the_acceptance_policies_are_accepted_as_they_stand(tmp_path: Path) -> None:
    done = _rollguard("--root", str(ROOT / "tests/acceptance"), "check", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "3 policies in 2 environments: nothing to mend\n"


def test_a_misspelt_key_is_shown_where_it_stands_with_the_near_name(project: Path) -> None:
    _edit(project, "threshold:", "treshold:")
    done = _rollguard("check", folder=project)
    assert done.returncode == 1
    assert done.stdout == (
        "error[S002]: criterion `queue` has no key `treshold`\n"
        "  --> policies/sales/shop.yaml:11:7\n"
        "   |\n"
        "11 |       treshold: {above: 15m}\n"
        "   |       ^^^^^^^^\n"
        "   = help: did you mean `threshold`?\n"
    )
    assert done.stderr == "1 policy in 1 environment: 1 error\n"


def test_an_unknown_preset_is_shown_with_the_near_name(project: Path) -> None:
    _edit(project, "sqs/oldest-message-age", "sqs/oldest-mesage-age")
    done = _rollguard("check", folder=project)
    assert done.stdout == (
        "error[P001]: there is no preset `sqs/oldest-mesage-age`\n"
        " --> policies/sales/shop.yaml:9:13\n"
        "  |\n"
        "9 |       uses: sqs/oldest-mesage-age\n"
        "  |             ^^^^^^^^^^^^^^^^^^^^^\n"
        "  = help: did you mean `sqs/oldest-message-age`?\n"
    )


def test_a_warning_only_fails_the_run_that_asks_for_it(project: Path) -> None:
    _edit(project, "above: 15m", "above: 5h")
    assert _rollguard("check", folder=project).returncode == 0
    done = _rollguard("check", "--fail-on", "warning", folder=project)
    assert done.returncode == 1
    assert done.stdout.startswith("warning[P010]: `above: 5h` is outside the range")


def test_paths_narrow_what_is_reported(project: Path) -> None:
    other = project / "policies/payments"
    other.mkdir()
    (other / "broken.yaml").write_text("a: [\n")
    assert _rollguard("check", "policies/sales", folder=project).returncode == 0
    assert _rollguard("check", "policies/payments/broken.yaml", folder=project).returncode == 1
    missing = _rollguard("check", "policies/nothing", folder=project)
    assert (missing.returncode, missing.stderr) == (2, "error: there is no file or folder `policies/nothing`\n")


@pytest.fixture
def two_teams(project: Path) -> Path:
    """Two environments; `shop` of sales applies to one, `tills` of stores to both."""
    environments = project / "policies/environments.yaml"
    environments.write_text(
        environments.read_text().replace("{prod:", '{staging: {account: "111111111111", region: eu-west-1}, prod:')
    )
    shop = (project / "policies/sales/shop.yaml").read_text()
    (project / "policies/stores").mkdir()
    (project / "policies/stores/tills.yaml").write_text(
        shop.replace("name: shop", "name: tills")
        .replace("group: live", "group: tills")
        .replace("{prod: {}}", "{prod: {}, staging: {}}")
    )
    (project / "policies/presets").mkdir()
    (project / "policies/presets/README.md").write_text("Ours.")
    return project


def test_a_linked_policy_is_asked_for_by_the_name_of_its_link(project: Path) -> None:
    (project / "elsewhere.yaml").write_text(
        (project / "policies/sales/shop.yaml")
        .read_text()
        .replace("name: shop", "name: linked")
        .replace("group: live", "group: l")
    )
    (project / "policies/linked.yaml").symlink_to(project / "elsewhere.yaml")
    done = _rollguard("check", "policies/linked.yaml", folder=project)
    assert (done.returncode, done.stderr) == (0, "1 policy in 1 environment: nothing to mend\n")


@pytest.mark.parametrize(
    ("paths", "checked"),
    [
        ((), "2 policies in 2 environments"),
        ((".",), "2 policies in 2 environments"),
        (("policies/sales",), "1 policy in 1 environment"),
        (("policies/stores/tills.yaml",), "1 policy in 2 environments"),
        (("policies/sales/shop.yaml", "policies/sales/shop.yaml", "policies/sales"), "1 policy in 1 environment"),
        (("policies/environments.yaml",), "`policies/environments.yaml`"),
        (
            ("policies/environments.yaml", "policies/sales"),
            "1 policy in 1 environment and `policies/environments.yaml`",
        ),
    ],
)
def test_the_summary_counts_what_was_asked_for(two_teams: Path, paths: tuple[str, ...], checked: str) -> None:
    done = _rollguard("check", *paths, folder=two_teams)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"{checked}: nothing to mend\n")


def test_what_a_faulty_environments_file_leaves_unchecked_is_said(two_teams: Path) -> None:
    environments = two_teams / "policies/environments.yaml"
    environments.write_text(environments.read_text().replace('"222222222222"', '"2"'))
    done = _rollguard("check", "policies/stores", folder=two_teams)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "1 policy in 1 environment: nothing to mend\n"
        "`policies/environments.yaml` has faults, so not everything could be checked\n"
    )
    assert _rollguard("check", folder=two_teams).stderr == "2 policies in 1 environment: 1 error\n"


def test_a_preset_file_can_be_asked_for(two_teams: Path) -> None:
    (two_teams / "policies/presets/own.yaml").write_text(
        "apiVersion: rollguard/v1\nkind: Presets\nservice: own\ntitle: Own\nowners: [us]\npresets: []\n"
    )
    done = _rollguard("check", "policies/presets/own.yaml", folder=two_teams)
    assert done.returncode == 1
    assert done.stderr == "`policies/presets/own.yaml`: 1 error\n"
    assert done.stdout.startswith("error[S008]: `presets` ")


def test_a_conflict_of_two_policies_is_shown_whichever_of_them_is_asked_for(two_teams: Path) -> None:
    tills = two_teams / "policies/stores/tills.yaml"
    tills.write_text(tills.read_text().replace("group: tills", "group: live"))
    for path in ("policies/stores/tills.yaml", "policies/sales/shop.yaml"):
        done = _rollguard("check", path, folder=two_teams)
        assert done.returncode == 1, path
        assert done.stdout.startswith("error[R050]: group `live` of application `shop` is guarded twice")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("policies/nothing.yaml", "there is no file or folder `policies/nothing.yaml`"),
        ("/", "`/` is not below the project's folder `{root}`"),
        ("..", "`..` is not below the project's folder `{root}`"),
        ("policies/presets", "there is nothing to check in `policies/presets`"),
        ("policies/presets/README.md", "there is nothing to check in `policies/presets/README.md`"),
    ],
)
def test_a_path_that_stands_for_no_file_of_the_project_is_used_wrongly(
    two_teams: Path, path: str, message: str
) -> None:
    done = _rollguard("check", path, folder=two_teams)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == f"error: {message.format(root=two_teams)}"


def test_json_holds_every_finding_with_its_place(project: Path) -> None:
    _edit(project, "uses: sqs/oldest-message-age", "uses: nothing/here")
    done = _rollguard("check", "--format", "json", folder=project)
    (found,) = json.loads(done.stdout)["diagnostics"]
    assert (found["code"], found["path"], found["line"], found["column"]) == ("P001", "policies/sales/shop.yaml", 9, 13)


def test_outside_a_project_there_is_one_clear_sentence(tmp_path: Path) -> None:
    done = _rollguard("check", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == f"error: there is no folder `policies` in `{tmp_path}` or above it"


def test_an_unknown_option_is_used_wrongly(project: Path) -> None:
    done = _rollguard("check", "--nothing", folder=project)
    assert done.returncode == 2
    assert "No such option" in done.stderr


def test_compile_prints_the_same_plan_every_time(project: Path) -> None:
    first = _rollguard("compile", "--environment", "prod", folder=project)
    second = _rollguard("compile", "--environment", "prod", folder=project)
    assert first.returncode == 0
    assert first.stdout == second.stdout
    plan = json.loads(first.stdout)
    assert plan["environment"] == "prod"
    assert list(plan) == sorted(plan)


def test_compile_refuses_a_broken_project_with_its_errors(project: Path) -> None:
    _edit(project, "threshold:", "treshold:")
    done = _rollguard("compile", "--environment", "prod", folder=project)
    assert (done.returncode, done.stdout) == (1, "")
    assert "criterion `queue` has no key `treshold`" in done.stderr
