"""What a review has still to find out: everything that the record does not know, or that did not go as agreed."""

from __future__ import annotations

from collections.abc import Iterator

from rollguard import wording
from rollguard.recorder.headline import rollback_off
from rollguard.records.model import Incident, Record, judged
from rollguard.reports.model import Agreement, Promise, Told
from rollguard.reports.words import name, when


def questions(
    incident: Incident, promise: Promise, agreement: Agreement | None, told: tuple[Told, ...]
) -> tuple[str, ...]:
    """The open questions, the gravest first."""
    record = incident.record
    return (
        *_of_the_outcome(record),
        *_of_the_time(record, promise),
        *_of_people(record, told),
        *_of_the_judgement(incident),
        *_of_the_agreement(agreement),
        *_of_what_is_missing(record),
    )


def _of_the_outcome(record: Record) -> Iterator[str]:
    reached = {step["status"] for step in record["reached"]}
    if record["status"] == "unknown" or record["unknownSince"]:
        yield f"What became of it? Nothing is known since {when(record['unknownSince'])}."
    if "failed" in reached:
        yield "Why did the rollback fail, and which revision serves now?"
    if "nothingToRollBack" in reached:
        missing = (
            "why is automatic rollback off" if rollback_off(record) else "what should there have been to go back to"
        )
        yield f"Which revision serves now, and {missing}?"
    if "notRolledBack" in reached:
        yield "Why did nothing roll it back? Does the group name the rollback alarm, or were the alarms switched off for this deployment?"
    if "stillRed" in reached:
        seen = record.get("lastSeen")
        red = [name(id) for id in seen["red"]] if seen else []
        which = f" Red when last seen: {wording.joined(red, 'and')}." if red else ""
        yield f"Why did the rollback not help? If the release was not the cause, what was?{which}"
    if "refused" in reached:
        yield "What made the service red before the deployment began, and who saw it?"
    if "outsideDeployment" in reached:
        yield "What turned the service red without a deployment?"
    if record["rollback"] is not None and record["rollback"]["presumed"]:
        yield f"Is {name(record['rollback']['id'])} the rollback? CodeDeploy did not say so; its time and its group make it probable."
    if record["cause"] == "unknown" and not reached & {"outsideDeployment", "notRolledBack"}:
        yield "Why was the deployment stopped? The record does not know."
    if record["open"] and not reached & {"failed", "nothingToRollBack", "notRolledBack", "stillRed"}:
        yield "How does it end? The incident is still open."


def _of_the_time(record: Record, promise: Promise) -> Iterator[str]:
    if promise.kept is False:
        yield f"Why did it take longer than agreed? {promise.sentence}"
    if record["times"]["onset"] is None:
        yield "When was the first bad datapoint? Without that the record cannot say how long anything took."


def _of_people(record: Record, told: tuple[Told, ...]) -> Iterator[str]:
    for each in told:
        if each.failed:
            yield f"Did {name(each.channel)} learn of “{each.status}” in another way? {each.note[:1].upper()}{each.note[1:]}."
    if not told:
        yield "Who learnt of it? The record names no message."


def _of_the_judgement(incident: Incident) -> Iterator[str]:
    asked = "Was it right?" if judged(incident.record) == "the rollback" else f"Was {judged(incident.record)} right?"
    command = f"`rollguard verdict {incident.name.incident} --right|--wrong|--unclear --cause …`"
    if incident.verdict is None:
        yield f"{asked} Nobody has judged yet: {command}"
    elif incident.verdict.judgement == "unclear":
        yield f"{asked} The newest verdict, of {name(incident.verdict.by, 80)}, leaves it open."
    elif {verdict.judgement for verdict in incident.verdicts} >= {"right", "wrong"}:
        yield f"{asked} The verdicts differ; the newest, “{incident.verdict.judgement}”, counts."


def _of_the_agreement(agreement: Agreement | None) -> Iterator[str]:
    if agreement is None:
        yield "Who agrees on these criteria? Nobody has so far."
    elif agreement.overdue:
        yield f"Do the criteria still hold? They were to be looked at again by {agreement.review_due}."


def _of_what_is_missing(record: Record) -> Iterator[str]:
    for missing in record["missing"]:
        since = f", not known since {when(missing['since'])}" if missing["since"] else ""
        yield f"What of {name(missing['what'], 160)}? It could not be read{since}: {name(missing['why'], 200)}"
