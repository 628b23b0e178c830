"""The paragraphs of a message, each a text of whole lines, empty where there is nothing to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rollguard.recorder.clean import address, line, number
from rollguard.recorder.headline import causes, reached, rollback_off, silent, still_red
from rollguard.recorder.next_steps import Step
from rollguard.recorder.words import NOT_KNOWN, amount, clock, duration, listed, moment, threshold, when

MOST_CRITERIA = 10
MOST_MISSING = 10

_CAUSES = {
    "alarm": "the rollback alarm turned red",
    "failure": "the deployment failed by itself",
    "request": "a person or a tool stopped the deployment",
}
_STATES = {"ALARM": "red", "OK": "OK", "INSUFFICIENT_DATA": "without data"}
_KINDS = {"taskDefinition": "task definition ", "lambdaVersion": "version ", "appSpec": "AppSpec "}
_TIMES = (
    ("onset", "first bad datapoint", ""),
    ("alarm", "rollback alarm red", "toAlarm"),
    ("stopped", "deployment stopped", "toStop"),
    ("rollbackStarted", "rollback started", "toRollback"),
    ("rollbackDone", "rollback done", ""),
    ("recovered", "alarms OK again", "toRecovery"),
)


def criteria(record: Mapping[str, Any]) -> str:
    """Each criterion that caused it or is red, in words: value against threshold, window, since when, where."""
    first = causes(record)
    red = [one for one in record.get("criteria") or () if one.get("state") == "ALARM" and one not in first]
    shown = [*first, *red]
    if not shown:
        return "Criteria: which of them is red is not known."
    stopped = record.get("deployment") and _applies(record, "stopped") and record["deployment"].get("stoppedAt")
    moment_of = "the deployment was stopped" if stopped else "the alarm turned red"
    texts = [f"Criteria, as they were when {moment_of}:"]
    for one in shown[:MOST_CRITERIA]:
        texts += _criterion(one)
    if len(shown) > MOST_CRITERIA:
        texts.append(f"- and {len(shown) - MOST_CRITERIA} more; the record names them")
    if "stillRed" in reached(record):
        now = listed([line(id, 63) for id in still_red(record)], MOST_CRITERIA)
        texts.append(f"Red when the alarms were last looked at: {now or 'none of them'}.")
    return "\n".join(texts)


def _criterion(one: Mapping[str, Any]) -> Iterable[str]:
    unit = str(one.get("unit") or "")
    bound = threshold(one.get("threshold") or (), unit)
    words = " ".join(filter(None, [line(one.get("condition"), 200) or bound, line(one.get("window"), 80)]))
    state = _STATES.get(str(one.get("state")), f"state {NOT_KNOWN}")
    since = f" since {when(one.get('since'))}" if moment(one.get("since")) else ""
    watched = "" if one.get("attached", True) else "only watched, rolls nothing back"
    value = "no data" if silent(one) else amount(one.get("value"), unit)
    said = "; ".join(filter(None, [value, f"bad is {words}" if words else "", f"{state}{since}", watched]))
    yield f"- {line(one.get('title') or one.get('id'), 120)} ({line(one.get('id'), 63)}): {said}"
    where = ", ".join(
        f"{line(key, 60)}={line(value, 120)}" for key, value in sorted((one.get("dimensions") or {}).items())[:5]
    )
    if where:
        yield f"  where: {where}"
    # Where there is a value, CloudWatch's own words say the same at length; the record has them.
    if one.get("reason") and one.get("value") is None:
        yield f"  CloudWatch: {line(one['reason'])}"


def revisions(record: Mapping[str, Any]) -> str:
    """What is taken back and what takes its place."""
    deployment = record.get("deployment")
    if not deployment:
        return ""
    by = f", started by {line(deployment.get('startedBy'), 120)}" if deployment.get("startedBy") else ""
    texts = ["Revisions:", f"- from: {_revision(deployment)} (deployment {line(deployment.get('id'), 64)}{by})"]
    rollback = record.get("rollback")
    if rollback:
        presumed = ", presumed" if rollback.get("presumed") else ""
        texts.append(f"- back to: {_revision(rollback)} (rollback {line(rollback.get('id'), 64)}{presumed})")
        told = str(rollback.get("message") or "")
        texts += [f"  CodeDeploy: {line(told)}"] if told and "is triggered to roll back" not in told else []
    elif "nothingToRollBack" in reached(record):
        why = "automatic rollback is off" if rollback_off(record) else "CodeDeploy cannot roll back"
        texts.append(f"- back to: nothing, {why}")
        texts += [f"  CodeDeploy: {line(words)}"] if (words := deployment.get("rollbackMessage")) else []
    elif "notRolledBack" in reached(record):
        texts.append("- back to: nothing, it was not rolled back")
    elif "outsideDeployment" not in reached(record):
        texts.append(f"- back to: {NOT_KNOWN}")
    error = deployment.get("error") or {}
    if record.get("cause") == "alarm" and error.get("code") == "ALARM_ACTIVE":
        error = {}  # what the first line says
    said = " ".join(filter(None, [line(error.get("code"), 60), line(error.get("message"))]))
    return "\n".join([*texts, f"- CodeDeploy: {said}"] if said else texts)


def revision(of: Mapping[str, Any] | None) -> str:
    return _revision(of or {})


def _revision(of: Mapping[str, Any]) -> str:
    stated = of.get("revision") or {}
    kind = _KINDS.get(str(stated.get("kind")), "")
    text = line(stated.get("text"), 200)
    return f"{kind}{text}" if text else f"revision {NOT_KNOWN}"


def exposure(record: Mapping[str, Any]) -> str:
    """The share of the traffic that the new version had when it was stopped."""
    if not record.get("deployment") or not _applies(record, "stopped"):
        return ""
    known = record.get("exposure") or {}
    basis = (
        f" (from: {line(known.get('basis'), 80)})" if known.get("percent") is not None and known.get("basis") else ""
    )
    return f"Traffic on the new version: {traffic(record)}{basis}"


def traffic(record: Mapping[str, Any]) -> str:
    """The share in words: what the steps allow by then, or the hosts that had begun, of which not all need serve yet."""
    percent = number((record.get("exposure") or {}).get("percent"))
    return f"{'at most ' if percent else ''}{amount(percent, 'percent')}"


def cause(record: Mapping[str, Any]) -> str:
    return _CAUSES.get(str(record.get("cause")), NOT_KNOWN)


def times(record: Mapping[str, Any]) -> str:
    """When each thing happened, how long after the first bad datapoint, and how that compares with the promise."""
    known = record.get("times") or {}
    durations = record.get("durations") or {}
    days = {read.date() for name, _, _ in _TIMES if (read := moment(known.get(name)))}
    if not days:
        return f"Times: {NOT_KNOWN}"
    shown = clock if len(days) == 1 else when
    texts = [f"Times ({min(days)}):" if len(days) == 1 else "Times:"]
    for name, words, since in _TIMES:
        if not _applies(record, name):
            continue
        if moment(known.get(name)) is None:
            texts.append(f"- {words}: {_absent(record, name)}")
            continue
        after = ""
        if durations.get(since) is not None:
            after = f", {duration(durations[since])} after {_origin(record, name)}"
        if name == "rollbackDone" and durations.get("rollback") is not None:
            after = f", took {duration(durations['rollback'])}"
        if name == "rollbackDone" and "failed" in reached(record):
            words = "rollback failed"
        texts.append(f"- {words}: {shown(known[name])}{after}")
    promised = promise(record)
    return "\n".join([*texts, f"- {promised}"] if promised else texts)


def _origin(record: Mapping[str, Any], name: str) -> str:
    """What a time is counted from: of a fault that was there before the deployment, from the deployment's begin (derive)."""
    return "the deployment began" if record.get("redAtStart") and name != "alarm" else "the first bad datapoint"


def _applies(record: Mapping[str, Any], name: str) -> bool:
    """Whether the incident can have such a time at all."""
    been = reached(record)
    if name == "stopped":
        went_on = "notRolledBack" in been and not (record.get("deployment") or {}).get("stoppedAt")
        return "outsideDeployment" not in been and not went_on
    if name in ("rollbackStarted", "rollbackDone") and not record.get("rollback"):
        return not been & {"outsideDeployment", "nothingToRollBack", "notRolledBack"}
    return True


def _absent(record: Mapping[str, Any], name: str) -> str:
    if name == "recovered":
        return "not yet"
    if name == "rollbackStarted":
        return "not seen"
    running = (record.get("rollback") or {}).get("status") not in (None, "Succeeded", "Failed", "Stopped")
    return "not yet" if name == "rollbackDone" and running else NOT_KNOWN


def promise(record: Mapping[str, Any]) -> str:
    """How the rollback's start compares with `rollbackWithin`; empty where nothing is promised."""
    within = record.get("rollbackWithin")
    if within is None or not record.get("deployment") or not _applies(record, "rollbackStarted"):
        return ""
    judged = (record.get("durations") or {}).get("withinPromise")
    kept = NOT_KNOWN if judged is None else "kept" if judged else "NOT kept"
    return f"promised: rollback started within {duration(within)}: {kept}"


def links(record: Mapping[str, Any]) -> str:
    named = (
        ("runbook", record.get("runbook")),
        ("what this message means", guide(record)),
        ("criteria", record.get("page")),
        ("deployment", (record.get("deployment") or {}).get("console")),
        ("rollback", (record.get("rollback") or {}).get("console")),
    )
    texts = [f"- {name}: {link}" for name, value in named if (link := address(value))]
    beside = listed([line(one, 128) for one in record.get("beside") or ()], 3)
    texts += [f"- about the same alarm, with messages and an alert of its own: {beside}"] if beside else []
    return "\n".join(["Links:", *texts]) if texts else ""


def guide(record: Mapping[str, Any]) -> str:
    """The site's page about messages, beside that of the policy; empty where the environment has no site."""
    page, own = address(record.get("page")), f"policies/{line(record.get('policy'), 64)}/"
    return f"{page.removesuffix(own)}how-to/read-a-message/" if page.endswith(f"/{own}") else ""


def not_known(record: Mapping[str, Any]) -> str:
    """What could not be looked up, and why."""
    missing = record.get("missing") or ()
    texts = [
        f"- {line(one.get('what'), 160)}: {line(one.get('why'), 200) or 'no reason given'}"
        + (f" (since {when(one.get('since'))})" if moment(one.get("since")) else "")
        for one in missing[:MOST_MISSING]
    ]
    if len(missing) > MOST_MISSING:
        texts.append(f"- and {len(missing) - MOST_MISSING} more; the record names them")
    return "\n".join(["Not known:", *texts]) if texts else ""


def numbered(steps: Iterable[Step]) -> str:
    """What to do next, numbered, with each command on a line of its own."""
    texts = ["What to do:"]
    for place, step in enumerate(steps, 1):
        texts.append(f"{place}. {step.text}")
        texts += [f"     {command}" for command in step.commands]
    return "\n".join(texts)
