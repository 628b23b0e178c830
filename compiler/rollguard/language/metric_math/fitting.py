"""Whether functions exist and operands fit, by the guide's kinds: numbers (S), series (TS) and arrays of series (TS[])."""

from __future__ import annotations

from rollguard.language.metric_math.functions import FILLERS, FUNCTIONS, REFUSED, Function, Kind
from rollguard.language.metric_math.syntax import (
    Array,
    Binary,
    Call,
    Id,
    MathError,
    Negative,
    Node,
    Not,
    NotComputable,
    Number,
    Text,
    Word,
)
from rollguard.wording import did_you_mean

_ARITHMETIC = "+-*/^"
_SAY: dict[Kind, str] = {"number": "a number", "series": "one series", "array": "several series"}


def fit(tree: Node) -> tuple[tuple[str, ...], tuple[str, ...], bool, bool]:
    """The ids that a tree reads, the texts of its METRICS calls, whether it looks at other minutes, and whether it gives several series.

    Raises MathError at a node that metric math does not have, and where the whole gives no series.
    """
    reader = _Fitting()
    kind = reader.kind(tree)
    if kind == "number":
        place = tree.place
        raise MathError(
            "the expression gives a number, and an alarm judges a series",
            place.start,
            place.end,
            "read an id outside of functions that give a number",
        )
    return tuple(reader.ids), tuple(reader.metrics), reader.history, kind == "array"


class _Fitting:
    def __init__(self) -> None:
        self.ids: dict[str, None] = {}
        self.metrics: dict[str, None] = {}
        self.history = False

    def kind(self, node: Node) -> Kind:
        match node:
            case Number():
                return "number"
            case Id(name):
                self.ids[name] = None
                return "series"
            case Text():
                raise wrong(node, "a quoted text can only stand in METRICS")
            case Word(word):
                raise wrong(node, f"`{word}` is no id", "an id begins with a lower-case letter")
            case Array(items):
                return self.array(node, items)
            case Negative(operand):
                return self.kind(operand)
            case Not(operand):
                return self.logical("NOT", operand)
            case Binary(operator, left, right):
                if operator in _ARITHMETIC:
                    return self.arithmetic(operator, left, right)
                kinds = (self.logical(operator, left), self.logical(operator, right))
                return "series" if "series" in kinds else "number"
            case Call():
                return self.call(node)

    def array(self, node: Node, items: tuple[Node, ...]) -> Kind:
        if not items:
            raise wrong(node, "an array holds at least one series")
        for item in items:
            if self.kind(item) == "number":
                raise _undocumented(item, "an array holds series, not numbers", "make it one with `TIME_SERIES`")
        return "array"

    def arithmetic(self, operator: str, left: Node, right: Node) -> Kind:
        kinds = (self.kind(left), self.kind(right))
        if kinds == ("array", "array"):
            raise wrong(right, f"`{operator}` takes no two arrays", "fold one of them, for instance with `SUM`")
        return max(kinds, key=("number", "series", "array").index)

    def logical(self, operator: str, operand: Node) -> Kind:
        kind = self.kind(operand)
        if kind == "array":
            raise wrong(operand, f"`{operator}` takes no array", "fold it, for instance with `MAX`")
        return kind

    def call(self, node: Call) -> Kind:
        name, arguments = node.function, node.arguments
        function = FUNCTIONS.get(name)
        if function is None:
            raise _unknown(node)
        if not function.least <= len(arguments) <= function.most:
            wanted = f"{function.least}" if function.least == function.most else f"{function.least} to {function.most}"
            plural = "" if wanted == "1" else "s"
            raise wrong(
                node, f"`{name}` takes {wanted} argument{plural}, not {len(arguments)}", _for_instance(function)
            )
        self.history |= function.history
        match function.shape:
            case "each":
                return self.takes(node, 0, "series", "array")
            case "fold":
                return "series" if self.takes(node, 0, "series", "array") == "array" else "number"
            case "count":
                self.takes(node, 0, "array")
                return "number"
            case "pick":
                self.takes(node, 0, "array")
                return "series"
            case "slice":
                self.takes(node, 0, "array")
                self.whole_numbers(node)
                return "array"
            case "fill":
                filler = arguments[1]
                if not (isinstance(filler, Word) and filler.word in FILLERS):
                    self.takes(node, 1, "number", "series")
                return self.takes(node, 0, "series", "array")
            case "if":
                return self.condition(node)
            case "metrics":
                text = arguments[0] if arguments else Text("")
                if not isinstance(text, Text):
                    raise wrong(text, "`METRICS` takes a quoted text", _for_instance(function))
                self.metrics[text.value] = None
                return "array"
            case "period":
                if not isinstance(arguments[0], Id):
                    raise wrong(arguments[0], "`PERIOD` takes the id of a metric, not an expression")
                self.kind(arguments[0])
                return "number"
            case "constant":
                self.takes(node, 0, "number")
                return "series"

    def condition(self, node: Call) -> Kind:
        kinds = [self.takes(node, at, "number", "series") for at in range(len(node.arguments))]
        if kinds[0] == "number" and "number" in kinds[1:]:
            raise _undocumented(
                node.arguments[0],
                "`IF` with a number as its condition chooses between series",
                "compare a series, or make the branches series with `TIME_SERIES`",
            )
        return "series"

    def takes(self, node: Call, at: int, *kinds: Kind) -> Kind:
        argument = node.arguments[at]
        kind = self.kind(argument)
        if kind not in kinds:
            wanted = " or ".join(_SAY[each] for each in kinds)
            message = f"`{node.function}` takes {wanted} here, not {_SAY[kind]}"
            raise wrong(argument, message, _for_instance(FUNCTIONS[node.function]))
        return kind

    def whole_numbers(self, node: Call) -> None:
        for argument in node.arguments[1:]:
            if not isinstance(argument, Number) or argument.value != int(argument.value):
                raise wrong(
                    argument, f"`{node.function}` counts from 0 in whole numbers", _for_instance(FUNCTIONS["SLICE"])
                )


def wrong(node: Node, message: str, help: str = "") -> MathError:
    """A MathError at a node's place."""
    return MathError(message, node.place.start, node.place.end, help)


def _undocumented(node: Node, message: str, help: str) -> NotComputable:
    return NotComputable(message, node.place.start, node.place.end, help)


def _for_instance(function: Function) -> str:
    return f"for instance `{function.example}`"


def _unknown(node: Call) -> MathError:
    name, start = node.function, node.place.start
    end = start + len(name)
    if name in REFUSED:
        return NotComputable(f"`{name}` cannot be computed: {REFUSED[name]}", start, end)
    if name.upper() in FUNCTIONS or name.upper() in REFUSED:
        return MathError(
            f"`{name}` is no function", start, end, f"metric math is written in capitals: `{name.upper()}`"
        )
    return MathError(f"`{name}` is no function of metric math", start, end, did_you_mean(name, FUNCTIONS))
