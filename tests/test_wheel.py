"""The wheel, installed outside the checkout: it brings its data, and checks and publishes a project of its own."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

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


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of a virtual environment with the wheel in it.

    Its dependencies are lent by the environment of the tests, as no test may need the network. A path in a `.pth`
    brings packages, but not the editable Rollguard, which hangs on a `.pth` of its own.
    """
    place = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=place).stdout.strip()
    (Path(packages) / "lent.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps", "--quiet"]
    done = run(*pip, "--ignore-installed", wheel, folder=place)
    assert done.returncode == 0, done.stderr
    return place / "bin"


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


def test_the_installed_command_publishes_a_project(installed: Path, project: Path) -> None:
    done = run(installed / "rollguard", "site", folder=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (project / "build" / "html" / "index.html").is_file()
    assert not (project / "site").exists()
