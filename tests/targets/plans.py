"""Small plans, written by hand, that the tests of the targets start from."""

from __future__ import annotations

from dataclasses import replace

from rollguard.plan import model

ACCOUNT = "222222222222"
REGION = "eu-west-1"
TAGS = (("rollguard:environment", "prod"), ("rollguard:policy", "checkout-api"))
LISTENER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/app/checkout/8d3e1f/aa11bb"
LATENCY = model.Metric("AWS/ApplicationELB", "TargetResponseTime", "p99", (("LoadBalancer", "app/checkout/8d3e1f"),))


def alarm(criterion: str, **changes: object) -> model.MetricAlarm:
    made = model.MetricAlarm(
        name=f"rollguard_prod_checkout-api_{criterion}",
        description="Checkout answers slowly",
        period=60,
        evaluation_periods=5,
        datapoints_to_alarm=3,
        comparison="GreaterThanThreshold",
        treat_missing_data="notBreaching",
        threshold=1.5,
        metric=LATENCY,
        tags=TAGS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the tests name the fields


def bypass(criterion: str) -> model.MetricAlarm:
    dimensions = (("Criterion", criterion), ("Environment", "prod"), ("Policy", "checkout-api"))
    return alarm(
        f"{criterion}_bypass",
        metric=model.Metric("Rollguard/Bypass", "Bypass", "Minimum", dimensions),
        evaluation_periods=1,
        datapoints_to_alarm=1,
        comparison="GreaterThanOrEqualToThreshold",
        threshold=1.0,
    )


def criterion(
    name: str = "latency", *, attached: bool = True, made: model.MetricAlarm | None = None
) -> model.Criterion:
    own = made or alarm(name)
    return model.Criterion(
        id=name,
        title="Checkout answers slowly",
        why="clients give up",
        mode="rollback" if attached else "observe",
        attached=attached,
        judges="service",
        alarm_name=own.name,
        readable=model.Readable("p99 above 1.5 s", "in 3 of 5 minutes", "silence is healthy"),
        alarm=own,
        bypass=bypass(name) if attached else None,
    )


ROLE = model.ServiceRole(
    name="rollguard_prod_eu-west-1_checkout-api",
    path="/",
    permissions_boundary="",
    statements=({"Effect": "Allow", "Action": ["cloudwatch:DescribeAlarms"], "Resource": "*"},),
    tags=TAGS,
)
CANARY = model.DeploymentConfig("rollguard_prod_ecs-canary-10pct-7m", "ECS", model.TrafficShift("canary", 10, 7), False)


def ecs(**changes: object) -> model.CodeDeployGroup:
    made = model.CodeDeployGroup(
        application="checkout",
        group="checkout-api",
        platform="ECS",
        managed_by="rollguard",
        config=CANARY,
        alarms=("rollguard_prod_checkout-api",),
        alarms_enabled=True,
        ignore_poll_alarm_failure=False,
        bake_minutes=30,
        blue_green=True,
        protect=True,
        retain_on_delete=False,
        service_role=ROLE,
        ecs_cluster="shop",
        ecs_service="checkout",
        load_balancer=model.LoadBalancer(LISTENER, None, ("checkout-blue", "checkout-green")),
        tags=TAGS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def guard(*deployments: model.CodeDeployGroup, criteria: tuple[model.Criterion, ...] | None = None) -> model.GuardPlan:
    criteria = criteria if criteria is not None else (criterion(),)
    children = tuple(name for one in criteria if one.attached for name in (one.alarm_name, f"{one.alarm_name}_bypass"))
    rule = " OR ".join(
        f'(ALARM("{one.alarm_name}") AND NOT ALARM("{one.alarm_name}_bypass"))' for one in criteria if one.attached
    )
    return model.GuardPlan(
        policy="checkout-api",
        title="Checkout API",
        owner="payments",
        source="policies/payments/checkout-api.yaml",
        description="",
        runbook="",
        page="",
        mode="rollback",
        retired="",
        agreed=None,
        labels=(),
        criteria=criteria,
        trigger=model.Trigger("any", "any criterion", {"any": [one.id for one in criteria]}),
        rollback_alarm=model.CompositeAlarm(
            "rollguard_prod_checkout-api", "Rolls checkout back", rule or "FALSE", children, TAGS
        ),
        wiring="composite",
        deployments=deployments or (ecs(),),
        notify=(("started", ("on-call",)),),
    )


GUARD = guard()


def topic_arn(name: str) -> str:
    return f"arn:aws:sns:{REGION}:{ACCOUNT}:rollguard_prod_{name}"


def channel(
    name: str = "on-call",
    kind: str = "email",
    *subscriptions: model.Subscription,
    slack: model.SlackChannel | None = None,
) -> model.Channel:
    made = subscriptions or (model.Subscription("oncall", "email", "oncall@example.com"),)
    return model.Channel(
        name,
        kind,  # type: ignore[arg-type]  # one of the kinds
        topic_arn(name),
        f"rollguard_prod_{name}",
        () if slack else made,
        slack,
        tags=TAGS[:1],
    )


def pagerduty(name: str = "pager") -> model.Channel:
    key = model.Interpolated((model.Reference("secret", "pager"),))
    pattern = '{"source":["rollguard"],"detail":{"channel":["pager"],"environment":["prod"]}}'
    page = model.PagerDuty(f"rollguard_prod_{name}_pagerduty", pattern, key)
    return model.Channel(name, "pagerduty", "", pagerduty=page, tags=TAGS[:1])


def recorder_names(region: str = REGION) -> model.RecorderNames:
    role, events_role = (f"rollguard_prod_{region}_{what}" for what in ("recorder", "events"))
    return model.RecorderNames(
        function="rollguard_prod_recorder",
        function_arn=f"arn:aws:lambda:{region}:{ACCOUNT}:function:rollguard_prod_recorder",
        role=role,
        role_arn=f"arn:aws:iam::{ACCOUNT}:role/{role}",
        events_role=events_role,
        events_role_arn=f"arn:aws:iam::{ACCOUNT}:role/{events_role}",
        queue="rollguard_prod_lost-events",
        queue_arn=f"arn:aws:sqs:{region}:{ACCOUNT}:rollguard_prod_lost-events",
        bucket=f"rollguard-prod-{ACCOUNT}-{region}",
    )


RECORDER_ALARM = model.MetricAlarm(
    name="rollguard-recorder_prod_errors",
    description="The recorder of prod failed",
    period=60,
    evaluation_periods=1,
    datapoints_to_alarm=1,
    comparison="GreaterThanThreshold",
    treat_missing_data="notBreaching",
    threshold=0.0,
    metric=model.Metric("AWS/Lambda", "Errors", "Sum", (("FunctionName", "rollguard_prod_recorder"),)),
    tags=TAGS[:1],
)
RULES = (
    model.EventRule("rollguard_prod_alarms", "Alarms", pattern='{"source":["aws.cloudwatch"]}'),
    model.EventRule("rollguard_prod_sweep", "The sweep", schedule="rate(5 minutes)"),
)


def recorder(region: str = REGION, **changes: object) -> model.Recorder:
    made = model.Recorder(
        environment="prod",
        names=recorder_names(region),
        memory=256,
        timeout=60,
        log_retention=90,
        record_retention=400,
        rules=RULES,
        rule_names="rollguard_prod_*",
        alarms=(RECORDER_ALARM,),
        alarm_channels=("on-call",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def foundation(*channels: model.Channel, region: str = REGION, **changes: object) -> model.Foundation:
    made = channels or (channel(),)
    with_topic = tuple(one.name for one in made if one.pagerduty is None)
    return model.Foundation(
        key_alias="alias/rollguard_prod",
        channels=made,
        recorder=recorder(region, alarm_channels=with_topic, **changes),
        tags=TAGS[:1],
    )


def region(
    *guards: model.GuardPlan, name: str = REGION, base: model.Foundation | None = None, **changes: object
) -> model.RegionPlan:
    base = base or foundation(region=name)
    guards = guards or (GUARD,)
    owned = [one for each in guards for one in each.deployments if one.managed_by == "rollguard"]
    applications = {
        one.application: model.Application(one.application, one.platform, one.protect, one.retain_on_delete, TAGS[:1])
        for one in owned
    }
    configs = {one.config.name: one.config for one in owned if not one.config.predefined}
    made = model.RegionPlan(
        name,
        base,
        base.channels,
        tuple(applications.values()),
        tuple(configs.values()),
        guards,
        base.recorder.names,
        (model.EventRule("rollguard_prod_deployments", "Deployments", pattern='{"source":["aws.codedeploy"]}'),),
        TAGS[:1],
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def plan(*regions: model.RegionPlan) -> model.EnvironmentPlan:
    return model.EnvironmentPlan("prod", ACCOUNT, "", "", (), regions or (region(),))
