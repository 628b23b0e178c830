"""How CodeDeploy moves traffic to the new version, per platform and deployment configuration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rollguard import predefined_configs
from rollguard.plan.model import CodeDeployGroup, Platform, TrafficShift

#: Seconds that a deployment to servers takes where nobody says it (corrections 2.12).
EXPECTED = 1800


@dataclass(frozen=True, slots=True)
class Shift:
    """The share of the traffic after the start of a deployment.

    `steps` are (seconds, percent) in order, the first at 0 and the last 100 %; with `gradual` hosts follow one another evenly between
    them. `known` is False where nobody said how an existing configuration shifts: it then counts as all at once.
    """

    steps: tuple[tuple[int, float], ...]
    gradual: bool = False
    known: bool = True

    @property
    def seconds(self) -> int:
        """From the start to the last increment."""
        return self.steps[-1][0]

    def at(self, elapsed: float) -> float:
        """The new version's share in percent, `elapsed` seconds after the start; 0 before it."""
        if elapsed < 0:
            return 0.0
        share = 0.0
        for index, (seconds, percent) in enumerate(self.steps):
            if seconds > elapsed:
                if self.gradual:
                    begin, least = self.steps[index - 1]
                    return least + (percent - least) * (elapsed - begin) / (seconds - begin)
                break
            share = percent
        return share


def shift(group: CodeDeployGroup, lasts: int | None) -> Shift:
    """How a deployment to the group shifts traffic.

    `lasts` is how long its hosts take, in seconds, and only for Server; None: as long as the policy expects, else EXPECTED.
    """
    return _shift(group.platform, group.config.name, group.config.traffic, lasts or group.expected_duration or EXPECTED)


@lru_cache(maxsize=1024)
def _shift(platform: Platform, name: str, stated: TrafficShift, lasts: int) -> Shift:
    known = known_shift(name, stated)
    traffic = known or TrafficShift("allAtOnce")
    if platform == "Server":
        if traffic.kind == "allAtOnce":
            return Shift(((0, 100.0), (lasts, 100.0)), known=known is not None)
        return Shift(((0, 0.0), (lasts, 100.0)), gradual=True)
    interval = traffic.interval * 60
    if traffic.kind == "canary":
        return Shift(((0, float(traffic.percent)), (interval, 100.0)))
    if traffic.kind == "linear":
        # The first increment comes at once: 10 % every 5 minutes ends after 45 (corrections 2.12).
        increments = range(-(-100 // traffic.percent))
        return Shift(tuple((index * interval, float(min(100, (index + 1) * traffic.percent))) for index in increments))
    return Shift(((0, 100.0),), known=known is not None)


def known_shift(name: str, traffic: TrafficShift) -> TrafficShift | None:
    """How the configuration `name` shifts: what the policy stated, or what a predefined configuration does; None where nobody said it."""
    return traffic if traffic.kind != "named" else predefined_configs.traffic_of(name)
