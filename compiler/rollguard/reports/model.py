"""What a report says, whatever it is written as. Times are RFC 3339 in UTC, durations seconds; None is unknown.

Texts are as `words` makes them: on one line, without secrets, backticks around names. They are not escaped for anything.
The JSON form is `schema/rollback-report.schema.json`: these fields under the same names, in camelCase.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Drawing:
    """A criterion's metric against its threshold. `svg` stands alone, without a style; `minute_zero` is what its axis counts from."""

    svg: str
    description: str
    minute_zero: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion at the moment of the rollback. `caused`: it is one of those because of which there was a rollback."""

    id: str
    title: str
    condition: str
    window: str
    caused: bool
    attached: bool
    state: str | None
    since: str | None
    value: str | None
    reason: str
    alarm: str
    dimensions: tuple[tuple[str, str], ...]
    drawing: Drawing | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """What happened at a moment. `offset` counts from the first bad datapoint."""

    at: str
    offset: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Told:
    """One message to one channel. `sent_at` is when the channel's service took it, which is not when anybody read it."""

    status: str
    channel: str
    sent_at: str | None
    note: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took; None where a time is missing."""

    what: str
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Promise:
    """The time that was agreed, `rollbackWithin`, against what it took from the first bad datapoint to the rollback."""

    within: int | None
    took: int | None
    kept: bool | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Who agreed on the criteria. `overdue`: they were to be looked at again before the day of the report."""

    by: tuple[str, ...]
    on: str
    review_due: str | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody judged."""

    judgement: str
    cause: str
    ticket: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """The report of one incident, ready for a review."""

    incident: str
    policy: str
    title: str
    owner: str
    environment: str
    region: str
    account: str
    status: str
    open: bool
    began: str
    headline: str
    summary: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    """a term and what is known of it"""
    links: tuple[tuple[str, str], ...]
    """a label and an address"""
    timeline: tuple[Step, ...]
    criteria: tuple[Criterion, ...]
    trigger: str
    times: tuple[Took, ...]
    promise: Promise
    agreement: Agreement | None
    told: tuple[Told, ...]
    verdicts: tuple[Verdict, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """An incident in a list, and what there is to say of it."""

    policy: str
    incident: str
    began: str
    said: str


@dataclass(frozen=True, slots=True)
class Service:
    """A policy's rollbacks in one environment. `median` and `worst` are from the first bad datapoint to the rollback's start.

    What was refused at its start is not among them, nor in `kept` and `promised`.
    """

    policy: str
    title: str
    environment: str
    incidents: int
    rollbacks: int
    succeeded: int
    ended: int
    """rollbacks of which it is known whether they succeeded"""
    recovered: int
    median: int | None
    worst: int | None
    worst_incident: str
    kept: int
    promised: int
    """rollbacks of which it is known whether they kept the agreed time"""


@dataclass(frozen=True, slots=True)
class Fired:
    """A criterion, how often it led to a rollback, and how people judged those. `precision` is right / (right + wrong)."""

    policy: str
    criterion: str
    title: str
    fired: int
    right: int
    wrong: int
    unclear: int
    precision: float | None


@dataclass(frozen=True, slots=True)
class WouldHave:
    """A deployment that an observing criterion would have acted on. `what` is `rolledBack`, `refused` or `dependsOnTrigger`.

    `anyway`: other criteria had it rolled back, or refused.
    """

    deployment: str
    at: str
    what: str
    anyway: bool


@dataclass(frozen=True, slots=True)
class Observed:
    """What a criterion that only observes caught. `red` and `longest` are of the periods whose end is known, `ended` of them."""

    policy: str
    title: str
    environment: str
    criterion: str
    criterion_title: str
    condition: str
    periods: int
    during: int
    """periods in which a deployment was under way, or began"""
    outside: int
    unknown: int
    """periods of which nobody knows whether one was: also where none was at the begin, and no end is known"""
    ended: int
    red: int
    longest: int | None
    last: str
    red_since: str | None
    """when it turned red last, if no end of that is known"""
    would_have: tuple[WouldHave, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What many incidents have in common. `since` is None where there is no bound; `until` is the time of the report."""

    since: str | None
    until: str
    policy: str
    places: tuple[str, ...]
    incidents: int
    rollbacks: int
    succeeded: int
    ended: int
    recovered: int
    kept: int
    promised: int
    statuses: tuple[tuple[str, int], ...]
    services: tuple[Service, ...]
    criteria: tuple[Fired, ...]
    judged: int
    without_effect: tuple[Mention, ...]
    """rollbacks after which the service was still red"""
    undelivered: tuple[Mention, ...]
    unresolved: tuple[Mention, ...]
    """incidents whose alarms nobody has seen OK again"""
    observed: tuple[Observed, ...]
    """criteria that only observe and turned red"""
    unreadable: tuple[tuple[str, str], ...]
    """where, and why it was left out"""
