"""Find incidents on shelves: all of a time, or one by its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from rollguard import wording
from rollguard.failure import Failure
from rollguard.records import observed, read
from rollguard.records.keys import RECORDS, VERDICTS, Name, incident_of
from rollguard.records.model import Found, Incident, Observation, Record, Unreadable, Verdict
from rollguard.records.shelf import Shelf

#: A clock of ours may run behind that of S3.
_SLACK = timedelta(hours=1)


def everything(shelves: Iterable[Shelf], since: datetime | None = None, policy: str = "") -> Found:
    """Every incident that began at `since` or later, and what observing criteria caught since then, of one policy or of all.

    What cannot be read is named and left out. Raises Failure for a place that cannot be reached, and for a policy without any record.
    """
    incidents: list[Incident] = []
    unreadable: list[Unreadable] = []
    caught: list[Observation] = []
    policies: set[str] = set()
    for shelf in shelves:
        keys = []
        for entry in shelf.entries(RECORDS):
            name = incident_of(entry.key)
            if name is None:
                continue
            policies.add(name.policy)
            # An incident is written from its begin on: what was last written before `since` began before it.
            old = since is not None and entry.written is not None and entry.written < since - _SLACK
            if not old and policy in ("", name.policy):
                keys.append(entry.key)
        records = dict(_records(shelf, sorted(keys), unreadable))
        verdicts = _verdicts(shelf, f"{VERDICTS}{policy}/" if policy else VERDICTS, set(records), unreadable)
        found = (Incident(name, record, verdicts.get(name, ())) for name, record in records.items())
        incidents += (incident for incident in found if since is None or incident.began >= since)
        seen = observed.seen(shelf)
        policies |= {name.policy for name in seen}
        wanted = [one for one in seen if policy in ("", one.policy) and (since is None or one.since >= since)]
        caught += observed.observations(shelf, wanted, unreadable)
    if policy and policy not in policies:
        raise Failure(f"there is no record of a policy `{policy}`", _among(policy, policies))
    incidents.sort(key=lambda incident: (incident.began, incident.name), reverse=True)
    return Found(tuple(incidents), tuple(unreadable), tuple(caught))


def one(shelves: Iterable[Shelf], wanted: str) -> tuple[Shelf, Found]:
    """The incident that `wanted` names, as `d-…` or as `policy/d-…`, and the shelf that it lies on.

    Raises Failure where there is none (with the nearest name), where there are several, and where its record cannot be read.
    """
    places = [
        (shelf, name)
        for shelf in shelves
        for entry in shelf.entries(RECORDS)
        if (name := incident_of(entry.key)) is not None
    ]
    matching = [(shelf, name) for shelf, name in places if wanted in (name.incident, str(name))]
    if not matching:
        known = {name.incident for _, name in places} | {str(name) for _, name in places if "/" in wanted}
        raise Failure(f"there is no record of an incident `{wanted}`", _among(wanted, known))
    if len(matching) > 1:
        there = wording.listed((f"{name} in {shelf.name}" for shelf, name in matching), "and")
        raise Failure(
            f"several incidents are called `{wanted}`: {there}", "name the policy too, or the place by `--from`"
        )
    ((shelf, name),) = matching
    unreadable: list[Unreadable] = []
    records = list(_records(shelf, [name.record], unreadable))
    if not records:
        raise Failure(f"`{unreadable[0].place}` {unreadable[0].why}", "`rollguard report` leaves it out")
    verdicts = _verdicts(shelf, name.verdicts, {name}, unreadable)
    return shelf, Found((Incident(name, records[0][1], verdicts.get(name, ())),), tuple(unreadable))


def _records(shelf: Shelf, keys: Iterable[str], unreadable: list[Unreadable]) -> Iterator[tuple[Name, Record]]:
    for key, content in shelf.read(keys):
        name = incident_of(key)
        try:
            if isinstance(content, str):
                raise read.Unfit(content)
            if name is not None:
                yield name, read.record(content, name)
        except read.Unfit as unfit:
            unreadable.append(Unreadable(f"{shelf.name}/{key}", str(unfit)))


def _verdicts(
    shelf: Shelf, prefix: str, wanted: set[Name], unreadable: list[Unreadable]
) -> dict[Name, tuple[Verdict, ...]]:
    """The verdicts below `prefix` on the wanted incidents, the newest first: keys sort by time."""
    keys = sorted((entry.key for entry in shelf.entries(prefix) if incident_of(entry.key) in wanted), reverse=True)
    found: defaultdict[Name, list[Verdict]] = defaultdict(list)
    for key, content in shelf.read(keys):
        name = incident_of(key)
        try:
            if isinstance(content, str):
                raise read.Unfit(content)
            if name is not None:
                found[name].append(read.verdict(content))
        except read.Unfit as unfit:
            unreadable.append(Unreadable(f"{shelf.name}/{key}", str(unfit)))
    return {name: tuple(verdicts) for name, verdicts in found.items()}


def _among(wanted: str, known: Iterable[str]) -> str:
    names = sorted(known)
    if not names:
        return "there is no record at all"
    return wording.did_you_mean(wanted, names) or f"there are {len(names)}, such as {wording.listed(names[:3])}"
