"""The engine works on copies of the committed Pulumi files."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from rollguard.failure import Failure
from rollguard.sandbox.home import Home
from rollguard.sandbox.project import write_project

COMMITTED = """\
secretsprovider: awskms://alias/pulumi
encryptedkey: AAAA
encryptionsalt: v1:somebody-elses
config:
  aws:region: eu-west-1
  rollguard:include: [foundation]
  rollguard:pager-key: {secure: AAABBB}
  rollguard:nested: {inner: [{secure: CCC}]}
  other:plain: {deep: [1, 2]}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / ".rollguard", "prod")
    made.make()
    return made


def settings(home: Home, stack: str = "prod") -> dict[str, object]:
    return dict(yaml.safe_load((home.project / f"Pulumi.{stack}.yaml").read_text()))


def test_committed_configuration_comes_without_its_secrets_and_stays_as_it_was(tmp_path: Path, home: Home) -> None:
    (tmp_path / "pulumi").mkdir()
    (tmp_path / "pulumi" / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "pulumi" / "Pulumi.prod.yaml").write_text(COMMITTED)
    name = write_project(tmp_path, home, "prod", {"rollguard:protect": False})
    assert name == "shop"
    assert settings(home) == {
        "config": {"aws:region": "eu-west-1", "other:plain": {"deep": [1, 2]}, "rollguard:protect": False}
    }
    assert (tmp_path / "pulumi" / "Pulumi.prod.yaml").read_text() == COMMITTED


def test_the_salt_of_the_sandbox_outlives_a_new_configuration(tmp_path: Path, home: Home) -> None:
    (home.project / "Pulumi.prod.yaml").write_text("encryptionsalt: v1:ours\nconfig: {a:b: c}\n")
    write_project(tmp_path, home, "prod", {"rollguard:root": "/x"})
    assert settings(home) == {"encryptionsalt": "v1:ours", "config": {"rollguard:root": "/x"}}


def test_a_project_without_pulumi_files_gets_its_own(tmp_path: Path, home: Home) -> None:
    assert write_project(tmp_path, home, "prod", {}) == "rollguard"


@pytest.mark.parametrize("text", ["- a\n- b\n", "a: [\n"])
def test_a_committed_file_that_is_no_map_is_named(tmp_path: Path, home: Home, text: str) -> None:
    (tmp_path / "pulumi").mkdir()
    (tmp_path / "pulumi" / "Pulumi.prod.yaml").write_text(text)
    with pytest.raises(Failure, match=r"Pulumi\.prod\.yaml` (must hold a map|cannot be read)"):
        write_project(tmp_path, home, "prod", {})
