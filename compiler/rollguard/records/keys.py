"""Where a record and what people said of it lie, the same in a bucket as in a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

RECORDS = "records/"
VERDICTS = "verdicts/"
OBSERVATIONS = "observations/"

_RECORD = re.compile(r"records/(?P<policy>[^/]+)/(?P<incident>[^/]+)\.json")
_VERDICT = re.compile(r"verdicts/(?P<policy>[^/]+)/(?P<incident>[^/]+)/[^/]+\.json")
_OBSERVATION = re.compile(r"observations/([^/]+)/([^/]+)/(\d{8}T\d{6})Z\.json", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Name:
    """What tells one incident from every other of a bucket."""

    policy: str
    incident: str

    def __str__(self) -> str:
        return f"{self.policy}/{self.incident}"

    @property
    def record(self) -> str:
        return f"{RECORDS}{self.policy}/{self.incident}.json"

    @property
    def verdicts(self) -> str:
        return f"{VERDICTS}{self.policy}/{self.incident}/"


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """What tells one red period of an observing criterion from every other of a bucket, the earlier before the later."""

    since: datetime
    policy: str
    criterion: str

    @property
    def key(self) -> str:
        return f"{OBSERVATIONS}{self.policy}/{self.criterion}/{self.since:%Y%m%dT%H%M%S}Z.json"


def observation_of(key: str) -> Seen | None:
    """The red period whose observation lies at `key`; None for any other key."""
    found = _OBSERVATION.fullmatch(key)
    if found is None:
        return None
    policy, criterion, since = found.groups()
    try:
        return Seen(datetime.strptime(since, "%Y%m%dT%H%M%S").replace(tzinfo=UTC), policy, criterion)
    except ValueError:
        return None


def incident_of(key: str) -> Name | None:
    """The incident whose record or verdict lies at `key`; None for any other key."""
    found = _RECORD.fullmatch(key) or _VERDICT.fullmatch(key)
    return Name(found["policy"], found["incident"]) if found else None


def verdict_key(name: Name, at: datetime) -> str:
    """A key that sorts by time; to the microsecond, as two people may judge in the same second."""
    return f"{name.verdicts}{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}.json"
