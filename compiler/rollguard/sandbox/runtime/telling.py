"""What was told and recorded in an incident, as moments of its story and as an inbox."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from datetime import datetime

from rollguard.sandbox.incident.moments import Moment, in_order, moments
from rollguard.sandbox.runtime.account import Account
from rollguard.sandbox.runtime.as_read import as_read
from rollguard.sandbox.runtime.outbox import Dispatch, dispatches
from rollguard.sandbox.runtime.play import LATENCY, Told


def story(account: Account) -> tuple[Moment, ...]:
    """Everything that happened, in order of time: to metrics, alarms and deployments, and what the recorder made of it."""
    return in_order([*moments(account.incident), *_messages(account.told), *_lost(account.told), *_closed(account)])


def published(told: Told) -> Iterator[tuple[int, Dispatch]]:
    """Each message with the second at which it was sent."""
    seconds = {one.at: at for at, one in told.sent}
    for one in dispatches(sent for _, sent in told.sent):
        yield seconds[one.at], one


def inbox(messages: Sequence[Dispatch], width: int, *, raw: bool = False) -> str:
    """Messages as their readers would see them, the oldest first; `raw` shows what was sent to programs as it was sent."""
    return "\n\n".join(_shown(one, width, raw) for one in messages)


def _shown(one: Dispatch, width: int, raw: bool) -> str:
    to = [f"To: {sent.to}{f' ({sent.why})' if sent.why else ''}" for sent in one.to]
    body = one.body if raw else as_read(one.body)
    lines = [f"--- {one.at}  by {one.via} ".ljust(width, "-"), *to, f"Subject: {one.subject}", "", body.rstrip()]
    return "\n".join(lines)


def _messages(told: Told) -> Iterator[Moment]:
    for at, one in published(told):
        reached = [sent.to for sent in one.to if sent.arrives]
        lost = [f"{sent.to} ({sent.why})" for sent in one.to if not sent.arrives]
        parts = [f"to {', '.join(reached)}"] if reached else []
        parts += [f"not to {', '.join(lost)}"] if lost else []
        yield Moment(
            at, "message", f'"{textwrap.shorten(one.subject, 160, placeholder="…")}" by `{one.via}` {"; ".join(parts)}'
        )


def _lost(told: Told) -> Iterator[Moment]:
    for one in told.lost:
        waits = f"; it waits in {one.queue.rpartition(':')[2]}" if one.queue else ""
        yield Moment(one.at, "recorder", f"an event of rule `{one.rule}` is lost: {one.why}{waits}")


def _closed(account: Account) -> Iterator[Moment]:
    """When each record reached its last status, if nobody was told of it later."""
    for one in account.records:
        reached = one.record["reached"]
        if reached:
            last = datetime.fromisoformat(reached[-1]["at"]) - account.begins
            at = max([round(last.total_seconds()) + LATENCY, *(second for second, _ in account.told.sent)])
            yield Moment(at, "recorder", f"`{one.key}` says {', then '.join(step['status'] for step in reached)}")
