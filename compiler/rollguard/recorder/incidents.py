"""One incident brought up to date: look-ups, record and claims in one conditional put, messages, marks. All effects are here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rollguard.recorder import enrich, facts, outbox, statuses, times
from rollguard.recorder import record as documents
from rollguard.recorder.delivery import Delivery
from rollguard.recorder.enrich import Enrichment
from rollguard.recorder.facts import Fact
from rollguard.recorder.lookups import Lookups
from rollguard.recorder.outbox import Due, Outcome
from rollguard.recorder.record import Record
from rollguard.recorder.situation import Sheet
from rollguard.recorder.store import Kept, Store
from rollguard.recorder.telemetry import Telemetry

#: What the sweeper decides about an incident: its facts, the sheet, its name, the moment.
Decide = Callable[[Sequence[Fact], Sheet, str, str], list[Fact]]


class PartFailed(Exception):
    """Something could not be done, everything else was; the event must be delivered again."""


@dataclass(slots=True)
class Incidents:
    """`now` gives the record's text of the moment."""

    store: Store
    lookups: Lookups
    delivery: Delivery
    telemetry: Telemetry
    now: Callable[[], str]
    failures: list[str] = field(default_factory=list)

    def open(self, policy: str) -> Iterator[Record]:
        """The records of a policy's open incidents, without those that cannot be read: the sweeper fails on them until they can."""
        for marker in list(self.store.open(policy)):
            try:
                record = self.store.record(marker.policy, marker.incident)
            except ValueError as error:
                self.telemetry.log("warning", f"left out: {error}", policy=policy, incident=marker.incident)
                continue
            if record is not None:
                yield record

    @contextmanager
    def guarded(self, policy: str, incident: str) -> Iterator[None]:
        """Whatever happens to one incident, the others have their turn; it is raised in the end."""
        try:
            yield
        except Exception as error:
            self._failed(f"{policy}/{incident}: {type(error).__name__}: {error}", policy=policy, incident=incident)

    def raise_failures(self) -> None:
        """Raise PartFailed if anything failed, so that the event is delivered again."""
        if self.failures:
            raise PartFailed("; ".join(self.failures)[:2_000])

    def _failed(self, why: str, **fields: str) -> None:
        self.failures.append(why)
        self.telemetry.log("error", why, **fields)

    def update(
        self,
        policy: str,
        sheet: Sheet,
        incident: str,
        new: Sequence[Fact],
        *,
        again: bool = False,
        decide: Decide | None = None,
        known: Kept | None = None,
    ) -> None:
        """Take new facts into an incident, look up what it lacks, and tell whoever is to be told. `known` is its record, if it was read.

        Killed anywhere in here and run again, nothing is lost; between sending and marking, a message comes twice at most.
        """
        kept = known or self.store.kept(policy, incident)
        before = kept.record if kept is not None else None
        if before is None:
            self.store.mark_open(policy, incident)
            others = [one["incident"] for one in self.open(policy) if one["reached"] and one["incident"] != incident]
            new = [*new, *(facts.beside(one, self.now()) for one in others)]
        held = [*(documents.facts_of(before) if before is not None else ()), *new]
        looked_up = Enrichment(self.lookups, self.now, sheet, incident, held, new, again).run()
        decided = decide([*held, *looked_up], sheet, incident, self.now()) if decide is not None else []
        found = [*new, *looked_up, *decided]
        kept, claimed = self._written(policy, sheet, incident, found, kept)
        if kept is None:
            return
        self._measure(before, kept.record)
        tried: list[Outcome] = []
        while claimed is not None:
            tried.append(self._tell(sheet, kept.record, claimed))
            written, claimed = self._written(policy, sheet, incident, [], kept, tried)
            kept = written or kept
        self._mark(policy, sheet, before, kept.record, bool(tried) or again)

    def _written(
        self,
        policy: str,
        sheet: Sheet,
        incident: str,
        facts: Sequence[Fact],
        known: Kept | None,
        tried: Sequence[Outcome] = (),
    ) -> tuple[Kept | None, Due | None]:
        """Write facts, the outcome of the last message and the claim of the next one, all in one conditional put.

        So a process that is killed leaves one message in doubt at most. The record, and the message that is claimed now.
        """
        claimed: Due | None = None
        given_up: list[dict[str, Any]] = []
        over = {(one.due.status, one.due.channel) for one in tried}

        def change(record: Record | None) -> Record | None:
            nonlocal claimed, given_up
            if record is None and not facts:
                return None
            now = self._merged(record, facts, sheet, incident) if facts or record is None else record
            marked = outbox.mark(now, tried[-1:], self.now())
            now = outbox.give_up(marked, self.now())
            given_up = [one for one, was in zip(now["told"], marked["told"], strict=True) if one != was]
            waiting = [one for one in outbox.due(now, sheet, self.now()) if (one.status, one.channel) not in over]
            claimed = waiting[0] if waiting else None
            if claimed is not None:
                now = outbox.claim(now, claimed, self.now())
            if record is not None and now == {**record, "facts": documents.facts_of(record)}:
                return None
            return now

        record = self.store.update(policy, incident, change, known)
        for one in given_up:
            self._untold(
                str(one["failure"]), policy=policy, incident=incident, status=one["status"], channel=one["channel"]
            )
        return record, claimed

    def _merged(self, record: Record | None, new: Sequence[Fact], sheet: Sheet, incident: str) -> Record:
        held = documents.facts_of(record) if record is not None else []

        def said(facts: list[Fact]) -> Record:
            return {**documents.merge(record, facts, sheet, incident), "facts": None} if facts else {}

        return documents.merge(record, enrich.lean(held, new, said), sheet, incident)

    def _tell(self, sheet: Sheet, record: Record, due: Due) -> Outcome:
        outcome = self.delivery.send(record, due, sheet)
        fields = {key: record[key] for key in ("policy", "incident")} | {"status": due.status, "channel": due.channel}
        if outcome.failure is None:
            self.telemetry.log("info", "told", message_id=due.message_id, repeated=due.repeated, **fields)
        else:
            self._untold(outcome.failure, **fields)
        return outcome

    def _untold(self, why: str, **fields: str) -> None:
        """The event goes on: it is not lost, the sweeper tries the message again, and an alarm on the metric tells of it meanwhile."""
        self.telemetry.count("DeliveryFailures")
        self.telemetry.log("error", f"`{fields['channel']}` was not told of `{fields['status']}`: {why}", **fields)

    def _mark(self, policy: str, sheet: Sheet, before: Record | None, record: Record, look: bool) -> None:
        """Close what is over and told; a day after its last status also what could not be told."""
        incident = record["incident"]
        if self._over(record, sheet):
            # A marker that an earlier run left behind is the sweeper's to find. What was read a while ago may be open again by now.
            if before is None or before["open"] or look:
                now = self.store.record(policy, incident)
                if now is None or self._over(now, sheet):
                    self.store.mark_closed(policy, incident)
        elif before is not None and not before["open"]:
            self.store.mark_open(policy, incident)

    def _over(self, record: Record, sheet: Sheet) -> bool:
        """Whether nobody waits for anything: closed, and everybody told or given up."""
        unsent = any(map(outbox.unsettled, record["told"])) or outbox.due(record, sheet, self.now())
        given_up = statuses.closed(record["facts"], record["reached"])
        return not record["open"] and (not unsent or given_up)

    def abandon(self, policy: str, incident: str, record: Record | None) -> None:
        """An incident whose policy has gone: it stays as it is, and is closed a day after its last status."""
        self.telemetry.log("warning", "the policy has no guard sheet any more", policy=policy, incident=incident)
        last = max((one["at"] for one in record["reached"]), default=None) if record is not None else None
        if last is None or (times.seconds(last, self.now()) or 0) >= enrich.CLOSED:
            self.store.mark_closed(policy, incident)

    def _measure(self, before: Record | None, record: Record) -> None:
        had = {one["status"] for one in before["reached"]} if before is not None else set()
        for one in record["reached"]:
            if one["status"] in had:
                continue
            self.telemetry.log(
                "info",
                "reached",
                policy=record["policy"],
                incident=record["incident"],
                status=one["status"],
                at=one["at"],
                because=record["because"],
            )
            if one["status"] in ("started", "refused") and not had & {"started", "refused"}:
                self.telemetry.count("Rollbacks")
            to_rollback = record["durations"]["toRollback"]
            if one["status"] in statuses.ENDS and to_rollback is not None and to_rollback >= 0:
                self.telemetry.count("SecondsToRollback", to_rollback)
        missing = {one["what"] for one in before["missing"]} if before is not None else set()
        for one in record["missing"]:
            if one["what"] not in missing:
                self.telemetry.count("MissingLookups")
                self.telemetry.log(
                    "warning", "no answer", what=one["what"], why=one["why"], incident=record["incident"]
                )
