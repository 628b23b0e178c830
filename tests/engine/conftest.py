"""A machine to look for the engine on: its own PATH, cache, `go` and Python package `pulumi`, all under one folder."""

from __future__ import annotations

from pathlib import Path

import pytest

COMPILER = Path(__file__).resolve().parents[2] / "compiler"

GO = """#!/bin/sh
case "$1" in
  env) echo go{version} ;;
  get) echo "go: added example.com/one v1.0.0" >&2; {get} ;;
  build)
    echo built >> "{folder}/builds"
    {build}
    while [ "$1" != -o ]; do shift; done
    mkdir -p "$(dirname "$2")"
    printf '#!/bin/sh\\necho v3.259.0\\n' > "$2"
    chmod +x "$2" ;;
esac
"""

PACKAGE = """
import pathlib, sys, time

class PulumiCommand:
    @classmethod
    def install(cls, root, version):
        {install}
"""


class Machine:
    """What the tests put on it; nothing is there at first, and the vendor's download site cannot be reached."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.cache = folder / "cache" / "rollguard" / "pulumi"
        self.bin.mkdir()
        self.vendor('raise OSError("Name or service not known")')

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "PYTHONPATH": f"{self.folder / 'packages'}:{COMPILER}",
        }

    def command(self, name: str, text: str) -> Path:
        path = self.bin / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    def pulumi(self, said: str) -> Path:
        """A `pulumi` on PATH that answers `pulumi version` with this."""
        return self.command("pulumi", f"#!/bin/sh\necho '{said}'\n")

    def cached(self, said: str) -> Path:
        place = self.cache / "3.259.0"
        place.mkdir(parents=True)
        path = place / "pulumi"
        path.write_text(f"#!/bin/sh\necho '{said}'\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def go(self, version: str = "1.26.0", get: str = ":", build: str = ":") -> Path:
        """A `go` that builds a `pulumi`, after shell commands of the test's own."""
        return self.command("go", GO.format(version=version, get=get, build=build, folder=self.folder))

    def no_go(self) -> None:
        """Also where the machine under the tests has one in /usr/bin."""
        self.go(version="1.20.1")

    def vendor(self, install: str) -> None:
        """What Pulumi's SDK does when it is asked to install the command."""
        package = self.folder / "packages" / "pulumi"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
        (package / "automation.py").write_text(PACKAGE.format(install=install), encoding="utf-8")

    def builds(self) -> int:
        """How often `go build` was begun."""
        log = self.folder / "builds"
        return len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0

    def in_cache(self) -> list[str]:
        """Every file and folder of the cache but the lock."""
        return sorted(str(path.relative_to(self.cache)) for path in self.cache.rglob("*") if path.name != ".lock")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    for name, value in machine.environment().items():
        monkeypatch.setenv(name, value)
    return machine
