"""Plays the events of an incident in virtual time: rules, function, calls and messages, until nothing is open any more."""

from __future__ import annotations

import heapq
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.runtime import services
from rollguard.sandbox.runtime.alarms import Alarms
from rollguard.sandbox.runtime.bucket import Bucket
from rollguard.sandbox.runtime.bus import Bus, Handed
from rollguard.sandbox.runtime.clients import Called, Operation, Parameters
from rollguard.sandbox.runtime.clock import Clock
from rollguard.sandbox.runtime.deployments import Deployments, Place
from rollguard.sandbox.runtime.functions import Functions
from rollguard.sandbox.runtime.occurrences import event_id, occurrences
from rollguard.sandbox.runtime.outbox import Sent

#: Seconds that an event takes to the function. Assumed: AWS promises no time ("typically half a second").
LATENCY = 1
#: When Lambda tries an event again that its code failed on, in seconds after the failure (Lambda guide, asynchronous invocation).
RETRIES = (60, 120)
#: Seconds after the incident's end in which whatever is open must have been closed: the recorder gives up after 24 h.
LONGEST = 26 * 3_600


@dataclass(frozen=True, slots=True)
class Lost:
    """An event that never did its work, at a second of the incident: which rule, why, and the queue in which it waits, if any."""

    at: int
    rule: str
    why: str
    queue: str


@dataclass(slots=True)
class Told:
    """What came of the events. `sent` are the messages, each with the second of the incident; `records` the keys that were written."""

    sent: list[tuple[int, Sent]] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def written(self, folder: str) -> tuple[str, ...]:
        """The keys below `folder` that were written, sorted; `bucket/key`."""
        puts = (arn.rpartition(":::")[2] for action, arn, code in self.calls if action == "s3:PutObject" and not code)
        return tuple(sorted({one for one in puts if one.partition("/")[2].startswith(folder)}))


@dataclass(frozen=True, slots=True)
class _Due:
    """An event for one target, and how often it was tried."""

    handed: Handed
    tries: int = 0


class Player:
    """One incident in one account and Region. `bucket_of` opens a bucket by its name, `begins` is the date of second 0.

    `copies` is how often each event of AWS and each sweep arrives: EventBridge delivers at least once.
    """

    def __init__(
        self,
        resources: Sequence[Resource],
        incident: Incident,
        place: Place,
        begins: datetime,
        bucket_of: Callable[[str], Bucket],
        copies: int = 1,
    ) -> None:
        self.told = Told()
        self._copies = copies
        self._clock = Clock(begins)
        self._incident = incident
        self._place = place
        self._bus = Bus(resources)
        self._resources = resources
        self._bucket_of = bucket_of
        self._queue: list[tuple[int, int, _Due]] = []
        self._order = count()
        self._alarms = Alarms(resources, incident, self._clock)
        deployments = Deployments(incident, self._clock, place)
        self._functions = Functions(
            resources,
            {
                "codedeploy": services.codedeploy(deployments, place),
                "cloudwatch": services.cloudwatch(self._alarms, place),
                "s3": services.s3(resources, place, bucket_of),
                "sns": services.sns(resources, self._clock, self._send),
                "events": {"PutEvents": Operation(self._default_bus, self._put_events)},
            },
            lambda: self._clock.today,
            self.told.calls.append,
            self.told.log.append,
        )

    def play(self) -> Told:
        """Everything from the first event to the last message."""
        for one in occurrences(self._incident, self._alarms, self._clock, self._place):
            for _ in range(self._copies):
                self._hand(one.at + LATENCY, self._bus.hand(one.event))
        last = self._incident.outside.release.end + LONGEST
        ticks = deque(sorted(self._bus.due(-1, last), key=lambda due: due[0]))
        while self._queue or (ticks and self._open()):
            if ticks and (not self._queue or ticks[0][0] <= self._queue[0][0]):
                at, rule = ticks.popleft()
                for _ in range(self._copies):
                    self._hand(at, self._bus.hand_from(rule, self._scheduled(rule, at)))
                continue
            at, _, due = heapq.heappop(self._queue)
            self._clock.now = max(at, self._clock.now)
            self._do(at, due)
        return self.told

    def _hand(self, at: int, handed: Iterator[Handed]) -> None:
        for one in handed:
            heapq.heappush(self._queue, (at, next(self._order), _Due(one)))

    def _do(self, at: int, due: _Due) -> None:
        handed = due.handed
        if handed.why:
            self.told.lost.append(Lost(at, handed.rule, handed.why, handed.queue))
        elif ":api-destination/" in handed.target:
            self._to_api(handed)
        else:
            try:
                self._functions.invoke(handed.target, handed.event)
            except Exception as error:  # whatever the function's code raises, Lambda tries again
                if due.tries < len(RETRIES):
                    later = at + RETRIES[due.tries]
                    heapq.heappush(self._queue, (later, next(self._order), _Due(handed, due.tries + 1)))
                else:
                    self.told.lost.append(
                        Lost(at, handed.rule, f"{type(error).__name__}: {error}", self._queue_of(handed))
                    )

    def _queue_of(self, handed: Handed) -> str:
        """Where Lambda puts what its function has failed on for good."""
        function = next((one for one in self._resources if one.arn == handed.target), None)
        stated = (function.members.get("DeadLetterConfig") or {}) if function is not None else {}
        return str(stated.get("TargetArn", ""))

    def _open(self) -> bool:
        return any(
            next(self._bucket_of(one.name).keys("open/"), None) is not None
            for one in self._resources
            if one.kind == "bucket"
        )

    def _scheduled(self, rule: Resource, at: int) -> dict[str, Any]:
        return {
            "version": "0",
            "id": event_id(f"{self._clock.begins.isoformat()} {rule.name} {at}"),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": self._place.account,
            "time": self._clock.stamp(at),
            "region": self._place.region,
            "resources": [rule.arn],
            "detail": {},
        }

    def _send(self, messages: list[Sent]) -> None:
        self.told.sent += [(self._clock.now, one) for one in messages]

    def _default_bus(self, parameters: Parameters) -> list[str]:
        return [self._place.arn("events", f"event-bus/{name}") for name in _buses(parameters)]

    def _put_events(self, parameters: Parameters) -> dict[str, Any]:
        entries = []
        for number, entry in enumerate(parameters["Entries"]):
            id = event_id(f"{self._clock.begins.isoformat()} {self._clock.now} {number} {entry.get('Detail')}")
            event = {
                "version": "0",
                "id": id,
                "detail-type": entry.get("DetailType"),
                "source": entry.get("Source"),
                "account": self._place.account,
                "time": self._clock.stamp(self._clock.now),
                "region": self._place.region,
                "resources": list(entry.get("Resources") or ()),
                "detail": json.loads(entry["Detail"]),
            }
            self._hand(self._clock.now + LATENCY, self._bus.hand(event))
            entries.append({"EventId": id})
        return {"FailedEntryCount": 0, "Entries": entries}

    def _to_api(self, handed: Handed) -> None:
        """What an API destination would have sent; the connection's own fields, which may be secret, are left out."""
        destination = next(one for one in self._resources if one.arn == handed.target)
        host = str(destination.members.get("InvocationEndpoint", ""))
        self.told.sent.append(
            (
                self._clock.now,
                Sent(
                    self._clock.stamp(self._clock.now),
                    destination.name,
                    f"{destination.members.get('HttpMethod', 'POST')} {host}",
                    True,
                    "",
                    _summary(handed.event),
                    json.dumps(handed.event, ensure_ascii=False),
                ),
            )
        )


def _buses(parameters: Mapping[str, Any]) -> list[str]:
    return sorted({str(entry.get("EventBusName", "default")) for entry in parameters["Entries"]})


def _summary(event: Any) -> str:
    """What a person sees first of an event for PagerDuty; empty for events of another form."""
    payload = event.get("payload") if isinstance(event, Mapping) else None
    return str(payload.get("summary", "")) if isinstance(payload, Mapping) else ""
