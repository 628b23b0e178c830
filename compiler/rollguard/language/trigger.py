"""The trigger expression: which criteria together roll back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    count: int
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Tree


#: A criterion id, a truth, or a combination of them.
Tree = str | bool | AnyOf | AllOf | AtLeast | Not

_TOKEN = re.compile(r"\s*(?:(?P<word>[A-Za-z0-9_-]+)|(?P<paren>[()])|(?P<other>\S))")
#: What other languages write, and what a trigger writes for it.
_INSTEAD = {
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`",
    ",": "join criteria with `and` or `or`; how many must be red is `trigger: {atLeast: 2}`",
}
KEYWORDS = ("and", "or", "not")
#: Deeper than any rule AWS takes (500 elements, facts 1.8); keeps the parser from running out of stack.
MAX_DEPTH = 50
#: Up to so many criteria that stand both plain and under a `not`, all 4,096 states are tried.
MOST_TRIED = 12


@dataclass(eq=False)
class TriggerError(Exception):
    """What is wrong with an expression; `start` and `end` are offsets into its text."""

    message: str
    start: int
    end: int
    help: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A criterion id in an expression and where it stands."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Tree, tuple[Name, ...]]:
    """Parse `a or (b and not c)`; `not` binds tightest, then `and`, then `or`.

    Returns the tree and each criterion named, in order. Raises TriggerError.
    """
    parser = _Parser(list(_tokens(text)), len(text))
    tree = parser.disjunction(0)
    parser.expect_end()
    return tree, tuple(parser.names)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "other"
        start, end = match.span(kind)
        if kind == "other":
            raise TriggerError(
                f"`{match[kind]}` has no meaning in a trigger",
                start,
                end,
                _INSTEAD.get(match[kind], "criterion ids, `and`, `or`, `not` and parentheses"),
            )
        yield _Token(match[kind], start, end)


class _Parser:
    def __init__(self, tokens: list[_Token], length: int) -> None:
        self.tokens = tokens
        self.length = length
        self.at = 0
        self.names: list[Name] = []

    def disjunction(self, depth: int) -> Tree:
        return self._joined("or", AnyOf, self._conjunction, depth)

    def _conjunction(self, depth: int) -> Tree:
        return self._joined("and", AllOf, self._negation, depth)

    def _joined(self, word: str, kind: type[AnyOf] | type[AllOf], operand: Callable[[int], Tree], depth: int) -> Tree:
        parts = [operand(depth)]
        while self._peek() == word:
            self.at += 1
            parts.append(operand(depth))
        return parts[0] if len(parts) == 1 else kind(tuple(parts))

    def _negation(self, depth: int) -> Tree:
        token = self._take("a criterion id")
        if depth > MAX_DEPTH:
            raise TriggerError(
                f"nested deeper than {MAX_DEPTH} levels",
                token.start,
                token.end,
                "take parentheses away that change nothing",
            )
        if token.text == "not":
            return Not(self._negation(depth + 1))
        if token.text == "(":
            inner = self.disjunction(depth + 1)
            if self._peek() != ")":
                place = self.tokens[self.at] if self.at < len(self.tokens) else token
                raise TriggerError("this parenthesis is never closed" if place is token else f"`)` expected before `{place.text}`",
                                   place.start, place.end, "each `(` needs its `)`")  # fmt: skip
            self.at += 1
            return inner
        if token.text in (")", *KEYWORDS):
            raise TriggerError(
                f"a criterion id expected, found `{token.text}`",
                token.start,
                token.end,
                "write one before and one after each `and` and `or`",
            )
        if token.text.lower() in KEYWORDS:
            raise TriggerError(
                f"`{token.text}` must be written in lower case", token.start, token.end, f"write `{token.text.lower()}`"
            )
        self.names.append(Name(token.text, token.start, token.end))
        return token.text

    def expect_end(self) -> None:
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            what = "`)` closes nothing" if token.text == ")" else f"`and` or `or` expected before `{token.text}`"
            small = token.text.lower()
            help = f"write `{small}`" if small in KEYWORDS and small != token.text else ""
            raise TriggerError(what, token.start, token.end, help)

    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _take(self, wanted: str) -> _Token:
        if self.at == len(self.tokens):
            end = self.tokens[-1].end if self.tokens else 0
            start = self.tokens[-1].start if self.tokens else 0
            raise TriggerError(
                f"{wanted} expected, but the expression ends here",
                start,
                end,
                "go on with it, or take the last word away",
            )
        token = self.tokens[self.at]
        self.at += 1
        return token


def simplify(tree: Tree, known: Mapping[str, bool]) -> Tree:
    """Replace the ids in `known` by their truth and fold constants away."""
    match tree:
        case bool():
            return tree
        case str():
            return known.get(tree, tree)
        case Not(part):
            inner = simplify(part, known)
            if isinstance(inner, Not):
                return inner.part
            return (not inner) if isinstance(inner, bool) else Not(inner)
        case AnyOf(parts):
            return at_least(1, [simplify(part, known) for part in parts])
        case AllOf(parts):
            return at_least(len(parts), [simplify(part, known) for part in parts])
        case AtLeast(count, parts):
            return at_least(count, [simplify(part, known) for part in parts])


def at_least(count: int, parts: Iterable[Tree]) -> Tree:
    """`count` of `parts`, in the simplest form: AnyOf and AllOf are its two ends."""
    every = tuple(parts)
    left = tuple(part for part in every if not isinstance(part, bool))
    needed = count - sum(part is True for part in every)
    if needed <= 0:
        return True
    if needed > len(left):
        return False
    if len(left) == 1:
        return left[0]
    if needed == 1:
        return AnyOf(left)
    return AllOf(left) if needed == len(left) else AtLeast(needed, left)


def ids_by_polarity(tree: Tree, positive: bool = True) -> tuple[frozenset[str], frozenset[str]]:
    """The ids that push towards a rollback, and those under a `not` that hold it back."""
    match tree:
        case bool():
            return frozenset(), frozenset()
        case str():
            return (frozenset({tree}), frozenset()) if positive else (frozenset(), frozenset({tree}))
        case Not(part):
            return ids_by_polarity(part, not positive)
        case AnyOf(parts) | AllOf(parts) | AtLeast(_, parts):
            each = [ids_by_polarity(part, positive) for part in parts]
            return frozenset().union(*(towards for towards, _ in each)), frozenset().union(*(not_ for _, not_ in each))


def holds(tree: Tree, red: frozenset[str]) -> bool:
    """Whether the trigger is true while exactly the criteria in `red` are red."""
    match tree:
        case bool():
            return tree
        case str():
            return tree in red
        case Not(part):
            return not holds(part, red)
        case AnyOf(parts):
            return any(holds(part, red) for part in parts)
        case AllOf(parts):
            return all(holds(part, red) for part in parts)
        case AtLeast(count, parts):
            return sum(holds(part, red) for part in parts) >= count


def constant(tree: Tree) -> bool | None:
    """The one truth that a tree has whatever is red, or None where it depends, or names too many criteria to try all states."""
    if isinstance(tree, bool):
        return tree
    towards, against = ids_by_polarity(tree)
    if not towards & against:  # every criterion pushes one way only, so the two extremes decide
        lowest, highest = holds(tree, against), holds(tree, towards)
        return lowest if lowest == highest else None
    names = sorted(towards | against)
    if len(names) > MOST_TRIED:
        return None
    truths = {
        holds(tree, frozenset(name for bit, name in enumerate(names) if state >> bit & 1))
        for state in range(1 << len(names))
    }
    return truths.pop() if len(truths) == 1 else None


def as_json(tree: Tree) -> object:
    """An id, a truth, `{"any": […]}`, `{"all": […]}`, `{"not": x}` or `{"atLeast": [n, […]]}`."""
    match tree:
        case bool() | str():
            return tree
        case Not(part):
            return {"not": as_json(part)}
        case AnyOf(parts):
            return {"any": [as_json(part) for part in parts]}
        case AllOf(parts):
            return {"all": [as_json(part) for part in parts]}
        case AtLeast(count, parts):
            return {"atLeast": [count, [as_json(part) for part in parts]]}
