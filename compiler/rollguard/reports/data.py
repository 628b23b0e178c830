"""A report as JSON: the contract is `schema/rollback-report.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from rollguard.reports.model import IncidentReport, Overview

#: Pairs that are maps in JSON, by field.
_PAIRS = {
    "facts": ("term", "value"),
    "links": ("label", "address"),
    "statuses": ("status", "count"),
    "unreadable": ("place", "why"),
    "dimensions": ("name", "value"),
}


def as_json(report: IncidentReport | Overview) -> str:
    """One JSON object without a line break at the end; charts are left out."""
    kind = "incident" if isinstance(report, IncidentReport) else "overview"
    stated = {"version": 1, "kind": kind, **_plain(report)}
    return json.dumps(stated, indent=2, ensure_ascii=False)


def _plain(value: Any) -> Mapping[str, Any]:
    return {
        _camel(each.name): _listed(each.name, getattr(value, each.name))
        for each in fields(value)
        if each.name != "drawing"
    }


def _listed(field: str, value: Any) -> Any:
    if isinstance(value, tuple) and field in _PAIRS:
        return [dict(zip(_PAIRS[field], pair, strict=True)) for pair in value]
    if isinstance(value, tuple):
        return [_listed("", inner) for inner in value]
    return _plain(value) if is_dataclass(value) else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
