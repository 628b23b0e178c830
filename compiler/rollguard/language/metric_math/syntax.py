"""What a metric-math expression is made of, the error that says where one is wrong, and how one is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Operator = Literal["+", "-", "*", "/", "^", "<", "<=", ">", ">=", "==", "!=", "AND", "OR"]

#: How tightly operators bind, loosest first. The guide states no order; this is the usual one of mathematics.
PRECEDENCE: dict[str, int] = {
    "OR": 1,
    "AND": 2,
    "NOT": 3,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), 4),
    **dict.fromkeys(("+", "-"), 5),
    **dict.fromkeys(("*", "/"), 6),
    "negative": 7,
    "^": 8,
}
_ATOM = 9


class MathError(ValueError):
    """What is wrong with an expression, in its author's words; `start` and `end` are offsets into it, `help` how to mend it."""

    def __init__(self, message: str, start: int, end: int, help: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.help = help


class NotComputable(MathError):
    """An expression that a simulation cannot compute, while CloudWatch takes it or may take it: its guide does not say."""


@dataclass(frozen=True, slots=True)
class Place:
    """Offsets into the expression's text; they do not count when nodes are compared."""

    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Number:
    value: float
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Id:
    """The id of a metric or of another expression of the same alarm."""

    name: str
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text; only METRICS takes one."""

    value: str
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A word in capitals that is no function, such as the REPEAT of FILL."""

    word: str
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Array:
    items: tuple[Node, ...]
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Negative:
    operand: Node
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    operand: Node
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    operator: Operator
    left: Node
    right: Node
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Node, ...]
    place: Place = field(default=Place(), compare=False)


Node = Number | Id | Text | Word | Array | Negative | Not | Binary | Call


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression whose functions exist and whose operands fit.

    `ids` are the ids that it reads, each once, in order; `metrics` the texts of its METRICS calls (`""` for all).
    `history` is true where a value depends on datapoints of other minutes, as that of RATE does; `several` where the whole gives several
    series, which other expressions can read and an alarm cannot judge.
    """

    text: str
    tree: Node
    ids: tuple[str, ...]
    metrics: tuple[str, ...]
    history: bool
    several: bool = False


def write(node: Node) -> str:
    """The expression as text with the fewest parentheses; `parse` reads it back as the same tree."""
    match node:
        case Number(value):
            return f"{value:.17g}" if float(f"{value:.15g}") != value else f"{value:.15g}"
        case Id(name):
            return name
        case Text(value):
            return f'"{value}"'
        case Word(word):
            return word
        case Array(items):
            return f"[{', '.join(write(item) for item in items)}]"
        case Call(function, arguments):
            return f"{function}({', '.join(write(argument) for argument in arguments)})"
        case Negative(operand):
            return f"-{_inside(operand, PRECEDENCE['negative'])}"
        case Not(operand):
            return f"NOT {_inside(operand, PRECEDENCE['NOT'])}"
        case Binary(operator, left, right):
            level = PRECEDENCE[operator]
            # `^` groups to the right and takes a sign on its right without parentheses; all others group to the left.
            on_left = level + (operator == "^")
            on_right = PRECEDENCE["negative"] if operator == "^" else level + 1
            return f"{_inside(left, on_left)} {operator} {_inside(right, on_right)}"


def _inside(node: Node, least: int) -> str:
    return write(node) if _level(node) >= least else f"({write(node)})"


def _level(node: Node) -> int:
    match node:
        case Binary(operator):
            return PRECEDENCE[operator]
        case Negative():
            return PRECEDENCE["negative"]
        case Not():
            return PRECEDENCE["NOT"]
        case _:
            return _ATOM
