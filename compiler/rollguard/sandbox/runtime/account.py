"""An incident with all that follows from it, in the sandbox of an environment: messages in its inbox, records in its bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from rollguard.records.keys import OBSERVATIONS, RECORDS, Seen
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.home import Home
from rollguard.sandbox.incident.moments import numbers
from rollguard.sandbox.incident.outside import Outside
from rollguard.sandbox.incident.play import Incident, play
from rollguard.sandbox.runtime.bucket import Bucket
from rollguard.sandbox.runtime.deployments import Place
from rollguard.sandbox.runtime.outbox import Outbox
from rollguard.sandbox.runtime.play import Player, Told


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record, or an observation, that the incident left: its key in the bucket, and what it holds."""

    key: str
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """What came of an incident: the alarms and deployments, the events' effects, the records, what observing criteria caught.

    `begins` is the date of second 0.
    """

    incident: Incident
    told: Told
    records: tuple[Recorded, ...]
    observations: tuple[Recorded, ...]
    begins: datetime


def play_in(home: Home, standing: Sequence[Resource], outside: Outside, place: Place, now: datetime) -> Account:
    """Play an incident that ends at about `now` against the resources of one account and Region, and keep what is sent and written.

    Call it under the environment's lock. Raises Failure as `incident.play.play` does.
    """
    incident = play(standing, replace(outside, attempt=f" {now.isoformat()}"))
    begins = _begins(home, incident, (now.astimezone(UTC) - timedelta(seconds=outside.release.end)))
    told = Player(standing, incident, place, begins, lambda name: Bucket(home.bucket / name)).play()
    Outbox(home.folder).add(replace(one, play=f"{now.isoformat()}") for _, one in told.sent)
    records = tuple(_left(home, told, RECORDS))
    played = replace(incident, recorded=_took(incident, records))
    return Account(played, told, records, tuple(_left(home, told, OBSERVATIONS)), begins)


def _took(incident: Incident, records: Sequence[Recorded]) -> dict[str, int]:
    """What the records say of how long each group's rollback took to begin."""
    durations = {one.record["incident"]: one.record["durations"]["toRollback"] for one in records}
    found = {one.place: durations.get(numbers(incident, one.place).deployment) for one in incident.decided.deployments}
    return {place: seconds for place, seconds in found.items() if seconds is not None}


def _begins(home: Home, incident: Incident, about: datetime) -> datetime:
    """The minute of second 0: an earlier one where an alarm would turn red in the very second of an earlier play, as none does in AWS."""
    guard, decided = incident.outside.player.guard, incident.decided
    red = [
        (incident.measured[name].criterion, change.at)
        for name, one in decided.unheard.items()
        for change in one.timeline.changes
        if change.state == "ALARM"
    ]
    begins = about.replace(second=0, microsecond=0)
    while any(_on_record(home, Seen(begins + timedelta(seconds=at), guard.policy, id)) for id, at in red):
        begins -= timedelta(minutes=1)
    return begins


def _on_record(home: Home, seen: Seen) -> bool:
    return any(home.bucket.glob(f"*/{seen.key}"))


def _left(home: Home, told: Told, folder: str) -> list[Recorded]:
    found = []
    for path in told.written(folder):
        bucket, _, key = path.partition("/")
        stored = Bucket(home.bucket / bucket).get(key)
        if stored is not None:
            found.append(Recorded(key, json.loads(stored.body)))
    return found
