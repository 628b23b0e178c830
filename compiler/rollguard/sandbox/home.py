"""The sandbox's own folders under `.rollguard/`: nothing that git tracks is ever written."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rollguard.failure import Failure
from rollguard.sandbox.results import Running, Work

#: How often a lock that is taken is tried, 50 ms apart: `running` holds it for a moment.
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Home:
    """Where one environment's sandbox lives. `base` is what `--state` says, else `default_base`."""

    base: Path
    environment: str

    @property
    def folder(self) -> Path:
        """Holds `world.json` and the trail of the last run."""
        return self.base / "sandbox" / self.environment

    @property
    def state(self) -> Path:
        """Pulumi's file backend."""
        return self.folder / "state"

    @property
    def project(self) -> Path:
        """The Pulumi project that the engine works in: copies, never the tracked files."""
        return self.folder / "project"

    @property
    def pulumi_home(self) -> Path:
        return self.base / "pulumi-home"

    @property
    def provider_log(self) -> Path:
        return self.folder / "provider.log"

    @property
    def bucket(self) -> Path:
        """The records bucket's stand-in: a folder that holds `records/`, or one such folder for each bucket."""
        return self.folder / "bucket"

    def unfinished(self, stack: str) -> Path:
        """Exists while a run of the stack is under way, and stays when that run died."""
        return self.folder / f"unfinished-{stack}"

    def make(self) -> None:
        """Makes the folders. Raises Failure where that is not possible."""
        try:
            for folder in (self.state, self.project, self.pulumi_home):
                folder.mkdir(parents=True, exist_ok=True)
            ignore = self.base / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise Failure(
                f"the sandbox cannot write its state to `{self.base}`: {(error.strerror or '').lower()}",
                help="`--state DIR` keeps it elsewhere",
            ) from error

    @contextmanager
    def locked(self, verb: Work, stack: str) -> Iterator[None]:
        """Lets one run at a time work on the environment (`stack` is empty where it works on all); the lock goes with the process.

        Raises Failure when it is taken, and where the folders cannot be made.
        """
        with self._lock() as file:
            file.truncate(0)
            file.write(f"{os.getpid()} {verb} {stack}")
            file.flush()
            yield

    def running(self) -> Running | None:
        """The run that is at work on the environment."""
        try:
            with self._lock_file.open(encoding="utf-8") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    process, verb, stack = [*file.read().split(), "", "", ""][:3]
                    return Running(verb, stack, process)
        except FileNotFoundError:
            pass
        return None

    def remove(self) -> None:
        """Removes everything of the environment. Call it only under the lock, which goes too."""
        shutil.rmtree(self.folder)

    @property
    def _lock_file(self) -> Path:
        return self.folder / "lock"

    def _lock(self) -> TextIO:
        for _ in range(_ATTEMPTS):
            self.make()
            file = self._lock_file.open("a+", encoding="utf-8")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.05)
            else:
                # A `destroy` may have removed the file between the two lines above: then the lock is nobody's.
                if os.fstat(file.fileno()).st_nlink:
                    return file
            file.close()
        found = self.running()
        raise Failure(
            f"another sandbox run (process {(found and found.process) or 'unknown'}) is at work on environment `{self.environment}`",
            help="wait until it has ended, or end it with ^C",
        )


def default_base(root: Path) -> Path:
    """`<root>/.rollguard`; for a project that we may not write to, a folder of its own in the user's state folder."""
    inside = root.absolute() / ".rollguard"
    if inside.is_dir() or os.access(root, os.W_OK):
        return inside
    users = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return users / "rollguard" / hashlib.sha256(str(root.resolve()).encode()).hexdigest()[:16]


def buckets(base: Path) -> tuple[Path, ...]:
    """The records buckets of every environment's sandbox below `base`."""
    folder = base / "sandbox"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else ()
    return tuple(bucket for name in names if (bucket := Home(base, name).bucket).is_dir())


def stack_name(environment: str, include: tuple[str, ...]) -> str:
    """The stack's name: the environment, and a mark of the part where only a part of it is included."""
    if not include:
        return environment
    part = hashlib.sha256("\n".join(sorted(include)).encode()).hexdigest()[:8]
    return f"{environment}-part-{part}"
