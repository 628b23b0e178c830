"""A result as JSON: the contract is `schema/scenario-result.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rollguard.scenarios.expectations import doubtful
from rollguard.scenarios.model import Played
from rollguard.scenarios.traces import Traced
from rollguard.simulate.model import Timeline
from rollguard.source import Diagnostic

Json = dict[str, object]


def record(played: Played, environment: str, failures: Iterable[Diagnostic]) -> str:
    """One result as one line; times in seconds from the scenario's start, `alarms` with the state at 0 and every change."""
    return json.dumps(_result(played, environment, failures))


def trace_record(preset: str, traced: Traced, failures: Iterable[Diagnostic]) -> str:
    """One trace of a preset as one line; times in seconds from its start."""
    found = list(failures)
    wanted = "quiet" if traced.trace.within is None else "fires"
    alarm = _states(traced.signal.timeline, traced.trace.length)
    shown = {"preset": preset, "trace": traced.trace.name, "wanted": wanted, "passed": not found}
    return json.dumps({**shown, "failures": _failures(found), "alarm": alarm})


def results(records: Iterable[str]) -> str:
    """The list of all results, each on its line."""
    return "[" + ",".join(f"\n{one}" for one in records) + "\n]"


def _result(played: Played, environment: str, failures: Iterable[Diagnostic]) -> Json:
    found = list(failures)
    rollback = played.rollback
    return {
        "policy": played.guard.policy,
        "environment": environment,
        "scenario": played.scenario.name,
        "passed": not found,
        "failures": _failures(found),
        "alarms": {id: _states(signal.timeline, played.end) for id, signal in played.signals.items()},
        "rollbackAlarm": _states(played.rollback_alarm, played.end),
        "rollback": None
        if rollback is None
        else {
            "startedAt": rollback.started_at,
            "because": list(rollback.because),
            "trafficPercent": round(rollback.traffic_percent, 2),
        },
        "notified": list(played.notified),
    }


def _failures(found: Iterable[Diagnostic]) -> list[Json]:
    return [{"message": one.message, "path": one.span.path, "line": one.span.line} for one in found]


def _states(timeline: Timeline, end: int) -> list[Json]:
    """The state at 0 and every change up to `end` seconds. `ambiguous`: AWS leaves a part of the time until the next one open."""
    changes = [timeline.change_at(0), *(change for change in timeline.changes if 0 < change.at <= end)]
    states: list[Json] = [{"at": max(change.at, 0), "state": change.state, "ambiguous": False} for change in changes]
    ends = [*(change.at for change in changes[1:]), end + 1]
    for begin, until in doubtful(timeline, end):
        for state, change, after in zip(states, changes, ends, strict=True):
            state["ambiguous"] = state["ambiguous"] or (begin < after and until > change.at)
    return states
