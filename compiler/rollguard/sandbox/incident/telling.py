"""An incident as text for people and as JSON for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from rollguard.plan.words import listed
from rollguard.recorder.words import duration
from rollguard.reports.observed import observed
from rollguard.sandbox.incident.model import Deployed
from rollguard.sandbox.incident.moments import Moment, numbers
from rollguard.sandbox.incident.outside import Outside
from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.incident.reasons import why_not
from rollguard.sandbox.runtime.account import Account
from rollguard.sandbox.runtime.telling import published, story
from rollguard.scenarios.times import clock

_WANTED = {
    "rollback": "a rollback is wanted",
    "noRollback": "no rollback is wanted",
    "mechanismDecides": "either outcome is right",
}


def incident_in_words(account: Account, environment: str, region: str, width: int) -> str:
    """The whole story in lines of at most `width` characters, where words allow it."""
    outside = account.incident.outside
    head = f"{outside.player.guard.policy} in {environment} ({region}): {outside.title}"
    lines = [
        head,
        f"minutes are counted from the begin of the {'deployment' if outside.release.groups else 'scenario'}",
        "",
    ]
    told = story(account)
    stamps = [clock(moment.at - _zero(outside)) for moment in told]
    left = max(map(len, stamps), default=0)
    previous: Moment | None = None
    for stamp, moment in zip(stamps, told, strict=True):
        shown = stamp if previous is None or previous.at != moment.at else ""
        indent = " " * (left + 14)
        body = textwrap.fill(moment.text, max(width - len(indent), 40), break_long_words=False, break_on_hyphens=False)
        lines.append(f"{shown:>{left}}  {moment.who:<10}  " + body.replace("\n", f"\n{indent}"))
        previous = moment
    lines.append("")
    for line in _ending(account):
        lines.append(textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False))
    return "\n".join(lines)


def incident_as_json(account: Account, environment: str, region: str) -> dict[str, Any]:
    """The contract is `schema/incident.schema.json`; times are whole seconds from `_zero`."""
    incident, outside = account.incident, account.incident.outside
    start = _zero(outside)
    return {
        "policy": outside.player.guard.policy,
        "environment": environment,
        "region": region,
        "incident": outside.title,
        "wanted": outside.wanted,
        "rolledBack": incident.decided.rolled_back,
        "asWanted": incident.as_wanted,
        "deployments": [_deployment(incident, one) for one in incident.decided.deployments],
        "messages": [
            {
                "at": at - start,
                "via": one.via,
                "subject": one.subject,
                "to": [{"endpoint": sent.to, "arrives": sent.arrives, "why": sent.why} for sent in one.to],
            }
            for at, one in published(account.told)
        ],
        "lostEvents": [{"at": one.at - start, "rule": one.rule, "why": one.why} for one in account.told.lost],
        "records": [
            {"key": one.key, "incident": one.record["incident"], "status": one.record["status"]}
            for one in account.records
        ],
        "observations": [
            {
                "key": one.key,
                "criterion": one.record["criterion"]["id"],
                "wouldHave": one.record["wouldHave"],
            }
            for one in account.observations
        ],
        "story": [{"at": one.at - start, "who": one.who, "text": one.text} for one in story(account)],
        "outcome": list(_ending(account)),
    }


def _zero(outside: Outside) -> int:
    """The second that times are counted from: the begin of the deployment, of the scenario where nobody deploys."""
    return outside.release.start if outside.release.groups else 0


def _deployment(incident: Incident, one: Deployed) -> dict[str, Any]:
    which, back, began = numbers(incident, one.place), one.rollback, one.deployment is not None
    rollback = None
    if back is not None:
        rollback = {
            "id": which.rollback,
            "at": back.started_at - _zero(incident.outside),
            "afterFault": incident.after_fault(one),
            "afterFirstBadDatapoint": incident.took(one),
            "inTime": not incident.late(one) if incident.outside.limits else None,
            "alarms": list(back.alarms),
            "trafficPercent": round(back.traffic_percent, 2),
        }
    return {
        "group": one.place,
        "exists": one.group is not None,
        "id": which.deployment if began else None,
        "status": one.deployment.status if one.deployment is not None else None,
        "liveRevision": _live(incident, one) if began else None,
        "rollback": rollback,
        "why": why_not(incident, one) if back is None else None,
    }


def _ending(account: Account) -> Iterator[str]:
    """What is live in the end, or why nothing was rolled back; then whether that is what was wanted."""
    incident = account.incident
    for one in incident.decided.deployments:
        back = one.rollback
        if back is None:
            yield f"`{one.place}` was not rolled back: {why_not(incident, one)}.{_serving(incident, one)}"
            continue
        since = _since(incident, one)
        if incident.outside.ending == "failed":
            which, share = numbers(incident, one.place), f"{back.traffic_percent:.3g} % of the traffic"
            yield f"The rollback of `{one.place}` began{since}, and failed: {share} stays on revision {which.new}."
            continue
        yield (
            f"`{one.place}` was rolled back{since}, when {back.traffic_percent:.3g} % of the traffic was on revision "
            f"{numbers(incident, one.place).new}. Revision {_live(incident, one)} is live again."
        )
        for limit, whose in incident.late(one):
            took = duration(incident.took(one) or 0)
            yield f"It took {took} from the first bad datapoint to the rollback: longer than the {duration(limit)} that {whose}."
    if not incident.decided.deployments:
        yield "Nobody deployed anything: there was nothing to roll back."
    red = [name for name in incident.decided.composites if _red_at_the_end(incident, name)]
    if red and (incident.recovers is not None or incident.outside.ending is not None):
        yield f"{listed(red)} is still red."
    for recorded in account.records:
        if not recorded.record["reached"]:  # an alarm that turned out to belong to another record
            continue
        yield f"The record `{recorded.record['incident']}` ends as {recorded.record['status']}."
    yield from _observed(account)
    if not account.records and incident.decided.rolled_back:
        yield "Nobody was told, and nothing is recorded."
    verdict = "as it should be" if incident.as_wanted else "NOT as it should be"
    yield f"{_WANTED[incident.outside.wanted]}: {verdict}"


def _observed(account: Account) -> Iterator[str]:
    """What each criterion that only observes caught, as `rollguard report` says it."""
    caught, records = ([one.record for one in kept] for kept in (account.observations, account.records))
    for one in observed(caught, records):
        yield f"`{one.criterion}` only observes: {one.sentence}"


def _serving(incident: Incident, one: Deployed) -> str:
    """Which revision has the traffic of a deployment that was not rolled back, as a sentence; empty where none began."""
    if one.deployment is None:
        return ""
    which, share = numbers(incident, one.place), one.deployment.events[-1].traffic
    if one.deployment.status == "stopped" and share < 100:
        rest = "the rest is where it was" if incident.outside.release.first else f"{which.old} has the rest"
        return f" Revision {which.new} has {share:.3g} % of the traffic; {rest}."
    return f" Revision {which.new} is live."


def _since(incident: Incident, one: Deployed) -> str:
    """How long it took by both clocks, each by its name; by one where they agree, or where there is only one."""
    injected, seen = incident.after_fault(one), incident.took(one)
    parts = [f"{duration(seen)} after the first bad datapoint"] if seen is not None else []
    if injected is not None and injected != seen:
        parts.append(f"{duration(injected)} after the injected fault began")
    return f" {', '.join(parts)}" if parts else ""


def _red_at_the_end(incident: Incident, name: str) -> bool:
    return incident.decided.states[name].state_at(incident.outside.release.end) == "ALARM"


def _live(incident: Incident, one: Deployed) -> int:
    """The revision that has the traffic in the end; of a deployment that was only stopped, the one that it brought."""
    which = numbers(incident, one.place)
    return which.new if one.rollback is None else which.old
