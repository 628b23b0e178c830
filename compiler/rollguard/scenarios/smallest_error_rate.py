"""The smallest error rate of the new version that a policy still catches: while it is a canary, and while it bakes.

The number that says most about a policy: a criterion on the whole service is diluted ten-fold by a canary of 10 %, a floor of traffic
may leave the canary without a verdict, and an alarm may need longer than the canary lasts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rollguard.plan.model import CodeDeployGroup
from rollguard.scenarios.failure_mode_catalogue import FailureMode
from rollguard.scenarios.failure_modes import FailurePlayer
from rollguard.scenarios.model import TakenBack
from rollguard.simulate.codedeploy import MODEL

#: Rates are looked for in tenths of a percent.
STEPS = 1000

_ELSE = frozenset({"latency", "saturation", "throughput", "business"})


@dataclass(frozen=True, slots=True)
class SmallestErrorRate:
    """In percent of the new version's requests; None where not even 100 % is caught.

    `has_canary`: there is a time in which the new version has only a part of the traffic; `bakes`: one in which it has all of it and is
    still rolled back. `looks_at_errors`: a criterion
    that rolls back does. `traffic` is what was assumed, in requests a minute of the whole service.
    """

    while_canary: float | None
    while_baking: float | None
    has_canary: bool
    bakes: bool
    looks_at_errors: bool
    traffic: float


def smallest_error_rate(player: FailurePlayer) -> SmallestErrorRate | None:
    """By bisection, to 0.1 %; None where nothing can roll back. Criteria without a concern are taken to see nothing."""
    if not player.armed:
        return None
    full = max((_full(group) for group in player.guard.deployments), default=0)
    canary = _least(lambda rate: _early(_taken_back(player, rate, 0))) if full else None
    looks = any(criterion.attached and criterion.concern == "errors" for criterion in player.guard.criteria)
    bakes = player.over > full
    baking = _least(lambda rate: _taken_back(player, rate, full) is not None) if bakes else None
    return SmallestErrorRate(canary, baking, full > 0, bakes, looks, player.catalogue.traffic(player.guard.policy))


def _full(group: CodeDeployGroup) -> int:
    """Seconds until the new version has all of the traffic."""
    low, high = 0, MODEL.duration(group, None)
    while low < high:
        middle = (low + high) // 2
        if MODEL.share(group, middle, None) >= 100:
            high = middle
        else:
            low = middle + 1
    return low


def _least(caught: Callable[[float], bool]) -> float | None:
    if not caught(100.0):
        return None
    low, high = 0, STEPS
    while high - low > 1:
        middle = (low + high) // 2
        if caught(middle * 100 / STEPS):
            high = middle
        else:
            low = middle
    return high * 100 / STEPS


def _taken_back(player: FailurePlayer, rate: float, after: int) -> TakenBack | None:
    return player.play_mode(_errors(rate, after)).played.rollback


def _early(back: TakenBack | None) -> bool:
    return back is not None and back.traffic_percent < 100


def _errors(rate: float, after: int) -> FailureMode:
    return FailureMode(
        id="errors",
        title="errors of the new version",
        happens="",
        reason="",
        wanted="rollback",
        hits="newVersion",
        starts=after,
        signs={"errors": f"{rate:.1f}%"},
        untouched=_ELSE,
    )
