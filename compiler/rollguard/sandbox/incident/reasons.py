"""Why a deployment was not rolled back, from what stands."""

from __future__ import annotations

from rollguard.plan.words import listed
from rollguard.recorder.words import duration
from rollguard.sandbox.incident.model import Decided, Deployed
from rollguard.sandbox.incident.play import Incident
from rollguard.sandbox.incident.read_back import STOP_ON_ALARM


def why_not(incident: Incident, one: Deployed) -> str:
    """One sentence for a deployment without a rollback."""
    decided = incident.decided
    if one.group is None or one.deployment is None:
        return f"no deployment group `{one.place}` stands in the sandbox{_others(incident, one)}"
    settings = one.group.settings
    if one.deployment.status == "stopped":
        if not one.group.rolls_back:
            return f"the deployment was stopped and left there: the group's automatic rollback is not on for {STOP_ON_ALARM}"
        return "the deployment was stopped, and there is no earlier revision to go back to"
    unheard = [name for name in _red(incident) if name not in settings.alarms]
    heard = f"; {listed(unheard)} turned red unheard" if unheard else ""
    if not settings.alarms_enabled:
        names = f", though it names {listed(settings.alarms)}" if settings.alarms else ""
        return f"the alarm configuration of group `{one.place}` is disabled{names}{heard}"
    if not settings.alarms:
        return f"no alarm is attached to group `{one.place}`{heard}"
    if unheard and not any(name in _red(incident) for name in settings.alarms):
        return f"group `{one.place}` names only {listed(settings.alarms)}{heard}"
    missing = [name for name in settings.alarms if name not in decided.states]
    if missing:
        return f"{listed(missing)}, which group `{one.place}` names, does not exist, and it ignores that (ignorePollAlarmFailure)"
    return _never_red(incident, one)


def _never_red(incident: Incident, one: Deployed) -> str:
    """The group hears its alarms, and none of them turned red in time."""
    assert one.group is not None and one.deployment is not None
    decided, polled = incident.decided, one.group.settings.alarms
    for name in polled:
        if name in decided.broken:
            return f"`{name}` cannot be evaluated: {decided.broken[name]}"
    start = incident.outside.release.start
    late = [change.at for name in polled if (change := decided.states[name].first("ALARM", after=start))]
    if not late and any(decided.states[name].first("ALARM") for name in polled):
        return f"{listed(polled)} turned red before the deployment, and green again before it began"
    if late:
        over = one.deployment.ended_at or incident.outside.release.end
        after = duration(max(min(late) - over, 0))
        return f"{listed(polled)} turned red {after} after the deployment was over"
    children = [name for name in decided.alarms if decided.states[name].first("ALARM") is not None]
    if children:
        return f"{listed(children)} turned red, which the rule of {listed(polled)} does not call enough"
    return f"{listed(polled)} never turned red: no alarm of the rule did"


def _red(incident: Incident) -> list[str]:
    """The policy's composite alarms that turned red."""
    decided = incident.decided
    return [name for name in decided.composites if decided.states[name].first("ALARM") is not None]


def _others(incident: Incident, one: Deployed) -> str:
    owner = next(
        (
            group.managed_by
            for group in incident.outside.player.guard.deployments
            if (group.application, group.group) == (one.application, one.name)
        ),
        "rollguard",
    )
    red = _red(incident)
    turned = f"; {listed(red)} turned red, which that group must name" if red else ""
    return f": it is `{owner}`'s{turned}" if owner != "rollguard" else ""


def broken(decided: Decided) -> list[str]:
    """What of the composites stands wrong, a sentence each."""
    return [f"`{name}` cannot be evaluated: {why}" for name, why in decided.broken.items()]
