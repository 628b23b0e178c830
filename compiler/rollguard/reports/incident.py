"""From one record, and what people said of it, to the report of the incident."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rollguard.recorder.sections import guide
from rollguard.recorder.words import duration
from rollguard.records.model import Incident, Record, moment
from rollguard.reports.drawing import drawing
from rollguard.reports.model import Agreement, Criterion, IncidentReport, Promise, Told, Took, Verdict
from rollguard.reports.questions import questions
from rollguard.reports.summary import headline, summary, value
from rollguard.reports.timeline import timeline
from rollguard.reports.words import REVISIONS, name, said, status_word, when
from rollguard.wording import joined

_TIMES = {
    "toAlarm": "from the first bad datapoint to the alarm",
    "toStop": "from {begin} to the stop of the deployment",
    "toRollback": "from {begin} to the begin of the rollback",
    "rollback": "the rollback itself",
    "toRecovery": "from {begin} to the recovery",
}


def incident_report(incident: Incident, now: datetime, *, drawn: bool = True) -> IncidentReport:
    """The report at the time `now`. `drawn=False` leaves the charts out, for lists and formats that show none."""
    record = incident.record
    without = _without(record)
    promise, agreement, messages = _promise(record), _agreement(record, now), tuple(told(record))
    return IncidentReport(
        incident=incident.name.incident,
        policy=incident.name.policy,
        title=said(record["title"], 120),
        owner=said(record["owner"], 120),
        environment=said(record["environment"], 80),
        region=said(record["region"], 40),
        account=said(record["account"], 20),
        status=record["status"],
        open=record["open"],
        began=f"{incident.began.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        headline=headline(record),
        summary=summary(record),
        facts=tuple(_facts(record)),
        links=tuple(_links(record)),
        timeline=timeline(incident),
        criteria=tuple(_criteria(record, drawn)),
        trigger=said(record["trigger"]),
        times=tuple(
            Took(what.format(begin=_begin(record)), _whole(record["durations"][key]))
            for key, what in _TIMES.items()
            if key not in without
        ),
        promise=promise,
        agreement=agreement,
        told=messages,
        verdicts=tuple(
            Verdict(each.judgement, said(each.cause, 2000), said(each.ticket), said(each.by, 200), each.at)
            for each in incident.verdicts
        ),
        questions=questions(incident, promise, agreement, messages),
    )


def _facts(record: Record) -> Iterator[tuple[str, str]]:
    yield "Service", f"{said(record['title'], 120)} ({name(record['policy'])}), owned by {said(record['owner'], 120)}"
    yield "Where", f"{name(record['environment'])}, account {name(record['account'])}, Region {name(record['region'])}"
    yield "Status", status_word(record["status"], record)
    if record["group"]:
        platform = f" on {said(record['platform'], 40)}" if record["platform"] else ""
        yield (
            "Deployed by",
            f"CodeDeploy{platform}: application {name(record['application'])}, group {name(record['group'])}",
        )
    failed = "failed" in {step["status"] for step in record["reached"]}
    back = "Not brought back" if failed else "Brought back" if record["times"]["rollbackDone"] else "To be brought back"
    for label, deployment in (("Stopped", record["deployment"]), (back, record["rollback"])):
        if deployment is not None:
            revision = deployment["revision"]
            kind = REVISIONS.get(revision["kind"], "revision") if revision else ""
            of = f"{kind} {name(revision['text'])}" if revision else "a revision that is not known"
            yield label, f"{of}, deployment {name(deployment['id'])}"
    if record.get("beside"):
        yield "About the same alarm", ", ".join(name(one, 80) for one in record["beside"])
    if record["deployment"] is not None and record["deployment"]["startedBy"]:
        yield "Started by", name(record["deployment"]["startedBy"])
    known = [each for each in record["criteria"] if each["attached"] and "bypass" in each]
    if known:
        able = [f"{name(each['id'])} (alarm {name(each['bypass'], 255)})" for each in known if each["bypass"]]
        unable = [name(each["id"]) for each in known if not each["bypass"]]
        without = f"{joined(unable, 'and')} {'has' if len(unable) == 1 else 'have'} none" if unable else ""
        yield "Bypass for a fix", "; ".join(filter(None, [joined(able, "and"), without]))


def _links(record: Record) -> Iterator[tuple[str, str]]:
    deployment, rollback = record["deployment"] or {}, record["rollback"] or {}
    stated = (
        ("Criteria of the service", record["page"]),
        ("What the messages mean", guide(record)),
        ("Runbook", record["runbook"]),
        ("Deployment in the console", deployment.get("console")),
        ("Rollback in the console", rollback.get("console")),
    )
    for label, address in stated:
        if isinstance(address, str) and address.startswith("https://") and said(address, 2000) == address:
            yield label, address


def _criteria(record: Record, drawn: bool) -> Iterator[Criterion]:
    caused = set(record["because"])
    for index, each in sorted(enumerate(record["criteria"]), key=lambda pair: pair[1]["id"] not in caused):
        yield Criterion(
            id=said(each["id"], 80),
            title=said(each["title"], 120),
            condition=said(each["condition"], 200),
            window=said(each["window"], 80),
            caused=each["id"] in caused,
            attached=each["attached"],
            state=each["state"],
            since=each["since"],
            value=value(each),
            reason=said(each["reason"] or ""),
            alarm=said(each["alarm"], 255),
            dimensions=tuple((said(key, 80), said(shown, 255)) for key, shown in (each["dimensions"] or {}).items()),
            drawing=drawing(record, each, f"k{index}") if drawn else None,
        )


def _promise(record: Record) -> Promise:
    within, took = _whole(record["rollbackWithin"]), _whole(record["durations"]["toRollback"])
    kept = record["durations"]["withinPromise"]
    if "toRollback" in _without(record):
        agreed = f", so there is nothing to hold against the agreed {duration(within)}" if within is not None else ""
        return Promise(within, None, None, f"Nothing was rolled back{agreed}.")
    return Promise(within, took, kept, _kept(within, took, kept, _begin(record)))


def _without(record: Record) -> frozenset[str]:
    """The durations that an incident cannot have, as there was no stop or no rollback in it."""
    reached = {step["status"] for step in record["reached"]}
    if "outsideDeployment" in reached or record["deployment"] is None:
        return frozenset({"toStop", "toRollback", "rollback"})
    none = bool(reached & {"nothingToRollBack", "notRolledBack"}) and record["rollback"] is None
    return frozenset({"toRollback", "rollback"}) if none else frozenset()


def _begin(record: Record) -> str:
    """What durations count from: nothing is to be held against a release that was refused before it did anything."""
    return "the begin of the deployment" if record["redAtStart"] else "the first bad datapoint"


def _kept(within: int | None, took: int | None, kept: bool | None, begin: str) -> str:
    agreed = f"agreed were {duration(within)}" if within is not None else "no time was agreed"
    if took is None:
        return f"How long it took to begin the rollback is not known; {agreed}."
    margin = ""
    if within is not None and kept is not None and took != within:
        margin = f", so {duration(abs(took - within))} {'to spare' if kept else 'too late'}"
    return f"The rollback began {duration(took)} after {begin}; {agreed}{margin}."


def _agreement(record: Record, now: datetime) -> Agreement | None:
    agreed = record["agreed"]
    if agreed is None:
        return None
    due = moment(agreed.get("reviewDue"))
    by = tuple(said(each, 80) for each in agreed.get("by", ()))
    return Agreement(
        by,
        said(agreed.get("on") or "an unknown day", 20),
        said(agreed.get("reviewDue"), 20) if agreed.get("reviewDue") else None,
        due is not None and due.date() < now.date(),
    )


def told(record: Record) -> Iterator[Told]:
    """Every message of an incident, and whether it is known to have left."""
    for each in record["told"]:
        failed = each["failure"] is not None or each["sentAt"] is None
        note = "repeated: it may have come twice" if each["repeated"] else ""
        if each["failure"] is not None:
            note = f"it failed: {name(each['failure'])}"
        elif failed:
            note = f"it was begun at {when(each['claimedAt'])} and never confirmed"
        yield Told(status_word(each["status"], record), said(each["channel"], 80), each["sentAt"], note, failed)


def _whole(seconds: Any) -> int | None:
    return None if seconds is None else round(seconds)
