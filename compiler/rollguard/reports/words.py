"""A record's words and numbers, made fit to be read: one line, no secret, never endless.

Whatever a report says is plain text in which a pair of backticks marks names and what others wrote; each format escapes it in its way.
"""

from __future__ import annotations

from datetime import UTC, datetime

from rollguard.clear_text import masked
from rollguard.diagnostics import visible
from rollguard.recorder.headline import rollback_off
from rollguard.records.model import Record, moment

#: What a reader takes in of a text that somebody else wrote; the record holds the whole.
LONGEST = 400
_LOOKED_AT = 4000

STATUSES = {
    "started": "rolling back",
    "succeeded": "rolled back",
    "failed": "rollback failed",
    "nothingToRollBack": "nothing to roll back to",
    "recovered": "recovered",
    "stillRed": "still red",
    "refused": "refused at its start",
    "notRolledBack": "not rolled back",
    "outsideDeployment": "outside a deployment",
    "unknown": "unknown",
}

#: Instead of the above, where CodeDeploy had something to go back to and was not to do it.
_ROLLBACK_OFF = "stopped, automatic rollback is off"

#: What kinds of revision are called.
REVISIONS = {
    "s3": "bundle",
    "github": "commit",
    "taskDefinition": "task definition",
    "lambdaVersion": "Lambda version",
    "appSpec": "AppSpec with hash",
}


class Address(str):
    """A cell that is an address and nothing else, to be linked to where the format can."""

    __slots__ = ()


def status_word(status: str, record: Record) -> str:
    """A status in a few words, as it was for this record."""
    if status == "nothingToRollBack" and rollback_off(record):
        return _ROLLBACK_OFF
    return STATUSES.get(status, said(status))


def said(value: object, longest: int = LONGEST) -> str:
    """Somebody's text on one line, its secrets masked, cut where it is longer than `longest` characters."""
    line = visible(" ".join(masked(" ".join(str(value)[:_LOOKED_AT].split())).split()))
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def name(value: object, longest: int = LONGEST) -> str:
    """Somebody's text in backticks."""
    return f"`{said(value, longest).replace('`', chr(39)) or ' '}`"


def when(text: object) -> str:
    """`2026-11-24 10:04:15 UTC`."""
    at = moment(text)
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if at is not None else said(text)


def clock(text: object) -> str:
    """`10:04:15`: the time of a day that is said already."""
    at = moment(text)
    return f"{at.astimezone(UTC):%H:%M:%S}" if at is not None else said(text)


def day(at: datetime) -> str:
    """`2026-11-24`."""
    return f"{at.astimezone(UTC):%Y-%m-%d}"


def offset(seconds: float | None) -> str:
    """`+4:15` or `-0:30` from the first bad datapoint; empty where that is not known."""
    if seconds is None:
        return ""
    hours, rest = divmod(abs(round(seconds)), 3600)
    minutes, rest = divmod(rest, 60)
    sign = "-" if seconds < 0 else "+"
    return f"{sign}{hours}:{minutes:02}:{rest:02}" if hours else f"{sign}{minutes}:{rest:02}"


def share(part: int, whole: int) -> str:
    """`12 of 14 (86 %)`, `none`."""
    return f"{part} of {whole} ({round(100 * part / whole)} %)" if whole else "none"


def counted(count: int, noun: str) -> str:
    """`1 incident`, `3 incidents`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
