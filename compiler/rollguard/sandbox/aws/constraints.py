"""The constraints of a service model, applied to a call's parameters, in the words that AWS answers with.

botocore's own validator checks neither maximum, pattern nor enum, and stops at types; this walker looks at every one and finds all faults.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import regex

from rollguard.sandbox.aws import model
from rollguard.sandbox.aws.paths import Tokens
from rollguard.sandbox.aws.terms import UNKNOWN

_PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "double": (int, float),
    "float": (int, float),
    "boolean": (bool,),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken constraint. `place` begins with the operation; `member` is AWS's spelling (`metrics.1.member.id`)."""

    place: Tokens
    member: str
    message: str
    code: str = "ValidationError"


def violations(service: str, operation: str, parameters: Any, *, complete: bool = True) -> list[Violation]:
    """Every broken constraint of a call. With `complete` false, absent members of the top level are somebody else's business."""
    walk = _Walk(service, model.shapes(service))
    found: list[Violation] = []
    calls = parameters if isinstance(parameters, list) else [parameters]
    for index, call in enumerate(calls):
        place: Tokens = (operation, index) if isinstance(parameters, list) else (operation,)
        found += walk.structure(model.input_shape(service, operation), call, place, (), check_required=complete)
    return found


def constraint(value: Any, member: str, requirement: str) -> str:
    """AWS's sentence for a value that breaks a requirement."""
    return f"Value {shown(value)} at '{member}' failed to satisfy constraint: {requirement}"


def shown(value: Any) -> str:
    """A value as AWS quotes it, cut at 100 characters."""
    if value is None:
        return "null"
    text = _inner(value)
    return f"'{text if len(text) <= _SHOWN else text[: _SHOWN - 1] + '…'}'"


def spelt(members: Tokens) -> str:
    """`("Metrics", 0, "Id")` as AWS writes it: `metrics.1.member.id`."""
    return ".".join(f"{step + 1}.member" if isinstance(step, int) else step[:1].lower() + step[1:] for step in members)


@cache
def pattern(text: str) -> regex.Pattern[str] | None:
    """The compiled pattern; `\\w` and `\\d` are ASCII as in AWS's Java. None for a pattern that `regex` cannot read."""
    try:
        return regex.compile(text, flags=regex.ASCII)
    except regex.error:
        return None


@dataclass(frozen=True, slots=True)
class _Walk:
    service: str
    shapes: Mapping[str, model.Shape]

    def structure(
        self, shape_name: str, value: dict[str, Any], place: Tokens, members: Tokens, *, check_required: bool = True
    ) -> Iterator[Violation]:
        shape = self.shapes[shape_name]
        if check_required:
            for name in shape.get("required", ()):
                if name not in value:
                    member = spelt((*members, name))
                    yield Violation((*place, name), member, constraint(None, member, "Member must not be null"))
        for name, inner in value.items():
            reference = shape["members"].get(name)
            if reference is None:
                yield Violation((*place, name), spelt((*members, name)), f'Unknown parameter in input: "{name}"')
            else:
                yield from self.value(reference["shape"], inner, (*place, name), (*members, name))

    def value(self, shape_name: str, value: Any, place: Tokens, members: Tokens) -> Iterator[Violation]:
        shape = self.shapes[shape_name]
        kind = shape["type"]
        if value == UNKNOWN:
            return
        if not _fits(kind, value):
            message = f"{_wire_name(value)} can not be converted to {_article(kind)} (at '{spelt(members)}')"
            yield Violation(place, spelt(members), message, "SerializationException")
            return
        shown_value = "***" if shape.get("sensitive") else value
        for requirement in _broken(shape, value):
            yield Violation(place, spelt(members), constraint(shown_value, spelt(members), requirement))
        if kind == "structure":
            yield from self.structure(shape_name, value, place, members)
        elif kind == "list":
            yield from self._elements(shape["member"]["shape"], value, place, members)
        elif kind == "map":
            for key, inner in value.items():
                yield from self.value(shape["value"]["shape"], inner, (*place, key), (*members, key))

    def _elements(self, shape_name: str, values: list[Any], place: Tokens, members: Tokens) -> Iterator[Violation]:
        shape = self.shapes[shape_name]
        for index, element in enumerate(values):
            if shape["type"] != "string" or not isinstance(element, str):
                yield from self.value(shape_name, element, (*place, index), (*members, index))
            elif element != UNKNOWN and (broken := _broken(shape, element)):
                requirement = f"Member must satisfy constraint: [{', '.join(broken)}]"
                yield Violation((*place, index), spelt(members), constraint([element], spelt(members), requirement))


def _broken(shape: model.Shape, value: Any) -> list[str]:
    """The requirements of one shape that a value of the right type does not meet."""
    broken: list[str] = []
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    size, word = (value, "value") if numeric else (len(value) if isinstance(value, str | list | dict) else 0, "length")
    if isinstance(value, bool):
        return broken
    if "min" in shape and size < shape["min"]:
        broken.append(f"Member must have {word} greater than or equal to {shape['min']}")
    if "max" in shape and size > shape["max"]:
        broken.append(f"Member must have {word} less than or equal to {shape['max']}")
    if isinstance(value, str):
        if "enum" in shape and value not in shape["enum"]:
            broken.append(f"Member must satisfy enum value set: [{', '.join(shape['enum'])}]")
        compiled = pattern(shape["pattern"]) if "pattern" in shape else None
        if compiled is not None and compiled.fullmatch(value) is None:
            broken.append(f"Member must satisfy regular expression pattern: {shape['pattern']}")
    return broken


def _fits(kind: str, value: Any) -> bool:
    return isinstance(value, _PYTHON_TYPES.get(kind, (object,))) and (kind == "boolean" or not isinstance(value, bool))


def _inner(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{', '.join(map(_inner, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_inner(inner)}" for key, inner in value.items()) + "}"
    return str(value)


def _wire_name(value: Any) -> str:
    """What the wire calls a value's type."""
    if isinstance(value, bool):
        return f"{str(value).upper()}_VALUE"
    names = ((int, "NUMBER"), (float, "DECIMAL"), (str, "STRING"), (list, "LIST"), (dict, "STRUCTURE"))
    return next((f"{name}_VALUE" for kind, name in names if isinstance(value, kind)), "VALUE")


def _article(kind: str) -> str:
    return f"an {kind.title()}" if kind[0] in "aeiou" else f"a {kind.title()}"
