"""How much of the traffic was on the new version when the deployment was stopped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rollguard.recorder import times
from rollguard.recorder.deployments import Known
from rollguard.recorder.situation import Situation

#: On what a percentage rests that is no plan's: on what CodeDeploy counts when it is asked.
HOSTS = "hosts whose installation had begun"


def exposure(now: Situation) -> dict[str, Any]:
    """`percent` (None: unknown) and on what it rests.

    The configured steps are counted from the start of the deployment, which comes before the first shift: the percentage is an upper
    bound. Hosts count from when their installation began.
    """
    one = now.deployment
    if one is None:
        return _exposure(None, "no deployment under way")
    if now.red_at_start:
        return _exposure(0.0, "the alarm was red before the deployment began")
    if now.stop is None:
        return _exposure(None, "unknown")
    return shifted(one, now.sheet["groups"], now.stop)


def shifted(one: Known, groups: Sequence[Mapping[str, Any]], moment: str) -> dict[str, Any]:
    """The same of a deployment that was under way at `moment`. `groups` are the sheet's."""
    group = next(
        (stated for stated in groups if (stated["application"], stated["group"]) == (one.application, one.group)),
        None,
    )
    if group is not None and group["steps"]:
        elapsed = times.seconds(one.begun_at, moment)
        if elapsed is not None:
            shifted = [percent for at, percent in group["steps"] if at <= elapsed]
            return _exposure(float(max(shifted, default=0.0)), "configured steps")
    hosts: Mapping[str, int] | None = one.info.get("hosts")
    if group is not None and group["platform"] == "Server" and hosts:
        begun = sum(hosts[state] for state in ("InProgress", "Succeeded", "Failed", "Ready"))
        return _exposure(round(100 * begun / sum(hosts.values()), 1), HOSTS)
    return _exposure(None, "unknown")


def _exposure(percent: float | None, basis: str) -> dict[str, Any]:
    return {"percent": percent, "basis": basis}
