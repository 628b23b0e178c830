"""Who is to be told what: due, claimed in the record, and marked once it is sent. One message per status and channel.

Sending and marking cannot be one act. A claim that was never marked is sent again after CLAIM seconds with the same message id and the
word "repeated", once: a message that nobody confirms twice is given up, which the record says. One that was refused is tried until it
goes out or the incident is closed, each time after a longer wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rollguard.recorder import bounded, statuses, times
from rollguard.recorder.record import Record
from rollguard.recorder.situation import Sheet

#: Seconds after which a claim without a mark counts as left behind.
CLAIM = 60
#: Seconds to wait after a first refusal, doubled by each further one, and at most.
FIRST_WAIT, LONGEST_WAIT = 60, 3_600
#: Of these, a channel is told one: they open an incident.
_OPENING = frozenset({"started", "refused"})
#: Told to whom `notify` lists for them, else to the channels of `failed`.
_LIKE_FAILED = frozenset({"nothingToRollBack", "notRolledBack", "unknown"})


@dataclass(frozen=True, slots=True)
class Due:
    """A message that is to be sent. `repeated`: it may have been sent before."""

    status: str
    channel: str
    message_id: str
    repeated: bool


def due(record: Record, sheet: Sheet, now: str) -> list[Due]:
    """What is to be sent at `now`, in the order of the statuses."""
    told = {(one["status"], one["channel"]): one for one in record["told"]}
    opened = {channel: status for status, channel in told if status in _OPENING}
    outside = any(one["status"] == "outsideDeployment" for one in record["reached"])
    found = []
    for reached in record["reached"]:
        status = reached["status"]
        for channel in _told(record, sheet, status):
            if status in _OPENING and opened.get(channel, status) != status:
                continue
            # Whoever was not told of an alarm outside of a deployment need not hear that it is over.
            if outside and channel not in channels(sheet, "outsideDeployment"):
                continue
            known = told.get((status, channel))
            if known is None:
                found.append(Due(status, channel, message_id(record, status, channel), False))
            elif unsettled(known) and _waited(known, now):
                found.append(Due(status, channel, known["messageId"], known["repeated"] or known["failure"] is None))
    return found


def channels(sheet: Sheet, status: str) -> list[str]:
    """The channels that are told of a status, each once, without those that the sheet does not describe."""
    notify: Mapping[str, Any] = sheet["notify"]
    listed = notify.get(status)
    if listed is None and status in _LIKE_FAILED:
        listed = notify.get("failed")
    return [name for name in dict.fromkeys(listed or ()) if name in sheet["channels"]]


def statuses_of(sheet: Sheet, channel: str) -> frozenset[str]:
    """The statuses that a channel hears of. PagerDuty hears of `recovered` in any case: nothing else resolves its alert."""
    resolved = sheet["channels"][channel].get("kind") == "pagerduty"
    return frozenset(
        status
        for status in (*sheet["notify"], *_LIKE_FAILED, "recovered")
        if channel in channels(sheet, status) or (resolved and status == "recovered")
    )


def _told(record: Record, sheet: Sheet, status: str) -> list[str]:
    """The channels of a status; of `recovered` also those of PagerDuty in which this incident has opened an alert."""
    listed = channels(sheet, status)
    if status != "recovered":
        return listed
    alerted = [
        name for name, one in sheet["channels"].items() if one.get("kind") == "pagerduty" and _alerted(record, name)
    ]
    return list(dict.fromkeys([*listed, *alerted]))


def _alerted(record: Record, channel: str) -> bool:
    return any(one["channel"] == channel and one["status"] != "recovered" for one in record["told"])


def message_id(record: Mapping[str, Any], status: str, channel: str) -> str:
    """The id of a message: the same whenever it is made, and no other message's."""
    parts = (record["environment"], record["region"], record["policy"], record["incident"], status, channel)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def unsettled(known: Mapping[str, Any]) -> bool:
    """Whether a claimed message is neither known to be sent nor given up."""
    return known["sentAt"] is None and not known.get("givenUp", False)


def _waited(known: Mapping[str, Any], now: str) -> bool:
    """Whether it is time to try again. Records of before kept no `tries`."""
    wait = CLAIM if known["failure"] is None else min(LONGEST_WAIT, FIRST_WAIT * 2 ** (known.get("tries", 1) - 1))
    age = times.seconds(known["claimedAt"], now)
    return age is None or age > wait


def give_up(record: Record, now: str) -> Record:
    """The record with those messages given up that may have been sent twice, and once it is closed, all that were not sent."""
    closed = statuses.closed(record["facts"], record["reached"])
    return {**record, "told": [_given_up(one, closed, now) for one in record["told"]]}


def _given_up(known: dict[str, Any], closed: bool, now: str) -> dict[str, Any]:
    in_doubt = known["failure"] is None and known["repeated"] and _waited(known, now)
    if not unsettled(known) or not (in_doubt or closed):
        return known
    why = "nobody confirmed that it went out" if known["failure"] is None else known["failure"]
    return _abandoned(known, why)


def _abandoned(known: dict[str, Any], why: str) -> dict[str, Any]:
    return {**known, "givenUp": True, "failure": bounded.cut(f"given up: {why}", 300)}


def claim(record: Record, due: Due, now: str) -> Record:
    """The record with the message claimed at `now`."""
    key = (due.status, due.channel)
    before = [one for one in record["told"] if (one["status"], one["channel"]) == key]
    kept = [one for one in record["told"] if (one["status"], one["channel"]) != key]
    claimed = {
        "status": due.status,
        "channel": due.channel,
        "messageId": due.message_id,
        "claimedAt": now,
        "sentAt": None,
        "repeated": due.repeated,
        "failure": None,
        "tries": sum(int(one.get("tries", 1)) for one in before) + 1,
        "givenUp": False,
    }
    return {**record, "told": [*kept, claimed]}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the sending of one message went: `failure` None is sent; `uncertain` may have been sent all the same."""

    due: Due
    failure: str | None = None
    uncertain: bool = False


def mark(record: Record, outcomes: Sequence[Outcome], now: str) -> Record:
    """The record with the outcomes noted. An uncertain failure leaves the claim as it is; of a message that was repeated it is the last."""
    by_key = {(one.due.status, one.due.channel): one for one in outcomes}
    return {
        **record,
        "told": [_marked(one, by_key.get((one["status"], one["channel"])), now) for one in record["told"]],
    }


def _marked(entry: dict[str, Any], outcome: Outcome | None, now: str) -> dict[str, Any]:
    if outcome is None or entry["sentAt"] is not None:
        return entry
    if outcome.failure is None:
        return {**entry, "sentAt": now, "failure": None}
    if outcome.uncertain and outcome.due.repeated:
        return _abandoned(entry, outcome.failure)
    if outcome.uncertain:
        return entry
    return {**entry, "failure": bounded.cut(outcome.failure, 300)}
