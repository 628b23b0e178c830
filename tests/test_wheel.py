"""The wheel, installed outside the checkout: it brings its data, and checks and publishes a project of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from email import message_from_bytes
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from rollguard import __version__

ROOT = Path(__file__).resolve().parents[1]


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=ROOT)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


def closure(wheel: Path, *extras: str) -> set[Distribution]:
    """The distributions that pip would install beside the wheel, by the requirements that the wheel itself states."""
    metadata = next(name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".dist-info/METADATA"))
    stated = message_from_bytes(zipfile.ZipFile(wheel).read(metadata)).get_all("Requires-Dist", [])
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    wanted = [(text, extra) for text in stated for extra in ("", *extras)]
    while wanted:
        text, extra = wanted.pop()
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        found[name] = distribution(name)
        assert requirement.specifier.contains(found[name].version, prereleases=True), text
        fresh = {(name, inner) for inner in ("", *requirement.extras)} - seen
        seen |= fresh
        wanted += [(text, inner) for _, inner in fresh for text in found[name].requires or ()]
    return set(found.values())


def lend(packages: Path, lent: set[Distribution]) -> None:
    """Put distributions of this environment into another one, as links: nothing else of it can be imported there."""
    for one in lent:
        tops = {file.parts[0] for file in one.files or () if file.parts[0] not in ("..", "__pycache__")}
        for top in sorted(tops):
            (packages / top).symlink_to(Path(str(one.locate_file(top))))


def install(wheel: Path, place: Path, *extras: str) -> Path:
    """The `bin` of a virtual environment with the wheel and what it requires, lent by ours: no test may need the network."""
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=place).stdout.strip()
    lend(Path(packages), closure(wheel, *extras))
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps", "--quiet"]
    done = run(*pip, "--ignore-installed", wheel, folder=place)
    assert done.returncode == 0, done.stderr
    return place / "bin"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`pip install rollguard`."""
    return install(wheel, tmp_path_factory.mktemp("plain") / "venv")


@pytest.fixture(scope="module")
def publishing(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`pip install rollguard[site]`."""
    return install(wheel, tmp_path_factory.mktemp("publishing") / "venv", "site")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The example policies, in a folder that has nothing else of the checkout."""
    shutil.copytree(ROOT / "policies", tmp_path / "policies", ignore=shutil.ignore_patterns("presets"))
    return tmp_path


def test_the_wheel_holds_the_data_and_no_test(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    data = {name.removeprefix("rollguard/_data/") for name in names if name.startswith("rollguard/_data/")}
    for folder, pattern in (
        ("schema", "*.json"),
        ("policies/presets", "*.yaml"),
        ("site/templates", "*.j2"),
        ("site/docs", "*.md"),
    ):
        for path in (ROOT / folder).rglob(pattern):
            assert str(path.relative_to(ROOT)) in data
    assert {"mkdocs.yml", "pulumi/Pulumi.yaml", "pulumi/__main__.py"} <= data
    assert {name.partition("/")[0] for name in names} == {"rollguard", f"rollguard-{__version__}.dist-info"}


def test_the_installed_command_is_the_wheels_own(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "rollguard", "--version", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert __version__ in done.stdout
    where = run(installed / "python", "-c", "import rollguard; print(rollguard.__file__)", folder=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(installed.parent)


def test_the_installed_command_checks_a_project(installed: Path, project: Path) -> None:
    done = run(installed / "rollguard", "check", folder=project)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_installed_command_points_at_a_fault(installed: Path, project: Path) -> None:
    (project / "policies" / "team").mkdir(exist_ok=True)
    (project / "policies" / "team" / "broken.yaml").write_text("apiVersion: rollguard/v1\nkind: 7\n", encoding="utf-8")
    done = run(installed / "rollguard", "check", folder=project)
    assert done.returncode == 1
    assert "policies/team/broken.yaml:2:7" in done.stdout + done.stderr


def test_only_what_the_wheel_requires_is_lent(installed: Path, tmp_path: Path) -> None:
    for module, there in (("click", True), ("mkdocs", False), ("pulumi", False), ("pytest", False)):
        done = run(installed / "python", "-c", f"import {module}", folder=tmp_path)
        assert (done.returncode == 0) is there, done.stderr


def test_the_installed_command_plans_and_plays_a_project(installed: Path, project: Path) -> None:
    for command in (("compile", "--environment", "prod"), ("test",)):
        done = run(installed / "rollguard", *command, folder=project)
        assert done.returncode == 0, done.stdout + done.stderr


def test_what_needs_an_extra_says_which(installed: Path, project: Path) -> None:
    done = run(installed / "rollguard", "site", folder=project)
    assert done.returncode == 2
    assert "rollguard[site]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_publishes_a_project_with_the_extra(publishing: Path, project: Path) -> None:
    done = run(publishing / "rollguard", "site", folder=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "build" / "html" / "index.html").is_file()
    assert not (project / "site").exists()
