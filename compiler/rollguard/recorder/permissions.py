"""What the recorder's role may do: exactly the calls that this package makes, as statements of an IAM policy. Imports no SDK.

CloudWatch's three actions know no narrower resource: DescribeAlarms and DescribeAlarmHistory must be granted on `*` to tell of composite
alarms (API reference of both), GetMetricData has no resource type (service authorization reference).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Statement = dict[str, Any]


def statements(
    *,
    environment: str,
    account: str,
    region: str,
    partition: str,
    bucket: str,
    topics: Sequence[str] = (),
    events: bool = False,
    key: str | None = None,
) -> list[Statement]:
    """The statements for the recorder of one environment and Region, in a fixed order.

    `topics` are the ARNs of the channels' topics; `events`: a channel is told over the default event bus (PagerDuty); `key`: the ARN of
    the KMS key of encrypted topics or of the bucket. `environment` is part of no resource but the statements' ids.
    """
    place = f"{region}:{account}"
    objects = f"arn:{partition}:s3:::{bucket}"
    found = [
        _allow(
            f"{environment}Deployments",
            ["codedeploy:BatchGetDeployments", "codedeploy:GetDeployment", "codedeploy:ListDeployments"],
            [f"arn:{partition}:codedeploy:{place}:deploymentgroup:*"],
        ),
        _allow(
            f"{environment}Revisions",
            ["codedeploy:GetApplicationRevision"],
            [f"arn:{partition}:codedeploy:{place}:application:*"],
        ),
        _allow(
            f"{environment}Alarms",
            ["cloudwatch:DescribeAlarmHistory", "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"],
            ["*"],
        ),
        # Without ListBucket, S3 answers 403 instead of 404 for an object that is not there.
        _allow(f"{environment}Bucket", ["s3:ListBucket"], [objects]),
        _allow(
            f"{environment}Sheets",
            ["s3:GetObject"],
            [f"{objects}/{folder}/*" for folder in ("guards", "index", "observations", "records")],
        ),
        _allow(
            f"{environment}Records",
            ["s3:PutObject"],
            [f"{objects}/{folder}/*" for folder in ("observations", "open", "records")],
        ),
        _allow(f"{environment}Closed", ["s3:DeleteObject"], [f"{objects}/open/*"]),
    ]
    if topics:
        found.append(_allow(f"{environment}Topics", ["sns:Publish"], sorted(set(topics))))
    if events:
        found.append(
            _allow(f"{environment}Events", ["events:PutEvents"], [f"arn:{partition}:events:{place}:event-bus/default"])
        )
    if key is not None:
        found.append(_allow(f"{environment}Key", ["kms:Decrypt", "kms:GenerateDataKey"], [key]))
    return found


def runtime_statements(*, environment: str, log_group: str, queue: str | None = None) -> list[Statement]:
    """What Lambda does in the role's name: write the log group (an ARN without `:*`), and hand what failed to the queue (an ARN)."""
    found = [
        _allow(f"{environment}Log", ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{log_group}:*"]),
    ]
    if queue is not None:
        found.append(_allow(f"{environment}Queue", ["sqs:SendMessage"], [queue]))
    return found


def _allow(name: str, actions: Sequence[str], resources: Sequence[str]) -> Statement:
    """A Sid takes letters and digits only (IAM user guide, "Sid")."""
    sid = "".join(one for one in name if one.isascii() and one.isalnum())
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
