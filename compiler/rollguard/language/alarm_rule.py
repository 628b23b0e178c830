"""The rule language of composite alarms, parsed as CloudWatch does, with its complaint where a rule is wrong (aws-facts 1.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["ALARM", "OK", "INSUFFICIENT_DATA"]
_STATES: tuple[State, ...] = ("ALARM", "OK", "INSUFFICIENT_DATA")

#: Ours, not AWS's: brackets inside brackets, so that no rule can exhaust the stack.
_MAX_DEPTH = 100

_TOKEN = re.compile(r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>[(),])|(?P<word>[^\s(),"]+)|(?P<bad>"))')


@dataclass(frozen=True, slots=True)
class InState:
    """True while the alarm (a name or an ARN) is in the state."""

    state: State
    alarm: str


@dataclass(frozen=True, slots=True)
class Constant:
    value: bool


@dataclass(frozen=True, slots=True)
class Not:
    inner: Node


@dataclass(frozen=True, slots=True)
class Joined:
    operator: Literal["AND", "OR"]
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True while at least `count` of the alarms (or that percentage of them) are, or with `negated` are not, in the state."""

    count: int
    percent: bool
    state: State
    negated: bool
    alarms: tuple[str, ...]


Node = InState | Constant | Not | Joined | AtLeast


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule. `children` are the alarms that it names, each once, in order; `elements` as CloudWatch counts them."""

    tree: Node
    children: tuple[str, ...]
    elements: int


class RuleError(ValueError):
    """What CloudWatch answers for a rule that it cannot read: `Unsupported token ')' at char 1`."""


def parse(text: str) -> Rule:
    """Reads a rule. Raises RuleError. The limits on children and elements are checked by who asks.

    Elements are child alarms, TRUE and FALSE, and parentheses (the API's text); the parentheses of `ALARM(…)` itself are not counted (U).
    """
    reader = _Reader(text)
    tree = reader.either()
    if reader.token is not None:
        raise reader.unsupported()
    return Rule(tree, tuple(dict.fromkeys(_named(tree))), reader.elements)


def alarm_name(reference: str) -> str:
    """The name that a reference means: itself, or the last part of an alarm's ARN."""
    return reference.split(":", 6)[6] if reference.startswith("arn:") and reference.count(":") >= 6 else reference


def write(node: Node) -> str:
    """The rule as text, every name quoted; `parse` reads it back as the same tree."""
    match node:
        case InState(state, alarm):
            return f"{state}({quote(alarm)})"
        case Constant(value):
            return "TRUE" if value else "FALSE"
        case Not(inner):
            return f"NOT ({write(inner)})" if isinstance(inner, Joined) else f"NOT {write(inner)}"
        case Joined(operator, parts):
            return f" {operator} ".join(
                # An AND within an OR needs no brackets; anything else that is joined does.
                f"({write(part)})"
                if isinstance(part, Joined) and (operator, part.operator) != ("OR", "AND")
                else write(part)
                for part in parts
            )
        case AtLeast(count, percent, state, negated, alarms):
            amount = f"{count}%" if percent else f"{count}"
            condition = f"NOT {state}" if negated else state
            return f"AT_LEAST({amount}, {condition}, ({', '.join(quote(alarm) for alarm in alarms)}))"


def quote(reference: str) -> str:
    """A name or ARN as a rule quotes it (aws-facts 1.8: escape `"` with a backslash)."""
    escaped = reference.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _named(node: Node) -> Iterator[str]:
    if isinstance(node, InState):
        yield node.alarm
    elif isinstance(node, Not):
        yield from _named(node.inner)
    elif isinstance(node, Joined):
        for part in node.parts:
            yield from _named(part)
    elif isinstance(node, AtLeast):
        yield from node.alarms


class _Reader:
    """A recursive descent over tokens. NOT binds tighter than AND, AND tighter than OR."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str, int]] = []
        position = 0
        end = len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None or match.lastgroup is None or match.lastgroup == "bad":
                raise RuleError(f"Unterminated quoted name at char {text.find(chr(34), position)}")
            self.tokens.append((match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
            position = match.end()
        self.length = end
        self.at = 0
        self.depth = 0
        self.elements = 0

    @property
    def token(self) -> str | None:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else None

    def unsupported(self) -> RuleError:
        if self.at < len(self.tokens):
            _, text, position = self.tokens[self.at]
            return RuleError(f"Unsupported token '{text}' at char {position}")
        return RuleError(f"Unexpected end of rule at char {self.length}")

    def take(self, expected: str) -> None:
        if self.token != expected:
            raise self.unsupported()
        self.at += 1

    def either(self) -> Node:
        parts = [self.both()]
        while self.word() == "OR":
            self.at += 1
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Joined("OR", tuple(parts))

    def both(self) -> Node:
        parts = [self.negation()]
        while self.word() == "AND":
            self.at += 1
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else Joined("AND", tuple(parts))

    def negation(self) -> Node:
        negations = 0
        while self.word() == "NOT":
            self.at += 1
            negations += 1
        if negations > _MAX_DEPTH:
            raise RuleError(f"Rule is nested more than {_MAX_DEPTH} levels deep")
        node = self.primary()
        for _ in range(negations):
            node = Not(node)
        return node

    def primary(self) -> Node:
        word = self.word()
        if self.token == "(":
            self.depth += 1
            if self.depth > _MAX_DEPTH:
                raise RuleError(f"Rule is nested more than {_MAX_DEPTH} levels deep")
            self.elements += 2
            self.at += 1
            node = self.either()
            self.take(")")
            self.depth -= 1
            return node
        if word in ("TRUE", "FALSE"):
            self.elements += 1
            self.at += 1
            return Constant(word == "TRUE")
        if word in _STATES:
            return InState(self.state(), self.bracketed_name())
        if word == "AT_LEAST":
            self.at += 1
            return self.at_least()
        raise self.unsupported()

    def at_least(self) -> AtLeast:
        self.take("(")
        amount = re.fullmatch(r"([0-9]{1,3})(%?)", self.token or "")
        if amount is None:
            raise self.unsupported()
        self.at += 1
        self.take(",")
        negated = self.word() == "NOT"
        self.at += negated
        state = self.state()
        self.take(",")
        self.take("(")
        alarms = [self.name()]
        while self.token == ",":
            self.at += 1
            alarms.append(self.name())
        self.take(")")
        self.take(")")
        return AtLeast(int(amount[1]), amount[2] == "%", state, negated, tuple(alarms))

    def state(self) -> State:
        word = self.word()
        for state in _STATES:
            if word == state:
                self.at += 1
                return state
        raise self.unsupported()

    def bracketed_name(self) -> str:
        self.take("(")
        name = self.name()
        self.take(")")
        return name

    def name(self) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at][0] == "mark":
            raise self.unsupported()
        kind, text, _ = self.tokens[self.at]
        self.at += 1
        self.elements += 1
        return re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "quoted" else text

    def word(self) -> str | None:
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "word":
            return self.tokens[self.at][1].upper()
        return None
