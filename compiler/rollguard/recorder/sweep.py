"""The sweeper's round over all open incidents: in fair order, reading together what can be read together, and ending in time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TypeVar

from rollguard.recorder import record as documents
from rollguard.recorder.enrich import Enrichment
from rollguard.recorder.incidents import Incidents
from rollguard.recorder.read_ahead import ReadAhead
from rollguard.recorder.store import Kept, Open

#: Incidents whose records are read, and whose alarms are asked for, before any of them is looked at.
WINDOW = 200
#: Milliseconds that must be left to take up another incident, with its look-ups and messages.
ENDS = 35_000

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Taken:
    """An open incident that the round has come to, and its record, where there is one."""

    marker: Open
    kept: Kept | None


#: Looks again at one incident.
Look = Callable[[Incidents, Taken], None]


@dataclass(frozen=True, slots=True)
class Sweep:
    """`together` incidents are in hand at a time, each from its first effect to its last in one thread.

    So a process that is killed leaves one message of an incident in doubt, as ever.
    """

    incidents: Incidents
    sleep: Callable[[float], None]
    remaining: Callable[[], int]
    together: int

    def run(self, look: Look) -> None:
        """Look at every open incident, those first that wait for the longest: what is left at the end comes first next time."""
        markers = sorted(self.incidents.store.open(), key=self._turn)
        left = len(markers)
        for place in range(0, len(markers), WINDOW):
            if self.remaining() < ENDS:
                break
            left -= self._window(markers[place : place + WINDOW], look)
        if markers:
            level, message = ("warning", "the sweep ran out of time") if left else ("info", "swept")
            self.incidents.telemetry.log(level, message, open=len(markers), left=left)

    def _turn(self, marker: Open) -> tuple[object, bytes]:
        """Markers of one second are in another order each time, so that none that ends the process is always before the same others."""
        lot = f"{self.incidents.now()}/{marker.policy}/{marker.incident}"
        return marker.looked_at, hashlib.sha256(lot.encode()).digest()

    def _window(self, markers: Sequence[Open], look: Look) -> int:
        """How many of the incidents were taken up, whatever came of it."""
        read: dict[Open, Taken] = {}

        def take(marker: Open) -> None:
            with self.incidents.guarded(marker.policy, marker.incident):
                read[marker] = Taken(marker, self.incidents.store.kept(marker.policy, marker.incident))

        self._each(take, markers)
        taken = [read[marker] for marker in markers if marker in read]
        self._each(self._sheet, dict.fromkeys(one.marker.policy for one in taken))
        incidents = replace(self.incidents, lookups=self._read_ahead(taken))

        def take_up(one: Taken) -> bool:
            if self.remaining() < ENDS:
                return False
            with incidents.guarded(one.marker.policy, one.marker.incident):
                # Before anything else: one that ends the process must not be the first of the next round too.
                incidents.store.mark_open(one.marker.policy, one.marker.incident)
                look(incidents, one)
            return True

        return len(markers) - len(taken) + sum(self._each(take_up, taken))

    def _sheet(self, policy: str) -> None:
        with suppress(Exception):  # said when the incident itself is looked at
            self.incidents.store.sheet(policy)

    def _read_ahead(self, taken: Iterable[Taken]) -> ReadAhead:
        """What the incidents will ask of CodeDeploy and CloudWatch, asked for in few calls."""
        ahead = ReadAhead.over(self.incidents.lookups, self.sleep)
        runs = [run for one in taken if (run := self._enrichment(ahead, one)) is not None]
        ahead.ask_deployments(id for run in runs for id in _wanted(run.deployments_wanted))
        for run in runs:
            run.found += [ahead.deployments[id] for id in _wanted(run.deployments_wanted) if id in ahead.deployments]
        ahead.ask_alarms(name for run in runs for name in _wanted(run.alarms_wanted))
        return ahead

    def _enrichment(self, ahead: ReadAhead, one: Taken) -> Enrichment | None:
        sheet = self.incidents.store.sheets.get(one.marker.policy)
        if one.kept is None or sheet is None:
            return None
        known = documents.facts_of(one.kept.record)
        return Enrichment(ahead, self.incidents.now, sheet, one.marker.incident, known, (), again=True)

    def _each(self, work: Callable[[T], R], items: Iterable[T]) -> list[R]:
        if self.together == 1:
            return [work(one) for one in items]
        with ThreadPoolExecutor(self.together) as pool:
            return list(pool.map(work, items))


def _wanted(ask: Callable[[], list[str]]) -> list[str]:
    """Nothing for an incident whose sheet or record is not as it must be: it fails when it is looked at, and takes no other with it."""
    try:
        return ask()
    except Exception:
        return []
