"""The limits of `prose_limits.yaml`, applied to a resource's inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from rollguard.sandbox.aws.constraints import spelt
from rollguard.sandbox.aws.faults import Fault
from rollguard.sandbox.aws.paths import Template, occurrences, template
from rollguard.sandbox.aws.rules import (
    Rule,
    Site,
    alarms,
    deployments,
    events,
    functions,
    plain,
    policies,
    storage,
    topics,
)
from rollguard.sandbox.aws.terms import UNKNOWN, Limits

RULES: Mapping[str, Rule] = {
    **plain.RULES,
    **alarms.RULES,
    **deployments.RULES,
    **events.RULES,
    **functions.RULES,
    **policies.RULES,
    **storage.RULES,
    **topics.RULES,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """A row of the file: `rule` looks at every input that `at` names; `says` is the sentence, empty where the rule words its own."""

    at: Template
    rule: Rule
    arguments: Mapping[str, Any]
    code: str
    says: str
    source: str


@cache
def limits_of(type: str) -> tuple[Limit, ...]:
    """The rows of a resource type, in the file's order; the rows of every type come last."""
    text = files(__package__).joinpath("prose_limits.yaml").read_text(encoding="utf-8")
    rows = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return tuple(
        Limit(
            at=template(row["at"]),
            rule=RULES[row["rule"]],
            arguments=row.get("with", {}),
            code=row.get("code", "ValidationError"),
            says=row.get("says", ""),
            source=row["source"],
        )
        for row in [*rows.get(type, ()), *rows["*"]]
    )


def faults(type: str, inputs: Mapping[str, Any], limits: Limits) -> Iterator[Fault]:
    """What the rows of a type find in its inputs (in clear text, with the provider's defaults)."""
    for limit in limits_of(type):
        for place, value in occurrences(inputs, limit.at.tokens):
            if value == UNKNOWN:
                continue
            for complaint in limit.rule(Site(place, value, inputs, limit.arguments, limits)):
                path = place if complaint.path is None else complaint.path
                message = complaint.message or limit.says.format(value=value, **(complaint.facts or {}))
                yield Fault(path, message, complaint.code or limit.code, spelt(path), limit.source)
