"""What the sandbox's AWS answers to the calls of a function: CodeDeploy, CloudWatch, S3 and SNS, as they stand at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rollguard.sandbox.aws import Resource
from rollguard.sandbox.incident.subscribers import deliveries
from rollguard.sandbox.runtime.alarms import Alarms
from rollguard.sandbox.runtime.bucket import Bucket, Precondition
from rollguard.sandbox.runtime.clients import Operation, Parameters, body, error
from rollguard.sandbox.runtime.clock import Clock
from rollguard.sandbox.runtime.deployments import Deployments, Place
from rollguard.sandbox.runtime.outbox import Sent, attributes_of

Operations = Mapping[str, Operation]
Answer = Callable[[Parameters], dict[str, Any]]
_ANY = "*"
#: SNS: 256 KiB a message by default; a subject has less than 100 characters and no line break or control character (aws-facts 7.4).
_MESSAGE = 262_144
_SUBJECT = 100


def codedeploy(deployments: Deployments, place: Place) -> Operations:
    """GetDeployment, BatchGetDeployments, ListDeployments and GetApplicationRevision."""

    def answering(operation: str, answer: Answer) -> Answer:
        if deployments.answers:
            return answer

        def silent(parameters: Parameters) -> dict[str, Any]:
            raise error("ThrottlingException", "Rate exceeded", operation)

        return silent

    def group(parameters: Parameters) -> list[str]:
        application, name = parameters.get("applicationName", ""), parameters.get("deploymentGroupName", "")
        return [place.arn("codedeploy", f"deploymentgroup:{application}/{name}")]

    def group_of(parameters: Parameters) -> list[str]:
        info = deployments.get(parameters["deploymentId"])
        return [_ANY] if info is None else group({**info})

    def get(parameters: Parameters) -> dict[str, Any]:
        info = deployments.get(parameters["deploymentId"])
        if info is None:
            message = f"The deployment {parameters['deploymentId']} could not be found"
            raise error("DeploymentDoesNotExistException", message, "GetDeployment")
        return {"deploymentInfo": info}

    def batch(parameters: Parameters) -> dict[str, Any]:
        found = [deployments.get(id) for id in parameters["deploymentIds"]]
        return {"deploymentsInfo": [info for info in found if info is not None]}

    def groups_of(parameters: Parameters) -> list[str]:
        return [arn for id in parameters["deploymentIds"] for arn in group_of({"deploymentId": id})] or [_ANY]

    def listed(parameters: Parameters) -> dict[str, Any]:
        span = parameters.get("createTimeRange") or {}
        statuses = parameters.get("includeOnlyStatuses")
        found = [
            info
            for info in deployments.of(parameters["applicationName"], parameters["deploymentGroupName"])
            if _within(info["createTime"], span.get("start"), span.get("end"))
            and (statuses is None or info["status"] in statuses)
        ]
        return {"deployments": [info["deploymentId"] for info in found]}

    def application(parameters: Parameters) -> list[str]:
        return [place.arn("codedeploy", f"application:{parameters['applicationName']}")]

    def revision(parameters: Parameters) -> dict[str, Any]:
        sha256 = (parameters["revision"].get("appSpecContent") or {}).get("sha256", "")
        found = deployments.revision(parameters["applicationName"], sha256)
        if found is None:
            raise error("RevisionDoesNotExistException", "The revision could not be found", "GetApplicationRevision")
        return {"applicationName": parameters["applicationName"], "revision": found, "revisionInfo": {}}

    return {
        name: Operation(resources, answering(name, answer))
        for name, resources, answer in (
            ("GetApplicationRevision", application, revision),
            ("GetDeployment", group_of, get),
            ("BatchGetDeployments", groups_of, batch),
            ("ListDeployments", group, listed),
        )
    }


def cloudwatch(alarms: Alarms, place: Place) -> Operations:
    """DescribeAlarms, DescribeAlarmHistory and GetMetricData."""

    def described(parameters: Parameters) -> dict[str, Any]:
        types = parameters.get("AlarmTypes") or ["MetricAlarm"]
        found = alarms.describe(parameters.get("AlarmNames"), parameters.get("AlarmNamePrefix", ""))
        return {
            "MetricAlarms": found["MetricAlarms"] if "MetricAlarm" in types else [],
            "CompositeAlarms": found["CompositeAlarms"] if "CompositeAlarm" in types else [],
        }

    def history(parameters: Parameters) -> dict[str, Any]:
        found = [
            item
            for item in alarms.history(parameters["AlarmName"])
            if _within(item["Timestamp"], parameters.get("StartDate"), parameters.get("EndDate"))
        ]
        if parameters.get("ScanBy") == "TimestampAscending":
            found.reverse()
        return {"AlarmHistoryItems": found[: parameters.get("MaxRecords", 100)]}

    def data(parameters: Parameters) -> dict[str, Any]:
        results = []
        for query in parameters["MetricDataQueries"]:
            if not query.get("ReturnData", True):
                continue
            times, values = alarms.values(
                query, parameters["MetricDataQueries"], parameters["StartTime"], parameters["EndTime"]
            )
            if parameters.get("ScanBy", "TimestampDescending") == "TimestampDescending":
                times, values = times[::-1], values[::-1]
            results.append(
                {
                    "Id": query["Id"],
                    "Label": query.get("Label", query["Id"]),
                    "Timestamps": times,
                    "Values": values,
                    "StatusCode": "Complete",
                }
            )
        return {"MetricDataResults": results, "Messages": []}

    def named(parameters: Parameters) -> list[str]:
        names = parameters.get("AlarmNames") or [parameters.get("AlarmName") or "*"]
        return [place.arn("cloudwatch", f"alarm:{name}") for name in names]

    return {
        "DescribeAlarms": Operation(named, described),
        "DescribeAlarmHistory": Operation(named, history),
        "GetMetricData": Operation(lambda _: [_ANY], data),
    }


def s3(resources: Sequence[Resource], place: Place, bucket_of: Callable[[str], Bucket]) -> Operations:
    """GetObject, PutObject, DeleteObject and ListObjectsV2 of the buckets that stand."""
    objects = {
        (str(one.members["Bucket"]), str(one.members["Key"])): str(one.members.get("Body", ""))
        for one in resources
        if one.kind == "object"
    }
    standing = {one.name for one in resources if one.kind == "bucket"}

    def of(parameters: Parameters, operation: str) -> Bucket:
        name = parameters["Bucket"]
        if name not in standing:
            raise error("NoSuchBucket", "The specified bucket does not exist", operation, 404)
        return bucket_of(name)

    def arn(parameters: Parameters) -> list[str]:
        return [f"arn:{place.partition}:s3:::{parameters['Bucket']}/{parameters['Key']}"]

    def whole(parameters: Parameters) -> list[str]:
        return [f"arn:{place.partition}:s3:::{parameters['Bucket']}"]

    def get(parameters: Parameters) -> dict[str, Any]:
        found = of(parameters, "GetObject").get(parameters["Key"])
        made = objects.get((parameters["Bucket"], parameters["Key"]))
        if found is None and made is None:
            raise error("NoSuchKey", "The specified key does not exist.", "GetObject", 404)
        raw = found.body if found is not None else (made or "").encode()
        return {"Body": body(raw), "ContentLength": len(raw), "ETag": found.etag if found is not None else '"0"'}

    def put(parameters: Parameters) -> dict[str, Any]:
        raw = parameters.get("Body", b"")
        try:
            etag = of(parameters, "PutObject").put(
                parameters["Key"],
                raw if isinstance(raw, bytes) else str(raw).encode(),
                only_new=parameters.get("IfNoneMatch") == "*",
                only_over=parameters.get("IfMatch"),
            )
        except Precondition:
            message = "At least one of the pre-conditions you specified did not hold"
            raise error("PreconditionFailed", message, "PutObject", 412) from None
        return {"ETag": etag}

    def delete(parameters: Parameters) -> dict[str, Any]:
        of(parameters, "DeleteObject").delete(parameters["Key"])
        return {}

    def listed(parameters: Parameters) -> dict[str, Any]:
        prefix = parameters.get("Prefix", "")
        bucket = of(parameters, "ListObjectsV2")
        found = [{"Key": key, "LastModified": bucket.written(key)} for key in bucket.keys(prefix)]
        return {"Contents": found, "KeyCount": len(found), "IsTruncated": False}

    return {
        "GetObject": Operation(arn, get),
        "PutObject": Operation(arn, put),
        "DeleteObject": Operation(arn, delete),
        "ListObjectsV2": Operation(whole, listed, "s3:ListBucket"),
    }


def sns(resources: Sequence[Resource], clock: Clock, send: Callable[[list[Sent]], None]) -> Operations:
    """Publish, to whoever has subscribed as things stand."""

    def publish(parameters: Parameters) -> dict[str, Any]:
        topic, subject = parameters["TopicArn"], parameters.get("Subject", "")
        if len(subject) >= _SUBJECT or any(ord(one) < 32 for one in subject):
            raise error("InvalidParameter", "Invalid parameter: Subject", "Publish")
        if len(parameters["Message"].encode()) > _MESSAGE:
            raise error("InvalidParameter", "Invalid parameter: Message too long", "Publish")
        send(
            [
                Sent(
                    clock.stamp(clock.now),
                    topic.rpartition(":")[2],
                    one.to,
                    one.arrives,
                    one.why,
                    subject,
                    parameters["Message"],
                    attributes_of(parameters.get("MessageAttributes")),
                )
                for one in deliveries(resources, topic)
            ]
        )
        return {"MessageId": f"{topic}-{clock.now}"}

    return {"Publish": Operation(lambda parameters: [parameters["TopicArn"]], publish)}


def _within(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or at >= start) and (end is None or at <= end)
