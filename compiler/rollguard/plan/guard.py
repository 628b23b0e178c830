"""One policy in one environment and Region: from its criteria to the rollback alarm and the groups it guards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rollguard import conventions, limits
from rollguard.language import durations
from rollguard.plan import words
from rollguard.plan.criteria import EffectiveCriterion, criterion, description, effective
from rollguard.plan.deployments import DeploymentReader
from rollguard.plan.if_armed import if_armed
from rollguard.plan.model import CodeDeployGroup, CompositeAlarm, Criterion, GuardPlan, Mode, Tags
from rollguard.plan.place import Findings, Place, Variables
from rollguard.plan.policy import PolicyHere
from rollguard.plan.reach import check_each, check_reach, fastest
from rollguard.plan.rollback_alarm import Reading, RuleWriter, fits, read_trigger, within_limits
from rollguard.plan.told import check_told
from rollguard.presets import Catalogue
from rollguard.source import Note

#: How long after a rollback its alarms may stay red before somebody is told, where a policy does not say it: most look back less far.
STILL_RED_AFTER = "15m"


def guard(
    policy: PolicyHere,
    region: str,
    region_variables: Variables,
    catalogue: Catalogue,
    include: tuple[str, ...],
    findings: Findings,
) -> GuardPlan | None:
    """The policy's part of the plan; None where a fault leaves nothing to plan. Everything found is reported."""
    modes = {
        data["id"]: policy.mode(index, findings)
        for index, data in enumerate(policy.spec["criteria"])
        if data is not None
    }
    variables = policy.variables(region_variables)
    every = _effective_criteria(policy, modes, catalogue, variables, findings)
    armed = frozenset(identifier for identifier, mode in modes.items() if mode == "rollback")
    trigger, trigger_place = policy.setting("trigger", "any")
    reading = None
    if len(modes) == len(policy.spec["criteria"]):
        reading = read_trigger(trigger, trigger_place, list(modes), armed, policy, findings)
    notify = policy.notify(findings)
    tags = _tags(policy)
    reader = DeploymentReader(
        policy.name, policy.environment, region, include, variables, tags, bool(policy.retired), findings
    )
    environment, metadata = policy.environment, policy.metadata
    page = environment.site + conventions.policy_page(policy.name) if environment.site else ""

    def planned(source: EffectiveCriterion, read: frozenset[str], bypassed: frozenset[str]) -> Criterion:
        return criterion(
            source,
            policy.document.data,
            environment,
            variables,
            attached=source.id in read,
            bypass=source.id in bypassed,
            if_armed=if_armed(trigger, source.id, list(modes)) if reading and source.mode == "observe" else None,
            tags=tags,
            page=page,
            findings=findings,
        )

    sources = [source for source in every if source is not None]
    if reading is None or len(sources) < len(every):
        for source in sources:
            planned(source, frozenset(), frozenset())
        for _, layers, place in policy.deployments():
            reader.codedeploy(layers, place, ())
        return None
    # What counts how many criteria roll back, how many alarms fit or how long a bake is needs an environment that says so.
    counted = findings if environment.whole else Findings()
    _never_read(policy, reading, sources, counted)
    wiring, bypass = _wiring(policy, findings)
    read = reading.towards | reading.against
    criteria = tuple(planned(source, read, reading.towards if bypass else frozenset()) for source in sources)
    alarm = _rollback_alarm(policy, reading, criteria, tags=tags, page=page, findings=counted)
    attached = tuple(made.alarm_name for made in criteria if made.attached)
    polled = () if not attached else (alarm.name,) if wiring == "composite" else attached
    deployments: list[tuple[CodeDeployGroup, Place]] = []
    for _, layers, place in policy.deployments():
        most = environment.limit("codedeployAlarms", limits.limit("codedeploy", "alarmsPerGroup"))
        if len(polled) > most:
            message = f"the group would poll {len(polled)} alarms; `limits.codedeployAlarms` of `{environment.name}` is {most}"
            counted.error("X040", message, place.span, "use `wiring: composite`, which hands it one alarm")
        deployments.append((reader.codedeploy(layers, place, polled), layers.place("traffic", otherwise=place)))
    within, within_place = policy.setting("rollbackWithin", None)
    if attached:
        if not policy.retired and policy.notify_place is not None:
            check_told(notify, environment.channel_kinds, policy.notify_place, counted)
        best = fastest(criteria, reading.trigger.tree)
        check_reach(best, deployments, (within, within_place), counted)
        windows = [
            (made, source.data.place("window", otherwise=source.place))
            for made, source in zip(criteria, sources, strict=True)
            if made.attached and made.id in reading.towards
        ]
        check_each(windows, best, deployments, within, counted)
    return GuardPlan(
        policy=policy.name,
        title=metadata["title"],
        owner=metadata["owner"],
        source=policy.document.source.path,
        description=metadata.get("description", "").strip(),
        runbook=metadata.get("runbook", ""),
        page=page,
        mode=_overall(sources),
        retired=policy.retired,
        agreed=policy.agreed(),
        labels=tuple(sorted((metadata.get("labels") or {}).items())),
        criteria=criteria,
        trigger=reading.trigger,
        rollback_alarm=alarm,
        wiring=wiring,
        deployments=tuple(group for group, _ in deployments),
        notify=notify,
        rollback_within=int(durations.seconds(within)) if within is not None else None,
        still_red_after=int(durations.seconds(policy.setting("stillRedAfter", STILL_RED_AFTER)[0])),
    )


def _effective_criteria(
    policy: PolicyHere,
    modes: Mapping[str, Mode],
    catalogue: Catalogue,
    variables: Variables,
    findings: Findings,
) -> list[EffectiveCriterion | None]:
    """Every criterion with its layers; None stands for one that cannot be planned, each fault reported."""
    for identifier in policy.override.get("criteria") or {}:
        if identifier not in modes and len(modes) == len(policy.spec["criteria"]):
            at = policy.override_place / "criteria" / identifier
            hint = words.nearest(identifier, modes) or f"the criteria are {words.listed(modes)}"
            findings.error("R012", f"`{identifier}` is none of the policy's criteria", at.key, hint)
    made: list[EffectiveCriterion | None] = []
    for index, data in enumerate(policy.spec["criteria"]):
        if data is None or ("uses" not in data and "signal" not in data):
            made.append(None)
            continue
        place = policy.spec_place / "criteria" / index
        override, override_place = policy.criterion_override(data["id"])
        if override is None:
            made.append(None)
            continue
        made.append(effective(data, place, override, override_place, modes[data["id"]], catalogue, variables, findings))
    return made


def _never_read(policy: PolicyHere, reading: Reading, sources: list[EffectiveCriterion], findings: Findings) -> None:
    """Criteria that could roll back but that the trigger leaves out."""
    for source in sources:
        if source.mode == "rollback" and source.id not in reading.towards | reading.against:
            findings.warning(
                "R044",
                f"`{source.id}` has mode `rollback` in `{policy.environment.name}`, but the trigger never reads it",
                source.place.span,
                "name it in `trigger`, or give it `mode: observe`",
            )


def _wiring(policy: PolicyHere, findings: Findings) -> tuple[Any, bool]:
    wiring = policy.spec.get("wiring", "composite")
    if wiring == "direct":
        trigger, place = policy.setting("trigger", "any")
        if trigger != "any":
            stands = (policy.spec_place / "wiring").span
            overridden = "trigger" in policy.override
            findings.error(
                "R045",
                "`wiring: direct` hands the alarms themselves to the consumer, and each of them rolls back",
                place.span if overridden else stands,
                "use `trigger: any`, or `wiring: composite`",
                [Note("the wiring of every environment", stands)] if overridden else [],
            )
        if policy.spec.get("bypass") is True:
            findings.error(
                "R046",
                "a bypass is part of the rollback alarm's rule, which `wiring: direct` does not use",
                (policy.spec_place / "bypass").span,
                "use `wiring: composite`, or leave `bypass` out",
            )
    return wiring, wiring == "composite" and policy.spec.get("bypass", True)


def _tags(policy: PolicyHere) -> Tags:
    own = {"rollguard:policy": policy.name, "rollguard:owner": policy.metadata["owner"]}
    return policy.environment.tags({**(policy.metadata.get("labels") or {}), **own})


def _overall(sources: list[EffectiveCriterion]) -> Mode:
    modes = {source.mode for source in sources}
    return "rollback" if "rollback" in modes else "hold" if "hold" in modes else "observe"


def _rollback_alarm(
    policy: PolicyHere,
    reading: Reading,
    criteria: tuple[Criterion, ...],
    *,
    tags: Tags,
    page: str,
    findings: Findings,
) -> CompositeAlarm:
    writer = RuleWriter(
        alarms={made.id: made.alarm_name for made in criteria},
        bypasses={made.id: made.bypass.name for made in criteria if made.bypass is not None},
    )
    _, place = policy.setting("trigger", "any")
    rule = writer.rule(reading.tree) if fits(writer, reading.tree, place, findings) else "FALSE"
    read = [made for made in criteria if made.attached]
    children = sorted(
        {made.alarm_name for made in read} | {made.bypass.name for made in read if made.bypass is not None}
    )
    within_limits(rule, children, place, bool(writer.bypasses), findings)
    title = f"Rollback alarm of {policy.metadata['title']}"
    reason = f"Red means that {policy.name} is rolled back: {reading.trigger.sentence.replace('`', '')}."
    return CompositeAlarm(
        name=conventions.rollback_alarm(policy.environment.name, policy.name),
        description=description(title, reason, policy.metadata.get("runbook", ""), page),
        rule=rule,
        children=tuple(children),
        tags=tags,
    )
