"""What CodeDeploy's role allows, from real policies, held against AWS's own managed policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Golden

MANAGED: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "managed_policies.yaml").read_text(encoding="utf-8")
)

LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/shop/1/2"
ECS = {
    "platform": "ecs",
    "ecs": {"cluster": "shop", "service": "web"},
    "loadBalancer": {"listener": LISTENER, "targetGroups": ["blue", "green"]},
}
LAMBDA = {"platform": "lambda", "lambda": {"function": "shop", "alias": "live"}}
SERVER = {
    "platform": "server",
    "server": {"autoScalingGroups": ["web"]},
    "loadBalancer": {"targetGroups": ["web"]},
    "traffic": {"allAtOnce": True},
}
BLUE_GREEN = SERVER | {"server": {"autoScalingGroups": ["web"], "blueGreen": True}}
TAGGED = SERVER | {"server": {"tags": {"role": "web", "stage": "prod"}, "blueGreen": True}}

TRIGGERS = "the groups have no triggers: the alarms publish by themselves"
CLASSIC = "the groups name target groups and no classic load balancer"
COPIES = "only a blue/green deployment of Auto Scaling groups makes a copy"
KEEPS = "a deployment in place ends no instances"
GROUPS = "no Auto Scaling group is named"
_CLASSIC = {
    "elasticloadbalancing:DeregisterInstancesFromLoadBalancer": CLASSIC,
    "elasticloadbalancing:RegisterInstancesWithLoadBalancer": CLASSIC,
}
_COPY = dict.fromkeys(
    (
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
        "cloudwatch:PutMetricAlarm",
        "ec2:CreateTags",
        "ec2:RunInstances",
        "iam:PassRole",
    ),
    COPIES,
)
_TAKE_PART = {
    f"autoscaling:{action}": GROUPS
    for action in (
        "CompleteLifecycleAction",
        "DeleteLifecycleHook",
        "PutLifecycleHook",
        "RecordLifecycleActionHeartbeat",
        "ResumeProcesses",
        "SuspendProcesses",
    )
}
#: Every action of the managed policies that a role of ours lacks, with the reason.
LEFT_OUT: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "ecs": (ECS, {"sns:Publish": TRIGGERS}),
    "lambda": (LAMBDA, {"sns:Publish": TRIGGERS}),
    "server": (SERVER, {"sns:Publish": TRIGGERS, "ec2:TerminateInstances": KEEPS} | _CLASSIC | _COPY),
    "server-blue-green": (BLUE_GREEN, {"sns:Publish": TRIGGERS} | _CLASSIC),
    "server-tags-blue-green": (TAGGED, {"sns:Publish": TRIGGERS} | _CLASSIC | _COPY | _TAKE_PART),
}


def _statements(workspace: Any, codedeploy: dict[str, Any]) -> list[dict[str, Any]]:
    def change(data: Any) -> None:
        settings = data["spec"]["deployments"][0]["codedeploy"]
        del settings["lambda"]
        settings.update(codedeploy)

    workspace.policy(change)
    (group,) = workspace.guard().deployments
    return json.loads(json.dumps(group.service_role.statements))  # type: ignore[no-any-return]


def _resources(statements: list[dict[str, Any]], sid: str) -> list[str]:
    (found,) = [one["Resource"] for one in statements if one["Sid"] == sid]
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize("case", LEFT_OUT)
def test_a_role_has_every_action_of_the_managed_policy_but_those_with_a_reason(workspace: Any, case: str) -> None:
    codedeploy, left_out = LEFT_OUT[case]
    platform = {"ecs": "ECS", "lambda": "Lambda"}.get(case, "Server")
    managed = {*MANAGED[platform], *(MANAGED["launchTemplate"] if platform == "Server" else ())}
    allowed = {
        action for one in _statements(workspace, codedeploy) if one["Effect"] == "Allow" for action in one["Action"]
    }
    assert allowed <= managed
    assert managed - allowed == set(left_out)


@pytest.mark.parametrize("case", LEFT_OUT)
def test_the_statements_are_these(workspace: Any, case: str, golden: Golden) -> None:
    shown = json.dumps(_statements(workspace, LEFT_OUT[case][0]), indent=1) + "\n"
    golden(f"targets/role-{case}.json", shown)


def test_named_hooks_and_bucket_are_allowed_instead_of_awss_names(workspace: Any) -> None:
    block = {"function": "shop", "alias": "live", "hooks": ["check", "${vars.hook}"], "revisionBucket": "acme-releases"}
    workspace.environments(lambda data: data["environments"]["prod"].update(vars={"hook": "smoke"}))
    statements = _statements(workspace, LAMBDA | {"lambda": block})
    functions = "arn:aws:lambda:eu-west-1:222222222222:function:"
    assert _resources(statements, "InvokeHooks") == [
        f"{functions}{name}" for name in ("check", "check:*", "smoke", "smoke:*")
    ]
    assert _resources(statements, "ReadRevision") == ["arn:aws:s3:::acme-releases/*"]
    assert not any("Condition" in one for one in statements)


def test_a_name_known_only_at_deployment_is_any_of_its_kind(workspace: Any) -> None:
    statements = _statements(workspace, ECS | {"ecs": {"cluster": "${output:base.cluster}", "service": "web"}})
    assert _resources(statements, "ReplaceTasks")[0] == "arn:aws:ecs:eu-west-1:222222222222:service/*/web"


def test_chinas_role_passes_instance_roles_to_chinas_ec2(workspace: Any) -> None:
    workspace.environments(lambda data: data["environments"]["prod"].update(region="cn-north-1"))
    statements = _statements(workspace, BLUE_GREEN | {"loadBalancer": {"targetGroups": ["web"]}})
    arns = [arn for one in statements for arn in _resources(statements, one["Sid"]) if arn != "*"]
    assert arns and all(arn.startswith("arn:aws-cn:") for arn in arns)
    (passes,) = [one for one in statements if one["Sid"] == "PassInstanceRole"]
    assert "ec2.amazonaws.com.cn" in passes["Condition"]["StringEquals"]["iam:PassedToService"]


@pytest.mark.parametrize(
    ("codedeploy", "message", "help"),
    [
        (
            LAMBDA | {"lambda": {"function": "*", "alias": "live"}},
            "`*` is not the name of a function",
            "a name is letters, digits, `-` and `_`, up to 64",
        ),
        (
            LAMBDA | {"lambda": {"function": "arn:aws:lambda:eu-west-1:222222222222:function:shop", "alias": "live"}},
            "`arn:aws:lambda:eu-west-1:222222222222:function:shop` is an ARN, not the name of a function",
            "write the name, not the ARN",
        ),
        (
            LAMBDA | {"lambda": {"function": "${vars.name}", "alias": "live"}},
            "`arn:aws:ecs:eu-west-1:222222222222:cluster/shop` is an ARN, not the name of a function",
            "write the name, not the ARN",
        ),
        (
            LAMBDA | {"lambda": {"function": "shop", "alias": "7"}},
            "`7` is not the name of an alias",
            "a name is letters, digits, `-` and `_`, up to 128, and not digits alone",
        ),
        (
            ECS | {"ecs": {"cluster": "${vars.name}", "service": "web"}},
            "`arn:aws:ecs:eu-west-1:222222222222:cluster/shop` is an ARN, not the name of a cluster",
            "write the name, not the ARN",
        ),
        (
            ECS | {"ecs": {"cluster": "shop", "service": "web*"}},
            "`web*` is not the name of a service",
            "a name is letters, digits, `-` and `_`, up to 255",
        ),
        (
            LAMBDA | {"lambda": {"function": "shop", "alias": "live", "hooks": ["*"]}},
            "`*` is not the name of a function",
            "a name is letters, digits, `-` and `_`, up to 64",
        ),
        (
            LAMBDA | {"lambda": {"function": "shop", "alias": "live", "revisionBucket": "${vars.name}"}},
            "`arn:aws:ecs:eu-west-1:222222222222:cluster/shop` is an ARN, not the name of a bucket",
            "write the name, not the ARN",
        ),
        (
            SERVER | {"server": {"autoScalingGroups": ["web*"]}},
            "`web*` is not the name of an Auto Scaling group",
            "a name is any text without `:`, `*` and `?`, up to 255 characters",
        ),
    ],
)
def test_what_becomes_part_of_a_permission_is_a_plain_name(
    workspace: Any, codedeploy: dict[str, Any], message: str, help: str
) -> None:
    workspace.environments(
        lambda data: data["environments"]["prod"].update(
            vars={"name": "arn:aws:ecs:eu-west-1:222222222222:cluster/shop"}
        )
    )

    def change(data: Any) -> None:
        settings = data["spec"]["deployments"][0]["codedeploy"]
        del settings["lambda"]
        settings.update(codedeploy)

    workspace.policy(change)
    assert [(one.code, one.message, one.help) for one in workspace.diagnostics()] == [("R025", message, help)]
