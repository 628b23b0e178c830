"""The code that Lambda gets: the package's own modules, named one by one."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from rollguard.recorder.settings import HANDLER
from rollguard.targets.archive import recorder_archive, recorder_files


def test_the_archive_holds_the_recorders_modules_and_nothing_else() -> None:
    files = recorder_files()
    assert "rollguard/__init__.py" in files
    assert f"{HANDLER.rpartition('.')[0].replace('.', '/')}.py" in files
    assert all(name == "rollguard/__init__.py" or name.startswith("rollguard/recorder/") for name in files)
    assert all(name.endswith(".py") and path.is_file() for name, path in files.items())
    assert list(recorder_archive().assets) == sorted(files)


def test_the_archive_runs_without_the_rest_of_rollguard(tmp_path: Path) -> None:
    archive = tmp_path / "function.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for name, path in recorder_files().items():
            made.write(path, name)
    module, _, function = HANDLER.rpartition(".")
    code = f"import sys, {module} as it; print(callable(it.{function}), it.__file__)"
    ran = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(archive)!r}); {code}"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert ran.stderr == ""
    assert ran.stdout.split() == ["True", f"{archive}/{module.replace('.', '/')}.py"]
