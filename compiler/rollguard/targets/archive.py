"""The recorder's code as Lambda gets it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pulumi

#: The newest Python that all Regions have; the code itself keeps to 3.11.
RUNTIME = "python3.13"


def recorder_archive() -> pulumi.AssetArchive:
    """The modules of `rollguard.recorder`, each named: what Python writes beside them (`__pycache__`) must not change the archive.

    Pulumi compares archives by their content, so two machines with the package in different places have the same one.
    """
    return pulumi.AssetArchive({name: pulumi.FileAsset(str(path)) for name, path in sorted(recorder_files().items())})


def recorder_files() -> dict[str, Path]:
    """The files of the archive, by their names in it."""
    package = Path(str(files("rollguard")))
    modules = sorted((package / "recorder").glob("*.py"))
    return {f"rollguard/{path.relative_to(package).as_posix()}": path for path in (package / "__init__.py", *modules)}
