"""Instants as the record writes them, RFC 3339 in UTC to the second with `Z`, from every form in which AWS states them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

#: What `text` writes. Such texts sort as the instants do.
FORM = "%Y-%m-%dT%H:%M:%SZ"


def text(value: object) -> str | None:
    """An instant in the record's form, fractions of a second left out; None for what is no instant.

    Reads datetimes, RFC 3339 (`…Z`, `…+00:00`), the alarms' `…+0000`, and seconds since 1970 as number or text (SNS messages of
    CodeDeploy, aws-facts 2.5).
    """
    moment = instant(value)
    return None if moment is None else moment.strftime(FORM)


def instant(value: object) -> datetime | None:
    """The instant that `value` states, in UTC; None where it states none. Without an offset it is taken as UTC."""
    try:
        if isinstance(value, datetime):
            found = value
        elif isinstance(value, bool) or value is None:
            return None
        elif isinstance(value, int | float):
            found = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str) and len(value) <= 40:
            found = _read(value.strip())
        else:
            return None
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read(stated: str) -> datetime:
    try:
        return datetime.fromisoformat(stated)
    except ValueError:
        return datetime.fromtimestamp(float(stated), UTC)


def seconds(since: str | None, until: str | None) -> int | None:
    """Whole seconds from one instant of the record to another, negative when it comes earlier; None where one is unknown."""
    if since is None or until is None:
        return None
    begin, end = instant(since), instant(until)
    return None if begin is None or end is None else round((end - begin).total_seconds())


def later(moment: str, by: int) -> str:
    """The instant `by` seconds after `moment`. Raises ValueError for a text that is no instant."""
    begin = instant(moment)
    if begin is None:
        raise ValueError(f"`{moment}` is no instant")
    return (begin + timedelta(seconds=by)).strftime(FORM)


def compact(moment: str) -> str:
    """`20261124T101500Z`: an instant as part of a name."""
    return moment.replace("-", "").replace(":", "")
