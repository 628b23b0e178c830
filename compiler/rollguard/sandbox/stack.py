"""The stack that the engine works on."""

from __future__ import annotations

from datetime import UTC, datetime

from pulumi.automation import LocalWorkspace, OutputMap, Stack, StackNotFoundError, UpdateSummary
from pulumi.automation._stack import StackInitMode


class HeardStack(Stack):
    """A stack whose runs end with their events: asking the engine again for outputs and history takes longer than many a run."""

    def outputs(self) -> OutputMap:
        return {}

    def info(self, show_secrets: bool = True) -> UpdateSummary | None:
        return UpdateSummary(
            kind="", start_time=datetime.now(UTC), message="", environment={}, config={}, result="succeeded"
        )


def select_or_create(name: str, workspace: LocalWorkspace) -> Stack:
    """The stack of this name, made if need be. Raises CommandError where the engine cannot."""
    try:
        return HeardStack(name, workspace, StackInitMode.SELECT)
    except StackNotFoundError:
        return HeardStack(name, workspace, StackInitMode.CREATE)
