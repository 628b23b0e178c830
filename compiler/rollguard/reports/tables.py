"""The tables of both reports, cell by cell, the same in every format; and the sentences that stand above them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rollguard.recorder.words import duration
from rollguard.reports.model import IncidentReport, Mention, Observed, Overview
from rollguard.reports.words import Address, clock, counted, name, offset, share, when

_UNKNOWN = "not known"
_HANDED_OVER = "Handed over is not delivered: SNS takes a message for an address that has not confirmed, and drops it."
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][^\s<>\"'`\\|]*)?")


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the names of the columns and the rows; `nothing` is what stands there where there is no row, `notes` below it."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    nothing: str = ""
    notes: tuple[str, ...] = ()


def timeline(report: IncidentReport) -> Table:
    day = report.began[:10]
    rows = tuple(
        (
            clock(step.at) if when(step.at).startswith(day) else when(step.at).removesuffix(" UTC"),
            offset(step.offset),
            step.what,
        )
        for step in report.timeline
    )
    title = f"Timeline of {day} (UTC; after: since the first bad datapoint)"
    return Table(title, ("Time", "After", "What"), rows, "The record holds no time.")


def criteria(report: IncidentReport) -> Table:
    rows = tuple(
        (
            f"{each.title} ({name(each.id)})",
            f"{each.condition} {each.window}".strip(),
            each.value or _UNKNOWN,
            (each.state or _UNKNOWN).replace("_", " ").lower() + (f" since {clock(each.since)}" if each.since else ""),
            "led to it" if each.caused else ("watched" if each.attached else "watched only: rolls nothing back"),
        )
        for each in report.criteria
    )
    return Table(
        "Criteria", ("Criterion", "Bad is", "Was", "Alarm", "Part in it"), rows, "The record names no criterion."
    )


def times(report: IncidentReport) -> Table:
    rows = tuple((each.what, duration(each.seconds) if each.seconds is not None else _UNKNOWN) for each in report.times)
    return Table("How long it took", ("From … to", "Time"), rows)


def told(report: IncidentReport) -> Table:
    rows = tuple(
        (
            each.status,
            name(each.channel),
            clock(each.sent_at) if each.sent_at else "not sent",
            each.note or "handed over",
        )
        for each in report.told
    )
    notes = (_HANDED_OVER,) if any(row[-1] == "handed over" for row in rows) else ()
    head = ("Of what", "Channel", "At", "Outcome")
    return Table("Who was told", head, rows, "Nobody, as far as the record knows.", notes)


def verdicts(report: IncidentReport) -> Table:
    rows = tuple(
        (when(each.at), each.judgement + (" (counts)" if index == 0 else ""), each.cause, _ticket(each.ticket), each.by)
        for index, each in enumerate(report.verdicts)
    )
    return Table("Verdicts", ("When", "Verdict", "Cause", "Ticket", "By"), rows, "Nobody has judged yet.")


def _ticket(ticket: str) -> str:
    return Address(ticket) if _ADDRESS.fullmatch(ticket) else ticket


def agreed(report: IncidentReport) -> str:
    """Who agreed on the criteria, as a sentence."""
    agreement = report.agreement
    if agreement is None:
        return "Nobody has agreed on these criteria yet."
    due = f"; to be looked at again by {agreement.review_due}" if agreement.review_due else ""
    late = ", which is past" if agreement.overdue else ""
    by = ", ".join(name(each) for each in agreement.by) or "nobody that is named"
    return f"Agreed on {agreement.on} by {by}{due}{late}."


def in_short(report: Overview) -> tuple[str, ...]:
    """The few numbers that everybody asks for, a sentence each."""
    return tuple(_in_short(report))


def _in_short(report: Overview) -> Iterator[str]:
    since = f"from {when(report.since)} " if report.since else ""
    of = f" of {name(report.policy)}" if report.policy else ""
    if report.incidents:
        yield (
            f"{counted(report.incidents, 'incident')}{of} {since}to {when(report.until)}; "
            f"{counted(report.rollbacks, 'rollback')} among them."
        )
    else:
        yield f"No incident{of} {since}to {when(report.until)}."
    if report.ended:
        yield f"Succeeded: {share(report.succeeded, report.ended)} of those that have ended."
        yield f"Service recovered: {share(report.recovered, report.rollbacks)} of all."
    if report.promised:
        yield f"Begun within the agreed time: {share(report.kept, report.promised)} of those with one."
    if report.incidents:
        yield f"Judged by people: {share(report.judged, report.incidents)}."
    if report.observed:
        periods, during = (
            sum(counts) for counts in zip(*((each.periods, each.during) for each in report.observed), strict=True)
        )
        if periods == 1:
            yield f"A criterion that only observes turned red once{', during a deployment' if during else ''}."
        else:
            yield f"Criteria that only observe turned red {periods} times, {during or 'none'} of them during a deployment."
    else:
        yield "Of criteria that only observe no red period is on record."


def services(report: Overview) -> Table:
    rows = tuple(
        (
            f"{each.title} ({name(each.policy)})",
            each.environment,
            str(each.rollbacks),
            share(each.succeeded, each.ended) if each.ended else "-",
            duration(each.median) if each.median is not None else "-",
            f"{duration(each.worst)} ({name(each.worst_incident)})" if each.worst is not None else "-",
            share(each.kept, each.promised) if each.promised else "-",
        )
        for each in report.services
    )
    head = ("Service", "Environment", "Rollbacks", "Succeeded", "Median", "Worst", "Within the agreed time")
    return Table(
        "Services (times from the first bad datapoint to the begin of the rollback; releases that were refused at their start not counted)",
        head,
        rows,
    )


def fired(report: Overview) -> Table:
    rows = tuple(
        (
            name(each.policy),
            f"{each.title} ({name(each.criterion)})",
            str(each.fired),
            f"{each.right} right, {each.wrong} wrong, {each.unclear} unclear",
            f"{100 * each.precision:.0f} %" if each.precision is not None else "not judged",
        )
        for each in report.criteria
    )
    return Table("Criteria that fired", ("Policy", "Criterion", "Fired", "Verdicts", "Precision"), rows)


def observed(report: Overview) -> Table:
    rows = tuple(
        (
            name(each.policy),
            f"{each.criterion_title} ({name(each.criterion)})",
            str(each.periods),
            str(each.during) if not each.unknown else f"{each.during}, {each.unknown} not known",
            _red(each),
            duration(each.longest) if each.longest is not None else _UNKNOWN,
            when(each.last),
        )
        for each in report.observed
    )
    head = ("Policy", "Criterion", "Turned red", "In a deployment", "Red in all", "Longest", "Last")
    notes = tuple(f"{name(each.criterion)} of {name(each.policy)}: {each.sentence}" for each in report.observed)
    return Table("What observing criteria caught", head, rows, notes=notes)


def _red(each: Observed) -> str:
    """How long it was red, of the periods whose end is known."""
    of = "" if each.ended == each.periods else f" (in {each.ended} of them)"
    return f"{duration(each.red)}{of}" if each.ended else _UNKNOWN


def mentions(title: str, listed: tuple[Mention, ...], nothing: str) -> Table:
    rows = tuple((when(each.began), name(each.policy), name(each.incident), each.said) for each in listed)
    return Table(title, ("Began", "Policy", "Incident", "What"), rows, nothing)


def of_overview(report: Overview) -> tuple[Table, ...]:
    """The tables of an overview, in their order; one without a row is left out unless it says what its emptiness means."""
    every = (
        Table(
            "How they stand", ("Status", "Incidents"), tuple((status, str(count)) for status, count in report.statuses)
        ),
        services(report),
        fired(report),
        mentions(
            "Rollbacks that did not help", report.without_effect, "None: no service stayed red after its rollback."
        ),
        mentions(
            "Messages that were not handed over",
            report.undelivered,
            f"None. {_HANDED_OVER}",
        ),
        mentions("Not seen well again", report.unresolved, "None: the alarms of every incident were OK again."),
        observed(report),
        Table(
            "Left out, since they cannot be read",
            ("File", "Why"),
            tuple((name(place), why) for place, why in report.unreadable),
        ),
    )
    return tuple(table for table in every if table.rows or (table.nothing and report.incidents))
