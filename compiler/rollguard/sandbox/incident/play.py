"""One incident from its first minute to the recovery: broken metrics until a rollback is over, healthy ones afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.decide import decide
from rollguard.sandbox.incident.model import Decided, Deployed, Measured
from rollguard.sandbox.incident.outside import Outside
from rollguard.simulate.codedeploy import REACTION


@dataclass(frozen=True, slots=True)
class Incident:
    """What came of it. `recovers` is when the metrics got healthy again because a rollback was over, in seconds; None: none was.

    `recorded` are the seconds from the first bad datapoint to the rollback as the records state them, by `application/group`.
    """

    outside: Outside
    decided: Decided
    recovers: int | None
    recorded: Mapping[str, int] = field(default_factory=dict)

    @property
    def measured(self) -> Mapping[str, Measured]:
        """The metrics of the whole incident, by alarm name."""
        return self.outside.metrics(self.recovers).measured

    @property
    def as_wanted(self) -> bool:
        """Whether the outcome is the one that the failure mode or the scenario wants, and came in time."""
        wanted = self.outside.wanted
        if wanted != "mechanismDecides" and self.decided.rolled_back != (wanted == "rollback"):
            return False
        return not any(self.late(one) for one in self.decided.deployments) and self.outside.ending != "failed"

    def after_fault(self, one: Deployed) -> int | None:
        """Seconds from the fault's begin (or the deployment's, if that is later) to the rollback's; None without either."""
        back, fault = one.rollback, self.outside.fault
        if back is None or fault is None:
            return None
        return max(back.started_at - max(fault, self.outside.release.start), 0)

    def late(self, one: Deployed) -> tuple[tuple[int, str], ...]:
        """The limits that the deployment's rollback broke, in seconds and with who states them."""
        took = self.took(one)
        return () if took is None else tuple(limit for limit in self.outside.limits if took > limit[0])

    def took(self, one: Deployed) -> int | None:
        """What limits are held against: seconds from the first bad datapoint of what turned the alarm red (corrections 2.3).

        It is the clock of records and reports: nobody but the sandbox knows when a fault began, and of silence CloudWatch names only the
        last minutes. None where no alarm turned red.
        """
        back = one.rollback
        if back is None:
            return None
        if one.place in self.recorded:
            return self.recorded[one.place]
        if back.reason == "red before the start":
            return 0
        # An alarm of 10 s may be green again when the mechanism reacts.
        seen = [
            self.decided.states[name].change_at(at)
            for name in back.alarms
            for at in (back.started_at, back.started_at - REACTION)
        ]
        onsets = [change.onset for change in seen if change.onset is not None]
        return back.started_at - min(onsets) if onsets else None


def play(resources: Sequence[Resource], outside: Outside) -> Incident:
    """Play an incident against the resources of one account and Region.

    The loop is closed (corrections 2.5): from the end of the rollback on, every metric is healthy, unless `outside.ending` is one in which
    going back does not help. Raises Failure as `decide` does.
    """
    decided = decide(resources, outside.metrics(), outside.release)
    ends = [one.rollback.ended_at for one in decided.deployments if one.rollback is not None]
    known = [end for end in ends if end is not None]
    if not outside.heals or not known or len(known) < len(ends):
        return Incident(outside, decided, None)
    over = max(known)
    return Incident(outside, decide(resources, outside.metrics(over), outside.release), over)
