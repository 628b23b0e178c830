"""Whether a rollback can come in time at all: before the deployment is over, and within what was promised."""

from __future__ import annotations

from collections.abc import Mapping

from rollguard.language import durations
from rollguard.plan.model import CodeDeployGroup, Criterion
from rollguard.plan.place import Findings, Place
from rollguard.plan.timing import at_best, trigger_at_best
from rollguard.simulate.traffic import shift

#: Seconds until CodeDeploy has seen a red alarm (observed, at most 16 s; decisions/0009).
REACTION = 15

_SOONER = "judge over fewer or shorter periods, or let it only `observe`"


def fastest(criteria: tuple[Criterion, ...], tree: object) -> int | None:
    """Seconds from the start of a fault to the start of the rollback at best; None where an existing alarm decides by itself."""
    known: Mapping[str, int | None] = {made.id: at_best(made) for made in criteria if made.attached}
    best = trigger_at_best(tree, known)
    return None if best is None else best + REACTION


def over_after(group: CodeDeployGroup) -> int | None:
    """Seconds after which a deployment can no longer be rolled back by an alarm; None where its length is not known."""
    if group.platform == "Server" and group.expected_duration is None:
        return None
    shifting = shift(group, None)
    return shifting.seconds + (group.bake_minutes or 0) * 60 if shifting.known else None


def check_reach(
    best: int | None, groups: list[tuple[CodeDeployGroup, Place]], promise: tuple[str | None, Place], findings: Findings
) -> None:
    """Warn where the fastest way to a rollback is slower than the deployment or than `rollbackWithin`."""
    if best is None:
        return
    for group, place in groups:
        over = over_after(group)
        if over is not None and over < best:
            findings.warning(
                "R060",
                f"a rollback takes {durations.text(best)} at best, and the deployment is over after {durations.text(over)}: "
                "no fault that begins with it is ever rolled back",
                place.span,
                "shift more slowly, bake longer (`bake`, ECS only), or judge over fewer or shorter periods",
            )
    within, place = promise
    if within is not None and durations.seconds(within) < best:
        findings.warning(
            "R061",
            f"`rollbackWithin: {within}` cannot be kept: a rollback takes {durations.text(best)} at best",
            place.span,
            "judge over fewer or shorter periods, or promise less",
        )


def check_each(
    windows: list[tuple[Criterion, Place]],
    best: int | None,
    groups: list[tuple[CodeDeployGroup, Place]],
    within: str | None,
    findings: Findings,
) -> None:
    """Warn of each criterion that is slower than every deployment or than `rollbackWithin`, at its window.

    Where the fastest way is too slow already, `check_reach` has said so. `windows` are the criteria that speak for a rollback.
    """
    ends = [over_after(group) for group, _ in groups]
    known = [end for end in ends if end is not None]
    last = max(known) if known and len(known) == len(ends) else None
    promised = None if within is None else durations.seconds(within)
    for made, place in windows:
        alone = at_best(made)
        if alone is None or best is None:
            continue
        needed = alone + REACTION
        message = f"`{made.id}` needs {durations.text(needed)} to a rollback at best"
        if last is not None and best <= last < needed:
            over = f", and the deployment is over after {durations.text(last)}: it never stops one that is bad from its start"
            findings.warning("R062", message + over, place.span, _SOONER)
        elif promised is not None and best <= promised < needed:
            findings.warning("R062", f"{message}, later than `rollbackWithin: {within}`", place.span, _SOONER)
