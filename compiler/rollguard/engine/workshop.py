"""The folder where an engine is put together: one at a time, and in place only when it is whole."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rollguard.engine.executable import VERSION, cache_folder
from rollguard.engine.progress import Progress

_PREFIX = ".unfinished-"


@contextmanager
def workshop(progress: Progress) -> Iterator[Path]:
    """An empty folder in the cache that is gone afterwards; waits for whoever else is at work.

    Raises OSError when the cache cannot be written.
    """
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another run is getting the engine: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        # We hold the lock, so what lies here was left by a run that was killed.
        for left in cache.glob(f"{_PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=cache))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def put_in_place(made: Path, folder: Path) -> Path:
    """Rename a finished folder that holds `pulumi` into the cache; `folder` is the workshop. Returns the executable."""
    place = cache_folder() / VERSION
    with suppress(FileNotFoundError):
        place.replace(folder / "replaced")
    made.replace(place)
    return place / "pulumi"
