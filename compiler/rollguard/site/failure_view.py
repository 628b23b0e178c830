"""The failure-mode matrix as the overview shows it, and what a policy's page says of each failure mode."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from rollguard.charts import scenario_chart
from rollguard.scenarios.failure_mode_catalogue import FailureMode, FailureModes, Wanted
from rollguard.scenarios.failure_modes import FailurePlayer, Outcome
from rollguard.scenarios.matrix import Known, Row, row
from rollguard.scenarios.reports.plots import chart
from rollguard.scenarios.reports.timeline import concerned
from rollguard.scenarios.smallest_error_rate import SmallestErrorRate
from rollguard.site.model import Placement, Policy
from rollguard.site.words import listed, whole_minutes

WANTED: dict[Wanted, str] = {
    "rollback": "must roll back",
    "noRollback": "must not roll back",
    "mechanismDecides": "the mechanism decides",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """An outcome. `kind` is for style sheets; `sign` and `label` say it without colour; `more` is a few words, `reason` a sentence."""

    kind: str
    sign: str
    label: str
    more: str
    reason: str
    mode: FailureMode
    anchor: str
    chart: Markup | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A policy in one environment on the overview."""

    name: str
    title: str
    place: str
    owner: str
    cells: tuple[Cell, ...]
    least: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What a policy's page says of one environment: what happens to `a release that breaks <title>`, and every failure mode."""

    promise: str
    least: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The overview's matrix: lines of what rolls back somewhere, and the names of what only watches."""

    columns: tuple[FailureMode, ...]
    lines: tuple[Line, ...]
    watching: tuple[str, ...]

    @property
    def gaps(self) -> tuple[tuple[FailureMode, int], ...]:
        """The failure modes that some line misses, and how many lines do, the most missed first."""
        counts = [
            (mode, sum(line.cells[index].kind == "missed" for line in self.lines))
            for index, mode in enumerate(self.columns)
        ]
        return tuple(sorted(((mode, count) for mode, count in counts if count), key=lambda pair: -pair[1]))


class Proofs:
    """Every policy held against the catalogue, each place once."""

    def __init__(self, policies: Iterable[Policy], catalogue: FailureModes) -> None:
        self._known = known = Known()
        self.catalogue = catalogue
        self.policies = tuple(policies)
        self._rows: dict[int, Row] = {
            id(placement): row(placement.environment.name, placement.guard, catalogue, known)
            for policy in self.policies
            for placement in policy.placements
        }

    def matrix(self) -> Matrix:
        """The matrix over all policies, those that roll back first come in the order of the overview."""
        lines, watching = [], []
        for policy in self.policies:
            for placement in policy.placements:
                name = f"{policy.guard.title} in {placement.label}"
                if placement.armed and self._rows[id(placement)].applies:
                    lines.append(self._line(policy, placement))
                else:
                    watching.append(name)
        return Matrix(self.catalogue.modes, tuple(lines), tuple(watching))

    def proof(self, placement: Placement, *, style: bool = True) -> Proof | None:
        """What the page says of a place, with a picture of each failure mode; None where nothing rolls back.

        `style`: the first picture brings the style of all of the page.
        """
        found = self._rows[id(placement)]
        if not placement.armed or not found.applies:
            return None
        promise = _promise(found.outcomes, self.catalogue)
        return Proof(promise, least_sentence(found.smallest), self._drawn(placement, style))

    def _drawn(self, placement: Placement, style: bool) -> tuple[Cell, ...]:
        player = FailurePlayer(placement.guard, self.catalogue, self._known.signals)
        cells = []
        for index, cell in enumerate(self._cells(placement)):
            played = player.play_mode(cell.mode).played
            signal = concerned(played)[0]
            shown = chart(played, signal, signal.criterion.title)
            drawn = scenario_chart(shown, cell.anchor, style=style and not index)
            cells.append(replace(cell, chart=Markup(drawn.strip())))
        return tuple(cells)

    def _line(self, policy: Policy, placement: Placement) -> Line:
        return Line(
            policy.name,
            policy.guard.title,
            placement.label,
            policy.guard.owner,
            self._cells(placement),
            _least(self._rows[id(placement)].smallest),
        )

    def _cells(self, placement: Placement) -> tuple[Cell, ...]:
        return tuple(
            _cell(outcome, mode, f"incident-{placement.key}/{mode.id}")
            for mode, outcome in zip(self.catalogue.modes, self._rows[id(placement)].outcomes, strict=True)
        )


def _cell(outcome: Outcome, mode: FailureMode, anchor: str) -> Cell:
    doubt = " AWS does not document all that this rests on." if outcome.ambiguous else ""
    reason = f"{outcome.reason[:1].upper()}{outcome.reason[1:]}.{doubt}"
    kind, sign, label, more = {
        "missed": ("missed", "✗", "missed", ""),
        "quiet": ("quiet", "✓", "quiet", ""),
        "unknown": ("unknown", "?", "unknown", ""),
        "notApplicable": ("none", "-", "only watches", ""),
        "firedWrongly": ("wrong", "!", "wrongly", ""),
        "rolledBack": ("caught", "✓", "", ""),
    }[outcome.verdict]
    if outcome.seconds is not None and outcome.traffic is not None:
        share = f"at {outcome.traffic:.3g}\N{NO-BREAK SPACE}%"
        when = whole_minutes(outcome.seconds).replace(" ", "\N{NO-BREAK SPACE}") if outcome.seconds else "at once"
        if outcome.verdict == "firedWrongly":
            more = f"back after {when}"
        elif outcome.in_time is False:
            kind, sign, label, more = "late", "△", when, f"too late, {share}"
        else:
            label, more = when, share
    if outcome.ambiguous:
        more = f"{more}, in doubt" if more else "in doubt"
    return Cell(kind, sign, label, more, reason, mode, anchor)


def _promise(outcomes: Iterable[Outcome], catalogue: FailureModes) -> str:
    """What the plainest incident shows, of a release that breaks the service: how fast, and at what traffic."""
    found = next(
        (outcome for mode, outcome in zip(catalogue.modes, outcomes, strict=True) if mode.id == "hard-outage"), None
    )
    if found is None:
        return ""
    if found.verdict == "rolledBack" and found.seconds is not None and found.traffic is not None:
        minutes = whole_minutes(found.seconds)
        late = ", later than agreed" if found.in_time is False else ""
        share = "with all of the traffic on it" if found.traffic >= 100 else f"at {found.traffic:.3g} % of the traffic"
        return f"is rolled back {minutes} after the first bad minute, {share}{late}."
    if found.verdict == "unknown":
        return f"may or may not be rolled back: it {found.reason}."
    return f"is not rolled back: {found.reason}."


def _least(found: SmallestErrorRate | None) -> tuple[str, ...]:
    """The least error rates in a few words."""
    if found is None or not found.looks_at_errors:
        return ("not judged",)
    parts = []
    if found.has_canary:
        parts.append(f"{_rate(found.while_canary)} shifting")
    if found.bakes:
        parts.append(f"{_rate(found.while_baking)} baking")
    return tuple(parts) or ("over at once",)


def _rate(rate: float | None) -> str:
    return "none" if rate is None else f"{rate:g} %"


def least_sentence(found: SmallestErrorRate | None) -> str:
    """The least error rate of the new version that is still caught, while it has a part of the traffic and while it bakes."""
    if found is None or not found.looks_at_errors:
        return "No criterion that rolls back looks at errors."
    caught = [
        (rate, when)
        for applies, rate, when in (
            (found.has_canary, found.while_canary, "while the new version has a part of the traffic"),
            (found.bakes, found.while_baking, "while it has all of it and the old one still stands by"),
        )
        if applies
    ]
    if not caught:
        return "The deployment is over as soon as it has begun, so no error of the new version rolls it back."
    said = [f"{f'from {rate:g} %' if rate is not None else 'not even 100 %'} {when}" for rate, when in caught]
    return (
        f"The new version's failed requests are caught {listed(said)} "
        f"(held against {found.traffic:g} requests a minute)."
    )
