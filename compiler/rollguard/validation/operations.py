"""Times of what happens after a rollback: how long alarms may stay red, and how long records and logs are kept."""

from __future__ import annotations

from rollguard.validation import shapes
from rollguard.validation.part import Part

#: The recorder looks every 5 minutes, and closes an incident 24 hours after its last status: half of that leaves time for `recovered`.
STILL_RED = (300, 12 * 3600)
DAY = 86_400
#: CloudWatch forgets an alarm's history after 30 days (aws-facts 1.1), so what is kept for less is no record.
LEAST_RETENTION = 30 * DAY
#: What CloudWatch Logs takes as a retention, in days (API reference, PutRetentionPolicy), up to the longest duration of ours.
LOG_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288)


def still_red(part: Part) -> None:
    """`stillRedAfter` of a policy or of one of its environments."""
    stated = part.get("stillRedAfter")
    time = shapes.seconds(stated)
    if stated and time is not None and not STILL_RED[0] <= time <= STILL_RED[1]:
        help = "from `5m`, as the recorder looks every five minutes, to `12h`, before an incident is closed"
        stated.error("S007", f"`stillRedAfter` cannot be `{stated.value}`", help)


def kept(part: Part) -> None:
    """`records` and `recorder` of an environment or of the defaults."""
    retention = part.get("records", "retention")
    time = shapes.seconds(retention)
    if retention and time is not None and (time % DAY or time < LEAST_RETENTION):
        help = "in whole days from `30d`: until then AWS itself remembers the alarm's history"
        retention.error("S007", f"records cannot be kept for `{retention.value}`", help)
    log = part.get("recorder", "logRetention")
    time = shapes.seconds(log)
    if log and time is not None and time not in {days * DAY for days in LOG_DAYS}:
        nearest = next((days for days in LOG_DAYS if days * DAY >= time), LOG_DAYS[-1])
        help = f"CloudWatch takes certain numbers of days only; the next is `{nearest}d`"
        log.error("S007", f"a log cannot be kept for `{log.value}`", help)
