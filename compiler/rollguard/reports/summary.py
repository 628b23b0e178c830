"""An incident in a headline and a few sentences. None of them calls a service well because its rollback is finished."""

from __future__ import annotations

from collections.abc import Iterator

from rollguard import wording
from rollguard.plan.words import amount
from rollguard.recorder.headline import rollback_off
from rollguard.recorder.words import duration
from rollguard.records.model import Record
from rollguard.reports.words import REVISIONS, name, said, when

_OUTCOMES = {
    "started": "is being rolled back",
    "succeeded": "was rolled back; whether the service is well again is not known",
    "failed": "could not be rolled back",
    "nothingToRollBack": "was stopped and not rolled back",
    "stillRed": "was rolled back and is still red",
    "refused": "was red before its deployment began, which was refused",
    "notRolledBack": "was red during a deployment and not rolled back",
    "outsideDeployment": "turned red while nobody deployed",
    "unknown": "was in an incident whose end is unknown",
}
_RECOVERED = {
    "succeeded": "was rolled back and has recovered",
    "failed": "could not be rolled back, and has recovered since",
    "nothingToRollBack": "was stopped and not rolled back, and has recovered since",
    "notRolledBack": "was red during a deployment and not rolled back, and has recovered since",
    "outsideDeployment": "turned red while nobody deployed, and has recovered",
    "unknown": "was in an incident whose end is unknown, and has recovered since",
}
_CAUSES = {
    "alarm": "because of its alarms",
    "failure": "because the deployment itself failed",
    "request": "because somebody asked for it",
    "unknown": "for a reason that is not known",
}


def headline(record: Record) -> str:
    """One sentence: which service, what happened, how it ended."""
    status = record["status"]
    ended = _OUTCOMES.get(status, f"is `{status}`")
    if status == "recovered":
        before = [step["status"] for step in record["reached"] if step["status"] in _RECOVERED]
        ended = _RECOVERED[before[-1]] if before else "has recovered"
    return f"{said(record['title'], 120)} {ended}"


def value(criterion: Record) -> str | None:
    """The criterion's value at the moment, in its unit."""
    return (
        None
        if criterion["value"] is None
        else amount(float(f"{criterion['value']:.4g}"), said(criterion["unit"] or "", 20))
    )


def summary(record: Record) -> tuple[str, ...]:
    """What happened, what was done about it, and whether that helped; a sentence each."""
    return tuple(f"{sentence[0].upper()}{sentence[1:]}." for sentence in _sentences(record))


def _sentences(record: Record) -> Iterator[str]:
    reached = {step["status"]: step["at"] for step in record["reached"]}
    yield from _what_happened(record, reached)
    yield from _why(record)
    yield from _what_was_done(record, reached)
    yield from _whether_it_helped(record, reached)


def _what_happened(record: Record, reached: dict[str, str]) -> Iterator[str]:
    deployment = record["deployment"]
    if deployment is None:
        if "outsideDeployment" in reached:
            yield f"the rollback alarm turned red at {when(record['times']['alarm'])}, and no deployment was under way"
        return
    where = f" of {name(record['application'])}, group {name(record['group'])}" if record["group"] else ""
    revision = f" with {_revision(deployment['revision'])}" if deployment["revision"] else ""
    by = f", started by {name(deployment['startedBy'], 120)}" if deployment["startedBy"] else ""
    stopped = record["times"]["stopped"]
    ended = f"was stopped at {when(stopped)}" if stopped else "was to be stopped; when it was is not known"
    if deployment["status"] == "Succeeded":
        ended = "was not stopped and went through"
    elif "notRolledBack" in reached and not stopped:
        ended = "was not stopped"
    cause = "" if record["because"] else f" {_CAUSES[record['cause']]}"
    yield f"deployment {name(deployment['id'])}{where}{revision}{by}, {ended}{cause}"
    if record["redAtStart"]:
        yield "its alarms were red before it began, so no traffic reached the new version"
    elif record["exposure"]["percent"] is not None:
        basis = f" (by the {said(record['exposure']['basis'], 80)})" if record["exposure"]["basis"] else ""
        percent = record["exposure"]["percent"]
        yield f"{'at most ' if percent else ''}{percent:g} % of the traffic was on the new version then{basis}"


def _why(record: Record) -> Iterator[str]:
    known = {criterion["id"]: criterion for criterion in record["criteria"]}
    stated = []
    for id in record["because"]:
        criterion = known.get(id)
        if criterion is None:
            stated.append(name(id))
            continue
        measured = value(criterion)
        limit = f"{said(criterion['condition'], 120)} {said(criterion['window'], 60)}".strip()
        stated.append(f"{name(id)} ({limit}{f'; it was {measured}' if measured else ''})")
    if stated:
        yield f"red {'was' if len(stated) == 1 else 'were'} {wording.joined(stated, 'and')}"


def _what_was_done(record: Record, reached: dict[str, str]) -> Iterator[str]:
    rollback, times = record["rollback"], record["times"]
    if "nothingToRollBack" in reached:
        yield f"{_why_nothing(record)}; what was running stays"
    elif rollback is not None:
        presumed = "presumably " if rollback["presumed"] else ""
        began = (
            f"began at {when(times['rollbackStarted'])}" if times["rollbackStarted"] else "began at a time not known"
        )
        to = f", back to {_revision(rollback['revision'])}" if rollback["revision"] else ""
        done = ""
        if times["rollbackDone"] and "failed" not in reached:
            took = record["durations"]["rollback"]
            done = f", and was done at {when(times['rollbackDone'])}{f' after {duration(took)}' if took is not None else ''}"
        yield f"the rollback, {presumed}deployment {name(rollback['id'])}, {began}{to}{done}"
    elif "notRolledBack" in reached:
        yield f"nothing rolled it back, though the rollback alarm was red from {when(times['alarm'])} on"
    if "failed" in reached:
        told = f": {name(rollback['message'])}" if rollback is not None and rollback["message"] else ""
        yield f"the rollback failed at {when(reached['failed'])}{told}"


def _why_nothing(record: Record) -> str:
    """What is known of why there was no rollback; of the deployment's own words nothing is made up."""
    if rollback_off(record):
        return "automatic rollback is off in the deployment group"
    if said_so := (record["deployment"] or {}).get("rollbackMessage"):
        return f"CodeDeploy did not roll it back, and says: {name(said_so, 300)}"
    return "CodeDeploy did not roll it back, most likely as no revision had succeeded in the group before"


def _whether_it_helped(record: Record, reached: dict[str, str]) -> Iterator[str]:
    if "stillRed" in reached:
        yield f"{duration(record['stillRedAfter'])} after the rollback the service was still red"
    if record["status"] == "recovered":
        since = record["durations"]["toRecovery"]
        first = "deployment began" if record["redAtStart"] else "first bad datapoint"
        after = f", {duration(since)} after the {first}" if since is not None else ""
        yield f"the alarms were green again at {when(record['times']['recovered'] or reached['recovered'])}{after}"
    elif record["unknownSince"]:
        yield f"what became of it is unknown since {when(record['unknownSince'])}"
    elif record["open"]:
        yield "the incident is still open"


def _revision(revision: Record) -> str:
    return f"{REVISIONS.get(revision['kind'], 'revision')} {name(revision['text'], 200)}"
