"""What CodeDeploy may do with servers: Auto Scaling groups, their instances and the target groups in front of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rollguard import conventions
from rollguard.plan.model import Value
from rollguard.plan.permissions import Account, Statement, allow, known

#: Every Describe of AWSCodeDeployRole; IAM narrows none of them.
_DESCRIBE = (
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeLifecycleHooks",
    "autoscaling:DescribeNotificationConfigurations",
    "autoscaling:DescribePolicies",
    "autoscaling:DescribeScalingActivities",
    "autoscaling:DescribeScheduledActions",
    "ec2:DescribeInstanceStatus",
    "ec2:DescribeInstances",
    "elasticloadbalancing:DescribeInstanceHealth",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "elasticloadbalancing:DescribeTargetGroups",
    "elasticloadbalancing:DescribeTargetHealth",
    "tag:GetResources",
)
#: How CodeDeploy takes part in what a group does: a hook for new instances, and no scaling while it deploys.
_TAKE_PART = (
    "autoscaling:CompleteLifecycleAction",
    "autoscaling:DeleteLifecycleHook",
    "autoscaling:PutLifecycleHook",
    "autoscaling:RecordLifecycleActionHeartbeat",
    "autoscaling:ResumeProcesses",
    "autoscaling:SuspendProcesses",
)
#: How a blue/green deployment makes a copy of a group with all that hangs on it, and deletes the group afterwards.
_COPY = (
    "autoscaling:AttachLoadBalancerTargetGroups",
    "autoscaling:AttachLoadBalancers",
    "autoscaling:CreateAutoScalingGroup",
    "autoscaling:CreateOrUpdateTags",
    "autoscaling:DeleteAutoScalingGroup",
    "autoscaling:EnableMetricsCollection",
    "autoscaling:PutNotificationConfiguration",
    "autoscaling:PutScalingPolicy",
    "autoscaling:PutScheduledUpdateGroupAction",
    "autoscaling:PutWarmPool",
    "autoscaling:UpdateAutoScalingGroup",
)
#: A copy is called `CodeDeploy_<deployment group>_<deployment>`: seen in practice, not stated by AWS's guide.
_COPIES = "CodeDeploy_{group}_*"


def statements(
    here: Account,
    group: str,
    auto_scaling_groups: Sequence[Value],
    ec2_tags: Sequence[tuple[str, str]],
    target_groups: Sequence[Value],
    blue_green: bool,
) -> Iterable[Statement]:
    """The statements for the deployment group `group`. Without an Auto Scaling group, blue/green only ends the instances it replaces."""
    yield allow("FindInstances", _DESCRIBE, "*")
    names = [known(name) for name in auto_scaling_groups]
    if names and blue_green:
        names.append(_COPIES.format(group=group))
    if names:
        arns = [here.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}") for name in names]
        yield allow("WorkWithAutoScaling", _TAKE_PART, arns)
    if target_groups:
        arns = [here.arn("elasticloadbalancing", f"targetgroup/{known(name)}/*") for name in target_groups]
        actions = ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"]
        yield allow("RegisterTargets", actions, arns)
    if not blue_green:
        return
    yield from _terminate(here, names, ec2_tags)
    if names:
        yield from _copy(here, names)


def _terminate(here: Account, groups: Sequence[str], ec2_tags: Sequence[tuple[str, str]]) -> Iterable[Statement]:
    """Instances are told by tags: Auto Scaling's own, which nobody else can set, or all of those that the policy names."""
    instances, actions = here.arn("ec2", "instance/*"), ["ec2:TerminateInstances"]
    if groups:
        of_groups = {"StringLike": {"ec2:ResourceTag/aws:autoscaling:groupName": list(groups)}}
        yield allow("EndInstancesOfGroups", actions, instances, of_groups)
    if ec2_tags:
        tagged = {"StringEquals": {f"ec2:ResourceTag/{key}": value for key, value in ec2_tags}}
        yield allow("EndTaggedInstances", actions, instances, tagged)


def _copy(here: Account, names: Sequence[str]) -> Iterable[Statement]:
    groups = [here.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}") for name in names]
    yield allow("ReplaceGroup", _COPY, groups)
    yield allow("CopyScalingAlarms", ["cloudwatch:PutMetricAlarm"], here.arn("cloudwatch", "alarm:*"))
    yield {
        "Sid": "LeaveOurAlarms",
        "Effect": "Deny",
        "Action": ["cloudwatch:PutMetricAlarm"],
        "Resource": here.arn("cloudwatch", f"alarm:{conventions.PREFIX}_*"),
    }
    template = {"ArnLike": {"ec2:LaunchTemplate": here.arn("ec2", "launch-template/*")}}
    yield allow("StartFromTemplate", ["ec2:RunInstances"], "*", template)
    started = {"StringEquals": {"ec2:CreateAction": "RunInstances"}}
    yield allow("TagWhatIsStarted", ["ec2:CreateTags"], here.arn("ec2", "*/*"), started)
    # China's EC2 has a name of its own there.
    services = ["ec2.amazonaws.com"] + (["ec2.amazonaws.com.cn"] if here.partition == "aws-cn" else [])
    passed = {"StringEquals": {"iam:PassedToService": services}}
    yield allow("PassInstanceRole", ["iam:PassRole"], here.role_arn("*"), passed)
