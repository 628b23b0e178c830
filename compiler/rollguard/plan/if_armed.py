"""What a criterion that only observes would do to the rollback alarm if it rolled back: what its observations are judged by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rollguard.language.trigger import Tree, at_least, holds, ids_by_polarity, parse
from rollguard.plan.model import IfArmed


def if_armed(stated: str | Mapping[str, Any], identifier: str, ids: Sequence[str]) -> IfArmed:
    """`alone`: it turns the alarm red whatever the others say. `together`: that depends on them. `never`: the trigger does not read it.

    `stated` is a trigger that holds in the policy. Which of the other criteria are armed by then nobody knows, so `all` counts each of
    `ids`. Raises TriggerError for an expression that is none.
    """
    tree = _tree(stated, ids)
    towards, against = ids_by_polarity(tree)
    if identifier not in towards | against:
        return "never"
    return "alone" if not against and holds(tree, frozenset({identifier})) else "together"


def _tree(stated: str | Mapping[str, Any], ids: Sequence[str]) -> Tree:
    if isinstance(stated, Mapping):
        return at_least(stated["atLeast"], ids)
    if stated in ("any", "all"):
        return at_least(1 if stated == "any" else len(ids), ids)
    return parse(stated)[0]
