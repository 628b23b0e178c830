"""`${…}` in policy text: variables known when compiling, and values that only the deployment knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_TOKEN = re.compile(r"\$\$\{|\$\{([^}]*)(\}?)")
_VARIABLE = re.compile(r"vars\.([A-Za-z][A-Za-z0-9_]*)")
_PARAMETER = re.compile(r"with\.([A-Za-z][A-Za-z0-9_]*)(?:\[([0-9]+)\])?")
_SSM = re.compile(r"[A-Za-z0-9_./-]+")
_SECRET = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_OUTPUT_NAME = re.compile(r"[A-Za-z0-9_]+")
_STACK = re.compile(r"[A-Za-z0-9_./-]+")

#: Keys of our own Pulumi configuration, which also holds the secrets; no secret can have one of these names.
SETTINGS = frozenset({"root", "environment", "include", "protect"})
FORMS = "`${vars.name}`, `${output:stack.name}`, `${ssm:parameter}`, `${cfn:stack.output}`, `${secret:name}`"


class ReferenceSyntaxError(ValueError):
    """A `${…}` that is none of the known forms; the text says which one and what is expected."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A value that only the deployment knows. `stack` is set for `output` (a Pulumi stack) and `cfn` (a CloudFormation stack)."""

    kind: Literal["output", "ssm", "cfn", "secret"]
    name: str
    stack: str = ""


@dataclass(frozen=True, slots=True)
class Interpolated:
    """Text with references in it; resolved by Pulumi at deployment."""

    parts: tuple[str | Reference, ...]


#: Text that is known now, or only at deployment.
Value = str | Interpolated


@dataclass(frozen=True, slots=True)
class Variable:
    """`${vars.name}`: looked up in the environment when the plan is made."""

    name: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """`${with.name}` or `${with.name[0]}` in a preset: what the policy handed over."""

    name: str
    index: int | None = None

    @property
    def written(self) -> str:
        """As it stands in a preset."""
        return f"${{with.{self.name}{'' if self.index is None else f'[{self.index}]'}}}"


Part = str | Variable | Parameter | Reference


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Part, ...]:
    """Split text into literal parts and references; `$${` stands for a literal `${`.

    Raises ReferenceSyntaxError for a reference that is unclosed or of an unknown form.
    """
    if "${" not in text:
        return (text,) if text else ()
    parts: list[Part] = []
    literal = ""
    position = 0
    for token in _TOKEN.finditer(text):
        literal += text[position : token.start()]
        position = token.end()
        if token.group() == "$${":
            literal += "${"
            continue
        if not token.group(2):
            raise ReferenceSyntaxError(f"`{token.group()}` has no closing brace")
        if literal:
            parts.append(literal)
            literal = ""
        parts.append(_reference(token.group(1)))
    literal += text[position:]
    if literal:
        parts.append(literal)
    return tuple(parts)


def parameters(text: str) -> Iterator[Parameter]:
    """The `${with.…}` in a text, in order. What is no reference of a known form is passed over: `parse` complains of it."""
    for token in _TOKEN.finditer(text):
        if token.group(2) and (match := _PARAMETER.fullmatch(token.group(1))):
            yield _parameter(match)


def _parameter(match: re.Match[str]) -> Parameter:
    return Parameter(match[1], int(match[2]) if match[2] else None)


def _reference(inner: str) -> Part:
    if match := _VARIABLE.fullmatch(inner):
        return Variable(match[1])
    if match := _PARAMETER.fullmatch(inner):
        return _parameter(match)
    kind, colon, rest = inner.partition(":")
    if colon:
        if kind == "ssm" and _SSM.fullmatch(rest):
            return Reference("ssm", rest)
        if kind == "secret" and rest in SETTINGS:
            raise ReferenceSyntaxError(
                f"`${{secret:{rest}}}` cannot be: `rollguard:{rest}` is a setting of Rollguard itself"
            )
        if kind == "secret" and _SECRET.fullmatch(rest):
            return Reference("secret", rest)
        stack, _, name = rest.rpartition(".")
        if kind in ("output", "cfn") and _STACK.fullmatch(stack) and _OUTPUT_NAME.fullmatch(name):
            return Reference("output" if kind == "output" else "cfn", name, stack)
    raise ReferenceSyntaxError(f"`${{{inner}}}` is no reference; there are {FORMS}")


def known_too_late(shown: str, name: str) -> tuple[str, str]:
    """Message and help for a reference that only the deployment resolves, where `name` must be known when the plan is made."""
    message = f"`{shown}` is only known at deployment, but {name} must be known before"
    return message, "write the value, or a variable that holds it"


class UnknownVariable(LookupError):
    """A variable that the environment does not set. `name` is its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def resolve(text: str, variables: Mapping[str, str]) -> Value:
    """Replace the variables of `text`; what only the deployment knows stays as an Interpolated.

    Variables' own values may hold deployment references but no further variables. Raises ReferenceSyntaxError and UnknownVariable.
    """
    if "${" not in text:
        return text
    parts: list[str | Reference] = []
    for part in parse(text):
        if isinstance(part, Variable):
            if part.name not in variables:
                raise UnknownVariable(part.name)
            parts.extend(_flat(variables[part.name]))
        elif isinstance(part, Parameter):
            raise ReferenceSyntaxError(f"`{part.written}` only has a meaning inside a preset")
        else:
            parts.append(part)
    joined: list[str | Reference] = []
    for piece in parts:
        if isinstance(piece, str) and joined and isinstance(joined[-1], str):
            joined[-1] += piece
        else:
            joined.append(piece)
    if len(joined) == 1 and isinstance(joined[0], str):
        return joined[0]
    return Interpolated(tuple(joined)) if joined else ""


def _flat(text: str) -> list[str | Reference]:
    flat: list[str | Reference] = []
    for part in parse(text):
        if isinstance(part, Variable | Parameter):
            raise ReferenceSyntaxError(f"`{text}` is the value of a variable, and variables cannot hold variables")
        flat.append(part)
    return flat


def substitute(text: str, parameters: Mapping[str, str | list[str]]) -> str:
    """Fill a preset's `${with.name}` and `${with.name[0]}` with what the policy handed over; other references stay.

    Raises UnknownVariable for a parameter or index that was not handed over.
    """

    def fill(token: re.Match[str]) -> str:
        match = _PARAMETER.fullmatch(token.group(1) or "")
        if match is None:
            return token.group()
        value = parameters.get(match[1])
        if isinstance(value, list) and match[2] is not None and int(match[2]) < len(value):
            return value[int(match[2])]
        if isinstance(value, str) and match[2] is None:
            return value
        raise UnknownVariable(token.group(1))

    return _TOKEN.sub(fill, text)
