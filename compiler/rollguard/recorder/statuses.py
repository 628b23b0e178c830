"""Which statuses an incident has reached, and when. A finished rollback is not a recovered service: that takes alarms that are OK."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rollguard.recorder import ignored, times
from rollguard.recorder.deployments import FINAL
from rollguard.recorder.facts import Fact
from rollguard.recorder.situation import Situation

#: After one of these there is nothing to wait for but the alarms.
ENDS = frozenset({"succeeded", "failed", "nothingToRollBack", "notRolledBack", "outsideDeployment", "unknown"})
Reached = dict[str, str]


def reached(now: Situation) -> list[Reached]:
    """The statuses in their order, each `{status, at}`; empty as long as there is nothing to tell."""
    found = list(_opened(now))
    if ended(found) is None:
        found += [_status("unknown", fact["at"]) for fact in now.of_kind("unanswered")]
    ends = ended(found)
    if ends is None:
        return found
    recovered = _recovered(now, ends["at"])
    if ends["status"] == "succeeded":
        found += _still_red(now, ends["at"], recovered)
    if recovered is not None:
        found.append(_status("recovered", recovered))
    return found


def ended(found: Sequence[Reached]) -> Reached | None:
    """How the deployment ended; None while that is open. A rollback that begins after `notRolledBack` opens it again."""
    way = [one for one in found if one["status"] not in ("stillRed", "recovered")]
    return way[-1] if way and way[-1]["status"] in ENDS else None


def closed(facts: Iterable[Fact], found: Sequence[Reached]) -> bool:
    """Whether nobody waits any longer: given up, and nothing has happened since."""
    over = max((fact["at"] for fact in facts if fact["kind"] == "closed"), default=None)
    events = [fact["at"] for fact in facts if fact["kind"] in ("deploymentState", "alarmState")]
    return over is not None and over >= max([*events, *(one["at"] for one in found)], default=over)


def _status(status: str, at: str) -> Reached:
    return {"status": status, "at": at}


def _opened(now: Situation) -> Iterator[Reached]:
    one, back = now.deployment, now.rollback
    if one is None:
        if now.moment is not None and not now.of_kind("moved") and _nothing_under_way(now):
            yield _status("outsideDeployment", now.moment)
        return
    if (at := ignored.since(now)) is not None:
        yield _status("notRolledBack", at)
    elif not now.ours and one.status == "Succeeded" and ignored.was_red(now) and now.moment is not None:
        # Red in its last seconds or after it: its end is the end of what could be rolled back.
        yield _status("outsideDeployment", max(one.ended_at or now.moment, now.moment))
    if not now.ours:
        return
    stopped = one.ended_at or now.facts[0]["at"]
    impossible = back is None and one.rollback_impossible
    if now.red_at_start:
        yield _status("refused", stopped)
    elif not impossible:
        first = next(iter(now.rollbacks), None)
        yield _status("started", (first.created_at or first.started_at if first else None) or stopped)
    if impossible:
        yield _status("nothingToRollBack", stopped)
    elif back is not None and back.status in FINAL:
        over = back.ended_at or back.info.get("at") or stopped
        yield _status("succeeded" if back.status == "Succeeded" else "failed", over)


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
