"""Who may do what: roles, each with the least that works."""

from __future__ import annotations

import pulumi
from pulumi_aws import iam

from rollguard import conventions
from rollguard.plan.model import CodeDeployGroup, Foundation, Recorder, ServiceRole, SlackChannel, Tags
from rollguard.recorder import permissions
from rollguard.targets.documents import Statement, document
from rollguard.targets.scope import Scope


def recorder_role(
    name: str,
    recorder: Recorder,
    foundation: Foundation,
    key_arn: pulumi.Input[str],
    scope: Scope,
    parent: pulumi.Resource,
) -> tuple[iam.Role, tuple[iam.RolePolicy, ...]]:
    """What the recorder's code calls, and apart from it what Lambda does in its name: write its log, leave events that it failed on."""
    opts = pulumi.ResourceOptions(parent=parent)
    role = _role(
        name,
        recorder.names.role,
        _trust("lambda"),
        description="The recorder of rollbacks works with this role; made by Rollguard",
        path=foundation.iam_path,
        permissions_boundary=foundation.permissions_boundary,
        tags=foundation.tags,
        opts=opts,
    )
    topics = [channel.topic_arn for channel in foundation.channels if channel.pagerduty is None]
    calls = pulumi.Output.all(key_arn, *scope.values.texts(topics)).apply(
        lambda arns: document(
            permissions.statements(
                environment=recorder.environment,
                account=scope.account,
                region=scope.region,
                partition=scope.partition,
                bucket=recorder.names.bucket,
                topics=arns[1:],
                events=len(topics) < len(foundation.channels),
                key=arns[0],
            )
        )
    )
    runtime = permissions.runtime_statements(
        environment=recorder.environment,
        log_group=scope.arn("logs", f"log-group:{conventions.log_group(recorder.names.function)}"),
        queue=recorder.names.queue_arn,
    )
    return role, (
        _role_policy(name, "record", role, calls, opts),
        _role_policy(f"{name}/runtime", "runtime", role, document(runtime), opts),
    )


def events_role(
    name: str, recorder: Recorder, foundation: Foundation, scope: Scope, parent: pulumi.Resource
) -> tuple[iam.Role, iam.RolePolicy]:
    """With it the rules of this environment, of whatever stack, call the recorder and PagerDuty (aws-facts 7.3)."""
    opts = pulumi.ResourceOptions(parent=parent)
    trust = {
        **_trust("events"),
        "Condition": {
            "ArnLike": {"aws:SourceArn": scope.arn("events", f"rule/{recorder.rule_names}")},
            "StringEquals": {"aws:SourceAccount": scope.account},
        },
    }
    role = _role(
        name,
        recorder.names.events_role,
        trust,
        description="EventBridge calls the recorder of rollbacks with this role; made by Rollguard",
        path=foundation.iam_path,
        permissions_boundary=foundation.permissions_boundary,
        tags=foundation.tags,
        opts=opts,
    )
    statements: list[Statement] = [
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": recorder.names.function_arn}
    ]
    # The end of a destination's ARN is AWS's own; its name is ours.
    pages = [channel.pagerduty.name for channel in foundation.channels if channel.pagerduty is not None]
    if pages:
        destinations = [scope.arn("events", f"api-destination/{page}/*") for page in pages]
        statements.append({"Effect": "Allow", "Action": "events:InvokeApiDestination", "Resource": destinations})
    return role, _role_policy(name, "call", role, document(statements), opts)


def service_role(
    name: str, role: ServiceRole, deployment: CodeDeployGroup, scope: Scope, parent: pulumi.Resource
) -> tuple[iam.Role, iam.RolePolicy]:
    """What CodeDeploy may do for this one group; no other group can use it. It stays as long as its group does."""
    opts = pulumi.ResourceOptions(parent=parent, retain_on_delete=deployment.retain_on_delete)
    group = f"deploymentgroup:{deployment.application}/{deployment.group}"
    trust: Statement = {
        **_trust("codedeploy"),
        # docs.aws.amazon.com/codedeploy/latest/userguide/security_confused_deputy.html
        "Condition": {
            "ArnLike": {"aws:SourceArn": scope.arn("codedeploy", group)},
            "StringEquals": {"aws:SourceAccount": scope.account},
        },
    }
    made = _role(
        name,
        role.name,
        trust,
        description="CodeDeploy deploys and rolls back with this role; made by Rollguard",
        path=role.path,
        permissions_boundary=role.permissions_boundary,
        tags=role.tags,
        opts=opts,
    )
    return made, _role_policy(name, "codedeploy", made, document(role.statements), opts)


def slack_role(
    name: str, slack: SlackChannel, foundation: Foundation, tags: Tags, scope: Scope, parent: pulumi.Resource
) -> iam.Role:
    """What people in the Slack channel can look at: alarms and their graphs, nothing else."""
    opts = pulumi.ResourceOptions(parent=parent)
    trust: Statement = {**_trust("chatbot"), "Condition": {"StringEquals": {"aws:SourceAccount": scope.account}}}
    role = _role(
        name,
        slack.role_name,
        trust,
        description="Slack reads alarms with this role; made by Rollguard",
        path=foundation.iam_path,
        permissions_boundary=foundation.permissions_boundary,
        tags=tags,
        opts=opts,
    )
    # The "notification permissions" of the service's own role template.
    actions = ["cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"]
    statement: Statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    _role_policy(name, "read-alarms", role, document([statement]), opts)
    return role


def _role(
    name: str,
    physical: str,
    trust: Statement,
    *,
    description: str,
    path: str,
    permissions_boundary: str,
    tags: Tags,
    opts: pulumi.ResourceOptions,
) -> iam.Role:
    return iam.Role(
        name,
        name=physical,
        path=path or "/",
        description=description,
        assume_role_policy=document([trust]),
        permissions_boundary=permissions_boundary or None,
        tags=dict(tags) or None,
        opts=opts,
    )


def _role_policy(
    name: str, physical: str, role: iam.Role, policy: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> iam.RolePolicy:
    return iam.RolePolicy(name, name=physical, role=role.name, policy=policy, opts=opts)


def _trust(service: str) -> Statement:
    """Lets a service of AWS assume a role."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
