"""Who is told of what: what CloudWatch sends today, and apart from it what only the recorder of rollbacks will send."""

from __future__ import annotations

from dataclasses import dataclass

from rollguard.plan.model import STATUSES, Status
from rollguard.site import words
from rollguard.site.model import Placement

#: The statuses whose channels the rollback alarm itself tells.
_OF_THE_ALARM: tuple[Status, ...] = ("started", "recovered")


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of one event: channels as `(name, kind in words)`, none for nobody. `today` is False for what is not built yet."""

    event: str
    channels: tuple[tuple[str, str], ...]
    today: bool


def told(placement: Placement) -> tuple[Told, ...]:
    """What happens today first. The rollback alarm cannot tell whether a deployment runs, so it tells the same channels either way."""
    guard = placement.guard
    kinds = {channel.name: words.CHANNELS[channel.kind] for channel in placement.channels}

    def named(channels: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
        return tuple((name, kinds.get(name, "")) for name in channels)

    red, green = named(guard.rollback_alarm.alarm_channels), named(guard.rollback_alarm.ok_channels)
    later = dict(guard.notify)
    return (
        Told("The rollback alarm turns red while a deployment runs: it is rolled back", red, True),
        Told("The rollback alarm turns red while nobody deploys: nothing is rolled back", red, True),
        Told("The rollback alarm is green again", green, True),
        *(
            Told(words.STATUSES[status], named(later.get(status, ())), False)
            for status in STATUSES
            if status not in _OF_THE_ALARM
        ),
    )
