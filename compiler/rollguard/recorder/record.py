"""The record as a document: facts merged into it, written as JSON within bounds, and read in every version there has been."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rollguard.recorder import bounded
from rollguard.recorder.derive import VERSION, derive
from rollguard.recorder.facts import Fact
from rollguard.recorder.situation import Sheet

Record = dict[str, Any]

#: Bytes of a record. S3 takes more, but a report, a message and a Lambda function should not have to.
LIMIT = 1_000_000
#: Characters of a reason in a record that is too long otherwise.
SHORT_REASON = 200


def merge(record: Record | None, facts: Iterable[Fact], sheet: Sheet, incident: str) -> Record:
    """`record` (None: the first) with `facts` added, everything in it derived anew; who was told stays."""
    known = facts_of(record) if record is not None else []
    told = list(record["told"]) if record is not None else []
    return {**derive([*known, *facts], sheet, incident), "told": told}


def facts_of(record: Mapping[str, Any]) -> list[Fact]:
    """The facts of a record, the datapoints put back that are written only once, in `series`."""
    return [
        {**fact, "series": record["series"]} if fact["kind"] == "series" and "series" not in fact else dict(fact)
        for fact in record["facts"]
    ]


def same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two records say the same, the facts that they rest on apart."""
    return {**one, "facts": None} == {**other, "facts": None}


def to_bytes(record: Record) -> bytes:
    """The record as JSON with sorted keys, at most LIMIT bytes: datapoints go first, then the length of reasons, then snapshots."""
    for shorten in (_whole, _without_series, _with_short_reasons, _without_snapshots):
        record = shorten(record)
        written = _written(record)
        if len(written) <= LIMIT:
            return written
    raise ValueError(f"the record of `{record['incident']}` has {len(written):,} bytes, at most {LIMIT:,} can be kept")


def _written(record: Record) -> bytes:
    facts = [{key: value for key, value in fact.items() if key != "series"} for fact in record["facts"]]
    return json.dumps({**record, "facts": facts}, sort_keys=True, ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "replace"
    )


def _whole(record: Record) -> Record:
    return record


def _left_out(record: Record, what: str) -> list[dict[str, Any]]:
    why = f"left out, as the record would have had more than {LIMIT:,} bytes"
    since = record["reached"][0]["at"] if record["reached"] else record["facts"][0]["at"]
    return [*(one for one in record["missing"] if one["what"] != what), {"what": what, "why": why, "since": since}]


def _without_series(record: Record) -> Record:
    facts = [{**fact, "series": []} if fact["kind"] == "series" else fact for fact in record["facts"]]
    return {**record, "series": [], "facts": facts, "missing": _left_out(record, "datapoints of the criteria")}


def _with_short_reasons(record: Record) -> Record:
    def short(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: bounded.cut(one, SHORT_REASON) if key in _PROSE else short(one) for key, one in value.items()}
        return [short(one) for one in value] if isinstance(value, list) else value

    shortened: Record = short(record)
    return {**shortened, "missing": _left_out(shortened, "whole reasons")}


_PROSE = frozenset({"reason", "message", "why", "failure"})


def _without_snapshots(record: Record) -> Record:
    """Without all but the last snapshot of the alarms, and at most 200 facts."""
    snapshots = [fact for fact in record["facts"] if fact["kind"] == "alarms"]
    kept = [fact for fact in record["facts"] if fact["kind"] != "alarms" or fact is snapshots[-1]]
    return {**record, "facts": kept[:200], "missing": _left_out(record, "earlier states of the alarms")}


def from_bytes(written: bytes) -> Record:
    """The record that `to_bytes` wrote, or an older version of this program; upgraded step by step to VERSION.

    Raises ValueError for what is no record, or one of a version that came later.
    """
    try:
        record = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"no JSON: {error}") from error
    if not isinstance(record, dict) or not isinstance(record.get("version"), int):
        raise ValueError("no rollback record: it has no `version`")
    while record["version"] != VERSION:
        step = UPGRADES.get(record["version"])
        if step is None:
            raise ValueError(f"a rollback record of version {record['version']}; this program reads up to {VERSION}")
        record = step(record)
    if not isinstance(record.get("incident"), str) or not isinstance(record.get("facts"), list):
        raise ValueError("no rollback record: it has no `incident` or no `facts`")
    read: Record = record
    return read


#: By version, the step to the next one. Version 1 is the first that was published.
UPGRADES: dict[int, Callable[[Record], Record]] = {}
