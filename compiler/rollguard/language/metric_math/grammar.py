"""Parse metric math: precedence climbing over tokens, then the check that every function exists and every operand fits."""

from __future__ import annotations

from functools import lru_cache
from typing import NoReturn, cast

from rollguard.language.metric_math.fitting import fit
from rollguard.language.metric_math.syntax import (
    PRECEDENCE,
    Array,
    Binary,
    Call,
    Expression,
    Id,
    MathError,
    Negative,
    Node,
    Not,
    NotComputable,
    Number,
    Operator,
    Place,
    Text,
    Word,
)
from rollguard.language.metric_math.tokens import Token, tokens

#: Ours, not AWS's: levels of nesting, so that no expression can exhaust the stack.
_MAX_DEPTH = 60
_MAX_OPERATORS = 100
_SPELLINGS = {"&&": "AND", "||": "OR"}


@lru_cache(maxsize=2048)
def parse(expression: str) -> Expression:
    """Read an expression.

    Raises MathError, with the place, where it is no metric math, where a function is unknown or cannot be computed here, and where an
    operand does not fit.
    """
    tree = _Reader(expression).whole()
    ids, metrics, history, several = fit(tree)
    return Expression(expression, tree, ids, metrics, history, several)


class _Reader:
    def __init__(self, expression: str) -> None:
        self.tokens = tokens(expression)
        self.at = 0
        self.depth = 0
        self.operators = 0
        self.opened: list[Token] = []

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def whole(self) -> Node:
        if len(self.tokens) == 1:
            raise MathError("the expression is empty", 0, self.token.end, "name an id, such as `m1`")
        node = self.operation(1)
        if self.at < len(self.tokens) - 1:
            self.unexpected()
        return node

    def operation(self, least: int) -> Node:
        """An operand and all operators after it that bind at least as tightly as `least`."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise NotComputable(f"nested more than {_MAX_DEPTH} levels deep", self.token.start, self.token.end)
        left = self.operand()
        while (operator := self.operator()) is not None and PRECEDENCE[operator] >= least:
            self.operators += 1
            if self.operators > _MAX_OPERATORS:
                raise NotComputable(
                    f"more than {_MAX_OPERATORS} operators",
                    self.token.start,
                    self.token.end,
                    "split it over several ids",
                )
            self.at += 1
            level = PRECEDENCE[operator]
            # On the right of `^` a sign is welcome, and another `^` belongs to the right operand.
            right = self.operation(PRECEDENCE["^"] if operator == "^" else level + 1)
            left = Binary(cast(Operator, operator), left, right, Place(left.place.start, right.place.end))
        self.depth -= 1
        return left

    def operator(self) -> str | None:
        token = self.token
        text = _SPELLINGS.get(token.text, token.text)
        if token.kind == "name":
            return text if text in ("AND", "OR") else None
        return text if token.kind == "mark" and text in PRECEDENCE else None

    def operand(self) -> Node:
        token = self.token
        if token.kind == "mark" and token.text in "-+":
            self.at += 1
            inner = self.operation(PRECEDENCE["negative"])
            return Negative(inner, Place(token.start, inner.place.end)) if token.text == "-" else inner
        if token.kind == "name" and token.text == "NOT":
            self.at += 1
            inner = self.operation(PRECEDENCE["NOT"])
            return Not(inner, Place(token.start, inner.place.end))
        if token.kind == "number":
            self.at += 1
            return Number(float(token.text), Place(token.start, token.end))
        if token.kind == "text":
            self.at += 1
            return Text(token.text, Place(token.start, token.end))
        if token.kind == "name":
            return self.name()
        if token.text == "(":
            self.open()
            node = self.operation(1)
            self.close(")")
            return node
        if token.text == "[":
            self.open()
            items = self.listed("]")
            return Array(items, Place(token.start, self.close("]").end))
        return self.unexpected()

    def name(self) -> Node:
        token = self.token
        self.at += 1
        if self.token.text == "(" and self.token.kind == "mark":
            self.open()
            arguments = self.listed(")")
            return Call(token.text, arguments, Place(token.start, self.close(")").end))
        place = Place(token.start, token.end)
        if token.text.upper() in ("AND", "OR", "NOT"):
            self.at -= 1
            self.unexpected()
        return Word(token.text, place) if token.text[0].isupper() else Id(token.text, place)

    def listed(self, closing: str) -> tuple[Node, ...]:
        items: list[Node] = []
        while self.token.text != closing or self.token.kind != "mark":
            items.append(self.operation(1))
            if self.token.text != ",":
                break
            self.at += 1
            if self.token.text == closing:
                self.unexpected()
        return tuple(items)

    def open(self) -> None:
        self.opened.append(self.token)
        self.at += 1

    def close(self, closing: str) -> Token:
        token = self.token
        if token.kind != "mark" or token.text != closing:
            self.unexpected()
        self.opened.pop()
        self.at += 1
        return token

    def unexpected(self) -> NoReturn:
        token = self.token
        if token.kind == "end" and self.opened:
            opening = self.opened[-1]
            closing = {"(": ")", "[": "]"}[opening.text]
            raise MathError(
                f"`{opening.text}` is never closed", opening.start, opening.end, f"close it with `{closing}`"
            )
        if token.kind == "end":
            last = self.tokens[self.at - 1]
            raise MathError(
                f"the expression ends after `{last.text}`", last.start, last.end, "a value belongs after it"
            )
        if token.text in (")", "]") and token.kind == "mark" and not self.opened:
            raise MathError(f"`{token.text}` closes nothing", token.start, token.end, "take it out, or open it before")
        word = token.text.upper()
        if token.kind == "name" and word in ("AND", "OR", "NOT") and word != token.text:
            raise MathError(
                f"`{token.text}` is no operator", token.start, token.end, f"it is written in capitals: `{word}`"
            )
        before = self.tokens[self.at - 1] if self.at else None
        after = f" after `{before.text}`" if before else " at the beginning"
        help = "a value belongs before it" if self.joins() else "an operator belongs between them" if before else ""
        raise MathError(f"`{token.text}` cannot stand{after}", token.start, token.end, help)

    def joins(self) -> bool:
        return self.operator() is not None or (self.token.kind == "mark" and self.token.text in ",)]")
