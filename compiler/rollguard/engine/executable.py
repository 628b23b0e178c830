"""One `pulumi` executable: where it may lie, which version it is, whether that will do."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

VERSION = "3.259.0"
"""What is installed or built where none is found: the version of the SDK in `requirements.lock`."""

OLDEST = (3, 200)
NEXT_MAJOR = (4, 0)

_VERSION = re.compile(r"^v?(\d+)\.(\d+)\.(\d+)\S*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Engine:
    """A usable `pulumi` command; `origin` says in words where it came from."""

    path: Path
    version: str
    origin: str


def cache_folder() -> Path:
    """`${XDG_CACHE_HOME:-~/.cache}/rollguard/pulumi`; as XDG asks, a relative path in the variable is ignored."""
    configured = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = configured if configured.is_absolute() else Path.home() / ".cache"
    return base / "rollguard" / "pulumi"


def cached_path() -> Path:
    return cache_folder() / VERSION / "pulumi"


def version_of(path: Path) -> str | None:
    """The version that an executable says it has, such as `3.259.0`; None if it cannot be run or says nothing."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [path, "version"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = _VERSION.search(answer.stdout)
    return said[0].removeprefix("v") if said and answer.returncode == 0 else None


def will_do(version: str) -> bool:
    """Whether the Automation API of our SDK works with a `pulumi` of this version: 3.200 or newer, below 4."""
    major, minor = (int(part) for part in version.split(".")[:2])
    return OLDEST <= (major, minor) < NEXT_MAJOR


def on_path() -> tuple[Engine | None, str]:
    """The `pulumi` of PATH, or why there is none to use."""
    found = shutil.which("pulumi")
    if found is None:
        return None, "no `pulumi` on PATH"
    version = version_of(Path(found))
    if version is None:
        return None, "the `pulumi` on PATH does not tell its version"
    if not will_do(version):
        return None, f"the `pulumi` on PATH is {version}, where 3.200 or newer (below 4) is needed"
    return Engine(Path(found), version, "PATH"), ""


def cached() -> Engine | None:
    """The `pulumi` that an earlier run installed or built."""
    path = cached_path()
    version = version_of(path) if path.is_file() else None
    return Engine(path, version, "the cache") if version is not None and will_do(version) else None
