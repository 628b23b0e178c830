"""The record as a document: facts merged into it, written as JSON within bounds, and read in every version there has been."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rollguard.recorder import shortening
from rollguard.recorder.derive import VERSION, derive
from rollguard.recorder.facts import Fact
from rollguard.recorder.situation import Sheet

Record = dict[str, Any]


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


def to_bytes(record: Record) -> bytes:
    """The record as JSON with sorted keys, at most `shortening.LIMIT` bytes, and in `missing` what had to be left out for that."""
    return shortening.fitting(record, _written)


def _written(record: Record) -> bytes:
    facts = [{key: value for key, value in fact.items() if key != "series"} for fact in record["facts"]]
    return json.dumps({**record, "facts": facts}, sort_keys=True, ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "replace"
    )


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
