"""Finding and reading a project: what is a fault of a file, and what ends the run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rollguard.failure import Failure
from rollguard.project import find_root, load

ENVIRONMENTS = """\
apiVersion: rollguard/v1
kind: Environments
defaults: {mode: observe}
environments: {prod: {account: "222222222222", region: eu-west-1}}
"""
POLICY = """\
apiVersion: rollguard/v1
kind: RollbackPolicy
metadata: {name: NAME, title: T, owner: o}
spec:
  deployments:
    - codedeploy: {platform: lambda, application: NAME, group: g, managedBy: cdk}
  criteria:
    - {id: a, signal: {alarm: existing}, title: T, why: W}
  environments: {prod: {}}
"""


def _write(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    _write(tmp_path, "policies/environments.yaml", ENVIRONMENTS)
    _write(tmp_path, "policies/team/one.yaml", POLICY.replace("NAME", "one"))
    return tmp_path


def test_policies_are_found_in_any_depth_and_hidden_files_are_not(root: Path) -> None:
    _write(root, "policies/team/sub/two.yml", POLICY.replace("NAME", "two"))
    _write(root, "policies/.git/three.yaml", "not: a policy")
    _write(root, "policies/team/.draft.yaml", "not: a policy")
    _write(root, "policies/README.md", "# hello")
    project = load(root)
    assert [policy.path for policy in project.policies] == ["policies/team/one.yaml", "policies/team/sub/two.yml"]
    assert project.diagnostics == ()
    assert project.environment_names == ("prod",)


def test_the_root_is_the_nearest_folder_upwards_that_holds_policies(root: Path) -> None:
    assert find_root(None, root / "policies" / "team") == root
    assert find_root(root, Path("/")) == root


@pytest.mark.parametrize("make", [lambda root: None, lambda root: (root / "policies").mkdir()])
def test_a_missing_or_empty_project_is_one_sentence(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path)
    with pytest.raises(Failure) as failure:
        load(tmp_path)
    assert failure.value.message in (
        f"there is no folder `policies` in `{tmp_path}`",
        "there is no policy in `policies/`",
    )


def test_a_project_without_environments_is_an_error_in_the_file_that_is_missing(root: Path) -> None:
    (root / "policies/environments.yaml").unlink()
    (found,) = load(root).diagnostics
    assert (found.code, found.span.path) == ("E001", "policies/environments.yaml")


@pytest.mark.parametrize("name", ["environments", "failure-modes"])
def test_of_a_file_with_both_endings_neither_is_read_in_vain(root: Path, name: str) -> None:
    text = (
        ENVIRONMENTS
        if name == "environments"
        else "apiVersion: rollguard/v1\nkind: FailureModes\nusualTraffic: 9/min\n"
    )
    for ending in ("yaml", "yml"):
        _write(root, f"policies/{name}.{ending}", text)
    (found,) = load(root).diagnostics
    assert (found.code, found.span.path, found.message) == (
        "E007",
        f"policies/{name}.yml",
        f"`policies/{name}.yml` stands beside `policies/{name}.yaml`",
    )


def test_a_policy_named_twice_is_reported_with_the_first_place(root: Path) -> None:
    _write(root, "policies/other/again.yaml", POLICY.replace("NAME", "one"))
    (found,) = load(root).diagnostics
    assert (found.code, found.message) == ("R003", "policy `one` exists already")
    assert found.span.path == "policies/team/one.yaml"
    assert found.notes[0].span.path == "policies/other/again.yaml"


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("policies/team/env.yaml", ENVIRONMENTS, "`kind: Environments` does not belong in this file"),
        ("policies/presets/x.yaml", POLICY.replace("NAME", "x"), "`kind: RollbackPolicy` does not belong in this file"),
    ],
)
def test_a_file_in_the_wrong_place_is_reported(root: Path, path: str, text: str, message: str) -> None:
    _write(root, path, text)
    assert [(found.code, found.message) for found in load(root).diagnostics] == [("E002", message)]


def test_one_broken_file_does_not_hide_the_others(root: Path) -> None:
    _write(root, "policies/team/broken.yaml", "a: [1, 2\n")
    project = load(root)
    broken = next(policy for policy in project.policies if policy.name == "broken")
    assert (broken.document, broken.sound) == (None, False)
    assert [found.span.path for found in project.diagnostics] == ["policies/team/broken.yaml"]


def test_a_link_in_a_circle_ends_the_run(root: Path) -> None:
    (root / "policies/team/loop.yaml").symlink_to(root / "policies/team/loop.yaml")
    with pytest.raises(Failure, match=r"cannot read `policies/team/loop\.yaml`: its symbolic links lead in a circle"):
        load(root)


def test_a_folder_that_leads_back_into_itself_ends_the_run(root: Path) -> None:
    (root / "policies/team/back").symlink_to(root / "policies")
    with pytest.raises(Failure, match="the symbolic links of `policies/team/back` lead in a circle"):
        load(root)


def test_a_folder_that_leads_out_of_the_project_ends_the_run(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (root / "policies/out").symlink_to(tmp_path_factory.mktemp("outside"))
    with pytest.raises(Failure, match="`policies/out` leads out of the project"):
        load(root)


def test_a_file_that_leads_out_of_the_project_ends_the_run(root: Path) -> None:
    """Otherwise a pull request could publish a file of the machine that builds the site."""
    (root / "policies/team/x.yaml").symlink_to("/etc/hostname")
    with pytest.raises(Failure, match=r"`policies/team/x\.yaml` leads out of the project"):
        load(root)


def test_a_link_inside_the_project_is_read(root: Path) -> None:
    shared = _write(root, "shared/two.yaml", POLICY.replace("NAME", "two"))
    (root / "policies/team/two.yaml").symlink_to(shared)
    assert [policy.name for policy in load(root).policies] == ["one", "two"]


def test_an_unreadable_file_ends_the_run(root: Path) -> None:
    """Root may read everything, so a folder that calls itself a policy stands for what cannot be read."""
    if os.geteuid() == 0:
        (root / "policies/team/pipe.yaml").unlink(missing_ok=True)
        os.mkfifo(root / "policies/team/pipe.yaml")
        with pytest.raises(
            Failure, match=r"cannot read `policies/team/pipe\.yaml`: it is a pipe, socket or device, not a file"
        ):
            load(root)
    else:
        (root / "policies/team/one.yaml").chmod(0)
        with pytest.raises(Failure, match=r"cannot read `policies/team/one\.yaml`: permission denied"):
            load(root)


def test_a_key_that_is_no_text_is_one_fault(root: Path) -> None:
    _write(
        root, "policies/team/one.yaml", POLICY.replace("NAME", "one").replace("  criteria:", "  true: 5\n  criteria:")
    )
    assert [fault.code for fault in load(root).diagnostics] == ["Y003"]
