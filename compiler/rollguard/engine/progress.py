"""Say what a long step is doing: a line that renews itself on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

Progress = Callable[[str], None]

_EVERY = 20.0  # seconds between two lines about the same step where output is kept, as in a CI log


def silent(_text: str) -> None:
    """A Progress for callers that show none."""


class Lines:
    """A Progress that writes to a stream. Texts of one step share the words before their colon."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._terminal = self._stream.isatty()
        self._step = ""
        self._written = 0.0

    def __call__(self, text: str) -> None:
        step = text.partition(":")[0]
        now = time.monotonic()
        if self._terminal:
            start = "\n" if self._step and step != self._step else "\r"
            self._stream.write(f"{start}\x1b[2K  {text}")
        elif step != self._step or now - self._written >= _EVERY:
            self._stream.write(f"  {text}\n")
            self._written = now
        self._step = step
        self._stream.flush()

    def close(self) -> None:
        """End the line that was renewing itself."""
        if self._terminal and self._step:
            self._stream.write("\n")
        self._step = ""


def spell(seconds: float) -> str:
    """`45 s`, `3 min 50 s`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
