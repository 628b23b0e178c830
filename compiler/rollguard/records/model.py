"""An incident as it was found: its record, what people said of it, and what could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from rollguard.records.keys import Name

#: A record as `schema/rollback-record.schema.json` states it, of the newest version.
Record = Mapping[str, Any]
#: An observation as `schema/observation.schema.json` states it.
Observation = Mapping[str, Any]
Judgement = Literal["right", "wrong", "unclear"]
JUDGEMENTS: tuple[Judgement, ...] = ("right", "wrong", "unclear")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody judged: whether it was right to roll back. `at` is RFC 3339 in UTC; `ticket` may be empty."""

    judgement: Judgement
    cause: str
    ticket: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Incident:
    """One record, and its verdicts, the newest first."""

    name: Name
    record: Record
    verdicts: tuple[Verdict, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The newest verdict: the one that counts."""
        return self.verdicts[0] if self.verdicts else None

    @property
    def began(self) -> datetime:
        """When the incident began, as far as its record knows: the earliest time that it holds about it."""
        record = self.record
        stated = [step["at"] for step in record["reached"]]
        stated += [record["times"]["alarm"], record["times"]["stopped"], record["unknownSince"]]
        stated += [fact["at"] for fact in record["facts"][:1]] if not any(stated) else []
        return min(
            (when for text in stated if (when := moment(text)) is not None), default=datetime.min.replace(tzinfo=UTC)
        )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that should have been a record or a verdict: where it lies, and what is wrong with it."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """Incidents, the newest first, observations, the oldest first, and what was left out because it could not be read."""

    incidents: tuple[Incident, ...]
    unreadable: tuple[Unreadable, ...] = ()
    observations: tuple[Observation, ...] = ()


def judged(record: Record) -> str:
    """What a verdict on the incident is about: `the rollback`, or `the alarm` or `the stop` where none was."""
    reached = {step["status"] for step in record["reached"]}
    stopped_nothing = "notRolledBack" in reached and record["rollback"] is None
    if "outsideDeployment" in reached or record["deployment"] is None or stopped_nothing:
        return "the alarm"
    return "the stop" if "nothingToRollBack" in reached else "the rollback"


def moment(text: object) -> datetime | None:
    """An RFC 3339 time; None for null, and for what only looks like a time."""
    if not isinstance(text, str):
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)
