"""A policy as its page shows it: one place per environment, the criteria, and what differs between the environments."""

from __future__ import annotations

from dataclasses import dataclass

from rollguard.plan.model import CodeDeployGroup, Criterion, GuardPlan, Mode
from rollguard.plan.words import condition as short_condition
from rollguard.recorder.commands import Commands
from rollguard.site import words
from rollguard.site.model import Placement, Policy
from rollguard.site.promise_view import Once, Promise, once_armed, promised
from rollguard.site.told_view import Told, told
from rollguard.site.trigger_view import Line, anchor, ids, judged, line


@dataclass(frozen=True, slots=True)
class State:
    """What a policy does in a place: a word for style sheets, two or three for badges, and a sentence."""

    kind: str
    label: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """A guarded deployment group in words. `tool` owns it where we do not, and is `owner` at the start of a sentence.

    `alarms` are the names that it must reference.
    """

    mechanism: str
    application: str
    group: str
    shift: str
    watch: str
    tool: str
    owner: str
    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bypass:
    """The way past one criterion while it is red: a command for each Region."""

    title: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A policy in one environment."""

    label: str
    anchor: str
    where: str
    state: State
    promise: Promise | None
    """when it rolls back; None where nothing does"""
    once: Once | None
    """what it would do where it does nothing yet"""
    rule_sentence: str
    rule_written: str
    rule_of_alarm: str
    watched: tuple[Line, ...]
    deployments: tuple[Deployment, ...]
    told: tuple[Told, ...]
    bypass: tuple[Bypass, ...]
    no_bypass: tuple[str, ...]
    """titles of the criteria that roll back and have none"""
    alarms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A criterion in one environment; `present` is False where the environment does not have it."""

    condition: str
    window: str
    judged: tuple[str, ...]
    mode: str
    mode_label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion over all environments."""

    anchor: str
    title: str
    cells: tuple[Cell | None, ...]

    @property
    def alike(self) -> bool:
        return len(set(self.cells)) == 1

    @property
    def judged_differently(self) -> bool:
        """Whether other periods count in one place than in another."""
        return len({cell.judged for cell in self.cells if cell}) > 1

    @property
    def differs(self) -> bool:
        """Whether its numbers differ; another mode is said by the cell itself."""
        return len({cell and (cell.condition, cell.window, cell.judged) for cell in self.cells}) > 1


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
    samples: str
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
        impossible = promised(guard).impossible
        if impossible:
            return State("late", "cannot roll back in time", impossible)
        return State("rollback", words.MODES["rollback"], words.MODE_SENTENCES["rollback"])
    mode: Mode = "hold" if guard.mode == "hold" else "observe"
    return State(mode, words.MODES[mode], words.MODE_SENTENCES[mode])


def places(policy: Policy) -> tuple[Place, ...]:
    return tuple(_place(policy, placement) for placement in policy.placements)


def rows(policy: Policy) -> tuple[Row, ...]:
    """Every criterion over every place, in the order of the policy."""
    tables = [{criterion.id: criterion for criterion in placement.guard.criteria} for placement in policy.placements]
    return tuple(
        Row(anchor(criterion.id), criterion.title, tuple(_cell(table.get(criterion.id)) for table in tables))
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
        samples=criterion.readable.samples,
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
    return Cell(limit, criterion.readable.window, judged(criterion), criterion.mode, words.MODES[criterion.mode])


def _place(policy: Policy, placement: Placement) -> Place:
    guard = placement.guard
    armed = placement.armed
    promise = promised(guard) if armed else None
    once = once_armed(policy, placement)
    told_already = ids(once.promise.rule) if once else set()
    return Place(
        label=placement.label,
        anchor=f"environment-{placement.key}",
        where=_where(placement),
        state=state(placement),
        promise=promise,
        once=once,
        rule_sentence=guard.trigger.sentence,
        rule_written=guard.trigger.text,
        rule_of_alarm=guard.rollback_alarm.rule,
        watched=tuple(
            line(criterion)
            for criterion in guard.criteria
            if not (criterion.attached and armed) and criterion.id not in told_already
        ),
        deployments=_deployments(guard, promise is not None and not promise.impossible),
        told=told(placement) if armed else (),
        bypass=tuple(_bypass(placement, criterion) for criterion in guard.criteria if criterion.bypass is not None),
        no_bypass=tuple(one.title for one in guard.criteria if one.attached and one.bypass is None),
        alarms=_alarms(guard),
    )


def _bypass(placement: Placement, criterion: Criterion) -> Bypass:
    where = {"policy": placement.guard.policy, "environment": placement.environment.name}
    commands = (Commands({**where, "region": region}).bypass(criterion.id) for region in placement.regions)
    return Bypass(criterion.title, tuple(commands))


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


def _deployments(guard: GuardPlan, watched: bool) -> tuple[Deployment, ...]:
    return tuple(_deployment(group, watched) for group in guard.deployments)


def _deployment(group: CodeDeployGroup, watched: bool) -> Deployment:
    tool = "" if group.managed_by == "rollguard" else words.tool(group)
    return Deployment(
        mechanism=words.mechanism(group),
        application=group.application,
        group=group.group,
        shift=words.shift(group),
        watch=words.watch(group) if watched else "",
        tool=tool,
        owner=f"{tool[:1].upper()}{tool[1:]}",
        alarms=group.alarms,
    )
