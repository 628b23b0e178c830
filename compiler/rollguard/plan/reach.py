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
