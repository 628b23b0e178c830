"""One incident from its first minute to the recovery: broken metrics until a rollback is over, healthy ones afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.decide import decide
from rollguard.sandbox.incident.model import Decided, Measured
from rollguard.sandbox.incident.outside import Outside


@dataclass(frozen=True, slots=True)
class Incident:
    """What came of it. `recovers` is when the metrics got healthy again because a rollback was over, in seconds; None: none was."""

    outside: Outside
    decided: Decided
    recovers: int | None

    @property
    def measured(self) -> Mapping[str, Measured]:
        """The metrics of the whole incident, by alarm name."""
        return self.outside.metrics(self.recovers).measured

    @property
    def as_wanted(self) -> bool:
        """Whether the outcome is the one that the failure mode or the scenario wants."""
        wanted = self.outside.wanted
        return wanted == "mechanismDecides" or self.decided.rolled_back == (wanted == "rollback")


def play(resources: Sequence[Resource], outside: Outside) -> Incident:
    """Play an incident against the resources of one account and Region.

    The loop is closed (corrections 2.5): from the end of the rollback on, every metric is healthy. Raises Failure as `decide` does.
    """
    decided = decide(resources, outside.metrics(), outside.release)
    ends = [
        one.deployment.rollback.ended_at
        for one in decided.deployments
        if one.deployment is not None and one.deployment.rollback is not None
    ]
    known = [end for end in ends if end is not None]
    if not known or len(known) < len(ends):
        return Incident(outside, decided, None)
    over = max(known)
    return Incident(outside, decide(resources, outside.metrics(over), outside.release), over)
