"""One incident as AWS tells it: a bad release of the checkout, stopped by its alarm, rolled back, and the alarms OK again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from rollguard.recorder import handler
from rollguard.recorder.incidents import PartFailed
from rollguard.recorder.record import Record, from_bytes
from rollguard.recorder.routing import Recorder
from tests.recorder.aws import Rim, instant

BUCKET = "rollguard-prod-111122223333-eu-west-1"
ALARM = "rollguard_prod_checkout-api"
CRITERION = "rollguard_prod_checkout-api_target-5xx"
LATENCY = "rollguard_prod_checkout-api_latency-p99"
BAD, BACK = "d-BADRELEAS", "d-ROLLBACK1"

#: The day of the incident, minute by minute.
ONSET, RED, STOPPED = "2026-11-24T10:11:00Z", "2026-11-24T10:15:00Z", "2026-11-24T10:15:15Z"
CREATED, BEGUN, ROLLBACK, DONE = (
    "2026-11-24T10:03:50Z",
    "2026-11-24T10:04:00Z",
    "2026-11-24T10:15:16Z",
    "2026-11-24T10:18:16Z",
)
GREEN = "2026-11-24T10:26:00Z"

REASON = "Threshold Crossed: 3 out of the last 5 datapoints [14.2 (24/11/26 10:14:00), …] were greater than the threshold (2.0)."
DATA = {
    "version": "1.0",
    "period": 60,
    "threshold": 2.0,
    "recentDatapoints": [0.1, 0.2, 8.1, 12.0, 14.2],
    "evaluatedDatapoints": [
        {"timestamp": f"2026-11-24T10:{minute}:00.000+0000", "value": value}
        for minute, value in ((14, 14.2), (13, 12.0), (11, 8.1), (12, 0.2), (10, 0.1))
    ],
}


def sheet(**changes: Any) -> dict[str, Any]:
    """The guard sheet of the policy, as the compiler uploads it."""

    def criterion(id: str, condition: str, threshold: list[list[Any]], unit: str, query: str) -> dict[str, Any]:
        return {
            "id": id,
            "title": f"Checkout: {id}",
            "why": "because",
            "condition": condition,
            "window": "in 3 of 5 minutes",
            "unit": unit,
            "threshold": threshold,
            "attached": True,
            "alarm": f"{ALARM}_{id}",
            "bypass": f"{ALARM}_{id}_bypass",
            "period": 60,
            "queries": [
                {
                    "Id": "m1",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": "AWS/ApplicationELB",
                            "MetricName": query,
                            "Dimensions": [{"Name": "LoadBalancer", "Value": "app/checkout/8d3e"}],
                        },
                        "Period": 60,
                        "Stat": "Sum",
                    },
                    "ReturnData": False,
                },
                {"Id": "e1", "Expression": "100 * m1 / 2", "ReturnData": True},
            ],
        }

    channels = ["oncall", "chat", "pd"]
    return {
        "version": 1,
        "environment": "prod",
        "account": "111122223333",
        "region": "eu-west-1",
        "partition": "aws",
        "policy": "checkout-api",
        "title": "Checkout API",
        "owner": "payments",
        "runbook": "https://runbooks.example.com/checkout-api",
        "page": "https://rollback.example.com/policies/checkout-api/",
        "agreed": {"by": ["@payments-lead"], "on": "2026-11-01", "reviewDue": "2027-04-30"},
        "mode": "rollback",
        "rollbackWithin": 600,
        "stillRedAfter": 900,
        "rollbackAlarm": ALARM,
        "trigger": "`target-5xx` or `latency-p99`",
        "criteria": [
            criterion("target-5xx", "5xx ratio of the targets above 2 %", [["above", 2.0]], "percent", "5XX"),
            criterion("latency-p99", "p99 of the targets above 1.5 s", [["above", 1.5]], "s", "TargetResponseTime"),
        ],
        "groups": [
            {
                "application": "checkout",
                "group": "checkout-api",
                "platform": "ECS",
                "bake": 1800,
                "steps": [[0, 10.0], [900, 100.0]],
            }
        ],
        "notify": dict.fromkeys(("started", "succeeded", "failed", "recovered", "stillRed", "refused"), channels)
        | {"outsideDeployment": []},
        "channels": {
            "oncall": {"kind": "email", "topicArn": "arn:aws:sns:eu-west-1:111122223333:rollguard_prod_oncall"},
            "chat": {"kind": "slack", "topicArn": "arn:aws:sns:eu-west-1:111122223333:rollguard_prod_chat"},
            "pd": {"kind": "pagerduty"},
        },
        "texts": {},
        **changes,
    }


def revision(number: int) -> dict[str, Any]:
    content = {
        "Resources": [
            {
                "TargetService": {
                    "Properties": {"TaskDefinition": f"arn:aws:ecs:eu-west-1:1:task-definition/checkout:{number}"}
                }
            }
        ]
    }
    text = json.dumps(content)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return {"revisionType": "AppSpecContent", "appSpecContent": {"content": text, "sha256": sha256}}


def bad_release(status: str = "Stopped", **changes: Any) -> dict[str, Any]:
    """The deploymentInfo of the bad release."""
    info: dict[str, Any] = {
        "applicationName": "checkout",
        "deploymentGroupName": "checkout-api",
        "deploymentId": BAD,
        "status": status,
        "creator": "user",
        "computePlatform": "ECS",
        "createTime": instant(CREATED),
        "startTime": instant(BEGUN),
        "revision": revision(43),
    }
    if status == "Stopped":
        info |= {
            "completeTime": instant(STOPPED),
            "errorInformation": {
                "code": "ALARM_ACTIVE",
                "message": f"One or more alarms have been activated … Activated alarms: {ALARM}",
            },
            "rollbackInfo": {
                "rollbackDeploymentId": BACK,
                "rollbackMessage": f"Deployment {BAD} terminated. Automatic rollback is triggered with a DeploymentId {BACK}.",
            },
        }
    return info | changes


def rollback(status: str = "Succeeded", **changes: Any) -> dict[str, Any]:
    """The deploymentInfo of the rollback."""
    info: dict[str, Any] = {
        "applicationName": "checkout",
        "deploymentGroupName": "checkout-api",
        "deploymentId": BACK,
        "status": status,
        "creator": "codeDeployRollback",
        "computePlatform": "ECS",
        "createTime": instant(ROLLBACK),
        "startTime": instant(ROLLBACK),
        "revision": revision(42),
        "rollbackInfo": {
            "rollbackTriggeringDeploymentId": BAD,
            "rollbackMessage": f"Deployment {BACK} is triggered to roll back deployment {BAD}.",
        },
    }
    if status in ("Succeeded", "Failed", "Stopped"):
        info["completeTime"] = instant(DONE)
    return info | changes


def deployment_event(deployment: str, state: str, at: str, id: str = "") -> dict[str, Any]:
    return {
        "id": id or f"{deployment}-{state}",
        "source": "aws.codedeploy",
        "detail-type": "CodeDeploy Deployment State-change Notification",
        "time": at,
        "region": "eu-west-1",
        "detail": {
            "region": "eu-west-1",
            "application": "checkout",
            "deploymentId": deployment,
            "state": state,
            "deploymentGroup": "checkout-api",
            "instanceGroupId": "9cd2fbef",
        },
    }


def alarm_event(value: str, at: str, *, alarm: str = ALARM, previous: str = "OK", **state: Any) -> dict[str, Any]:
    return {
        "id": f"{alarm}-{value}-{at}",
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "time": at,
        "region": "eu-west-1",
        "detail": {
            "alarmName": alarm,
            "state": {
                "value": value,
                "reason": f"{CRITERION} transitioned to {value}",
                "timestamp": at.replace("Z", ".123+0000"),
                "reasonData": json.dumps(
                    {"triggeringAlarms": [{"arn": f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{CRITERION}"}]}
                ),
                **state,
            },
            "previousState": {"value": previous},
            "configuration": {},
        },
    }


SWEEP = {"id": "sweep", "source": "aws.events", "detail-type": "Scheduled Event", "time": GREEN, "detail": {}}

#: Every event of the incident, in the order in which it happened.
EVENTS = (
    deployment_event(BAD, "START", BEGUN),
    alarm_event("ALARM", RED),
    deployment_event(BAD, "STOP", STOPPED),
    deployment_event(BACK, "START", ROLLBACK),
    deployment_event(BACK, "SUCCESS", DONE),
    alarm_event("OK", GREEN, previous="ALARM"),
)


class World:
    """AWS around one recorder, and a clock that a test sets."""

    def __init__(self, guard: dict[str, Any] | None = None) -> None:
        self.rim = Rim()
        self.now = "2026-11-24T10:30:00Z"
        self.log: list[dict[str, Any]] = []
        self.remaining: Callable[[], int] = lambda: 900_000
        self.together = 1
        self.sleep: Callable[[float], None] = lambda _seconds: None
        guard = guard or sheet()
        self.sheet = guard
        self.rim.s3.objects = {
            f"guards/{guard['policy']}.json": json.dumps(guard).encode(),
            f"index/alarms/{ALARM}.json": json.dumps({"policy": guard["policy"]}).encode(),
            "index/groups/checkout/checkout-api.json": json.dumps({"policy": guard["policy"]}).encode(),
        }
        cloudwatch = self.rim.cloudwatch
        cloudwatch.now = lambda: self.now
        self.rim.s3.clock = self.clock
        cloudwatch.composites = {ALARM}
        quiet = "2026-11-01T00:00:00Z"
        triggering = {"triggeringAlarms": [{"arn": f"arn:aws:cloudwatch:eu-west-1:111122223333:alarm:{CRITERION}"}]}
        cloudwatch.history = {
            ALARM: [(quiet, "OK", "", None), (RED, "ALARM", "transitioned", triggering), (GREEN, "OK", "", None)],
            CRITERION: [(quiet, "OK", "", None), (RED, "ALARM", REASON, DATA), (GREEN, "OK", "", None)],
            LATENCY: [(quiet, "OK", "", None)],
        }
        cloudwatch.values = lambda id, at: 14.2 if id.startswith("c0_") and ONSET <= at < GREEN else 0.1
        self.rim.codedeploy.deployments = {BAD: bad_release(), BACK: rollback()}

    def write_sheet(self, guard: dict[str, Any]) -> None:
        """What the policy's stack uploads from now on."""
        self.rim.s3.objects["guards/checkout-api.json"] = json.dumps(guard).encode()

    def clock(self) -> datetime:
        at = instant(self.now)
        assert at is not None
        return at

    def recorder(self) -> Recorder:
        """A process of its own: nothing is kept from the last one."""
        return handler.recorder(
            self.rim.client,
            BUCKET,
            "prod",
            clock=self.clock,
            sleep=lambda seconds: self.sleep(seconds),
            write=lambda line: self.log.append(json.loads(line)),
            remaining=lambda: self.remaining(),
            together=self.together,
        )

    def handle(self, *events: dict[str, Any]) -> None:
        for event in events:
            handler.run(self.recorder(), event)

    def try_handle(self, event: dict[str, Any]) -> bool:
        """Whether the event was taken in; False where Lambda would deliver it again."""
        try:
            self.handle(event)
        except PartFailed:
            return False
        return True

    def at(self, now: str, *events: dict[str, Any]) -> None:
        """Take in the events when it is `now`."""
        self.now = now
        self.handle(*events)

    def pass_time(self, seconds: int) -> None:
        self.now = (self.clock() + timedelta(seconds=seconds)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def records(self) -> dict[str, Record]:
        return {
            key.split("/")[-1].removesuffix(".json"): from_bytes(body)
            for key, body in self.rim.s3.objects.items()
            if key.startswith("records/")
        }

    def record(self) -> Record:
        (record,) = self.records().values()
        return record

    def open(self) -> list[str]:
        return [key for key in self.rim.s3.objects if key.startswith("open/")]

    def told(self) -> list[tuple[str, str]]:
        """(status, message id) of every message that went out, in order."""
        found = [
            (one["MessageAttributes"]["status"]["StringValue"], one["MessageAttributes"]["messageId"]["StringValue"])
            for one in self.rim.sns.published
        ]
        for entry in self.rim.events.entries:
            detail = json.loads(entry["Detail"])
            custom = detail["pagerduty"]["payload"]["custom_details"]
            found.append((custom["status"], custom["messageId"]))
        return found


def statuses(record: Record) -> list[str]:
    return [one["status"] for one in record["reached"]]


def facts_about(world: World, kinds: Iterable[str]) -> list[dict[str, Any]]:
    return [fact for fact in world.record()["facts"] if fact["kind"] in kinds]
