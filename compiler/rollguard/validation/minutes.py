"""Times that AWS takes in whole minutes only."""

from __future__ import annotations

from rollguard.language import durations
from rollguard.validation.part import Part

#: CodeDeploy's longest wait before old tasks or machines end, and its longest traffic shift (facts 2.4).
LONGEST = 2880


def check(time: Part | None, least: int = 0) -> int | None:
    """The minutes of a time, which must be whole and from `least` to 2880; None where they are not."""
    if time is None or not isinstance(time.value, str):
        return None
    name = f"`{time.path[-1]}`"
    try:
        seconds = durations.seconds(time.value)
    except ValueError as wrong:
        time.error("S006", f"{name} cannot be `{time.written}`", str(wrong))
        return None
    if seconds % 60:
        up = durations.text((seconds // 60 + 1) * 60)
        time.error("S107", f"{name} is `{time.value}`, and CodeDeploy counts whole minutes", f"for instance `{up}`")
        return None
    minutes = int(seconds // 60)
    if minutes < least:
        time.error("S107", f"{name} cannot be `{time.value}`", f"it is at least `{least}m`")
        return None
    if minutes > LONGEST:
        time.error("S107", f"{name} cannot be `{time.value}`", f"CodeDeploy waits at most `{LONGEST}m`, 48 hours")
        return None
    return minutes
