"""What ends a run early, and the exit code that says so."""

from __future__ import annotations

FINE = 0
FINDINGS = 1
USED_WRONGLY = 2
OUR_BUG = 3
INTERRUPTED = 130


class Failure(Exception):
    """An expected failure of the environment or of the command's use: one clear sentence and how to mend it.

    Faults inside an author's files are Diagnostics, never Failures.
    """

    def __init__(self, message: str, help: str = "", exit_code: int = USED_WRONGLY) -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[type[Failure], tuple[str, str, int]]:
        return type(self), (self.message, self.help, self.exit_code)
