"""The role that CodeDeploy works with: the statements of AWS's managed policies, narrowed to what one group touches.

Actions: AWSCodeDeployRoleForECS, AWSCodeDeployRoleForLambda and AWSCodeDeployRole in the AWS managed policy reference.
`cloudwatch:DescribeAlarms` must be granted on `*` (CodeDeploy user guide, "Grant CloudWatch permissions to a service role"); without it
every guarded deployment stops.
"""

from __future__ import annotations

from rollguard import conventions
from rollguard.plan.model import Platform, Value

Statement = dict[str, object]

#: Resource types and actions that IAM cannot narrow, or whose names only the revision knows.
_ALARMS: Statement = {"Sid": "ReadAlarms", "Effect": "Allow", "Action": ["cloudwatch:DescribeAlarms"], "Resource": "*"}
_REVISION: Statement = {
    "Sid": "ReadRevision",
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:GetObjectVersion"],
    "Resource": "*",
    "Condition": {"StringEquals": {"s3:ExistingObjectTag/UseWithCodeDeploy": "true"}},
}


def statements(
    platform: Platform,
    region: str,
    account: str,
    *,
    cluster: Value | None = None,
    service: Value | None = None,
    function: Value | None = None,
    blue_green: bool = False,
) -> tuple[Statement, ...]:
    """IAM policy statements for one deployment group; names known only at deployment widen to `*` of their kind."""
    prefix = f"arn:{conventions.partition(region)}"
    hooks: Statement = {
        "Sid": "InvokeHooks",
        "Effect": "Allow",
        "Action": ["lambda:InvokeFunction"],
        "Resource": f"{prefix}:lambda:{region}:{account}:function:CodeDeployHook_*",
    }
    if platform == "Lambda":
        name = function if isinstance(function, str) else "*"
        shift: Statement = {
            "Sid": "ShiftAlias",
            "Effect": "Allow",
            "Action": ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"],
            "Resource": [
                f"{prefix}:lambda:{region}:{account}:function:{name}",
                f"{prefix}:lambda:{region}:{account}:function:{name}:*",
            ],
        }
        return (_ALARMS, hooks, _REVISION, shift)
    if platform == "ECS":
        return (_ALARMS, hooks, _REVISION, *_ecs(prefix, region, account, cluster, service))
    return (_ALARMS, _REVISION, *_server(prefix, region, account, blue_green))


def _ecs(prefix: str, region: str, account: str, cluster: Value | None, service: Value | None) -> tuple[Statement, ...]:
    where = f"{prefix}:ecs:{region}:{account}"
    path = f"{cluster if isinstance(cluster, str) else '*'}/{service if isinstance(service, str) else '*'}"
    return (
        {
            "Sid": "ReplaceTasks",
            "Effect": "Allow",
            "Action": [
                "ecs:CreateTaskSet",
                "ecs:DeleteTaskSet",
                "ecs:DescribeServices",
                "ecs:UpdateServicePrimaryTaskSet",
            ],
            "Resource": [f"{where}:service/{path}", f"{where}:task-set/{path}/*"],
        },
        {
            "Sid": "PassTaskRoles",
            "Effect": "Allow",
            "Action": ["iam:PassRole"],
            "Resource": f"{prefix}:iam::{account}:role/*",
            "Condition": {"StringLike": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
        *_shift_listeners(prefix, region, account),
    )


def _shift_listeners(prefix: str, region: str, account: str) -> tuple[Statement, ...]:
    balancing = f"{prefix}:elasticloadbalancing:{region}:{account}"
    return (
        {
            "Sid": "ReadLoadBalancer",
            "Effect": "Allow",
            "Action": [
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTargetGroups",
            ],
            "Resource": "*",
        },
        {
            "Sid": "ShiftTraffic",
            "Effect": "Allow",
            "Action": ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"],
            "Resource": [f"{balancing}:listener/*", f"{balancing}:listener-rule/*"],
        },
    )


def _server(prefix: str, region: str, account: str, blue_green: bool) -> tuple[Statement, ...]:
    groups = f"{prefix}:autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/*"
    read: Statement = {
        "Sid": "FindInstances",
        "Effect": "Allow",
        "Action": [
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeLifecycleHooks",
            "autoscaling:DescribePolicies",
            "autoscaling:DescribeScheduledActions",
            "autoscaling:DescribeNotificationConfigurations",
            "ec2:DescribeInstances",
            "ec2:DescribeInstanceStatus",
            "elasticloadbalancing:DescribeInstanceHealth",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
            "tag:GetResources",
        ],
        "Resource": "*",
    }
    hooks = ["CompleteLifecycleAction", "DeleteLifecycleHook", "PutLifecycleHook", "RecordLifecycleActionHeartbeat"]
    suspend = ["ResumeProcesses", "SuspendProcesses"]
    scale: Statement = {
        "Sid": "WorkWithAutoScaling",
        "Effect": "Allow",
        "Action": [f"autoscaling:{action}" for action in sorted([*hooks, *suspend])],
        "Resource": groups,
    }
    balance: Statement = {
        "Sid": "RegisterTargets",
        "Effect": "Allow",
        "Action": ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"],
        "Resource": f"{prefix}:elasticloadbalancing:{region}:{account}:targetgroup/*",
    }
    if not blue_green:
        return (read, scale, balance)
    replace: Statement = {
        "Sid": "ReplaceGroup",
        "Effect": "Allow",
        "Action": [
            "autoscaling:CreateAutoScalingGroup",
            "autoscaling:CreateOrUpdateTags",
            "autoscaling:DeleteAutoScalingGroup",
            "autoscaling:EnableMetricsCollection",
            "autoscaling:PutNotificationConfiguration",
            "autoscaling:PutScalingPolicy",
            "autoscaling:PutScheduledUpdateGroupAction",
            "autoscaling:UpdateAutoScalingGroup",
        ],
        "Resource": groups,
    }
    return (read, scale, balance, replace)
