"""From a trigger to the rollback alarm: which criteria count, and the rule of the composite alarm that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rollguard import limits
from rollguard.language import alarm_rule
from rollguard.language.alarm_rule import quote
from rollguard.language.trigger import (
    AllOf,
    AnyOf,
    AtLeast,
    Name,
    Not,
    Tree,
    TriggerError,
    as_json,
    at_least,
    constant,
    holds,
    ids_by_polarity,
    parse,
    simplify,
)
from rollguard.plan import words
from rollguard.plan.model import Trigger
from rollguard.plan.place import Findings, Place
from rollguard.plan.policy import PolicyHere


@dataclass(frozen=True, slots=True)
class Reading:
    """The trigger as it holds in one environment. `towards` push to a rollback, `against` (under a `not`) hold it back."""

    trigger: Trigger
    tree: Tree
    towards: frozenset[str]
    against: frozenset[str]


def read_trigger(
    stated: str | Mapping[str, Any],
    place: Place,
    ids: Sequence[str],
    armed: frozenset[str],
    policy: PolicyHere,
    findings: Findings,
) -> Reading | None:
    """The trigger over the criteria that are `armed` (mode `rollback`) in an environment.

    `any`, `all` and `{atLeast: n}` range over the armed ones; in an expression a criterion that only observes reads as false
    (corrections 1.16). None where the trigger is wrong.
    """
    tree = _tree(stated, place, ids, armed, policy.whole, findings)
    if tree is None:
        return None
    text = stated if isinstance(stated, str) else f"at least {stated['atLeast']} of them"
    if isinstance(stated, str) and stated not in ("any", "all"):
        unarmed = {identifier: False for identifier in ids if identifier not in armed}
        reduced = simplify(tree, unarmed)
        always = constant(reduced)
        if armed and (always is not None or holds(reduced, frozenset())):
            if policy.whole and always is not None:
                _constant(always, place, sorted(unarmed), policy.environment.name, findings)
            elif policy.whole:
                findings.error(
                    "R048",
                    f"the trigger is true in `{policy.environment.name}` while every criterion is green",
                    place.span,
                    "every deployment would be stopped and rolled back: name a criterion that must be red",
                )
            return None
        tree = reduced if armed else False
    towards, against = ids_by_polarity(tree)
    return Reading(Trigger(text, sentence(tree), as_json(tree)), tree, towards, against)


def _tree(
    stated: str | Mapping[str, Any],
    place: Place,
    ids: Sequence[str],
    armed: frozenset[str],
    whole: bool,
    findings: Findings,
) -> Tree | None:
    if isinstance(stated, Mapping):
        needed = stated["atLeast"]
        if needed > len(ids):
            findings.error(
                "R040",
                f"{needed} criteria can never be red at once: the policy has {len(ids)}",
                (place / "atLeast").span,
                f"`atLeast` goes up to {len(ids)} here",
            )
            return None
        if whole and armed and needed > len(armed):
            findings.error(
                "R040",
                f"{needed} criteria can never be red at once: only {len(armed)} of them have mode `rollback`",
                (place / "atLeast").span,
                f"ask for {len(armed)} at most, or let more criteria roll back",
            )
            return None
        return at_least(needed, sorted(armed))
    if stated == "any" or (not armed and stated == "all"):
        return at_least(1, sorted(armed))
    if stated == "all":
        return at_least(len(armed), sorted(armed))
    return parsed(stated, place, ids, findings)


def parsed(expression: str, place: Place, ids: Sequence[str], findings: Findings) -> Tree | None:
    """The tree of an expression over the criteria `ids`; None where it is malformed or names others, each fault reported."""
    try:
        tree, names = parse(expression)
    except TriggerError as wrong:
        findings.error("R041", wrong.message, place.inside(wrong.start, wrong.end), wrong.help)
        return None
    unknown = [name for name in names if name.id not in ids]
    for name in unknown:
        _unknown(name, place, ids, findings)
    return None if unknown else tree


def _unknown(name: Name, place: Place, ids: Sequence[str], findings: Findings) -> None:
    hint = words.nearest(name.id.lower(), (*ids, "any", "all")) or f"the criteria are {words.listed(ids)}"
    findings.error("R042", f"`{name.id}` is none of the policy's criteria", place.inside(name.start, name.end), hint)


def _constant(value: bool, place: Place, unarmed: Sequence[str], environment: str, findings: Findings) -> None:
    because = f" while {words.listed(unarmed)} only observe{'s' if len(unarmed) == 1 else ''}" if unarmed else ""
    findings.error(
        "R043",
        f"the trigger is always {'true' if value else 'false'} in `{environment}`{because}",
        place.span,
        "every rollback alarm must be able to turn red and green: change the trigger or the modes",
    )


def sentence(tree: Tree) -> str:
    """The trigger in words over criterion ids in backticks, such as `a` or (`b` and not `c`)."""
    return _sentence(tree, inside=False)


def _sentence(tree: Tree, *, inside: bool) -> str:
    match tree:
        case bool():
            return "always" if tree else "never"
        case str():
            return f"`{tree}`"
        case Not(part):
            return f"not {_sentence(part, inside=True)}"
        case AtLeast(count, parts):
            return f"at least {count} of {', '.join(_sentence(part, inside=True) for part in parts)}"
        case AnyOf(parts) | AllOf(parts):
            joint = " or " if isinstance(tree, AnyOf) else " and "
            joined = joint.join(_sentence(part, inside=True) for part in parts)
            return f"({joined})" if inside else joined


@dataclass(frozen=True, slots=True)
class RuleWriter:
    """Writes a trigger as CloudWatch's alarm rule. `alarms` and `bypasses` are alarm names by criterion id."""

    alarms: Mapping[str, str]
    bypasses: Mapping[str, str]

    def rule(self, tree: Tree) -> str:
        """The rule; FALSE where nothing may roll back. Ask `atoms` first: some triggers have no rule of a size that fits a memory."""
        return self._write(tree, inside=False, positive=True)

    def atoms(self, tree: Tree, positive: bool = True) -> int:
        """How many times the rule names a criterion; counted without writing it."""
        match tree:
            case bool():
                return 0
            case str():
                return 1
            case Not(part):
                return self.atoms(part, not positive)
            case AnyOf(parts) | AllOf(parts):
                return sum(self.atoms(part, positive) for part in parts)
            case AtLeast(count, parts):
                largest = max(self.atoms(part, positive) for part in parts)
                return largest * (_leaves(count, len(parts)) if self._expands(parts, positive) else len(parts))

    def _write(self, tree: Tree, *, inside: bool, positive: bool) -> str:
        match tree:
            case bool():
                return "TRUE" if tree else "FALSE"
            case str():
                return self._atom(tree, positive)
            case Not(part):
                return f"NOT {self._write(part, inside=True, positive=not positive)}"
            case AtLeast(count, parts):
                if not self._expands(parts, positive):
                    names = ", ".join(quote(self.alarms[part]) for part in parts if isinstance(part, str))
                    return f"AT_LEAST({count}, ALARM, ({names}))"
                return self._write(_expanded(count, parts), inside=inside, positive=positive)
            case AnyOf(parts) | AllOf(parts):
                joint = " OR " if isinstance(tree, AnyOf) else " AND "
                joined = joint.join(self._write(part, inside=True, positive=positive) for part in parts)
                return f"({joined})" if inside else joined

    def _expands(self, parts: tuple[Tree, ...], positive: bool) -> bool:
        """Whether `at least n of` must be written out: CloudWatch's function takes alarm names only."""
        return any(not isinstance(part, str) or self._bypassed(part, positive) for part in parts)

    def _bypassed(self, criterion: str, positive: bool) -> bool:
        """A bypass takes a criterion out; under a `not` that would make a rollback likelier, so there it has none."""
        return positive and criterion in self.bypasses

    def _atom(self, criterion: str, positive: bool) -> str:
        alarm = f"ALARM({quote(self.alarms[criterion])})"
        if not self._bypassed(criterion, positive):
            return alarm
        return f"({alarm} AND NOT ALARM({quote(self.bypasses[criterion])}))"


def _expanded(count: int, parts: tuple[Tree, ...]) -> Tree:
    """`at least n of` in AND and OR, factored: AT_LEAST takes alarm names only, and a bypass is an expression."""
    if count == 1:
        return AnyOf(parts) if len(parts) > 1 else parts[0]
    if count == len(parts):
        return AllOf(parts)
    first, rest = parts[0], parts[1:]
    return AnyOf((AllOf((first, _expanded(count - 1, rest))), _expanded(count, rest)))


@cache
def _leaves(count: int, parts: int) -> int:
    """How many parts `_expanded` writes."""
    if count in (1, parts):
        return parts
    return 1 + _leaves(count - 1, parts - 1) + _leaves(count, parts - 1)


def fits(writer: RuleWriter, tree: Tree, place: Place, findings: Findings) -> bool:
    """Whether the rule can be written at all; one with more criteria than AWS takes elements is reported without writing it."""
    atoms, most = writer.atoms(tree), limits.limit("cloudwatch", "compositeElements")
    if atoms > most:
        message = f"the rollback alarm's rule would name criteria {atoms:,} times; AWS takes {most:,} elements"
        findings.error("X020", message, place.span, _shorter(bool(writer.bypasses)))
    return atoms <= most


def _shorter(bypass: bool) -> str:
    return (
        "set `bypass: false`, which makes the rule shorter, or use fewer criteria" if bypass else "use fewer criteria"
    )


def within_limits(rule: str, children: Sequence[str], place: Place, bypass: bool, findings: Findings) -> None:
    """Report a rule that AWS would refuse: too many children, elements or characters."""
    # Our rules have at most seven elements an atom (state, NOT, joint, two pairs of parentheses), so most need no count.
    atoms = rule.count("ALARM(") + rule.count('", "')
    elements = alarm_rule.parse(rule).elements if atoms * 7 > limits.limit("cloudwatch", "compositeElements") else atoms
    for name, count, what in (
        ("compositeChildren", len(children), "alarms"),
        ("compositeElements", elements, "elements"),
        ("compositeRule", len(rule), "characters"),
    ):
        most = limits.limit("cloudwatch", name)
        if count > most:
            message = f"the rollback alarm's rule has {count:,} {what}; AWS takes {most:,}"
            findings.error("X020", message, place.span, _shorter(bypass))
