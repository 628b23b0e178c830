"""What a person sees during a long step."""

from __future__ import annotations

import io

from rollguard.engine.progress import Lines, spell


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_per_step() -> None:
    log = io.StringIO()
    lines = Lines(log)
    for text in ("getting: begun", "getting: 1 module", "getting: 2 modules", "building: begun", "building: 1 package"):
        lines(text)
    lines.close()
    assert log.getvalue() == "  getting: begun\n  building: begun\n"


def test_a_terminal_gets_one_line_per_step_that_renews_itself() -> None:
    terminal = Terminal()
    lines = Lines(terminal)
    for text in ("getting: begun", "getting: 1 module", "building: begun"):
        lines(text)
    lines.close()
    assert terminal.getvalue() == ("\r\x1b[2K  getting: begun\r\x1b[2K  getting: 1 module\n\x1b[2K  building: begun\n")


def test_times_are_spelt_with_their_units() -> None:
    assert [spell(0.4), spell(59.9), spell(230)] == ["0 s", "59 s", "3 min 50 s"]
