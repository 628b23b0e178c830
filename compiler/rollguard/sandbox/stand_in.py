"""Starts the provider's process for a run and ends it, whatever happens."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import rollguard
from rollguard.failure import OUR_BUG, Failure
from rollguard.sandbox.settings import ProviderSettings

_SECONDS_TO_END = 5


@dataclass(frozen=True, slots=True)
class StandIn:
    """A running provider process: attach it with `PULUMI_DEBUG_PROVIDERS=aws:<port>`."""

    port: int
    process: subprocess.Popen[str]

    def died(self) -> bool:
        return self.process.poll() is not None


@contextmanager
def stand_in(settings: ProviderSettings, log: Path, environment: Mapping[str, str]) -> Iterator[StandIn]:
    """A provider process for the time of the block. Raises Failure when it does not start."""
    code_root = str(Path(rollguard.__file__).parents[1])
    search_path = os.pathsep.join(filter(None, [code_root, environment.get("PYTHONPATH", "")]))
    with log.open("w", encoding="utf-8") as written:
        # -P: not the working directory, whose folder `pulumi/` is not the SDK.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "rollguard.sandbox.serve"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=written,
            env={**environment, "PYTHONPATH": search_path},
            encoding="utf-8",
            start_new_session=True,
        )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(settings.to_json() + "\n")
            process.stdin.flush()
        with process.stdout:
            port = process.stdout.readline().strip()
        if not port:
            raise Failure(f"the stand-in for AWS did not start; its log is `{log}`", exit_code=OUR_BUG)
        yield StandIn(int(port), process)
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(_SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
