"""Why a policy does in a failure mode what it does, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from rollguard.plan.model import Criterion, GuardPlan
from rollguard.plan.words import amount
from rollguard.scenarios import healthy
from rollguard.scenarios.failure_signs import Minutes, Seen
from rollguard.scenarios.fault import floor
from rollguard.scenarios.model import Played, Signal
from rollguard.simulate.datapoints import fewest_samples
from rollguard.wording import lasting

if TYPE_CHECKING:
    from rollguard.scenarios.failure_modes import Incident, Verdict

_CONCERNS = {
    "errors": "errors",
    "latency": "slowness",
    "saturation": "overload",
    "throughput": "lost traffic",
    "business": "harm to the business",
}


def reason(incident: Incident, guard: GuardPlan, verdict: Verdict) -> str:
    """The sentence, with criterion ids in backticks."""
    if verdict == "unknown":
        return _unknown(incident, guard)
    if incident.played.rollback is not None:
        return _rolled_back(incident, guard)
    return _silent(incident, verdict)


def _rolled_back(incident: Incident, guard: GuardPlan) -> str:
    played = incident.played
    back = played.rollback
    assert back is not None and played.scenario.deploy is not None
    because = f" because of {_ids(back.because)}" if back.because else ""
    if played.deployments and any(
        one.rollback is not None and one.rollback.reason == "red before the start" for one in played.deployments
    ):
        return f"stopped at its start and rolled back before any traffic moved{because}"
    seconds = back.started_at - max(incident.starts, played.scenario.deploy)
    share = f"{back.traffic_percent:.3g} % of the traffic"
    late = ""
    within, seen = guard.rollback_within, back.elapsed
    if within is not None and seen is not None and seen > within:
        late = f"; agreed are {lasting(within)}"
    first = f", {lasting(seen)} after the first bad datapoint" if seen not in (None, seconds) else ""
    return f"rolled back {lasting(seconds)} after it began{first}, at {share},{because}{late}".replace(",;", ";")


def _unknown(other: Incident, guard: GuardPlan) -> str:
    """`other` is the incident in which every criterion sees as much as it can."""
    doubtful = [id for id, sight in other.seen.items() if not sight.known and _attached(other.played, id)]
    without = [id for id in doubtful if other.played.signals[id].criterion.concern is None]
    back = other.played.rollback
    deciding = [id for id in doubtful if back is not None and id in back.because] or doubtful
    if set(deciding) <= set(without):
        return f"depends on {_ids(deciding)}, of which no `concern` is stated"
    return f"depends on {_ids(deciding)}: what {_it(deciding)} see{_s(deciding)} of this cannot be told from the policy"


def _silent(incident: Incident, verdict: Verdict) -> str:
    played, mode = incident.played, incident.mode
    attached = {id: signal for id, signal in played.signals.items() if signal.criterion.attached}
    touched = {id: signal for id, signal in attached.items() if incident.seen[id].touched and incident.seen[id].known}
    if not touched:
        stated = [_CONCERNS[concern] for concern in mode.signs if concern in _CONCERNS]
        return f"no criterion that rolls back looks at {' or '.join(stated) or 'this'}"
    over = max((one.ended_at or played.end for one in played.deployments), default=played.end)
    red = {id: change.at for id, signal in touched.items() if (change := signal.timeline.first("ALARM"))}
    early = [id for id, at in red.items() if at < over]
    if early:
        return f"{_ids(early)} turn{_s(early)} red, which the trigger does not call enough"
    if red:
        return f"{_ids(red)} turn{_s(red)} red only after the deployment is over"
    if verdict == "quiet":
        return _quiet(touched, few=mode.traffic is not None)
    held = [id for id, signal in touched.items() if _held(signal)]
    if held:
        others = {id: signal for id, signal in touched.items() if id not in held}
        rest = f"; {_unmoved(others, incident)}" if others else ""
        return f"{_ids(held)} give{_s(held)} no verdict on so few requests{rest}"
    return _unmoved(touched, incident)


def _unmoved(touched: Mapping[str, Signal], incident: Incident) -> str:
    """Why criteria that give their verdict in every minute stayed green."""
    bad = _bad(touched)
    if bad:
        return f"{_ids(bad)} see{_s(bad)} bad minutes, but never as many as {_it(bad)} need{_s(bad)}"
    blind = [id for id, signal in touched.items() if any(value is None for value in signal.values)]
    if blind and len(blind) == len(touched):
        return f"{_ids(blind)} get{_s(blind)} no datapoint, and {_silence(touched[id].criterion for id in blind)}"
    return _diluted(touched, incident.seen)


def _silence(criteria: Iterable[Criterion]) -> str:
    """What an alarm makes of no data at all where that does not count as bad."""
    treatments = {one.alarm.treat_missing_data for one in criteria if one.alarm is not None}
    if treatments == {"missing"}:
        return "an alarm without data rolls nothing back"
    return "without data the alarm keeps its state" if treatments == {"ignore"} else "silence counts as good"


def _diluted(touched: Mapping[str, Signal], seen: Mapping[str, Seen]) -> str:
    worst = {id: _furthest(signal.criterion, seen[id].least) for id, signal in touched.items()}
    shown = [
        f"`{id}` sees at most {_measured(value, touched[id].criterion)}"
        for id, value in worst.items()
        if value is not None
    ]
    return f"{'; '.join(shown)}: not beyond the limit" if shown else "nothing goes beyond a limit"


def _furthest(criterion: Criterion, values: Minutes) -> float | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    low = any(key in ("below", "atMost") for key, _ in criterion.threshold)
    return min(known) if low else max(known)


def _measured(value: float, criterion: Criterion) -> str:
    return amount(float(f"{value:.3g}"), criterion.unit)


def _quiet(touched: Mapping[str, Signal], *, few: bool) -> str:
    unheard = [id for id, signal in touched.items() if few and _floored(signal.criterion)]
    bad = [id for id in _bad(touched) if id not in unheard]
    good = [id for id in touched if id not in unheard and id not in bad]
    parts = [f"{_ids(unheard)} give{_s(unheard)} no verdict on so few requests"] if unheard else []
    parts += [f"{_ids(bad)} wait{_s(bad)} for more bad minutes than there are"] if bad else []
    if good and not parts:
        parts.append(f"what {_ids(good)} see{_s(good)} stays on the good side of the limit")
    return "; ".join(parts)


def _floored(criterion: Criterion) -> bool:
    """Whether a criterion has a floor of traffic, or minds how many samples its percentile has."""
    few = criterion.alarm is not None and criterion.alarm.evaluate_low_sample_count_percentile == "ignore"
    return few or floor(criterion)[0] > 0


def _held(signal: Signal) -> bool:
    """Whether the alarm keeps its state all the time, since its percentile is made of too few requests."""
    alarm, series = signal.criterion.alarm, signal.series
    if alarm is None or alarm.metric is None or series is None or series.samples is None:
        return False
    return max(series.samples) * healthy.minutes(alarm) < fewest_samples(alarm.metric.statistic)


def _bad(touched: Mapping[str, Signal]) -> list[str]:
    """Those of which a single minute's value breaches its limit; a missing one where silence is bad."""
    return [id for id, signal in touched.items() if any(_breaches(signal.criterion, value) for value in signal.values)]


def _breaches(criterion: Criterion, value: float | None) -> bool:
    if value is None:
        return criterion.alarm is not None and criterion.alarm.treat_missing_data == "breaching"
    threshold = dict(criterion.threshold)
    if not threshold or "band" in threshold.values():
        return value > 0
    tests = {
        "above": value > float(threshold.get("above", 0)),
        "atLeast": value >= float(threshold.get("atLeast", 0)),
        "below": value < float(threshold.get("below", 0)),
        "atMost": value <= float(threshold.get("atMost", 0)),
    }
    return any(tests[key] for key in threshold)


def _attached(played: Played, id: str) -> bool:
    return played.signals[id].criterion.attached


def _ids(ids: Iterable[str]) -> str:
    names = [f"`{id}`" for id in ids]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _s(ids: Iterable[str]) -> str:
    return "s" if len(list(ids)) == 1 else ""


def _it(ids: Iterable[str]) -> str:
    return "it" if len(list(ids)) == 1 else "they"
