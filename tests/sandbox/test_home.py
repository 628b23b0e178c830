"""Where the sandbox keeps its state, and who may work on it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rollguard.failure import Failure
from rollguard.sandbox.home import Home, default_base, stack_name
from rollguard.sandbox.results import Running


def test_everything_lies_in_one_folder_that_git_ignores(tmp_path: Path) -> None:
    home = Home(default_base(tmp_path), "prod")
    home.make()
    assert home.base == tmp_path / ".rollguard"
    assert (home.base / ".gitignore").read_text() == "*\n"
    assert {path.relative_to(home.base).parts[0] for path in home.base.rglob("*")} == {
        ".gitignore",
        "sandbox",
        "pulumi-home",
    }


def test_a_project_that_may_not_be_written_to_keeps_its_state_with_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert default_base(tmp_path / "project").parent == tmp_path / "state" / "rollguard"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure) as failed:
        Home(tmp_path / "file", "prod").make()
    assert failed.value.message == f"the sandbox cannot write its state to `{tmp_path / 'file'}`: not a directory"
    assert failed.value.help == "`--state DIR` keeps it elsewhere"


def test_two_runs_never_work_on_one_environment(tmp_path: Path) -> None:
    home = Home(tmp_path, "prod")
    home.make()
    with (
        home.locked("up", "prod"),
        pytest.raises(
            Failure, match=rf"another sandbox run \(process {os.getpid()}\) is at work on environment `prod`"
        ),
        home.locked("up", "prod"),
    ):
        pass
    with home.locked("up", "prod"):
        pass


def test_who_is_at_work_is_known_while_it_lasts(tmp_path: Path) -> None:
    home = Home(tmp_path, "prod")
    assert home.running() is None
    with home.locked("up", "prod-part-1"):
        assert home.running() == Running("up", "prod-part-1", str(os.getpid()))
    assert home.running() is None


def test_what_is_removed_is_gone_and_the_environment_can_begin_afresh(tmp_path: Path) -> None:
    home, other = Home(tmp_path, "prod"), Home(tmp_path, "two")
    other.make()
    with home.locked("destroy", "prod"):
        home.remove()
        assert not home.folder.exists()
    with home.locked("up", "prod"):
        assert home.state.is_dir()
    assert other.state.is_dir()


def test_each_part_of_an_environment_is_a_stack_of_its_own() -> None:
    whole, foundation = stack_name("prod", ()), stack_name("prod", ("foundation",))
    assert whole == "prod"
    assert foundation.startswith("prod-part-")
    assert stack_name("prod", ("b", "a")) == stack_name("prod", ("a", "b")) != foundation
