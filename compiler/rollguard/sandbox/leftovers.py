"""What a run that died left behind: an engine without its driver, the stack's lock, operations that were never confirmed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from pulumi.automation import Deployment, Stack

from rollguard.failure import Failure
from rollguard.sandbox.aws import Refusal, Scope, World

#: How long an engine whose driver died may take to notice and to write its state.
_SECONDS_TO_NOTICE = 10.0


def end_orphan(pid_file: Path) -> None:
    """Waits for an engine whose driver died, and ends it if it does not end by itself. Call it only under the environment's lock."""
    if not pid_file.is_file():
        return
    text = pid_file.read_text(encoding="utf-8").strip()
    deadline = time.monotonic() + _SECONDS_TO_NOTICE
    while text.isdigit() and _is_engine(int(text)):
        if time.monotonic() > deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(text), signal.SIGKILL)
        time.sleep(0.1)
    pid_file.unlink(missing_ok=True)


def remove_stale_locks(state: Path, stack: str) -> int:
    """Removes the stack's locks whose process is dead, and says how many.

    Raises Failure where a lock's process lives, or is of another machine and cannot be seen from here.
    """
    removed = 0
    for lock in sorted((state / ".pulumi" / "locks").glob(f"organization/*/{stack}/*.json")):
        holder = json.loads(lock.read_text(encoding="utf-8") or "{}")
        pid, host = int(holder.get("pid", 0)), str(holder.get("hostname", ""))
        if host and host != socket.gethostname():
            raise Failure(
                f"stack `{stack}` is locked by process {pid} of the machine `{host}`, which cannot be seen from here",
                help=f"if that run is over, delete `{lock}`",
            )
        if pid and _is_engine(pid):
            raise Failure(f"stack `{stack}` is locked by the running process {pid}", help="wait until it has ended")
        lock.unlink()
        removed += 1
    return removed


def forget_pending(stack: Stack) -> tuple[str, ...]:
    """Takes the operations that a dead run never confirmed out of the stack's state; returns the URNs of those that create.

    The stand-in takes over what such a create made, so the next `up` confirms it.
    """
    exported = stack.export_stack()
    deployment = exported.deployment or {}
    pending = deployment.get("pending_operations") or []
    if pending:
        kept = {key: value for key, value in deployment.items() if key != "pending_operations"}
        stack.import_stack(Deployment(version=exported.version, deployment=kept))
    return tuple(str(one["resource"]["urn"]) for one in pending if one["type"] == "creating")


def unmake(world: World, urns: tuple[str, ...]) -> None:
    """Deletes what a dead run made and never noted, so that no `destroy` of the engine finds it."""
    refused = True
    while refused:
        before = [
            one for one in world.resources() if one.mark.urn in urns and one.status.get("KeyState") != "PendingDeletion"
        ]
        refused = False
        for one in before:
            try:
                world.delete(one.type, one.id, Scope(one.account, one.region))
            except Refusal:
                refused = True  # something else of these still needs it
        after = [one for one in world.resources() if one in before]
        refused = refused and len(after) < len(before)


def _is_engine(pid: int) -> bool:
    """Whether the process runs and is a `pulumi`: process ids are used again."""
    if Path("/proc/self/stat").exists():
        try:
            # `pid (name) state …`; the name may hold anything.
            start, _, rest = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            return False
        name, state = start.partition("(")[2], rest.split()[0]
    else:
        listed = subprocess.run(
            ["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        state, _, name = listed.stdout.strip().partition(" ")
    return "pulumi" in name and not state.startswith("Z")
