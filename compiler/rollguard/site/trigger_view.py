"""Which criteria together roll back, as nested lists that read as a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rollguard.plan import timing
from rollguard.plan.model import Criterion
from rollguard.plan.words import condition as limit
from rollguard.site import words
from rollguard.wording import lasting

#: How a plan calls a number whose author did not say what it is; the title then says it better.
_NAMELESS = ("the calculated value ", "the result of the query ")


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion on one line: what is bad, for how long, and how soon that can be known at best."""

    id: str
    anchor: str
    """where the policy's page explains it; no other anchor of the page begins so"""
    title: str
    condition: str
    window: str
    judged: tuple[str, ...]
    """which periods count, where not all do"""
    best: str
    how: str
    """what `best` is made of"""
    mode: str
    mode_label: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A criterion (`line`), or `parts` under a `lead` such as "all of these at the same time"; `negated` if the parts hold it back."""

    lead: str
    line: Line | None = None
    parts: tuple[Rule, ...] = ()
    negated: bool = False


def line(criterion: Criterion) -> Line:
    """A criterion on one line."""
    best = timing.at_best(criterion)
    alarm = criterion.alarm
    how = ""
    if alarm is not None:
        bad, delay = lasting(timing.bad_time(alarm)), lasting(timing.delay(alarm))
        how = f"{bad} of bad numbers, and {delay} until CloudWatch has them"
    return Line(
        id=criterion.id,
        anchor=anchor(criterion.id),
        title=criterion.title,
        condition=condition(criterion),
        window=criterion.readable.window,
        judged=judged(criterion),
        best="" if best is None else lasting(best),
        how=how,
        mode=criterion.mode,
        mode_label=words.MODES[criterion.mode],
    )


def anchor(id: str) -> str:
    """The anchor of a criterion: its id alone could be a section's."""
    return f"criterion-{id}"


def judged(criterion: Criterion) -> tuple[str, ...]:
    """What its author said of periods with little traffic and of percentiles over few measurements."""
    readable, alarm = criterion.readable, criterion.alarm
    stated = alarm is not None and alarm.evaluate_low_sample_count_percentile is not None
    return tuple(said for said in (readable.traffic, readable.samples if stated else "") if said)


def condition(criterion: Criterion) -> str:
    """What is bad: `5xx ratio of the targets above 2 %`, or only `above 2 %` where the number has no name."""
    stated = criterion.readable.condition
    return (
        limit(criterion.threshold, criterion.unit) if stated.startswith(_NAMELESS) and criterion.threshold else stated
    )


def readable_rule(tree: object, criteria: Mapping[str, Criterion]) -> Rule:
    """The trigger's tree over its criteria; a list of one is shown as its only member.

    `criteria` are in the policy's order, in which plain lists of criteria are shown.
    """
    if isinstance(tree, str):
        return Rule("this happens", line(criteria[tree]))
    if isinstance(tree, Mapping):
        ((kind, value),) = tree.items()
        if kind == "not":
            return Rule("this is not the case", parts=(readable_rule(value, criteria),), negated=True)
        count, parts = value if kind == "atLeast" else (0, value)
        if all(isinstance(part, str) for part in parts):
            parts = [name for name in criteria if name in parts]
        if len(parts) == 1:
            return readable_rule(parts[0], criteria)
        read = tuple(readable_rule(part, criteria) for part in parts)
        if kind == "all" and any(rule.negated for rule in read):
            return _except_when(read)
        lead = {"any": "any one of these happens", "all": "all of these happen at the same time"}.get(
            kind, f"at least {count} of these {len(parts)} happen at the same time"
        )
        return Rule(lead, parts=read)
    return Rule("always" if tree else "never")


def ids(rule: Rule) -> set[str]:
    """The criteria that the rule speaks of."""
    return {rule.line.id} if rule.line is not None else set().union(*map(ids, rule.parts))


def brief(rule: Rule) -> tuple[str, ...]:
    """The rule in a few lines, one for each thing that suffices: `Labels are late, unless: An import runs`."""
    if rule.line is None and rule.lead.startswith("any"):
        return tuple(_in_one_line(part) for part in rule.parts)
    if rule.line is None and rule.lead.startswith("at least"):
        return (f"{rule.lead}:", *(_in_one_line(part) for part in rule.parts))
    return (_in_one_line(rule),)


def _in_one_line(rule: Rule) -> str:
    if rule.line is not None:
        return rule.line.title
    if not rule.parts:
        return rule.lead
    if rule.negated:
        return f"unless: {_in_one_line(rule.parts[0])}"
    joint = " or " if rule.lead.startswith("any") else " and "
    stated = joint.join(_in_one_line(part) for part in rule.parts if not part.negated)
    held = "".join(f", {_in_one_line(part)}" for part in rule.parts if part.negated)
    counted = f"{rule.lead}: " if rule.lead.startswith(("at least", "none")) else ""
    return f"{counted}{stated}{held}"


def _except_when(parts: tuple[Rule, ...]) -> Rule:
    """What must happen first, then what must not be the reason for it."""
    happening = tuple(rule for rule in parts if not rule.negated)
    reasons = tuple(replace(rule, lead="and this is not the reason") for rule in parts if rule.negated)
    if not happening:
        return Rule("none of this is the case", parts=tuple(rule.parts[0] for rule in reasons))
    return Rule(
        "this happens" if len(happening) == 1 else "all of these happen at the same time", parts=(*happening, *reasons)
    )
