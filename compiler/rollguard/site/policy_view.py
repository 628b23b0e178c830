"""A policy as its page shows it: one place per environment, the criteria, and what differs between the environments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollguard.plan.model import Criterion, GuardPlan, Mode
from rollguard.plan.words import condition as short_condition
from rollguard.plan import timing
from rollguard.site import words
from rollguard.site.model import Placement, Policy
from rollguard.site.trigger_view import Line, Rule, line, readable_rule


@dataclass(frozen=True, slots=True)
class State:
    """What a policy does in a place: a word for style sheets, two or three for badges, and a sentence."""

    kind: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Told:
    """Who hears of one status: channels as `(name, kind in words)`."""

    status: str
    channels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A guarded deployment group in words. `tool` owns it where we do not; `alarms` are the names that it must reference."""

    mechanism: str
    application: str
    group: str
    shift: str
    watch: str
    tool: str
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A policy in one environment."""

    label: str
    anchor: str
    where: str
    state: State
    rule: Rule | None
    timed: bool
    """whether the criteria of the rule differ in how fast they are"""
    rule_sentence: str
    rule_written: str
    rule_of_alarm: str
    watched: tuple[Line, ...]
    deployments: tuple[Deployment, ...]
    speed: str
    too_slow: bool
    told: tuple[Told, ...]
    silent: tuple[str, ...]
    red_channels: tuple[str, ...]
    bypass: tuple[str, ...]
    alarms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A criterion in one environment; `present` is False where the environment does not have it."""

    condition: str
    window: str
    mode: str
    mode_label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion over all environments."""

    id: str
    title: str
    cells: tuple[Cell | None, ...]

    @property
    def differs(self) -> bool:
        return len(set(self.cells)) > 1


@dataclass(frozen=True, slots=True)
class Explained:
    """A criterion on its own: why it is there and what it does not see."""

    line: Line
    why: str
    concern: str
    formula: str
    inputs: tuple[str, ...]
    missing: str
    traffic: str
    judges: str
    blind_spots: str
    preset: str
    alarm_name: str
    adopted: bool


def state(placement: Placement) -> State:
    """What the policy does in this place."""
    guard = placement.guard
    if guard.retired:
        return State("retired", "retired", f"This policy is retired: {guard.retired}")
    if placement.environment.disarmed:
        return State(
            "disarmed",
            "disarmed",
            f"Nothing rolls back in {placement.environment.title}: {placement.environment.disarmed}",
        )
    if placement.armed:
        return State("rollback", words.MODES["rollback"], words.MODE_SENTENCES["rollback"])
    mode: Mode = "hold" if guard.mode == "hold" else "observe"
    return State(mode, words.MODES[mode], words.MODE_SENTENCES[mode])


def places(policy: Policy) -> tuple[Place, ...]:
    return tuple(_place(placement, index) for index, placement in enumerate(policy.placements))


def rows(policy: Policy) -> tuple[Row, ...]:
    """Every criterion over every place, in the order of the policy."""
    tables = [{criterion.id: criterion for criterion in placement.guard.criteria} for placement in policy.placements]
    return tuple(
        Row(criterion.id, criterion.title, tuple(_cell(table.get(criterion.id)) for table in tables))
        for criterion in _criteria(policy)
    )


def differences(policy: Policy) -> tuple[str, ...]:
    """What else differs between the environments, in a few words each."""
    guards = [placement.guard for placement in policy.placements]
    found: dict[str, list[object]] = {
        "which criteria together roll back": [guard.trigger.sentence for guard in guards],
        "who is told": [guard.notify for guard in guards],
        "how the traffic moves": [_traffic(guard) for guard in guards],
        "the agreed time": [guard.rollback_within for guard in guards],
    }
    return tuple(what for what, seen in found.items() if len(set(seen)) > 1)


def _traffic(guard: GuardPlan) -> tuple[str, ...]:
    return tuple(f"{words.shift(group)} {words.watch(group)}" for group in guard.deployments)


def explained(policy: Policy) -> tuple[Explained, ...]:
    return tuple(_explained(criterion, policy) for criterion in _criteria(policy))


def _explained(criterion: Criterion, policy: Policy) -> Explained:
    formula, inputs = words.measured(criterion.alarm) if criterion.alarm is not None else ("", ())
    return Explained(
        line=line(criterion),
        why=criterion.why,
        concern=words.CONCERNS.get(criterion.concern or "", ""),
        formula=formula,
        inputs=inputs,
        missing=criterion.readable.missing,
        traffic=criterion.readable.traffic,
        judges=words.looks_at(criterion, policy.guard.deployments),
        blind_spots=criterion.blind_spots,
        preset=criterion.preset,
        alarm_name=criterion.alarm_name,
        adopted=criterion.alarm is None,
    )


def _criteria(policy: Policy) -> tuple[Criterion, ...]:
    """Each criterion once, as the foremost environment has it."""
    found: dict[str, Criterion] = {}
    for placement in policy.placements:
        for criterion in placement.guard.criteria:
            found.setdefault(criterion.id, criterion)
    return tuple(found.values())


def _cell(criterion: Criterion | None) -> Cell | None:
    if criterion is None:
        return None
    limit = (
        short_condition(criterion.threshold, criterion.unit) if criterion.threshold else criterion.readable.condition
    )
    return Cell(limit, criterion.readable.window, criterion.mode, words.MODES[criterion.mode])


def _place(placement: Placement, index: int) -> Place:
    guard = placement.guard
    criteria = {criterion.id: criterion for criterion in guard.criteria}
    armed = placement.armed
    speed, too_slow = _speed(guard, criteria) if armed else ("", False)
    kinds = {channel.name: words.CHANNELS[channel.kind] for channel in placement.channels}
    told = tuple(
        Told(words.STATUSES[status], tuple((name, kinds.get(name, "")) for name in names))
        for status, names in guard.notify
        if names
    )
    heard = {status for status, names in guard.notify if names}
    return Place(
        label=placement.label,
        anchor=f"{placement.environment.name}{'' if placement.alone else f'-{placement.regions[0]}'}",
        where=_where(placement),
        state=state(placement),
        rule=readable_rule(guard.trigger.tree, criteria) if armed else None,
        timed=len({timing.at_best(criterion) for criterion in guard.criteria if criterion.attached}) > 1,
        rule_sentence=guard.trigger.sentence,
        rule_written=guard.trigger.text,
        rule_of_alarm=guard.rollback_alarm.rule,
        watched=tuple(line(criterion) for criterion in guard.criteria if not (criterion.attached and armed)),
        deployments=_deployments(guard, armed),
        speed=speed,
        too_slow=too_slow,
        told=told,
        silent=tuple(sentence for status, sentence in words.STATUSES.items() if status not in heard),
        red_channels=guard.rollback_alarm.alarm_channels,
        bypass=tuple(criterion.title for criterion in guard.criteria if criterion.bypass is not None),
        alarms=_alarms(guard),
    )


def _where(placement: Placement) -> str:
    account = f"account {placement.environment.account}, " if placement.environment.account else ""
    return f"{account}{'Region' if len(placement.regions) == 1 else 'Regions'} {words.listed(placement.regions)}"


def _alarms(guard: GuardPlan) -> tuple[tuple[str, str], ...]:
    found = [("the rollback alarm", guard.rollback_alarm.name)]
    for criterion in guard.criteria:
        found.append((criterion.title, criterion.alarm_name))
        if criterion.bypass is not None:
            found.append((f"{criterion.title}: bypass", criterion.bypass.name))
    return tuple(found)


def _deployments(guard: GuardPlan, armed: bool) -> tuple[Deployment, ...]:
    return tuple(
        Deployment(
            mechanism=words.mechanism(group),
            application=group.application,
            group=group.group,
            shift=words.shift(group),
            watch=words.watch(group) if armed else "",
            tool="" if group.managed_by == "rollguard" else words.TOOLS.get(group.managed_by, group.managed_by),
            alarms=group.alarms,
        )
        for group in guard.deployments
    )


def _speed(guard: GuardPlan, criteria: Mapping[str, Criterion]) -> tuple[str, bool]:
    """How fast at best, as sentences, and whether that is slower than what was agreed."""
    attached = {name: timing.at_best(criterion) for name, criterion in criteria.items() if criterion.attached}
    best = timing.trigger_at_best(guard.trigger.tree, attached)
    within = guard.rollback_within
    objective = f" Agreed: no later than {words.duration(within)} after the fault began." if within is not None else ""
    if best is None:
        return f"How fast is not known here, since an alarm that is managed elsewhere decides.{objective}", False
    made_of = {line(criterion).how for criterion in criteria.values() if criterion.attached}
    reason = f": {made_of.pop()}" if len(made_of) == 1 else ""
    sentence = (
        f"At best {words.duration(best)} after a fault begins{reason}; a few seconds more until CodeDeploy has looked."
    )
    return sentence + objective, within is not None and best > within
