"""Pulumi's own installer, which needs the vendor's download site."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rollguard.engine import child
from rollguard.engine.executable import VERSION, version_of
from rollguard.engine.progress import Progress

STALL = 20.0  # seconds without a byte: behind a closed firewall nobody should wait longer
LIMIT = 600.0

# A process of its own, since it can then be ended when it stalls, and since `rollguard.engine` does not import pulumi.
_PROGRAM = """
import sys
try:
    from pulumi.automation import PulumiCommand
    from semver import VersionInfo
except ImportError:
    sys.exit("the `pulumi` extra is not installed")
try:
    PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
except Exception as error:
    sys.exit(f"{error}")
"""


def install(folder: Path, progress: Progress) -> Path:
    """Install into `folder` and return the folder that holds `pulumi` and its helpers. Raises ChildFailed."""
    root, downloads = folder / "installed", folder / "downloads"
    downloads.mkdir()

    def received(_seconds: float) -> int:
        size = sum(_size(file) for file in folder.rglob("*"))
        progress(f"Pulumi's installer: {size / 1e6:.0f} MB")
        return size

    progress("Pulumi's installer: asking the download site")
    child.run(
        [sys.executable, "-c", _PROGRAM, str(root), VERSION],
        folder=folder,
        environment={**os.environ, "TMPDIR": str(downloads), "PULUMI_SKIP_UPDATE_CHECK": "true"},
        on_tick=received,
        stall=STALL,
        limit=LIMIT,
    )
    made = root / "bin"
    if version_of(made / "pulumi") is None:
        raise child.ChildFailed("what it installed does not run")
    return made


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:  # the installer has just moved it
        return 0
