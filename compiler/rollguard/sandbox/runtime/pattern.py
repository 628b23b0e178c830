"""EventBridge's event patterns: which events a rule passes on (aws-facts 7.1; EventBridge user guide, "Comparison operators")."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from typing import Any

#: The comparison operators that are understood here; a pattern with any other is refused by name, so that no rule is silently deaf.
OPERATORS = ("anything-but", "equals-ignore-case", "exists", "prefix", "suffix", "wildcard")


class PatternError(ValueError):
    """A pattern that is none; the text says why."""


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether every field of the pattern has one of its values in the event; a field that is a list matches with any of its elements.

    Raises PatternError for what EventBridge would refuse, and for operators outside OPERATORS.
    """
    # Every field is looked at, so that what is wrong with the last one is said although the first does not match.
    fields = [_field(key, wanted, event) for key, wanted in pattern.items()]
    return all(fields)


def _field(key: str, wanted: Any, event: Mapping[str, Any]) -> bool:
    present = key in event
    if isinstance(wanted, Mapping):
        inner = event[key] if present else {}
        return matches(wanted, inner if isinstance(inner, Mapping) else {})
    if not isinstance(wanted, Sequence) or isinstance(wanted, str):
        raise PatternError(f"`{key}` must be a list or an object")
    if not wanted:
        raise PatternError(f"`{key}` has an empty list, which matches nothing")
    found = event[key] if present else None
    values = found if isinstance(found, list) else [found]
    fits = [_matcher(key, one, values, present) for one in wanted]
    return any(fits)


def _matcher(key: str, matcher: Any, values: Sequence[Any], present: bool) -> bool:
    if not isinstance(matcher, Mapping):
        return present and any(_equal(matcher, value) for value in values)
    if len(matcher) != 1:
        raise PatternError(f"`{key}` has a filter with {len(matcher)} operators; one is allowed")
    ((operator, operand),) = matcher.items()
    if operator == "exists":
        return present is operand
    if operator not in OPERATORS:
        raise PatternError(f"`{key}` uses the operator `{operator}`, which the sandbox does not know")
    if operator == "anything-but":
        return present and not any(_but(key, operand, value) for value in values)
    return present and any(isinstance(value, str) and _text(operator, operand, value) for value in values)


def _but(key: str, operand: Any, value: Any) -> bool:
    if isinstance(operand, Mapping):
        return _matcher(key, operand, [value], True)
    refused = operand if isinstance(operand, list) else [operand]
    return any(_equal(one, value) for one in refused)


def _equal(wanted: Any, value: Any) -> bool:
    """EventBridge compares JSON types too: the text "1" is not the number 1."""
    return type(wanted) is type(value) and wanted == value


def _text(operator: str, operand: Any, value: str) -> bool:
    if operator == "equals-ignore-case":
        return value.lower() == str(operand).lower()
    if operator == "wildcard":
        literal = re.sub(r"([\[?])", r"[\1]", str(operand))
        return fnmatch.fnmatchcase(value, literal)
    return value.startswith(str(operand)) if operator == "prefix" else value.endswith(str(operand))
