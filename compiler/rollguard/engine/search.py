"""The order in which the engine is looked for: PATH, the cache, the vendor's installer, a build from Go modules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rollguard.engine import executable, go_build, installer
from rollguard.engine.child import ChildFailed
from rollguard.engine.executable import VERSION, Engine
from rollguard.engine.progress import Progress, silent
from rollguard.engine.workshop import put_in_place, workshop
from rollguard.failure import Failure

INSTALL_PAGE = "https://www.pulumi.com/docs/install/"


def find_engine() -> Path:
    """The `pulumi` command of PATH or of the cache; nothing is installed. Raises Failure when there is none."""
    engine, why = executable.on_path()
    engine = engine or executable.cached()
    if engine is None:
        raise Failure(
            f"the Pulumi engine is missing: {why}, and none in the cache",
            help=f"`python -m rollguard.engine` gets it, or install Pulumi 3.200 or newer: {INSTALL_PAGE}",
        )
    return engine.path


def obtain_engine(progress: Progress = silent) -> Engine:
    """The `pulumi` command, installed or built if need be, which may take minutes.

    Raises Failure, with every way that was tried, when it cannot be had.
    """
    engine, why = executable.on_path()
    engine = engine or executable.cached()
    if engine is not None:
        return engine
    reasons = [why]
    try:
        with workshop(progress) as folder:
            engine = executable.cached()  # whoever held the lock before us may have made it
            return engine or _installed(folder, progress, reasons) or _built(folder, progress, reasons)
    except OSError as error:
        reasons.append(f"the cache `{executable.cache_folder()}` cannot be used ({error.strerror or error})")
    except _NoEngine:
        pass
    raise Failure(
        f"the Pulumi engine cannot be had: {'; '.join(reasons)}",
        help=f"install Pulumi 3.200 or newer ({INSTALL_PAGE}), or Go 1.25 or newer to build it, and run this again",
    )


class _NoEngine(Exception):
    """Every way was tried."""


def _installed(folder: Path, progress: Progress, reasons: list[str]) -> Engine | None:
    return _take(lambda: installer.install(folder, progress), "Pulumi's installer", folder, reasons)


def _built(folder: Path, progress: Progress, reasons: list[str]) -> Engine:
    go, why = go_build.find_go()
    if go is None:
        reasons.append(why)
        raise _NoEngine
    engine = _take(lambda: go_build.build(go, folder, progress), "a build from Go modules", folder, reasons)
    if engine is None:
        raise _NoEngine
    return engine


def _take(make: Callable[[], Path], origin: str, folder: Path, reasons: list[str]) -> Engine | None:
    try:
        made = make()
    except ChildFailed as error:
        reasons.append(f"{origin} failed ({error})")
        return None
    return Engine(put_in_place(made, folder), VERSION, origin)
