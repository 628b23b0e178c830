"""Times of a scenario as people read them."""

from __future__ import annotations


def clock(seconds: int) -> str:
    """Minutes and seconds from the scenario's start: `14:15`, `-2:00`; hours are minutes too, as scenarios count minutes."""
    minutes, rest = divmod(abs(seconds), 60)
    return f"{'-' if seconds < 0 else ''}{minutes}:{rest:02}"
