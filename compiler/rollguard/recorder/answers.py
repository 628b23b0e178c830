"""Answers of AWS as facts: GetDeployment, DescribeAlarms, DescribeAlarmHistory and GetMetricData, trimmed to what a record says.

Every function raises KeyError, TypeError, ValueError or AttributeError for an answer that is not as botocore's model has it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rollguard.recorder import bounded, snapshots, times
from rollguard.recorder.facts import Fact, reason_data

#: The look-ups by the names under which `missing` lists them.
ALARMS = "states of the alarms (cloudwatch:DescribeAlarms)"
SERIES = "datapoints of the criteria (cloudwatch:GetMetricData)"

_TASK_DEFINITION = re.compile(
    r"""TaskDefinition["']?\s*:\s*["']?(?:arn:[^"'\s,}]{0,200}:task-definition/)?([^"'\s,}]{1,255})"""
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_VERSION = re.compile(r"""TargetVersion["']?\s*:\s*["']?(\d{1,9})""")
_ON_ALARM = "DEPLOYMENT_STOP_ON_ALARM"
_HOSTS = ("Pending", "InProgress", "Succeeded", "Failed", "Skipped", "Ready")


def deployment_question(deployment: str) -> str:
    return f"deployment {deployment} (codedeploy:GetDeployment)"


def deployments_question(application: str, group: str) -> str:
    return f"deployments of {application}/{group} (codedeploy:ListDeployments)"


def revision_question(application: str | None, sha256: str) -> str:
    return f"revision {sha256[:16]} of {application} (codedeploy:GetApplicationRevision)"


def history_question(alarm: str) -> str:
    return f"history of {alarm} (cloudwatch:DescribeAlarmHistory)"


def alarm_question(alarm: str) -> str:
    return f"alarm {alarm} (cloudwatch:DescribeAlarms)"


def series_question(criterion: str) -> str:
    return f"datapoints of {criterion} (cloudwatch:GetMetricData)"


def answered_by(fact: Fact) -> dict[str, str]:
    """The look-ups that a fact answers, and when each was."""
    answered: list[str] = list(fact.get("answers", ()))
    if fact["kind"] == "alarms":
        answered += map(alarm_question, fact["alarms"])
    asked: str = fact["at"]
    found = dict.fromkeys(answered, asked)
    if fact["kind"] == "series":
        found |= {series_question(criterion): at for criterion, at in snapshots.answered(fact).items()}
    return found


def deployment(info: Mapping[str, Any], at: str) -> Fact:
    """The fact of GetDeployment's `deploymentInfo`, or of one of BatchGetDeployments' `deploymentsInfo`; `at` is when it was asked."""
    which, status = info["deploymentId"], info["status"]
    if not isinstance(which, str) or not isinstance(status, str) or not which:
        raise ValueError("deploymentId and status must be texts")
    back, error = bounded.mapping(info.get("rollbackInfo")), bounded.mapping(info.get("errorInformation"))
    rollback = bounded.name(back.get("rollbackDeploymentId"))
    return {
        "id": f"deployment:{bounded.name(which)}:{bounded.name(status)}:{rollback or ''}",
        "kind": "deployment",
        "at": at,
        "deployment": bounded.name(which),
        "application": bounded.name(info.get("applicationName")),
        "group": bounded.name(info.get("deploymentGroupName")),
        "platform": bounded.name(info.get("computePlatform")),
        "status": bounded.name(status),
        "creator": bounded.name(info.get("creator")),
        "createdAt": times.text(info.get("createTime")),
        "startedAt": times.text(info.get("startTime")),
        "completedAt": times.text(info.get("completeTime")),
        "revision": revision(info.get("revision")),
        "rollbackDeployment": rollback,
        "rollbackOf": bounded.name(back.get("rollbackTriggeringDeploymentId")),
        "rollbackMessage": bounded.cut(back.get("rollbackMessage")),
        "error": _error(error),
        "rollsBack": _rolls_back(info.get("autoRollbackConfiguration")),
        "alarmsOff": bounded.mapping(info.get("overrideAlarmConfiguration")).get("enabled") is False,
        "hosts": _hosts(info.get("deploymentOverview")),
        "answers": [deployment_question(which)],
    }


def _error(stated: Mapping[str, Any]) -> dict[str, Any] | None:
    """SNS messages write `ErrorCode` where the API writes `code` (aws-facts 2.5)."""
    code = bounded.name(stated.get("code") or stated.get("ErrorCode"))
    message = bounded.cut(stated.get("message") or stated.get("ErrorMessage"))
    return None if code is None and message is None else {"code": code, "message": message}


def _rolls_back(stated: object) -> bool | None:
    """Whether what an alarm stops is rolled back (AutoRollbackConfiguration of botocore's CodeDeploy model); None where nothing says it."""
    configuration = bounded.mapping(stated)
    enabled, events = configuration.get("enabled"), configuration.get("events")
    if not isinstance(enabled, bool):
        return None
    return enabled and (not isinstance(events, list) or not events or _ON_ALARM in events)


def _hosts(stated: object) -> dict[str, int] | None:
    overview = bounded.mapping(stated)
    counts = {name: bounded.number(overview.get(name)) for name in _HOSTS}
    if not any(counts.values()):
        return None
    return {name: int(count or 0) for name, count in counts.items()}


def revision(stated: object) -> dict[str, Any] | None:
    """What a deployment brings, in a line: `kind` s3, github, taskDefinition, lambdaVersion or appSpec, and `text`; None where unknown.

    An AppSpec has its `sha256` too: GetDeployment says nothing else of it, as its `content` "is always null" there (botocore's model of
    GetDeployment).
    """
    found = bounded.mapping(stated)
    s3, github = bounded.mapping(found.get("s3Location")), bounded.mapping(found.get("gitHubLocation"))
    spec = bounded.mapping(found.get("appSpecContent")) or bounded.mapping(found.get("string"))
    if s3.get("bucket"):
        which = s3.get("version") or s3.get("eTag")
        return _revision("s3", f"s3://{s3['bucket']}/{s3.get('key', '')}" + (f" ({which})" if which else ""))
    if github.get("repository"):
        return _revision("github", f"{github['repository']}@{github.get('commitId', '?')}")
    if spec:
        content = str(spec.get("content") or "")[: bounded.JSON_TEXT]
        stated = spec.get("sha256")
        if task := _TASK_DEFINITION.search(content):
            return _revision("taskDefinition", task[1], stated)
        if version := _VERSION.search(content):
            return _revision("lambdaVersion", version[1], stated)
        digest = stated or (hashlib.sha256(content.encode("utf-8", "replace")).hexdigest() if content else "")
        return _revision("appSpec", f"sha256:{str(digest)[:16]}", stated) if digest else None
    return None


def _revision(kind: str, text: str, sha256: object = None) -> dict[str, Any]:
    whole = {"sha256": sha256} if isinstance(sha256, str) and _SHA256.fullmatch(sha256) else {}
    return {"kind": kind, "text": bounded.cut(text, 300), **whole}


def application_revision(stated: object, application: str | None, sha256: str, at: str) -> Fact:
    """The fact of GetApplicationRevision's `revision`, whose content names what GetDeployment does not."""
    found = revision(stated)
    if found is None:
        raise ValueError("the revision holds no AppSpec")
    return {
        "id": f"revision:{sha256}",
        "kind": "revision",
        "at": at,
        "sha256": sha256,
        "revision": {**found, "sha256": sha256},
        "answers": [revision_question(application, sha256)],
    }


def alarms(found: Iterable[Mapping[str, Any]], at: str) -> Fact:
    """The fact of DescribeAlarms' alarms, metric and composite, at `at`. Reasons are kept of those only that are not OK."""
    states: dict[str, Any] = {}
    for one in found:
        state = one["StateValue"]
        red = state != "OK"
        since = times.text(one.get("StateTransitionedTimestamp")) or times.text(one.get("StateUpdatedTimestamp"))
        states[str(one["AlarmName"])[: bounded.NAME]] = {
            "state": bounded.name(state),
            "since": since,
            "reason": bounded.cut(one.get("StateReason")) if red else None,
            "reasonData": reason_data(one.get("StateReasonData")) if red else None,
            "dimensions": _dimensions(one),
        }
    return snapshot(states, at)


def snapshot(states: Mapping[str, Any], at: str) -> Fact:
    """The fact of alarms' states, as `alarms` makes them, at `at`."""
    return {"id": f"alarms:{at}", "kind": "alarms", "at": at, "alarms": dict(states), "answers": [ALARMS]}


def _dimensions(alarm: Mapping[str, Any]) -> dict[str, str]:
    stated = list(alarm.get("Dimensions") or ())
    for query in bounded.entries(alarm.get("Metrics"), 20):
        stated += bounded.mapping(bounded.mapping(query.get("MetricStat")).get("Metric")).get("Dimensions") or ()
    return dimensions(stated)


def dimensions(stated: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """CloudWatch's list of names and values as a mapping; of two values of one name, both, as in `blue, green`."""
    found: dict[str, list[str]] = {}
    for one in stated:
        values = found.setdefault(bounded.cut(one["Name"], 255) or "", [])
        value = bounded.cut(one["Value"], 255) or ""
        if value not in values and len(values) < 10:
            values.append(value)
    return {name: ", ".join(values) for name, values in sorted(found.items())}


def history(alarm: str, items: Iterable[Mapping[str, Any]]) -> list[Fact]:
    """The changes of state among DescribeAlarmHistory's items. `HistoryData` is JSON text, in recorded answers an object: both are read."""
    found: list[Fact] = []
    for one in items:
        at, data = times.text(one["Timestamp"]), bounded.mapping(one.get("HistoryData"))
        new, old = bounded.mapping(data.get("newState")), bounded.mapping(data.get("oldState"))
        if at is None or not isinstance(new.get("stateValue"), str):
            continue
        found.append(
            {
                "id": f"history:{alarm}:{at}:{bounded.name(new['stateValue'])}",
                "kind": "alarmState",
                "at": at,
                "alarm": alarm,
                "value": bounded.name(new["stateValue"]),
                "previous": bounded.name(old.get("stateValue")),
                "reason": bounded.cut(new.get("stateReason")),
                "reasonData": reason_data(new.get("stateReasonData")),
            }
        )
    return found


def series(found: Iterable[Mapping[str, Any]], start: str, end: str, at: str) -> Fact:
    """The fact of the criteria's datapoints between `start` and `end`, each an entry of `snapshots`."""
    return {
        "id": "series",
        "kind": "series",
        "at": at,
        "start": start,
        "end": end,
        "series": sorted((dict(one) for one in found), key=lambda one: (one["criterion"], one["period"])),
        "answers": [SERIES],
    }
