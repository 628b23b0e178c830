"""The failure-mode matrix: every policy, in every environment, against every failure mode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from rollguard.plan.model import GuardPlan
from rollguard.scenarios.failure_mode_catalogue import FailureMode, FailureModes
from rollguard.scenarios.failure_modes import FailurePlayer, Memory, Outcome
from rollguard.scenarios.model import Placed
from rollguard.scenarios.smallest_error_rate import SmallestErrorRate, smallest_error_rate


@dataclass(frozen=True, slots=True)
class Row:
    """A policy in one environment: its outcome in each failure mode, in the catalogue's order, and the least errors that it catches.

    `smallest` is None where nothing can roll back. `regions` are those of the environment in which it does so, empty where nobody asked.
    """

    guard: GuardPlan
    environment: str
    outcomes: tuple[Outcome, ...]
    smallest: SmallestErrorRate | None
    regions: tuple[str, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether a red criterion can roll anything back here."""
        return any(outcome.verdict != "notApplicable" for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows, and the failure modes that are their columns."""

    catalogue: FailureModes
    rows: tuple[Row, ...]

    @property
    def columns(self) -> tuple[FailureMode, ...]:
        return self.catalogue.modes


@dataclass(frozen=True, slots=True)
class Known:
    """What has been worked out already: signals, and the outcomes of guards that judge alike."""

    signals: Memory = field(default_factory=dict)
    rows: dict[object, tuple[tuple[Outcome, ...], SmallestErrorRate | None]] = field(default_factory=dict)


def matrix(guards: Iterable[tuple[str, Placed]], catalogue: FailureModes) -> Matrix:
    """Hold each guard, given with its environment's name, against every failure mode. Alarms that judge alike are judged once."""
    known = Known()
    rows = (row(environment, one.guard, catalogue, known, one.regions) for environment, one in guards)
    return Matrix(catalogue, tuple(rows))


def row(
    environment: str, guard: GuardPlan, catalogue: FailureModes, known: Known, regions: tuple[str, ...] = ()
) -> Row:
    """One guard against every failure mode."""
    player = FailurePlayer(guard, catalogue, known.signals)
    key = player.judging
    if key not in known.rows:
        known.rows[key] = tuple(player.outcome(mode) for mode in catalogue), smallest_error_rate(player)
    outcomes, smallest = known.rows[key]
    return Row(guard, environment, outcomes, smallest, regions)
