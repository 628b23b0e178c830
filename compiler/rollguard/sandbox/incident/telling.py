"""An incident as text for people and as JSON for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from rollguard.plan.words import listed
from rollguard.sandbox.incident.model import Deployed
from rollguard.sandbox.incident.moments import Moment, moments, numbers
from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.incident.reasons import why_not
from rollguard.scenarios.times import clock
from rollguard.simulate.mechanism import Rollback
from rollguard.wording import lasting

_WANTED = {
    "rollback": "a rollback is wanted",
    "noRollback": "no rollback is wanted",
    "mechanismDecides": "either outcome is right",
}


def incident_in_words(incident: Incident, environment: str, region: str, width: int) -> str:
    """The whole story in lines of at most `width` characters, where words allow it."""
    outside = incident.outside
    head = f"{outside.player.guard.policy} in {environment} ({region}): {outside.title}"
    lines = [head, "minutes are counted from the begin of the deployment", ""]
    told = moments(incident)
    stamps = [clock(moment.at - outside.release.start) for moment in told]
    left = max(map(len, stamps), default=0)
    previous: Moment | None = None
    for stamp, moment in zip(stamps, told, strict=True):
        shown = stamp if previous is None or previous.at != moment.at else ""
        indent = " " * (left + 14)
        body = textwrap.fill(moment.text, max(width - len(indent), 40), break_long_words=False, break_on_hyphens=False)
        lines.append(f"{shown:>{left}}  {moment.who:<10}  " + body.replace("\n", f"\n{indent}"))
        previous = moment
    lines.append("")
    for line in _ending(incident):
        lines.append(textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False))
    return "\n".join(lines)


def incident_as_json(incident: Incident, environment: str, region: str) -> dict[str, Any]:
    """Times are whole seconds from the begin of the deployment."""
    outside, start = incident.outside, incident.outside.release.start
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
                "at": message.at - start,
                "alarm": message.alarm,
                "state": message.state,
                "topic": message.topic,
                "to": [{"endpoint": one.to, "arrives": one.arrives, "why": one.why} for one in message.deliveries],
            }
            for message in incident.decided.messages
        ],
        "story": [{"at": one.at - start, "who": one.who, "text": one.text} for one in moments(incident)],
        "outcome": list(_ending(incident)),
    }


def _deployment(incident: Incident, one: Deployed) -> dict[str, Any]:
    which, back = numbers(incident, one.place), _rollback(one)
    found: dict[str, Any] = {"group": one.place, "exists": one.group is not None, "rollback": None}
    if one.deployment is None:
        return {**found, "why": why_not(incident, one)}
    found |= {"id": which.deployment, "status": one.deployment.status, "liveRevision": _live(incident, one)}
    if back is None:
        return {**found, "why": why_not(incident, one)}
    found["rollback"] = {
        "id": which.rollback,
        "at": back.started_at - incident.outside.release.start,
        "afterFault": _after(incident, back),
        "alarms": list(back.alarms),
        "trafficPercent": back.traffic_percent,
    }
    return found


def _ending(incident: Incident) -> Iterator[str]:
    """What is live in the end, or why nothing was rolled back; then whether that is what was wanted."""
    for one in incident.decided.deployments:
        back = _rollback(one)
        if back is None:
            live = f" Revision {_live(incident, one)} is live." if one.deployment is not None else ""
            why = why_not(incident, one)
            yield f"`{one.place}` was not rolled back: {why}.{live}"
            continue
        passed = _after(incident, back)
        since = "" if passed is None else f" {lasting(passed)} after the fault began"
        yield (
            f"`{one.place}` was rolled back{since}, when {back.traffic_percent:.3g} % of the traffic was on revision "
            f"{numbers(incident, one.place).new}. Revision {_live(incident, one)} is live again."
        )
        within = incident.outside.player.guard.rollback_within
        if within is not None and passed is not None and passed > within:
            yield f"That is later than the {lasting(within)} that the policy promises."
    if not incident.decided.deployments:
        yield "Nobody deployed anything: there was nothing to roll back."
    red = [name for name in incident.decided.composites if _red_at_the_end(incident, name)]
    if red and incident.recovers is not None:
        yield f"{listed(red)} is still red."
    verdict = "as it should be" if incident.as_wanted else "NOT as it should be"
    yield f"{_WANTED[incident.outside.wanted]}: {verdict}"


def _red_at_the_end(incident: Incident, name: str) -> bool:
    return incident.decided.states[name].state_at(incident.outside.release.end) == "ALARM"


def _rollback(one: Deployed) -> Rollback | None:
    return one.deployment.rollback if one.deployment is not None else None


def _live(incident: Incident, one: Deployed) -> int:
    """The revision that has the traffic in the end; of a deployment that was only stopped, the one that it brought."""
    which = numbers(incident, one.place)
    return which.new if _rollback(one) is None else which.old


def _after(incident: Incident, back: Rollback) -> int | None:
    """Seconds from the fault's begin (or the deployment's, if that is later) to the rollback's."""
    outside = incident.outside
    if outside.fault is None:
        return None
    return max(back.started_at - max(outside.fault, outside.release.start), 0)
