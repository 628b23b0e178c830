"""The role that CodeDeploy works with: the statements of AWS's managed policies, narrowed to what one group touches.

Actions: AWSCodeDeployRoleForECS, AWSCodeDeployRoleForLambda and AWSCodeDeployRole (version 11) in the AWS managed policy reference, and
for servers of a launch template what the CodeDeploy user guide adds ("Create a service role"). Resources: Service Authorization Reference.

What cannot be narrowed:
- `cloudwatch:DescribeAlarms` and every other Describe, and `tag:GetResources`: IAM takes only `*` for them. Without DescribeAlarms every
  guarded deployment stops.
- `cloudwatch:PutMetricAlarm` (blue/green of Auto Scaling groups): CodeDeploy copies the alarms of the group's scaling policies under names
  that nobody publishes. All alarms of the account and Region but ours.
- `ec2:RunInstances`: any instance, but only from a launch template of the account and Region; `iam:PassRole`: any role, but only to EC2
  (or to ECS tasks), as launch template and task definition name the role.
- Names known only at deployment (`${output:…}`) are `*` of their kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rollguard import conventions
from rollguard.plan import server_role
from rollguard.plan.model import LoadBalancer, Platform, Value
from rollguard.plan.permissions import Account, Statement, allow, known

_TAGGED = {"StringEquals": {"s3:ExistingObjectTag/UseWithCodeDeploy": "true"}}


@dataclass(frozen=True, slots=True)
class Target:
    """What one deployment group deploys to; as in the plan's CodeDeployGroup.

    `hooks` are the functions that its AppSpec calls and `revision_bucket` the bucket of its revisions; left out, the names and tags
    of AWS's own policies hold: functions called `CodeDeployHook_*`, objects tagged `UseWithCodeDeploy=true`.
    """

    platform: Platform
    group: str
    cluster: Value | None = None
    service: Value | None = None
    function: Value | None = None
    hooks: tuple[str, ...] = ()
    revision_bucket: str = ""
    load_balancer: LoadBalancer | None = None
    auto_scaling_groups: tuple[Value, ...] = ()
    ec2_tags: tuple[tuple[str, str], ...] = ()
    blue_green: bool = False


def statements(target: Target, region: str, account: str) -> tuple[Statement, ...]:
    """IAM policy statements for one deployment group; names known only at deployment widen to `*` of their kind."""
    here = Account(conventions.partition(region), region, account)
    alarms = allow("ReadAlarms", ["cloudwatch:DescribeAlarms"], "*")
    if target.platform == "Server":
        return (
            alarms,
            *server_role.statements(
                here,
                target.group,
                target.auto_scaling_groups,
                target.ec2_tags,
                target.load_balancer.target_groups if target.load_balancer else (),
                target.blue_green,
            ),
        )
    own = _lambda(target, here) if target.platform == "Lambda" else _ecs(target, here)
    return (alarms, _hooks(target.hooks, here), _revision(target.revision_bucket, here), *own)


def _hooks(hooks: tuple[str, ...], here: Account) -> Statement:
    functions = hooks or ("CodeDeployHook_*",)
    # The second form is for a version or an alias, which an AppSpec may name as well.
    named = [here.arn("lambda", f"function:{name}{suffix}") for name in functions for suffix in ("", ":*")]
    return allow("InvokeHooks", ["lambda:InvokeFunction"], named if hooks else named[:1])


def _revision(bucket: str, here: Account) -> Statement:
    actions = ["s3:GetObject", "s3:GetObjectVersion"]
    if bucket:
        return allow("ReadRevision", actions, f"arn:{here.partition}:s3:::{bucket}/*")
    return allow("ReadRevision", actions, "*", _TAGGED)


def _lambda(target: Target, here: Account) -> Iterable[Statement]:
    """UpdateAlias is granted on the function itself; provisioned concurrency is read of a version or an alias, which follow its name."""
    function = known(target.function)
    yield allow(
        "ShiftAlias",
        ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"],
        [here.arn("lambda", f"function:{function}"), here.arn("lambda", f"function:{function}:*")],
    )


def _ecs(target: Target, here: Account) -> Iterable[Statement]:
    path = f"{known(target.cluster)}/{known(target.service)}"
    yield allow(
        "ReplaceTasks",
        ["ecs:CreateTaskSet", "ecs:DeleteTaskSet", "ecs:DescribeServices", "ecs:UpdateServicePrimaryTaskSet"],
        [here.arn("ecs", f"service/{path}"), here.arn("ecs", f"task-set/{path}/*")],
    )
    tasks = {"StringLike": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    yield allow("PassTaskRoles", ["iam:PassRole"], here.role_arn("*"), tasks)
    describe = ["DescribeListeners", "DescribeRules", "DescribeTargetGroups"]
    yield allow("ReadLoadBalancer", [f"elasticloadbalancing:{action}" for action in describe], "*")
    yield allow(
        "ShiftTraffic",
        ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"],
        _listeners(target.load_balancer, here),
    )


def _listeners(balancer: LoadBalancer | None, here: Account) -> list[str]:
    """The listeners and their rules, whose ARNs begin alike; every one of the account where an ARN is only known at deployment."""
    stated = [balancer.listener, balancer.test_listener] if balancer else []
    listeners = [listener for listener in stated if listener is not None]
    if not listeners or not all(isinstance(one, str) and ":listener/" in one for one in listeners):
        return [here.arn("elasticloadbalancing", f"{kind}/*") for kind in ("listener", "listener-rule")]
    rules = [f"{one}/*".replace(":listener/", ":listener-rule/", 1) for one in listeners if isinstance(one, str)]
    return [*(one for one in listeners if isinstance(one, str)), *rules]
