"""Who is told of what: the channels of every status that the recorder of rollbacks can reach."""

from __future__ import annotations

from dataclasses import dataclass

from rollguard.plan.model import STATUSES
from rollguard.site import words
from rollguard.site.model import Placement


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of one event: channels as `(name, kind in words)`, none for nobody."""

    event: str
    channels: tuple[tuple[str, str], ...]


def told(placement: Placement) -> tuple[Told, ...]:
    """Every status, in the order in which an incident may reach them."""
    kinds = {channel.name: words.CHANNELS[channel.kind] for channel in placement.channels}
    notify = dict(placement.guard.notify)
    return tuple(
        Told(words.STATUSES[status], tuple((name, kinds.get(name, "")) for name in notify.get(status, ())))
        for status in STATUSES
    )
