"""What criteria that only observe caught: how often, how long, and what each would have done. It helps to decide whether to arm one.

Rollbacks happen during deployments only: a period outside of any counts as one that rolls nothing back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rollguard.records.model import Observation, Record, moment
from rollguard.reports.model import Observed, WouldHave
from rollguard.reports.words import counted, day, name, said, when
from rollguard.wording import joined, lasting

#: Deployments that a sentence names.
_NAMED = 3
_DAY = 86_400


#: A time that was looked at, from when to when.
Span = tuple[datetime, datetime]


def observed(
    observations: Iterable[Observation], records: Iterable[Record], span: Span | None = None
) -> tuple[Observed, ...]:
    """One for each policy, environment and criterion, those that turned red most often first.

    `records` are the rollbacks of that time. Without a `span` it is counted from the first period on.
    """
    groups: defaultdict[tuple[str, str, str], list[Observation]] = defaultdict(list)
    for one in observations:
        groups[one["policy"], one["environment"], one["criterion"]["id"]].append(one)
    stopped = {
        (record["policy"], record["incident"])
        for record in records
        if any(step["status"] in ("started", "refused") for step in record["reached"])
    }
    made = (_observed(group, stopped, span) for group in groups.values())
    return tuple(sorted(made, key=lambda one: (-one.periods, one.policy, one.environment, one.criterion)))


def _observed(group: Sequence[Observation], stopped: set[tuple[str, str]], span: Span | None) -> Observed:
    periods = sorted(group, key=lambda one: str(one["redSince"]))
    newest = periods[-1]
    took = [seconds for one in periods if (seconds := _lasted(one)) is not None]
    acted = tuple(_acted(periods, stopped))
    during, outside = sum(bool(one["deployments"]) for one in periods), sum(map(_outside, periods))
    return Observed(
        policy=said(newest["policy"], 80),
        title=said(newest["title"], 120),
        environment=said(newest["environment"], 80),
        criterion=said(newest["criterion"]["id"], 80),
        criterion_title=said(newest["criterion"]["title"], 120),
        condition=f"{said(newest['criterion']['condition'], 200)} {said(newest['criterion']['window'], 80)}".strip(),
        periods=len(periods),
        during=during,
        outside=outside,
        unknown=len(periods) - during - outside,
        ended=len(took),
        red=sum(took),
        longest=max(took, default=None),
        last=newest["redSince"],
        red_since=newest["redSince"] if newest["redUntil"] is None else None,
        would_have=acted,
        sentence=f"{_head(periods, span)}, {'; '.join(_parts(periods, acted))}.",
    )


def _outside(one: Observation) -> bool:
    """Whether there was no deployment from the begin to the end. In one whose end is not known, one may have begun."""
    return one["deployments"] == [] and one["redUntil"] is not None


def _lasted(one: Observation) -> int | None:
    """Seconds; None as long as the end is not known, because it is red still or because the event of the end was lost."""
    begin, end = moment(one["redSince"]), moment(one["redUntil"])
    return None if begin is None or end is None else max(round((end - begin).total_seconds()), 0)


def _acted(periods: Sequence[Observation], stopped: set[tuple[str, str]]) -> Iterator[WouldHave]:
    """The releases that it would have acted on, or may have; one that was under way twice counts once."""
    found: set[str] = set()
    for one in periods:
        if one["wouldHave"] in ("rolledBack", "refused", "dependsOnTrigger"):
            for release in one["deployments"]:
                if not release["isRollback"] and release["id"] not in found:
                    found.add(release["id"])
                    at = (
                        release["createdAt"]
                        if release["begun"] == "during" and release["createdAt"]
                        else one["redSince"]
                    )
                    anyway = (one["policy"], release["id"]) in stopped
                    yield WouldHave(said(release["id"], 80), at, one["wouldHave"], anyway)


def _head(periods: Sequence[Observation], span: Span | None) -> str:
    if span is None:
        first = moment(periods[0]["redSince"])
        words = f"since {day(first)}" if first is not None else "so far"
    else:
        since, until = span
        seconds = max(round((until - since).total_seconds()), 0)
        words = f"in {counted(round(seconds / _DAY), 'day') if seconds >= 2 * _DAY else lasting(seconds)}"
    return f"{counted(len(periods), 'red period')} {words}"


def _parts(periods: Sequence[Observation], acted: Sequence[WouldHave]) -> Iterator[str]:
    during = [one for one in periods if one["deployments"]]
    outside = [one for one in periods if _outside(one)]
    alone = all(one["ifArmed"] == "alone" for one in outside)
    if during:
        yield f"{len(during)} during a deployment: {'; '.join(_during(during, acted))}"
    if len(outside) == len(periods):
        told = " and told `outsideDeployment` only" if alone else ""
        yield f"none during a deployment: armed, it would have rolled nothing back{told}"
    elif outside:
        told = "which would have told `outsideDeployment` only" if alone else "when nothing can be rolled back"
        yield f"{len(outside)} outside of a deployment, {told}"
    if unended := sum(one["deployments"] == [] and not _outside(one) for one in periods):
        yield f"{unended} whose end is not known, with no deployment under way at its begin"
    if unknown := sum(one["deployments"] is None for one in periods):
        yield f"{unknown} of which nobody knows whether a deployment was under way"
    if periods[-1]["redUntil"] is None:
        yield f"red since {when(periods[-1]['redSince'])}, as far as is known"


def _during(during: Sequence[Observation], acted: Sequence[WouldHave]) -> Iterator[str]:
    for what, words in (
        ("rolledBack", "armed, it would have rolled back"),
        ("refused", "armed, it would have refused"),
    ):
        if these := [one for one in acted if one.what == what]:
            yield f"{words} {_named(these)}"
    if these := [one for one in acted if one.what == "dependsOnTrigger"]:
        yield f"whether it would have rolled back {_named(these)} depends on the trigger, which asks for more than this criterion"
    if any(one["wouldHave"] == "nothing" for one in during):
        yield "the trigger does not read it, so that armed it would have done nothing"
    if unsaid := sum(one["wouldHave"] is None for one in during):
        yield f"what it would have done in {unsaid} of them nobody can say"


def _named(acted: Sequence[WouldHave]) -> str:
    shown = [
        f"{name(one.deployment)} at {when(one.at)}{' (which was stopped anyway)' if one.anyway else ''}"
        for one in acted[:_NAMED]
    ]
    more = [f"{len(acted) - _NAMED} more"] if len(acted) > _NAMED else []
    return joined([*shown, *more], "and")
