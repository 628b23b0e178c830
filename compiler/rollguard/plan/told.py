"""Whether somebody hears of what must not pass unheard: a rollback that fails, alarms that stay red, the end of what was announced."""

from __future__ import annotations

from collections.abc import Mapping

from rollguard.plan import words
from rollguard.plan.model import Status
from rollguard.plan.place import Findings, Place

#: Statuses after which somebody must act, and what happened then.
_TO_ACT: Mapping[Status, str] = {
    "failed": "a rollback fails",
    "stillRed": "the alarms stay red after a rollback",
}
#: What announces a rollback, and what says that it went well.
_BEGINS: tuple[Status, ...] = ("started", "refused")
_ENDS: tuple[Status, ...] = ("succeeded", "recovered")


def check_told(
    notify: tuple[tuple[Status, tuple[str, ...]], ...], kinds: Mapping[str, str], place: Place, findings: Findings
) -> None:
    """Warn where a map leaves nobody to act, or tells of a rollback's begin and nobody of its end.

    `kinds` are the channels' kinds by name: the recorder resolves a PagerDuty alert whatever `notify` says, which is an end.
    """
    told = dict(notify)
    for status, what in _TO_ACT.items():
        if not told.get(status):
            message = f"nobody is told when {what}: `notify` names no channel for `{status}`"
            findings.warning(
                "R070", message, place.span, "name who must act then, such as whoever is told of `started`"
            )
    begins = {name for status in _BEGINS for name in told.get(status, ())}
    ends = {name for status in _ENDS for name in told.get(status, ())}
    # A single channel may want the begins only, such as an audit's.
    if begins and not ends and not any(kinds.get(name) == "pagerduty" for name in begins):
        named = f"{words.listed(sorted(begins))} {'is' if len(begins) == 1 else 'are'}"
        message = f"{named} told that a rollback begins, and nobody how it ends"
        findings.warning("R071", message, place.span, "name whoever is told of `started` for `recovered` as well")
