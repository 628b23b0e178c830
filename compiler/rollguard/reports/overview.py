"""What many incidents have in common.

A rollback is an incident in which one was begun or wanted: everything but `outsideDeployment`. It has ended when it reached
`succeeded`, `failed`, `nothingToRollBack` or `notRolledBack`; the success rate is over those. Recovery is counted apart, since a
finished rollback is no recovered service.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from statistics import median

from rollguard.records.model import Found, Incident
from rollguard.reports.incident import told
from rollguard.reports.model import Fired, Mention, Overview, Service
from rollguard.reports.observed import observed
from rollguard.reports.words import STATUSES, name, said, status_word

_ENDED = frozenset({"succeeded", "failed", "nothingToRollBack", "notRolledBack"})


def overview(
    found: Found, places: Iterable[str], now: datetime, since: datetime | None = None, policy: str = ""
) -> Overview:
    """The overview at the time `now`, over what was found at `places` from `since` on, of one policy or of all."""
    incidents = found.incidents
    services = tuple(_services(incidents))
    return Overview(
        since=_time(since) if since is not None else None,
        until=_time(now),
        policy=said(policy, 80),
        places=tuple(said(place) for place in places),
        incidents=len(incidents),
        rollbacks=sum(service.rollbacks for service in services),
        succeeded=sum(service.succeeded for service in services),
        ended=sum(service.ended for service in services),
        recovered=sum(service.recovered for service in services),
        kept=sum(service.kept for service in services),
        promised=sum(service.promised for service in services),
        statuses=tuple(_statuses(incidents)),
        services=services,
        criteria=tuple(_criteria(incidents)),
        judged=sum(incident.verdict is not None for incident in incidents),
        without_effect=tuple(_without_effect(incidents)),
        undelivered=tuple(_undelivered(incidents)),
        unresolved=tuple(_unresolved(incidents)),
        observed=observed(
            found.observations, (each.record for each in incidents), (since, now) if since is not None else None
        ),
        unreadable=tuple((said(each.place), said(each.why)) for each in found.unreadable),
    )


def reached(incident: Incident) -> frozenset[str]:
    """Every status that the incident has been in."""
    return frozenset(step["status"] for step in incident.record["reached"])


def _rollback(incident: Incident) -> bool:
    return "outsideDeployment" not in reached(incident)


def _statuses(incidents: Iterable[Incident]) -> Iterator[tuple[str, int]]:
    """Those that stand alike, in the order of an incident."""
    order = list(STATUSES)
    counts = Counter(
        (
            order.index(status) if (status := incident.record["status"]) in order else len(order),
            status_word(status, incident.record),
        )
        for incident in incidents
    )
    yield from ((word, count) for (_, word), count in sorted(counts.items()))


def _services(incidents: Iterable[Incident]) -> Iterator[Service]:
    """One for each policy and environment, those with the most rollbacks first."""
    groups: defaultdict[tuple[str, str], list[Incident]] = defaultdict(list)
    for incident in incidents:
        groups[incident.name.policy, incident.record["environment"]].append(incident)
    services = (_service(policy, group) for (policy, _), group in groups.items())
    yield from sorted(services, key=lambda service: (-service.rollbacks, service.policy, service.environment))


def _service(policy: str, incidents: list[Incident]) -> Service:
    rollbacks = [incident for incident in incidents if _rollback(incident)]
    # What was refused at its start was rolled back at once, before it did anything: no fault of it was there to be quick about.
    timed = [incident for incident in rollbacks if not incident.record["redAtStart"]]
    took = [
        (round(seconds), incident.name.incident)
        for incident in timed
        if (seconds := incident.record["durations"]["toRollback"]) is not None
    ]
    worst, which = max(took, default=(None, ""))
    promises = [incident.record["durations"]["withinPromise"] for incident in timed]
    newest = incidents[0].record
    return Service(
        policy=policy,
        title=said(newest["title"], 120),
        environment=said(newest["environment"], 80),
        incidents=len(incidents),
        rollbacks=len(rollbacks),
        succeeded=sum("succeeded" in reached(incident) for incident in rollbacks),
        ended=sum(bool(_ENDED & reached(incident)) for incident in rollbacks),
        recovered=sum(incident.record["status"] == "recovered" for incident in rollbacks),
        median=round(median(seconds for seconds, _ in took)) if took else None,
        worst=worst,
        worst_incident=which,
        kept=sum(kept is True for kept in promises),
        promised=sum(kept is not None for kept in promises),
    )


def _criteria(incidents: Iterable[Incident]) -> Iterator[Fired]:
    """Every criterion that led to a rollback, the most frequent first; alarms outside of deployments are no rollbacks of its."""
    fired: Counter[tuple[str, str]] = Counter()
    judged: Counter[tuple[str, str, str]] = Counter()
    titles: dict[tuple[str, str], str] = {}
    for incident in filter(_rollback, incidents):
        for id in dict.fromkeys(incident.record["because"]):
            key = incident.name.policy, id
            fired[key] += 1
            if incident.verdict is not None:
                judged[(*key, incident.verdict.judgement)] += 1
            stated = next((each["title"] for each in incident.record["criteria"] if each["id"] == id), id)
            titles.setdefault(key, said(stated, 120))
    for (policy, id), count in sorted(fired.items(), key=lambda item: (-item[1], item[0])):
        right, wrong = judged[policy, id, "right"], judged[policy, id, "wrong"]
        precision = round(right / (right + wrong), 4) if right + wrong else None
        unclear = judged[policy, id, "unclear"]
        yield Fired(policy, said(id, 80), titles[policy, id], count, right, wrong, unclear, precision)


def _without_effect(incidents: Iterable[Incident]) -> Iterator[Mention]:
    for incident in incidents:
        if "stillRed" in reached(incident):
            later = incident.record["status"] == "recovered"
            yield _mention(incident, "still red after the rollback; it recovered later" if later else "still red")


def _undelivered(incidents: Iterable[Incident]) -> Iterator[Mention]:
    for incident in incidents:
        for each in told(incident.record):
            if each.failed:
                yield _mention(incident, f"{name(each.channel)} was not told “{each.status}”: {each.note}")


def _unresolved(incidents: Iterable[Incident]) -> Iterator[Mention]:
    """Those that nobody has seen well again, looked at or not: a day after its last status the recorder stops looking."""
    for incident in incidents:
        if incident.record["status"] != "recovered":
            watched = "" if incident.record["open"] else "; no longer looked at"
            yield _mention(incident, f"{status_word(incident.record['status'], incident.record)}{watched}")


def _mention(incident: Incident, what: str) -> Mention:
    return Mention(incident.name.policy, incident.name.incident, _time(incident.began), what)


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
