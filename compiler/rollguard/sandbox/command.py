"""The engine's process: kept out of the terminal's process group, so that one ^C reaches it once and it ends in order."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo


class EngineCommand(PulumiCommand):
    """Runs `pulumi` in exactly the environment that it is given, and passes ^C and SIGTERM on to it.

    At the first signal the engine finishes the operations under way and writes its state, at the second it ends at once. `interrupted` says
    whether one came, `killed` whether the engine did not end by itself. `pid_file` holds the engine's process id while it runs.
    """

    def __init__(self, path: Path, pid_file: Path, on_interrupt: Callable[[], None]) -> None:
        # Not the base class's: it only finds `bin/pulumi` below a folder.
        self.command = str(path)
        self.version = VersionInfo.parse(
            subprocess.run([path, "version"], capture_output=True, text=True, check=True)
            .stdout.strip()
            .removeprefix("v")
        )
        self.interrupted = False
        self.killed = False
        self._pid_file = pid_file
        self._on_interrupt = on_interrupt

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callable[[str], object] | None = None,
        on_error: Callable[[str], object] | None = None,
    ) -> CommandResult:
        """Runs one command. Raises CommandError where it fails."""
        if self.interrupted:
            raise KeyboardInterrupt
        process = subprocess.Popen(
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**additional_env, "PULUMI_AUTOMATION_API": "true"},
            encoding="utf-8",
            start_new_session=True,
        )
        self._pid_file.write_text(str(process.pid), encoding="utf-8")
        said: list[str] = []
        complained: list[str] = []
        assert process.stdout is not None
        assert process.stderr is not None
        readers = [
            threading.Thread(target=_collect, args=(process.stdout, said, on_output)),
            threading.Thread(target=_collect, args=(process.stderr, complained, on_error)),
        ]
        with self._passing_signals_to(process):
            for reader in readers:
                reader.start()
            code = process.wait()
        for reader in readers:
            reader.join()
        self._pid_file.unlink(missing_ok=True)
        self.killed = code < 0
        result = CommandResult(stdout="\n".join(said), stderr="\n".join(complained), code=code)
        if code != 0:
            raise create_command_error(result)
        return result

    @contextmanager
    def _passing_signals_to(self, process: subprocess.Popen[str]) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def pass_on(_: int, __: FrameType | None) -> None:
            if not self.interrupted:
                self.interrupted = True
                self._on_interrupt()
            process.send_signal(signal.SIGINT)

        before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _collect(stream: IO[str], lines: list[str], tell: Callable[[str], object] | None) -> None:
    with stream:
        for line in stream:
            lines.append(line.rstrip())
            if tell:
                tell(line.rstrip())


def clean_environment(additions: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without any `AWS_*` and `PULUMI_*` variable of the user, so that no real account is ever within reach."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    return {**kept, **additions}


@contextmanager
def as_our_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Makes `variables` the whole environment of this process for a while: the program runs in it."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
