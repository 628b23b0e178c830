"""What real environments protect from deletion: marked in the stack's state as the run asks, and named where the sandbox lets it go."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rollguard.plan.words import listed
from rollguard.sandbox import inventory
from rollguard.sandbox.request import Sandbox
from rollguard.sandbox.results import Change, Verb

GROUP = "aws:codedeploy/deploymentGroup:DeploymentGroup"
#: What an environment that protects makes protected (`targets/codedeploy.py`, `targets/notifications.py`).
PROTECTED = frozenset({GROUP, "aws:codedeploy/application:Application", "aws:kms/key:Key"})


@contextmanager
def as_asked(sandbox: Sandbox, verb: Verb) -> Iterator[None]:
    """Brings the marks in the stack's state to what `--protect` says; a `preview` puts them back at the end of the block.

    The program marks only what it still makes. What it no longer makes would keep the mark of the run that made it: a real stack has
    always protected it, and a sandbox that is not protected must be able to let it go.
    """
    state = next((one for one in inventory.stacks(sandbox.home) if one.name == sandbox.stack), None)
    wanted = _wanted(sandbox, verb)
    if state is None or wanted is None:
        yield
        return
    before = state.path.read_text(encoding="utf-8")
    document = json.loads(before)
    if not _mark(document, wanted):
        yield
        return
    _write(state.path, json.dumps(document))
    try:
        yield
    finally:
        if verb == "preview":
            _write(state.path, before)


def warnings(sandbox: Sandbox, verb: Verb, changes: Iterable[Change]) -> tuple[str, ...]:
    """What the run deletes here and a real stack would refuse to delete."""
    if verb not in ("up", "preview") or sandbox.protect or not sandbox.environment_protects:
        return ()
    gone = [one for one in changes if one.operation == "delete" and one.type in PROTECTED]
    # A policy is what its author knows; an application that goes along with its groups needs no line of its own.
    policies = dict.fromkeys(one.name.partition("/")[0] for one in gone if one.type == GROUP)
    names = list(policies) or [one.name for one in gone]
    if not names:
        return ()
    protected = f"{listed(names)} {'is' if len(names) == 1 else 'are'} protected"
    return (f"in a real stack this is refused: {protected}; `rollguard sandbox {verb} --protect` refuses it too",)


def _wanted(sandbox: Sandbox, verb: Verb) -> bool | None:
    if verb == "destroy":
        return False if sandbox.unprotect else None
    if verb == "refresh" or (sandbox.protect and not sandbox.environment_protects):
        return None
    return sandbox.protect


def _mark(document: dict[str, Any], wanted: bool) -> bool:
    """Whether an entry had to be changed."""
    latest = (document.get("checkpoint") or {}).get("latest") or {}
    changed = False
    for entry in latest.get("resources") or ():
        marked = bool(entry.get("protect"))
        if marked and not wanted:
            del entry["protect"]
            changed = True
        elif wanted and not marked and entry["type"] in PROTECTED and not entry.get("retainOnDelete"):
            entry["protect"] = changed = True
    return changed


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
