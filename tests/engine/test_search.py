"""The order in which the engine is looked for, with real executables of the tests' own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rollguard.engine import Engine, find_engine, installer, obtain_engine
from rollguard.failure import Failure

if TYPE_CHECKING:
    from tests.engine.conftest import Machine


@pytest.mark.parametrize("said", ["v3.200.0", "v3.259.0", "3.300.1", "v3.261.0-alpha.1+dirty"])
def test_pulumi_on_path_is_taken_before_the_cache(machine: Machine, said: str) -> None:
    path = machine.pulumi(said)
    machine.cached("v3.259.0")
    assert find_engine() == path
    assert obtain_engine() == Engine(path, said.removeprefix("v"), "PATH")


@pytest.mark.parametrize("said", ["v3.199.9", "v2.999.0", "v4.0.0", "", "not found"])
def test_a_pulumi_on_path_that_will_not_do_is_passed_over_for_the_cache(machine: Machine, said: str) -> None:
    machine.pulumi(said)
    path = machine.cached("v3.259.0")
    assert find_engine() == path
    assert obtain_engine() == Engine(path, "3.259.0", "the cache")


def test_the_cache_lies_under_home_when_the_variable_is_relative(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path: Path = machine.cached("v3.259.0")
    home = machine.folder / "home"
    (home / ".cache").mkdir(parents=True)
    (machine.folder / "cache").rename(home / ".cache")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    assert find_engine() == home / ".cache" / path.relative_to(machine.folder / "cache")


def test_finding_installs_nothing_and_says_what_is_missing(machine: Machine) -> None:
    machine.go()
    machine.pulumi("v3.100.0")
    with pytest.raises(Failure) as caught:
        find_engine()
    assert caught.value.message == (
        "the Pulumi engine is missing: the `pulumi` on PATH is 3.100.0, where 3.200 or newer (below 4) is needed, "
        "and none in the cache"
    )
    assert "https://www.pulumi.com/docs/install/" in caught.value.help
    assert caught.value.exit_code == 2
    assert machine.builds() == 0


def test_the_installer_comes_before_a_build(machine: Machine) -> None:
    machine.go()
    machine.vendor(
        "folder = pathlib.Path(root) / 'bin'; folder.mkdir(parents=True);"
        " path = folder / 'pulumi'; path.write_text(f'#!/bin/sh\\necho v{version}\\n'); path.chmod(0o755);"
        " (folder / 'pulumi-language-python').touch()"
    )
    place = machine.cache / "3.259.0" / "pulumi"
    assert obtain_engine() == Engine(place, "3.259.0", "Pulumi's installer")
    assert machine.in_cache() == ["3.259.0", "3.259.0/pulumi", "3.259.0/pulumi-language-python"]
    assert machine.builds() == 0
    assert obtain_engine() == Engine(place, "3.259.0", "the cache")


def test_an_installer_that_cannot_reach_its_site_is_followed_by_a_build(machine: Machine) -> None:
    machine.go()
    said: list[str] = []
    place = machine.cache / "3.259.0" / "pulumi"
    assert obtain_engine(said.append) == Engine(place, "3.259.0", "a build from Go modules")
    assert machine.in_cache() == ["3.259.0", "3.259.0/pulumi"]
    steps = [text.partition(":")[0] for text in said]
    assert list(dict.fromkeys(steps)) == [
        "Pulumi's installer",
        "getting the Go modules of pulumi 3.259.0",
        "building pulumi 3.259.0 (4 minutes or so, once)",
    ]


def test_an_installer_that_hangs_is_ended(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "STALL", 1.0)
    machine.vendor("time.sleep(600)")
    machine.no_go()
    with pytest.raises(Failure, match=r"Pulumi's installer failed \(nothing arrived for 1 s\)"):
        obtain_engine()
    assert machine.in_cache() == []


def test_a_broken_command_in_the_cache_is_replaced(machine: Machine) -> None:
    machine.cached("").write_text("half of a download", encoding="utf-8")
    machine.go()
    assert obtain_engine().origin == "a build from Go modules"
    assert obtain_engine().origin == "the cache"
    assert machine.in_cache() == ["3.259.0", "3.259.0/pulumi"]


def test_every_way_that_was_tried_is_named_when_none_works(machine: Machine) -> None:
    machine.pulumi("v3.1.0")
    machine.no_go()
    with pytest.raises(Failure) as caught:
        obtain_engine()
    assert caught.value.message == (
        "the Pulumi engine cannot be had: the `pulumi` on PATH is 3.1.0, where 3.200 or newer (below 4) is needed; "
        "Pulumi's installer failed (exit 1: Name or service not known); "
        "go1.20.1 is too old to build it, which takes Go 1.25 or newer"
    )
    assert "Go 1.25 or newer to build it" in caught.value.help


def test_a_failed_build_is_told_in_the_words_of_go_and_leaves_nothing(machine: Machine) -> None:
    machine.go(build="echo 'no space left on device' >&2; exit 1")
    with pytest.raises(Failure, match=r"a build from Go modules failed \(exit 1: no space left on device\)"):
        obtain_engine()
    assert machine.in_cache() == []


def test_a_cache_that_cannot_be_written_is_named(machine: Machine) -> None:
    machine.go()
    machine.cache.parent.parent.write_text("a file where the cache should be", encoding="utf-8")
    with pytest.raises(Failure, match=r"the cache `.*/cache/rollguard/pulumi` cannot be used \(Not a directory\)"):
        obtain_engine()
