"""Virtual time: an incident counts seconds from its start, AWS's answers carry dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(slots=True)
class Clock:
    """The time in the incident. `begins` is the date of second 0 (UTC), `now` the second that it is."""

    begins: datetime
    now: int = 0

    def date(self, seconds: float) -> datetime:
        """The date of a second of the incident."""
        return self.begins + timedelta(seconds=seconds)

    def seconds(self, date: datetime) -> float:
        """The second of the incident at a date."""
        return (date - self.begins).total_seconds()

    @property
    def today(self) -> datetime:
        """The date that it is."""
        return self.date(self.now)

    def stamp(self, seconds: float) -> str:
        """The date of a second as EventBridge writes it: `2026-11-24T12:00:00Z`."""
        return self.date(seconds).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
