"""A change of an alarm that only observes, taken into its observation. One object is written, and nobody is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rollguard.recorder import observations
from rollguard.recorder.facts import Fact
from rollguard.recorder.lookups import Lookups
from rollguard.recorder.observations import Asked, Observation
from rollguard.recorder.situation import Sheet
from rollguard.recorder.store import Store


def observe(
    store: Store, lookups: Lookups, sheet: Sheet, criterion: Mapping[str, Any], fact: Fact, before: Fact | None
) -> None:
    """Keep the red period that `fact` begins or ends, if it does; `before` is the state that it ends.

    Asks CodeDeploy at most once for each group, and never again for what it has answered: a hundred criteria may turn red at once, and
    a rollback waits for the same answers. Raises what S3 raises, and ValueError for an observation that cannot be read.
    """
    period = observations.period(fact, before)
    if period is None:
        return
    key = observations.key(sheet, criterion["id"], period)
    held = store.observation(key)
    asked = None
    if observations.to_ask(held, period):
        until = period.until or (held["redUntil"] if held is not None else None)
        asked = Asked(lookups.under_way(sheet["groups"], period.since, until), until)

    def change(held: Observation | None) -> Observation | None:
        merged = observations.merged(held, sheet, criterion, period, asked)
        return None if merged == held else merged

    store.update_observation(key, change)
