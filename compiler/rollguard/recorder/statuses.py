"""Which statuses an incident has reached, and when. A finished rollback is not a recovered service: that takes alarms that are OK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rollguard.recorder import times
from rollguard.recorder.deployments import FINAL
from rollguard.recorder.facts import Fact
from rollguard.recorder.situation import Situation

#: In the order in which an incident can reach them; of one rank only one is reached.
RANKS = {
    "started": 0,
    "refused": 0,
    "succeeded": 1,
    "failed": 1,
    "nothingToRollBack": 1,
    "outsideDeployment": 1,
    "unknown": 1,
    "stillRed": 2,
    "recovered": 3,
}
Reached = dict[str, str]


def reached(now: Situation) -> list[Reached]:
    """The statuses in their order, each `{status, at}`; empty as long as there is nothing to tell."""
    found = list(_opened(now))
    if not any(RANKS[one["status"]] == 1 for one in found):
        found += [_status("unknown", fact["at"]) for fact in now.of_kind("unanswered")]
    ends = next((one for one in found if RANKS[one["status"]] == 1), None)
    if ends is None or ends["status"] == "unknown":
        return found
    recovered = _recovered(now, ends["at"])
    if ends["status"] == "succeeded":
        found += _still_red(now, ends["at"], recovered)
    if recovered is not None:
        found.append(_status("recovered", recovered))
    return found


def _status(status: str, at: str) -> Reached:
    return {"status": status, "at": at}


def _opened(now: Situation) -> Iterator[Reached]:
    one, back = now.deployment, now.rollback
    if one is None:
        if now.moment is not None and not now.of_kind("moved") and _nothing_under_way(now):
            yield _status("outsideDeployment", now.moment)
        return
    if not now.ours:
        # The alarm was red, and yet nothing stopped the deployment: its end is the end of what could be rolled back.
        over = one.status == "Succeeded" or (one.status in FINAL and now.of_kind("closed"))
        if over and now.moment is not None and any(change.state == "ALARM" for change in now.alarm.changes):
            yield _status("outsideDeployment", max(one.ended_at or now.moment, now.moment))
        return
    stopped = one.ended_at or now.facts[0]["at"]
    impossible = back is None and one.rollback_impossible
    if now.red_at_start:
        yield _status("refused", stopped)
    elif not impossible:
        yield _status("started", (back.created_at or back.started_at if back else None) or stopped)
    if impossible:
        yield _status("nothingToRollBack", stopped)
    elif back is not None and back.status in FINAL:
        ended = back.ended_at or back.info.get("at") or stopped
        yield _status("succeeded" if back.status == "Succeeded" else "failed", ended)


def _nothing_under_way(now: Situation) -> bool:
    asked = now.of_kind("underWay")
    return bool(asked) and not asked[-1]["deployments"]


def _red(now: Situation, snapshot: Fact) -> list[dict[str, Any]] | None:
    """The alarms that keep the service from being called recovered; None where the snapshot lacks the rollback alarm."""
    states, name = snapshot["alarms"], now.sheet["rollbackAlarm"]
    if name not in states:
        return None
    attached = [one["alarm"] for one in now.sheet["criteria"] if one["attached"]]
    red = [states[alarm] for alarm in attached if alarm in states and states[alarm]["state"] == "ALARM"]
    return red if states[name]["state"] == "OK" else [states[name], *red]


def _recovered(now: Situation, base: str) -> str | None:
    """When the policy's alarms were all OK at or after `base`: a bypass can hold the rollback alarm at OK over a red criterion."""
    attached = {one["alarm"] for one in now.sheet["criteria"] if one["attached"]} | {now.sheet["rollbackAlarm"]}
    moments = []
    for snapshot in now.of_kind("alarms"):
        if snapshot["at"] >= base and _red(now, snapshot) == []:
            since = [
                state["since"] for name, state in snapshot["alarms"].items() if name in attached and state["since"]
            ]
            moments.append(max([base, *(at for at in since if at <= snapshot["at"])]))
    return min(moments, default=None)


def _still_red(now: Situation, done: str, recovered: str | None) -> list[Reached]:
    deadline = times.later(done, int(now.sheet["stillRedAfter"]))
    for snapshot in now.of_kind("alarms"):
        red = _red(now, snapshot)
        if snapshot["at"] < deadline or not red or (recovered is not None and recovered <= snapshot["at"]):
            continue
        lasting = any(one["since"] is not None and one["since"] <= deadline for one in red)
        return [_status("stillRed", deadline if lasting else snapshot["at"])]
    return []
