"""Times that AWS takes in whole minutes only."""

from __future__ import annotations

from rollguard import limits
from rollguard.language import durations
from rollguard.validation.part import Part


def check(time: Part | None, least: int = 0, most: str = "terminationWaitMinutes") -> int | None:
    """The minutes of a time, which must be whole and from `least` to CodeDeploy's limit `most`; None where they are not."""
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
    longest = limits.limit("codedeploy", most)
    if minutes > longest:
        hours = f"{longest // 60} hours"
        time.error("S107", f"{name} cannot be `{time.value}`", f"CodeDeploy waits at most `{longest}m`, {hours}")
        return None
    return minutes
