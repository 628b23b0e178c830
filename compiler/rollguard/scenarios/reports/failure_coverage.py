"""The failure-mode matrix as text for a terminal and as JSON; the latter's contract is `schema/failure-mode-coverage.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Literal

from rollguard.scenarios.failure_modes import Outcome
from rollguard.scenarios.matrix import Matrix, Row
from rollguard.scenarios.smallest_error_rate import SmallestErrorRate
from rollguard.scenarios.times import clock

Json = dict[str, object]

_WORDS = {"missed": "MISSED", "firedWrongly": "WRONGLY", "quiet": "quiet", "unknown": "?", "notApplicable": "-"}
_LEGEND = (
    "a time: minutes and seconds from the start of the fault to the rollback, with ! where that is later than agreed, "
    "which counts from the first bad datapoint; "
    "at once: before any traffic moved; MISSED: not rolled back; quiet: rightly not rolled back; "
    "WRONGLY: rolled back though it should not be; ?: cannot be told from the policy; ~: rests on what AWS does not document"
)


def coverage_report(matrix: Matrix, format: Literal["text", "json"] = "text") -> str:
    """The whole matrix. Text ends without a line break."""
    if format == "json":
        return json.dumps(record(matrix), indent=2, ensure_ascii=False)
    return "\n".join(_lines(matrix))


def record(matrix: Matrix) -> Json:
    """The matrix as plain data."""
    return {
        "failureModes": [
            {"id": mode.id, "title": mode.title, "wanted": mode.wanted, "own": mode.own} for mode in matrix.columns
        ],
        "policies": [
            {
                "policy": row.guard.policy,
                "environment": row.environment,
                "regions": list(row.regions),
                "owner": row.guard.owner,
                "source": row.guard.source,
                "rollbackWithin": row.guard.rollback_within,
                "outcomes": [
                    {"failureMode": mode.id, **_outcome(outcome)}
                    for mode, outcome in zip(matrix.columns, row.outcomes, strict=True)
                ],
                "smallestErrorRate": None if row.smallest is None else _smallest(row.smallest),
            }
            for row in matrix.rows
        ],
    }


def _outcome(outcome: Outcome) -> Json:
    return {
        "wanted": outcome.wanted,
        "verdict": outcome.verdict,
        "seconds": outcome.seconds,
        "trafficPercent": None if outcome.traffic is None else round(outcome.traffic, 2),
        "because": list(outcome.because),
        "inTime": outcome.in_time,
        "ambiguous": outcome.ambiguous,
        "reason": outcome.reason,
    }


def _smallest(found: SmallestErrorRate) -> Json:
    return {
        "whileCanary": found.while_canary,
        "whileBaking": found.while_baking,
        "hasCanary": found.has_canary,
        "bakes": found.bakes,
        "looksAtErrors": found.looks_at_errors,
        "requestsPerMinute": found.traffic,
    }


def _lines(matrix: Matrix) -> Iterator[str]:
    applying = [row for row in matrix.rows if row.applies]
    names = {id(row): _name(row, matrix) for row in matrix.rows}
    width = max((len(name) for name in names.values()), default=0)
    heads = [_head(mode.id) for mode in matrix.columns]
    columns = [
        max([len(part) for part in head] + [len(cell(row.outcomes[index])) for row in applying] + [1])
        for index, head in enumerate(heads)
    ]
    for line in range(max((len(head) for head in heads), default=0)):
        words = [head[line] if line < len(head) else "" for head in heads]
        yield _joined("", width, words, columns)
    for row in applying:
        yield _joined(names[id(row)], width, [cell(outcome) for outcome in row.outcomes], columns)
    for row in matrix.rows:
        if not row.applies:
            yield f"{names[id(row)]:{width}}  {row.outcomes[0].reason if row.outcomes else ''}".rstrip()
    yield ""
    yield from wrap(_LEGEND, 100)
    for row in applying:
        yield ""
        yield f"{names[id(row)]}: {smallest(row.smallest)}" if row.smallest else names[id(row)]
        longest = max(len(mode.id) for mode in matrix.columns)
        for mode, outcome in zip(matrix.columns, row.outcomes, strict=True):
            doubt = " (AWS does not document this)" if outcome.ambiguous else ""
            yield f"  {mode.id:{longest}}  {verdict(outcome)}{outcome.reason}{doubt}"


def _name(row: Row, matrix: Matrix) -> str:
    """The policy and its environment, with the Regions where others of the environment judge otherwise."""
    alike = [one for one in matrix.rows if (one.guard.policy, one.environment) == (row.guard.policy, row.environment)]
    where = f" ({', '.join(row.regions)})" if len(alike) > 1 else ""
    return f"{row.guard.policy} in {row.environment}{where}"


def _head(id: str) -> list[str]:
    return id.split("-")


def _joined(name: str, width: int, cells: list[str], columns: list[int]) -> str:
    return "  ".join(
        [f"{name:{width}}", *(f"{cell:{size}}" for cell, size in zip(cells, columns, strict=True))]
    ).rstrip()


def cell(outcome: Outcome) -> str:
    """An outcome in a few characters."""
    doubt = "~" if outcome.ambiguous else ""
    if outcome.verdict != "rolledBack":
        return _WORDS[outcome.verdict] + doubt
    assert outcome.seconds is not None
    late = "!" if outcome.in_time is False else ""
    return ("at once" if not outcome.traffic and not outcome.seconds else clock(outcome.seconds)) + late + doubt


def verdict(outcome: Outcome) -> str:
    """What stands before the reason, where that does not say it all."""
    words = {
        "missed": "missed: ",
        "firedWrongly": "wrongly ",
        "quiet": "rightly quiet: ",
        "unknown": "not known: ",
        "notApplicable": "",
        "rolledBack": "",
    }
    return words[outcome.verdict] + (
        "too late: " if outcome.in_time is False and outcome.verdict == "rolledBack" else ""
    )


def smallest(found: SmallestErrorRate) -> str:
    """The least error rates in one sentence."""
    if not found.looks_at_errors:
        return "no criterion that rolls back looks at errors"
    parts = []
    if found.has_canary:
        parts.append(_caught(found.while_canary, "while it has a part of the traffic"))
    if found.bakes:
        parts.append(_caught(found.while_baking, "while it bakes with all of it"))
    if not parts:
        return "the deployment is over at once, so no error of the new version rolls it back"
    return "; ".join(parts)


def _caught(rate: float | None, when: str) -> str:
    if rate is None:
        return f"{when}, not even a new version that fails all its requests is caught by its errors"
    return f"{when}, a new version is caught from {rate:g} % failed requests on"
