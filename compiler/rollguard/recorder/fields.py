"""The closed list of `$fields` that a message template may use, and their values for one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rollguard.recorder import sections
from rollguard.recorder.clean import address, line
from rollguard.recorder.headline import causes, headline, presumed, rollback, service, subject
from rollguard.recorder.next_steps import Step
from rollguard.recorder.words import NOT_KNOWN, amount, duration, listed, threshold, when

#: Every field and what it stands for. A field that is not known says so; paragraphs are empty where there is nothing to say.
FIELDS: dict[str, str] = {
    "subject": "the subject of our own message",
    "headline": "our first line: service, environment, what happened, what was done, how it stands",
    "criteria": "paragraph: each criterion in words, its value against its limit, since when",
    "revisions": "paragraph: what is taken back, and what takes its place",
    "exposure": "one line: the share of the traffic that the new version had at most",
    "times": "paragraph: when each thing happened, and how that compares with `rollbackWithin`",
    "links": "paragraph: runbook, criteria, consoles",
    "notKnown": "paragraph: what could not be looked up, and why",
    "nextSteps": "paragraph: what to do, with commands; in Slack it stands in a place of its own",
    "service": "the policy's title",
    "policy": "the policy's name",
    "environment": "the environment's name",
    "owner": "the policy's owner",
    "status": "the status that is told, such as `started`",
    "incident": "the incident: the deployment's id, or `outside-` and a time",
    "account": "the AWS account",
    "region": "the Region",
    "application": "the CodeDeploy application",
    "group": "the deployment group",
    "platform": "`ECS`, `Lambda` or `Server`",
    "cause": "why it was stopped",
    "because": "the titles of the criteria that caused it",
    "value": "the value of the first of them",
    "limit": "its threshold in words",
    "deployment": "the id of the deployment that is taken back",
    "rollback": "the id of the rollback deployment",
    "revisionFrom": "the revision that is taken back",
    "revisionTo": "the revision that takes its place",
    "startedBy": "who started the deployment",
    "traffic": "the share of the traffic that the new version had, such as `at most 10 %`",
    "onsetAt": "the first bad datapoint",
    "alarmAt": "when the rollback alarm turned red",
    "stoppedAt": "when the deployment was stopped",
    "rollbackStartedAt": "when the rollback started",
    "rollbackDoneAt": "when the rollback was done, which does not mean that the service is well",
    "recoveredAt": "when the alarms were OK again",
    "timeToRollback": "from the first bad datapoint to the start of the rollback",
    "timeOfRollback": "how long the rollback took",
    "timeToRecovery": "from the first bad datapoint to alarms that are OK",
    "promise": "how the start of the rollback compares with `rollbackWithin`",
    "runbook": "the runbook's address",
    "page": "the address of the policy's page",
    "deploymentConsole": "the deployment in AWS's console",
    "rollbackConsole": "the rollback deployment in AWS's console",
}


def values(record: Mapping[str, Any], status: str, kind: str, steps: Sequence[Step]) -> dict[str, str]:
    """The value of every field. Single values are one line each, whatever the record holds."""
    deployment = record.get("deployment") or {}
    undone = record.get("rollback") or {}
    times = record.get("times") or {}
    durations = record.get("durations") or {}
    first = next(iter(causes(record)), {})
    unit = str(first.get("unit") or "")
    known = {
        "service": service(record),
        "status": status,
        "because": listed([line(one.get("title") or one.get("id"), 120) for one in causes(record)]),
        "cause": sections.cause(record),
        "value": amount(first.get("value"), unit),
        "limit": threshold(first.get("threshold") or (), unit),
        "deployment": line(deployment.get("id"), 64),
        "rollback": rollback(record) + (", presumed to be the rollback" if presumed(record) else ""),
        "revisionFrom": sections.revision(deployment),
        "revisionTo": sections.revision(undone),
        "startedBy": line(deployment.get("startedBy"), 120),
        "traffic": sections.traffic(record),
        "onsetAt": when(times.get("onset")),
        "alarmAt": when(times.get("alarm")),
        "stoppedAt": when(times.get("stopped")),
        "rollbackStartedAt": when(times.get("rollbackStarted")),
        "rollbackDoneAt": when(times.get("rollbackDone")),
        "recoveredAt": when(times.get("recovered")),
        "timeToRollback": duration(durations.get("toRollback")),
        "timeOfRollback": duration(durations.get("rollback")),
        "timeToRecovery": duration(durations.get("toRecovery")),
        "promise": sections.promise(record),
        "runbook": address(record.get("runbook")),
        "page": address(record.get("page")),
        "deploymentConsole": address(deployment.get("console")),
        "rollbackConsole": address(undone.get("console")),
        **{name: line(record.get(name), 120) for name in _PLAIN},
    }
    return {
        **{name: value or NOT_KNOWN for name, value in known.items()},
        "subject": subject(record, status),
        "headline": headline(record, status),
        "criteria": sections.criteria(record),
        "revisions": sections.revisions(record),
        "exposure": sections.exposure(record),
        "times": sections.times(record),
        "links": sections.links(record),
        "notKnown": sections.not_known(record),
        "nextSteps": "" if kind == "slack" else sections.numbered(steps),
    }


_PLAIN = ("policy", "environment", "owner", "incident", "account", "region", "application", "group", "platform")
