"""What a policy promises in a place: which trigger rolls back, how fast at best, and whether that can be in time at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rollguard.language import trigger
from rollguard.plan.model import CodeDeployGroup, Criterion, GuardPlan
from rollguard.plan.reach import REACTION, over_after
from rollguard.plan.timing import at_best, trigger_at_best
from rollguard.site import words
from rollguard.site.model import Placement, Policy
from rollguard.site.told_view import Told, told
from rollguard.site.trigger_view import Rule, line, readable_rule
from rollguard.wording import lasting

_AT_LEAST = re.compile(r"at least (\d+) of them")


@dataclass(frozen=True, slots=True)
class Promise:
    """When a deployment is rolled back.

    `impossible` says why no fault that a deployment brings can be rolled back in time, or is empty; `partly` are the groups of which
    that is true where others are slow enough.
    """

    rule: Rule
    timed: bool
    """whether the criteria of the rule differ in how fast they are"""
    speed: str
    too_slow: bool
    impossible: str
    partly: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Once:
    """What a place that rolls nothing back would do: `when` says once what."""

    when: str
    promise: Promise
    watch: tuple[str, ...]
    told: tuple[Told, ...]


def promised(guard: GuardPlan, tree: object | None = None) -> Promise:
    """What the guard does, or would do if its trigger were `tree`."""
    tree = guard.trigger.tree if tree is None else tree
    criteria = {criterion.id: criterion for criterion in guard.criteria}
    named = [criterion for criterion in guard.criteria if criterion.id in _named(tree)]
    best = trigger_at_best(tree, {criterion.id: at_best(criterion) for criterion in named})
    late = _late(guard.deployments, best)
    every = bool(late) and len(late) == len(guard.deployments)
    speed, too_slow = _speed(guard, named, best)
    return Promise(
        rule=readable_rule(tree, criteria),
        timed=len({at_best(criterion) for criterion in named}) > 1,
        speed=speed,
        too_slow=too_slow,
        impossible=_impossible(best, late) if every else "",
        partly=() if every else tuple(group.group for group, _ in late),
    )


def once_armed(policy: Policy, placement: Placement) -> Once | None:
    """What a place would do once it is armed; None where it is armed, or retired for good.

    The criteria are those that roll back in the foremost environment where the policy is armed, or all of them.
    """
    guard = placement.guard
    if placement.armed or guard.retired or not guard.criteria:
        return None
    promise = promised(guard, _tree(guard, _armed_elsewhere(policy)))
    if placement.environment.disarmed:
        when = f"Once {placement.environment.title} is armed again"
    else:
        when = "Once this policy is armed here (`mode: rollback`)"
    watch = () if promise.impossible else tuple(dict.fromkeys(words.watch(group) for group in guard.deployments))
    return Once(when, promise, watch, told(placement))


def _armed_elsewhere(policy: Policy) -> frozenset[str]:
    for placement in policy.placements:
        if placement.armed:
            return frozenset(criterion.id for criterion in placement.guard.criteria if criterion.mode == "rollback")
    return frozenset(criterion.id for criterion in policy.guard.criteria)


def _tree(guard: GuardPlan, armed: frozenset[str]) -> object:
    """The trigger as its author wrote it, over the criteria that would be armed; over all of them where that leaves no choice."""
    every = sorted(criterion.id for criterion in guard.criteria)
    for ids in ([name for name in every if name in armed], every):
        tree = _read(guard.trigger.text, ids, every)
        if not isinstance(tree, bool):
            return trigger.as_json(tree)
    return False


def _read(text: str, ids: Sequence[str], every: Sequence[str]) -> trigger.Tree:
    least = _AT_LEAST.fullmatch(text)
    if least or text in ("any", "all"):
        return trigger.at_least(int(least[1]) if least else 1 if text == "any" else len(ids), ids)
    return trigger.simplify(trigger.parse(text)[0], {name: False for name in every if name not in ids})


def _named(tree: object) -> set[str]:
    if isinstance(tree, str):
        return {tree}
    if isinstance(tree, dict):
        return set().union(*(_named(part) for part in tree.values()))
    return set().union(*(_named(part) for part in tree)) if isinstance(tree, list | tuple) else set()


def _late(groups: Collection[CodeDeployGroup], best: int | None) -> list[tuple[CodeDeployGroup, int]]:
    """The groups whose deployments are over before the trigger can be true, and after how many seconds they are."""
    over = [(group, over_after(group)) for group in groups]
    return [
        (group, seconds)
        for group, seconds in over
        if best is not None and seconds is not None and seconds < best + REACTION
    ]


def _impossible(best: int | None, late: Sequence[tuple[CodeDeployGroup, int]]) -> str:
    needed = lasting((best or 0) + REACTION)
    over = words.listed(dict.fromkeys(lasting(seconds) for _, seconds in late), "or")
    return (
        f"The criteria need {needed} at best, and a deployment is over after {over}: "
        "no fault that it brings is rolled back."
    )


def _speed(guard: GuardPlan, named: Sequence[Criterion], best: int | None) -> tuple[str, bool]:
    """How fast at best, as sentences, and whether that is slower than what was agreed."""
    within = guard.rollback_within
    objective = f" Agreed: no later than {lasting(within)} after the first bad datapoint." if within is not None else ""
    if best is None:
        return f"How fast is not known here, since an alarm that is managed elsewhere decides.{objective}", False
    made_of = {line(criterion).how for criterion in named}
    reason = f": {made_of.pop()}" if len(made_of) == 1 else ""
    sentence = f"At best {lasting(best)} after a fault begins{reason}; a few seconds more until CodeDeploy has looked."
    return sentence + objective, within is not None and best + REACTION > within
