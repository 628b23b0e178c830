"""Put a judgement beside a record. The record itself is never changed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

from rollguard.clear_text import secrets_in
from rollguard.failure import Failure
from rollguard.records import read
from rollguard.records.keys import Name, verdict_key
from rollguard.records.model import Verdict
from rollguard.records.shelf import Shelf

_ATTEMPTS = 20
#: What the schema of a verdict takes.
_LONGEST = {"cause": 2_000, "ticket": 500, "name": 200}
_TICKET = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?#][^\s<>\"'`\\]*)?|[A-Za-z0-9#][A-Za-z0-9#/_.-]*")


def judge(shelf: Shelf, name: Name, verdict: Verdict) -> str:
    """Writes the verdict and returns its key.

    Raises Failure for a secret in clear text, for what does not fit the schema, and where the place cannot be written.
    """
    for what, text in (("cause", verdict.cause), ("ticket", verdict.ticket), ("name", verdict.by)):
        for secret, _, _ in (found for line in text.splitlines() for found in secrets_in(line)):
            raise Failure(f"the {what} holds {secret} in clear text", "leave it out; a verdict is read by many")
        if len(text) > _LONGEST[what]:
            most = f"the {what} has {len(text):,} characters, at most {_LONGEST[what]:,} are kept"
            raise Failure(most, "say the essence, and where the rest stands with `--ticket`")
    if verdict.ticket and not _TICKET.fullmatch(verdict.ticket):
        raise Failure(
            "the ticket is neither an id nor an address", "such as `OPS-1234` or `https://tickets.example.com/OPS-1234`"
        )
    stated = {
        "version": 1,
        "incident": name.incident,
        "policy": name.policy,
        "verdict": verdict.judgement,
        "cause": verdict.cause,
        "ticket": verdict.ticket,
        "by": verdict.by,
        "at": verdict.at,
    }
    content = (json.dumps(stated, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "replace")
    try:
        read.verdict(content)
    except read.Unfit as unfit:
        raise Failure(f"the verdict {unfit}") from None
    at = datetime.fromisoformat(verdict.at).astimezone(UTC)
    for attempt in range(_ATTEMPTS):
        key = verdict_key(name, at + timedelta(microseconds=attempt))
        if shelf.add(key, content):
            return key
    raise Failure(f"cannot write a verdict on `{name}`: others are being written in the same instant", "try again")
