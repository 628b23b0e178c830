"""Scenarios that test something the policy does not have, or that contradict themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rollguard.language import durations
from rollguard.source import Note
from rollguard.validation import criteria, shapes
from rollguard.validation.part import Part
from rollguard.validation.shapes import seconds
from rollguard.validation.writing import shortened
from rollguard.wording import did_you_mean, listed, there_are

#: When the deployment starts where a scenario does not say (corrections 2.12).
DEPLOY = "5m"
_LONGEST = 7 * 86_400


@dataclass(frozen=True, slots=True)
class _Policy:
    """What scenarios refer to. `ids` and `platforms` are None where faults leave it open what there is."""

    ids: frozenset[str] | None
    by_id: Mapping[str, Part]
    platforms: frozenset[str] | None


def check(spec: Part) -> None:
    """The policy's scenarios, each on its own, and their names together."""
    scenarios = spec.get("scenarios")
    if scenarios is None or not isinstance(scenarios.value, list):
        return
    criteria.unique(scenarios, "name", "scenario")
    policy = _policy(spec)
    for _, scenario in scenarios.entries():
        if isinstance(scenario.value, dict):
            _scenario(scenario, policy)


def _policy(spec: Part) -> _Policy:
    by_id: dict[str, Part] = {}
    stated, deployments = spec.get("criteria"), spec.get("deployments")
    named = 0
    for _, criterion in stated.entries() if stated else ():
        if id := criterion.text("id"):
            by_id[id] = criterion
            named += 1
    platforms = set()
    for _, deployment in deployments.entries() if deployments else ():
        if platform := deployment.get("codedeploy", "platform"):
            platforms.add(platform.value)
    return _Policy(
        frozenset(by_id) if stated and named == len(stated.value) else None,
        by_id,
        frozenset(platforms) if deployments and deployments.whole else None,
    )


def _scenario(scenario: Part, policy: _Policy) -> None:
    length = _length(scenario.get("length"))
    never = _deploy(scenario, policy, length)
    if length is not None:
        after_end(scenario, length)
    series, fault = scenario.get("series"), scenario.get("fault")
    if scenario.has("series") and scenario.has("fault"):
        at = fault.key_span if fault else None
        scenario.error("S010", f"{_name(scenario)} has both `series` and `fault`", "keep one of them", at=at)
    if series and isinstance(series.value, dict):
        for id, values in series.entries():
            if _known(values, id, policy):
                _values(id, values, policy, length)
    if fault and isinstance(fault.value, dict):
        _fault(fault, length)
        _nobody_to_hit(fault, scenario, never)
    expect = scenario.get("expect")
    if expect and isinstance(expect.value, dict):
        _expect(expect, policy, length, never)


def _name(scenario: Part) -> str:
    name = scenario.text("name")
    return f"scenario `{shortened(name)}`" if name else "the scenario"


def _length(length: Part | None) -> float | None:
    total = seconds(length)
    if length is None or total is None:
        return None
    if total > _LONGEST:
        length.error("S122", f"`length` cannot be `{length.value}`", "a scenario is at most `7d` long")
        return None
    if total < 60:
        length.error("S122", f"`length` cannot be `{length.value}`", "a scenario is at least `1m` long")
        return None
    return total


def _deploy(scenario: Part, policy: _Policy, length: float | None) -> bool:
    """Check when the deployment starts and how long it lasts; whether there is none at all."""
    deploy = scenario.get("deploy")
    if deploy and deploy.value == "never":
        return True
    server = policy.platforms is None or "server" in policy.platforms
    lasts = deploy.get("lasts") if deploy and isinstance(deploy.value, dict) else None
    if (
        policy.platforms
        and server
        and not (deploy.has("lasts") if deploy else False)
        and (deploy or not scenario.has("deploy"))
    ):
        at = f"`deploy: {deploy.value}`" if deploy and isinstance(deploy.value, str) else _name(scenario)
        start = deploy.value if deploy and isinstance(deploy.value, str) else "5m"
        if deploy is None or deploy.even:
            help = f"for example `deploy: {{at: {start}, lasts: 20m}}`"
            (deploy or scenario).error(
                "S124", f"{at} does not say how long the deployment lasts, which `platform: server` needs", help
            )
    if lasts and not server and policy.platforms:
        message = f"`lasts` is only for `platform: server`, not for {listed(sorted(policy.platforms))}"
        lasts.error(
            "S124", message, "take it out; traffic steps and bake time say how long it lasts", at=lasts.key_span
        )
    elif lasts and seconds(lasts) == 0:
        lasts.error("S124", f"`lasts` cannot be `{lasts.value}`", "it must last some time, such as `20m`")
    begins = deploy.get("at") if deploy and isinstance(deploy.value, dict) else deploy
    time = seconds(begins)
    if begins and time is not None and length is not None and time >= length:
        message = (
            f"the deployment at `{begins.value}` does not start before the scenario's end at {durations.text(length)}"
        )
        begins.error("S122", message, "move it forward, or say `deploy: never`")
    stated, told = scenario.get("length"), scenario.has("deploy") or (policy.platforms and server)
    if stated and length is not None and not told and length <= durations.seconds(DEPLOY):
        message = f"the deployment, at `{DEPLOY}` where nothing is said, does not start before the scenario's end at {stated.value}"
        stated.error(
            "S122", message, "make it longer, or say when the deployment starts, such as `deploy: 0m` or `never`"
        )
    return False


def _known(part: Part, id: str, policy: _Policy) -> bool:
    """Whether a criterion exists; `part` stands at, or below the key of, the id."""
    if policy.ids is None or id in policy.ids:
        return True
    help = did_you_mean(id, policy.ids) or there_are(sorted(policy.ids))
    part.error("S120", f"`{shortened(id)}` is none of the policy's criteria", help, at=part.key_span)
    return False


def _values(id: str, values: Part, policy: _Policy, length: float | None) -> None:
    signal = policy.by_id[id].get("signal") if id in policy.by_id else None
    if signal is None or not signal.whole:
        shapes.check(values, length, None, None, id)
        return
    shapes.check(values, length, signal.value.get("unit", ""), [*signal.value.get("metrics", ())], id)


def _fault(fault: Part, length: float | None) -> None:
    if fault.even and not any(fault.has(key) for key in ("errors", "latency", "traffic")):
        fault.error(
            "S109", "`fault` says nothing that goes wrong", "it has at least one of `errors`, `latency` and `traffic`"
        )
    latency = fault.get("latency")
    if latency and seconds(latency) == 0:
        latency.error("S007", f"`latency` cannot be `{latency.value}`", "an answer takes some time, such as `3s`")
    shapes.within(fault, length)


def _nobody_to_hit(fault: Part, scenario: Part, never_deployed: bool) -> None:
    """Errors and slow answers are the new version's: without one they are nobody's, and the scenario tests nothing."""
    wrong = next((part for key in ("errors", "latency") if (part := fault.get(key))), None)
    if wrong is None:
        return
    if never_deployed:
        message = f"with `deploy: never` there is no new version whose `{wrong.path[-1]}` these could be"
        wrong.error("S125", message, "say when it is deployed, or give `series`", at=wrong.key_span)
        return
    deploy, at, lasts = scenario.get("deploy"), seconds(fault.get("at")), fault.get("for")
    begins = deploy.get("at") if deploy and isinstance(deploy.value, dict) else deploy
    start = seconds(begins) if begins else durations.seconds(DEPLOY)
    span = seconds(lasts)
    if lasts and span and at is not None and start is not None and at + span <= start:
        message = f"the fault is over before the new version is deployed at {durations.text(start)}"
        lasts.error("S125", message, "make it longer, or move it behind the start of the deployment")


def _expect(expect: Part, policy: _Policy, length: float | None, never_deployed: bool) -> None:
    rollback = expect.get("rollback")
    because = rollback.get("because") if rollback and isinstance(rollback.value, dict) else None
    if because and isinstance(because.value, list):
        for _, id in because.entries():
            _known(id, id.value, policy)
    if rollback and isinstance(rollback.value, dict):
        within = rollback.get("within")
        if within and seconds(within) == 0:
            help = "no rollback starts in no time; alarms need a minute or more"
            within.error("S122", f"`within` cannot be `{within.value}`", help)
        if never_deployed:
            rollback.error(
                "S125",
                "with `deploy: never` there is nothing to roll back",
                "say `rollback: never`",
                at=rollback.key_span,
            )
    stopped = expect.get("stoppedAt")
    if stopped and rollback and rollback.value == "never":
        message = "`stoppedAt` expects a rollback, and `rollback: never` none"
        stopped.error("S125", message, "take one of them out", at=stopped.key_span)
    elif stopped and never_deployed:
        message = "with `deploy: never` there is nothing to stop"
        stopped.error("S125", message, "take `stoppedAt` out", at=stopped.key_span)
    alarm = expect.get("alarm")
    if alarm and alarm.value is False and (stopped or (rollback and rollback.value != "never")):
        message = "`alarm: false` expects a green rollback alarm, and only a red one rolls back"
        alarm.error("S125", message, "take one of them out", at=alarm.key_span)
    alarms = expect.get("alarms")
    for id, states in alarms.entries() if alarms else ():
        _known(states, id, policy)
        _one_state(states)


def _one_state(states: Part) -> None:
    """An alarm has one state at a time."""
    first: dict[float, Part] = {}
    for _, entry in states.entries():
        at, state = entry.get("at"), entry.get("state")
        time = seconds(at)
        if at is None or state is None or time is None:
            continue
        earlier = first.setdefault(time, state)
        if earlier.value != state.value:
            message = f"at {at.value} the alarm cannot be both {earlier.value} and {state.value}"
            state.error("S125", message, "take one of them out", notes=(Note("the other one", earlier.span),))


def after_end(scenario: Part, length: float, help: str = "") -> None:
    """Times of a scenario and its expectation that lie after its end, `length` seconds; `help` says how it came by that length."""
    end = durations.text(length)
    delivery = scenario.get("delivery")
    if delivery and (late := seconds(delivery)) is not None and late >= length:
        message = f"with `delivery: {delivery.value}` no datapoint arrives before the scenario's end at {end}"
        delivery.error("S122", message, help or "make it shorter")
    alarms = scenario.get("expect", "alarms")
    for _, states in alarms.entries() if alarms else ():
        for _, state in states.entries():
            at = state.get("at")
            if at and (time := seconds(at)) is not None and time > length:
                message = f"`at: {at.value}` is after the scenario's end at {end}"
                at.error("S122", message, help or "move it forward, or give the scenario more `length`")
    within = scenario.get("expect", "rollback", "within")
    if within and (time := seconds(within)) is not None and time > length:
        message = f"`within: {within.value}` is longer than the scenario, {end}"
        within.error("S122", message, help or "make it shorter, or give the scenario more `length`")
