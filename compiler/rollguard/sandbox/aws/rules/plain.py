"""Rules about one value: ranges, patterns, lengths, choices, ARNs, JSON and tags."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from rollguard.sandbox.aws.constraints import constraint, pattern, spelt
from rollguard.sandbox.aws.paths import lookup
from rollguard.sandbox.aws.rules import Complaint, Rule, Site
from rollguard.sandbox.aws.terms import UNKNOWN

_ARN = re.compile(r"arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):([0-9]{12})?:(.+)", re.DOTALL)
_STATISTIC = re.compile(
    r"(p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,2})?|100)|IQM|(TM|WM|PR|TC|TS)\((\d+(\.\d+)?%?)?:(\d+(\.\d+)?%?)?\)"
)


def is_pattern(site: Site) -> Iterator[Complaint]:
    compiled = pattern(site.arguments["pattern"])
    if isinstance(site.value, str) and compiled is not None and compiled.fullmatch(site.value) is None:
        yield Complaint()


def not_prefix(site: Site) -> Iterator[Complaint]:
    if isinstance(site.value, str) and site.value.startswith(site.arguments["prefix"]):
        yield Complaint()


def length(site: Site) -> Iterator[Complaint]:
    if isinstance(site.value, str) and len(site.value) > site.arguments["max"]:
        yield Complaint(facts={"length": len(site.value)})


def items(site: Site) -> Iterator[Complaint]:
    if isinstance(site.value, list) and len(site.value) > site.arguments["max"]:
        yield Complaint(facts={"length": len(site.value)})


def in_range(site: Site) -> Iterator[Complaint]:
    if is_number(site.value) and not site.arguments["min"] <= site.value <= site.arguments["max"]:
        yield Complaint()


def one_of(site: Site) -> Iterator[Complaint]:
    values = site.arguments["values"]
    if site.value not in values:
        requirement = f"Member must satisfy enum value set: [{', '.join(map(str, values))}]"
        yield Complaint(constraint(site.value, spelt(site.path), requirement))


def at_most_input(site: Site) -> Iterator[Complaint]:
    other = site.get(site.arguments["input"])
    if is_number(site.value) and is_number(other) and site.value > other:
        yield Complaint()


def without(site: Site) -> Iterator[Complaint]:
    if site.value and site.stated(site.arguments["input"]):
        yield Complaint()


def needs(site: Site) -> Iterator[Complaint]:
    if lookup(site.inputs, site.arguments["input"]) not in (True, UNKNOWN):
        yield Complaint()


def statistic(site: Site) -> Iterator[Complaint]:
    if not isinstance(site.value, str) or site.value in site.arguments.get("plain", ()):
        return
    if _STATISTIC.fullmatch(site.value) is None:
        words = "invalid statistic, see: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html"
        yield Complaint(f"{words} (got '{site.value}')")


def arn(site: Site) -> Iterator[Complaint]:
    found = arn_service(site.value)
    if isinstance(site.value, str) and (found is None or found != site.arguments["service"]):
        yield Complaint()


def json_text(site: Site) -> Iterator[Complaint]:
    if isinstance(site.value, str):
        try:
            json.loads(site.value)
        except ValueError as error:
            yield Complaint(facts={"reason": error})


def tags(site: Site) -> Iterator[Complaint]:
    if not isinstance(site.value, dict):
        return
    if len(site.value) > 50:
        yield Complaint(constraint(sorted(site.value), "tags", "Member must have length less than or equal to 50"))
    allowed = pattern(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*")
    for index, (key, value) in enumerate(sorted(site.value.items())):
        place = (*site.path, key)
        if key.lower().startswith("aws:"):
            yield Complaint(f"aws: prefixed tag key names are not allowed for external use: '{key}'", place)
        for member, text, most in (
            (f"tags.{index + 1}.member.key", key, 128),
            (f"tags.{index + 1}.member.value", value, 256),
        ):
            if not isinstance(text, str) or text == UNKNOWN:
                continue
            if len(text) > most:
                yield Complaint(
                    constraint(text, member, f"Member must have length less than or equal to {most}"), place
                )
            if allowed is not None and allowed.fullmatch(text) is None:
                requirement = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*"
                yield Complaint(constraint(text, member, requirement), place)


def arn_service(value: object) -> str | None:
    """The service that an ARN belongs to, or None for what is no ARN."""
    match = _ARN.fullmatch(value) if isinstance(value, str) else None
    return match[1] if match else None


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


RULES: dict[str, Rule] = {
    "pattern": is_pattern,
    "notPrefix": not_prefix,
    "length": length,
    "items": items,
    "range": in_range,
    "oneOf": one_of,
    "atMostInput": at_most_input,
    "without": without,
    "needs": needs,
    "statistic": statistic,
    "arn": arn,
    "json": json_text,
    "tags": tags,
}
