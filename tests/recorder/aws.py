"""Stand-ins for the clients that the recorder calls. They answer what their state says; a test changes the state, never an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from botocore.exceptions import ReadTimeoutError

from rollguard.recorder import times
from tests.recorder.s3 import MemoryS3, error


def instant(at: str | None) -> datetime | None:
    return times.instant(at)


class CodeDeploy:
    """`deployments` are deploymentInfos by id, with the AppSpecs' contents, which only GetApplicationRevision gives.

    `page` is how many ids a list holds.
    """

    def __init__(self) -> None:
        self.deployments: dict[str, dict[str, Any]] = {}
        self.page = 100
        self.newest_first = True

    def get_deployment(self, *, deploymentId: str) -> dict[str, Any]:
        if deploymentId not in self.deployments:
            raise error("DeploymentDoesNotExistException", 400, "GetDeployment")
        return {"deploymentInfo": without_content(self.deployments[deploymentId])}

    def get_application_revision(self, *, applicationName: str, revision: dict[str, Any]) -> dict[str, Any]:
        for info in self.deployments.values():
            stated = info["revision"]
            hashes = [one.get("appSpecContent", {}).get("sha256") for one in (stated, revision)]
            if info["applicationName"] == applicationName and hashes[0] == hashes[1]:
                return {"applicationName": applicationName, "revision": stated, "revisionInfo": {}}
        raise error("RevisionDoesNotExistException", 400, "GetApplicationRevision")

    def list_deployments(
        self,
        *,
        applicationName: str,
        deploymentGroupName: str,
        createTimeRange: dict[str, datetime],
        nextToken: str = "0",
    ) -> dict[str, Any]:
        found = [
            info
            for info in self.deployments.values()
            if (info["applicationName"], info["deploymentGroupName"]) == (applicationName, deploymentGroupName)
            and createTimeRange["start"] <= info["createTime"] <= createTimeRange["end"]
        ]
        found.sort(key=lambda info: info["createTime"], reverse=self.newest_first)
        begin, end = int(nextToken), int(nextToken) + self.page
        answer: dict[str, Any] = {"deployments": [info["deploymentId"] for info in found[begin:end]]}
        return answer | ({"nextToken": str(end)} if len(found) > end else {})

    def batch_get_deployments(self, *, deploymentIds: list[str]) -> dict[str, Any]:
        assert len(deploymentIds) <= 25
        return {
            "deploymentsInfo": [
                without_content(self.deployments[one]) for one in deploymentIds if one in self.deployments
            ]
        }


def without_content(info: dict[str, Any]) -> dict[str, Any]:
    """The content of an AppSpec "is always null" in GetDeployment's answer (botocore's model)."""
    revision = info.get("revision") or {}
    if "appSpecContent" not in revision:
        return info
    return info | {"revision": revision | {"appSpecContent": revision["appSpecContent"] | {"content": None}}}


class CloudWatch:
    """`history` holds each alarm's changes, (time, state, reason, reasonData), oldest first; `values` a function of query id and time."""

    def __init__(self) -> None:
        self.history: dict[str, list[tuple[str, str, str, dict[str, Any] | None]]] = {}
        self.composites: set[str] = set()
        self.now: Callable[[], str] = lambda: "2026-11-24T10:00:00Z"
        self.values: Callable[[str, str], float | None] = lambda _id, _at: 0.1
        #: For how long datapoints of a period are kept: of more than that ago, an answer holds none.
        self.kept: Callable[[int], timedelta] = lambda _period: timedelta(days=15)
        self.requested: list[list[dict[str, Any]]] = []

    def describe_alarms(self, *, AlarmNames: list[str], AlarmTypes: list[str], MaxRecords: int) -> dict[str, Any]:
        assert len(AlarmNames) <= 100
        found: dict[str, list[dict[str, Any]]] = {"MetricAlarms": [], "CompositeAlarms": []}
        for name in AlarmNames:
            so_far = [change for change in self.history.get(name, ()) if change[0] <= self.now()]
            if not so_far:
                continue
            at, state, reason, data = so_far[-1]
            described: dict[str, Any] = {
                "AlarmName": name,
                "StateValue": state,
                "StateReason": reason,
                "StateUpdatedTimestamp": instant(at),
                "StateTransitionedTimestamp": instant(at),
            }
            if data is not None:
                described["StateReasonData"] = json.dumps(data)
            if name not in self.composites:
                described["Dimensions"] = [{"Name": "LoadBalancer", "Value": "app/checkout/8d3e"}]
            found["CompositeAlarms" if name in self.composites else "MetricAlarms"].append(described)
        return found

    def describe_alarm_history(
        self,
        *,
        AlarmName: str,
        AlarmTypes: list[str],
        HistoryItemType: str,
        StartDate: datetime,
        EndDate: datetime,
        MaxRecords: int,
    ) -> dict[str, Any]:
        items, before = [], "INSUFFICIENT_DATA"
        for at, state, reason, data in self.history.get(AlarmName, ()):
            moment = instant(at)
            if moment is not None and StartDate <= moment <= EndDate and at <= self.now():
                new = {"stateValue": state, "stateReason": reason, "stateReasonData": data}
                items.append(
                    {
                        "AlarmName": AlarmName,
                        "Timestamp": moment,
                        "HistoryItemType": "StateUpdate",
                        "HistorySummary": f"Alarm updated from {before} to {state}",
                        "HistoryData": json.dumps(
                            {"version": "1.0", "oldState": {"stateValue": before}, "newState": new}
                        ),
                    }
                )
            before = state
        return {"AlarmHistoryItems": list(reversed(items))}

    def get_metric_data(
        self, *, MetricDataQueries: list[dict[str, Any]], StartTime: datetime, EndTime: datetime, ScanBy: str
    ) -> dict[str, Any]:
        assert len(MetricDataQueries) <= 500
        assert sum(str(query.get("Expression")).startswith("SELECT") for query in MetricDataQueries) <= 1
        self.requested.append(MetricDataQueries)
        results = []
        periods = {
            query["Id"].partition("_")[0]: query["MetricStat"]["Period"]
            for query in MetricDataQueries
            if "MetricStat" in query
        }
        now = instant(self.now())
        assert now is not None
        for query in MetricDataQueries:
            if query.get("ReturnData", True):
                period = periods.get(query["Id"].partition("_")[0], 60)
                stamps = range(int(StartTime.timestamp()) // period * period, int(EndTime.timestamp()), period)
                old = now - StartTime > self.kept(period)
                stamped = [(at, None if old else self.values(query["Id"], times.text(at) or "")) for at in stamps]
                known = [(at, value) for at, value in stamped if value is not None]
                results.append(
                    {
                        "Id": query["Id"],
                        "Label": query["Id"],
                        "StatusCode": "Complete",
                        "Timestamps": [times.instant(at) for at, _ in known],
                        "Values": [value for _, value in known],
                    }
                )
        return {"MetricDataResults": results}


class Topics:
    """SNS: every message that was published, in order."""

    def __init__(self) -> None:
        self.published: list[dict[str, Any]] = []

    def publish(self, **parameters: Any) -> dict[str, Any]:
        self.published.append(parameters)
        return {"MessageId": str(len(self.published))}


class Bus:
    """EventBridge: every entry that was put, in order."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        self.entries += Entries
        return {"FailedEntryCount": 0, "Entries": [{"EventId": str(index)} for index, _ in enumerate(Entries)]}


class Killed(BaseException):
    """The process ends here, as by SIGKILL: no handler of the code under test may see it as an error of AWS."""


#: The calls that change something.
EFFECTS = frozenset({"put_object", "delete_object", "publish", "put_events"})


class Client:
    """A client in front of a stand-in: notes every call, breaks those that the test wants broken, and ends the process at an effect."""

    def __init__(self, service: str, behind: object, rim: Rim) -> None:
        self.service, self.behind, self.rim = service, behind, rim

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        method = getattr(self.behind, operation)

        def call(**parameters: Any) -> Any:
            return self.rim.pass_on(self.service, operation, method, parameters)

        return call


class Rim:
    """Every client of one process. `broken` maps operations to what they do instead of answering."""

    def __init__(self) -> None:
        self.s3, self.codedeploy, self.cloudwatch = MemoryS3(), CodeDeploy(), CloudWatch()
        self.sns, self.events = Topics(), Bus()
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.broken: dict[str, Callable[[dict[str, Any]], Any]] = {}
        #: Counts down at every effect; at 0 the process ends, before the effect or, with `after`, behind it, and with it all its threads.
        self.kill_in: int | None = None
        self.counting = Lock()
        self.after = False

    def client(self, service: str) -> Any:
        return Client(service, getattr(self, service), self)

    def pass_on(self, service: str, operation: str, method: Callable[..., Any], parameters: dict[str, Any]) -> Any:
        self.calls.append((service, operation, parameters))
        if operation in self.broken:
            answer = self.broken[operation](parameters)
            if answer is not None:
                return answer
        ends = False
        if operation in EFFECTS and self.kill_in is not None:
            with self.counting:
                dead, ends = self.kill_in < 0, self.kill_in == 0
                self.kill_in -= 1
            if dead or (ends and not self.after):
                raise Killed
        answer = method(**parameters)
        if ends:
            raise Killed
        return answer


def _raise(failure: Exception) -> Any:
    raise failure


#: How a call can fail, by name (aws-facts names none of these codes; they are botocore's and the services').
FAILURES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "throttled": lambda _: _raise(error("ThrottlingException", 400, "Any", "Rate exceeded")),
    "denied": lambda _: _raise(error("AccessDeniedException", 403, "Any", "not authorized to perform")),
    "not found": lambda _: _raise(error("ResourceNotFound", 404, "Any")),
    "timeout": lambda _: _raise(ReadTimeoutError(endpoint_url="https://service.eu-west-1.amazonaws.com")),
    "malformed": lambda _: {"unexpected": [None]},
}
