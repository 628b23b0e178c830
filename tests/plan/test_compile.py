"""A whole environment: Regions, channels, applications, deployment configurations, and stacks that hold a part."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rollguard.failure import Failure
from rollguard.plan import plan
from rollguard.plan.model import Interpolated, Reference, TrafficShift
from rollguard.plan.serialize import to_json


def _codedeploy(**values: Any) -> Any:
    def change(data: Any) -> None:
        settings = data["spec"]["deployments"][0]["codedeploy"]
        settings.update(values)
        for key in [key for key, value in settings.items() if value is None]:
            del settings[key]

    return change


def _named(name: str, **codedeploy: Any) -> Any:
    def change(data: Any) -> None:
        data["metadata"]["name"] = name
        _codedeploy(group=name, **codedeploy)(data)

    return change


ECS = {
    "platform": "ecs",
    "lambda": None,
    "ecs": {"cluster": "c", "service": "s"},
    "loadBalancer": {
        "listener": "arn:aws:elasticloadbalancing:eu-west-1:222222222222:listener/app/a/1/2",
        "targetGroups": ["blue", "green"],
    },
}
SERVER = {"platform": "server", "lambda": None, "server": {"autoScalingGroups": ["group"]}}


@pytest.mark.parametrize(
    ("codedeploy", "name", "bake"),
    [
        ({}, "CodeDeployDefault.LambdaCanary10Percent5Minutes", None),
        ({"traffic": {"canary": {"percent": 10, "interval": "7m"}}}, "rollguard_prod_lambda-canary-10pct-7m", None),
        (
            {"traffic": {"linear": {"percent": 10, "interval": "1m"}}},
            "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
            None,
        ),
        (ECS, "CodeDeployDefault.ECSCanary10Percent5Minutes", 0),
        (ECS | {"bake": "30m"}, "CodeDeployDefault.ECSCanary10Percent5Minutes", 30),
        (ECS | {"traffic": {"linear": {"percent": 25, "interval": "1h"}}}, "rollguard_prod_ecs-linear-25pct-60m", 0),
        (ECS | {"traffic": {"allAtOnce": True}}, "CodeDeployDefault.ECSAllAtOnce", 0),
        (ECS | {"traffic": {"config": "Ours"}}, "Ours", 0),
        (SERVER | {"traffic": {"healthyHosts": {"atLeastPercent": 75}}}, "rollguard_prod_server-healthy-75pct", None),
        (SERVER | {"traffic": {"healthyHosts": {"atLeast": 3}}}, "rollguard_prod_server-healthy-3hosts", None),
        (SERVER | {"traffic": {"healthyHosts": {"atLeastPercent": 50}}}, "CodeDeployDefault.HalfAtATime", None),
        (SERVER | {"traffic": {"healthyHosts": {"atLeast": 1}}}, "rollguard_prod_server-healthy-1hosts", None),
        (SERVER | {"traffic": {"allAtOnce": True}}, "CodeDeployDefault.AllAtOnce", None),
    ],
)
def test_traffic_uses_a_predefined_configuration_where_one_is_equal(
    workspace: Any, codedeploy: Any, name: str, bake: int | None
) -> None:
    workspace.policy(_codedeploy(**codedeploy))
    (region,) = workspace.plan().regions
    (group,) = region.guards[0].deployments
    assert (group.config.name, group.bake_minutes) == (name, bake)
    assert [config.name for config in region.deployment_configs] == ([name] if name.startswith("rollguard") else [])


@pytest.mark.parametrize(
    ("codedeploy", "traffic"),
    [
        ({"traffic": {"config": "CodeDeployDefault.LambdaCanary10Percent10Minutes"}}, TrafficShift("canary", 10, 10)),
        (
            ECS | {"traffic": {"config": "CodeDeployDefault.ECSLinear10PercentEvery3Minutes"}},
            TrafficShift("linear", 10, 3),
        ),
        (
            SERVER | {"traffic": {"config": "CodeDeployDefault.OneAtATime"}},
            TrafficShift("healthyHosts", healthy_hosts=("MOST_CONCURRENCY", 1)),
        ),
        ({"traffic": {"config": "Ours"}}, TrafficShift("named")),
    ],
)
def test_of_codedeploys_own_configurations_the_plan_knows_how_they_shift(
    workspace: Any, codedeploy: dict[str, Any], traffic: TrafficShift
) -> None:
    workspace.policy(_codedeploy(**codedeploy))
    (group,) = workspace.guard().deployments
    assert group.config.traffic == traffic


@pytest.mark.parametrize(
    ("codedeploy", "message", "help"),
    [
        (
            {"traffic": {"config": "CodeDeployDefault.LambdaCanary10Percent7Minutes"}},
            "CodeDeploy has no deployment configuration `CodeDeployDefault.LambdaCanary10Percent7Minutes`",
            "did you mean `CodeDeployDefault.LambdaCanary10Percent5Minutes`?",
        ),
        (
            {"traffic": {"config": "CodeDeployDefault.ECSCanary10Percent15Minutes"}},
            "`CodeDeployDefault.ECSCanary10Percent15Minutes` is for the compute platform ECS, but the deployment is for Lambda",
            "did you mean `CodeDeployDefault.LambdaCanary10Percent15Minutes`?",
        ),
        (
            SERVER | {"traffic": {"config": "CodeDeployDefault.Nothing"}},
            "CodeDeploy has no deployment configuration `CodeDeployDefault.Nothing`",
            "there are `CodeDeployDefault.AllAtOnce`, `CodeDeployDefault.HalfAtATime` and `CodeDeployDefault.OneAtATime`",
        ),
    ],
)
def test_a_predefined_configuration_must_exist_for_the_platform(
    workspace: Any, codedeploy: dict[str, Any], message: str, help: str
) -> None:
    workspace.policy(_codedeploy(**codedeploy))
    assert [(one.code, one.message, one.help) for one in workspace.diagnostics()] == [("R026", message, help)]


def test_policies_share_a_configuration_of_one_shape(workspace: Any) -> None:
    traffic = {"canary": {"percent": 10, "interval": "7m"}}
    workspace.policy(_codedeploy(traffic=traffic))
    workspace.policy(_named("other", traffic=traffic), path="policies/sales/other.yaml")
    (region,) = workspace.plan().regions
    assert [config.name for config in region.deployment_configs] == ["rollguard_prod_lambda-canary-10pct-7m"]


def test_the_default_bake_only_counts_where_the_mechanism_has_one(workspace: Any) -> None:
    workspace.environments(lambda data: data["defaults"].update(bake="15m"))
    assert workspace.guard().deployments[0].bake_minutes is None
    workspace.policy(_codedeploy(**ECS))
    assert workspace.guard().deployments[0].bake_minutes == 15


def test_a_shift_longer_than_codedeploy_allows_is_an_error(workspace: Any) -> None:
    workspace.policy(_codedeploy(traffic={"linear": {"percent": 10, "interval": "6h"}}))
    assert workspace.found() == [
        "X030 from the first to the last traffic shift it takes 3,240 minutes; CodeDeploy allows 2,880"
    ]


def test_an_application_of_two_policies_is_made_once(workspace: Any) -> None:
    workspace.policy(_named("other"), path="policies/sales/other.yaml")
    assert [application.name for application in workspace.plan().regions[0].applications] == ["shop"]


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ({"group": "live"}, "R050 group `live` of application `shop` is guarded twice"),
        (ECS | {"group": "g"}, "R051 application `shop` is of platform ECS for `other`, here of Lambda"),
        (
            {"group": "g", "managedBy": "cdk"},
            "R052 application `shop` is managed by cdk for `other`, here by rollguard",
        ),
    ],
)
def test_two_policies_cannot_disagree_about_an_application(workspace: Any, second: Any, found: str) -> None:
    workspace.policy(
        lambda data: data["metadata"].update(name="other"), _codedeploy(**second), path="policies/sales/other.yaml"
    )
    assert found in workspace.found()


def test_regions_have_their_own_variables_alarms_and_roles(workspace: Any) -> None:
    def regions(data: Any) -> None:
        prod = data["environments"]["prod"]
        del prod["region"]
        prod["regions"] = {"us-east-1": {"vars": {"queue": "east"}}, "eu-west-1": {}}
        prod["vars"] = {"queue": "west"}

    def dimension(data: Any) -> None:
        data["spec"]["criteria"][0]["signal"]["dimensions"] = {"QueueName": "${vars.queue}"}

    workspace.environments(regions)
    workspace.policy(dimension)
    plan = workspace.plan()
    assert [region.region for region in plan.regions] == ["eu-west-1", "us-east-1"]
    queues = [region.guards[0].criteria[0].alarm.metric.dimensions for region in plan.regions]
    assert queues == [(("QueueName", "west"),), (("QueueName", "east"),)]
    roles = {region.guards[0].deployments[0].service_role.name for region in plan.regions}
    assert len(roles) == 2


def test_a_stack_that_holds_a_part_needs_nothing_of_another(workspace: Any) -> None:
    traffic = {"canary": {"percent": 10, "interval": "7m"}}
    workspace.policy(_codedeploy(traffic=traffic))
    workspace.policy(_named("other", traffic=traffic, application="other"), path="policies/payments/other.yaml")
    (sales,) = workspace.plan("prod", "sales").regions
    (payments,) = workspace.plan("prod", "foundation", "payments/*").regions
    assert [guard.policy for guard in sales.guards] == ["shop"]
    assert [guard.policy for guard in payments.guards] == ["other"]
    assert sales.foundation is None and payments.foundation is not None
    assert sales.deployment_configs != payments.deployment_configs
    assert [made.name for region in (sales, payments) for made in region.applications] == ["shop", "other"]
    assert [channel.topic_arn for channel in sales.channels] == [channel.topic_arn for channel in payments.channels]


def test_two_stacks_cannot_own_one_application(workspace: Any) -> None:
    """Whichever stack owned it, the other's policies could make that stack delete it with all its groups."""
    workspace.policy(_named("other"), path="policies/payments/other.yaml")
    checked = plan(workspace.load(), "prod", ("sales",))
    assert checked.value is None
    assert [(found.code, found.message) for found in checked.diagnostics] == [
        ("R053", "application `shop` is also used by `other`, which this stack does not include")
    ]
    assert workspace.plan("prod", "sales", "payments").regions[0].applications[0].name == "shop"


def test_an_include_that_matches_nothing_is_said(workspace: Any) -> None:
    with pytest.raises(Failure, match="`marketing` in `include` matches no policy"):
        workspace.plan("prod", "marketing")


def test_an_unknown_environment_is_said_with_the_near_name(workspace: Any) -> None:
    with pytest.raises(Failure) as failure:
        workspace.plan("prd")
    assert failure.value.help == "did you mean `prod`?"


def test_channels_become_topics_with_subscriptions(workspace: Any) -> None:
    channels = {
        "mail": {"email": ["a@example.com", "b@example.com"]},
        "pager": {"pagerduty": "${secret:pager}"},
        "queue": {"sqs": "arn:aws:sqs:eu-west-1:222222222222:q"},
        "there": {"topic": "arn:aws:sns:eu-west-1:222222222222:t"},
        "chat": {"slack": {"workspace": "T0123ABCD", "channel": "C0123ABCD"}},
    }
    workspace.environments(lambda data: data["environments"]["prod"].update(channels=channels))
    made = {channel.name: channel for channel in workspace.plan().regions[0].channels}
    assert made["mail"].topic_arn == "arn:aws:sns:eu-west-1:222222222222:rollguard_prod_mail"
    assert [(one.protocol, one.endpoint) for one in made["mail"].subscriptions] == [
        ("email", "a@example.com"),
        ("email", "b@example.com"),
    ]
    pager = made["pager"]
    assert (pager.topic_arn, pager.topic_name, pager.subscriptions) == ("", "", ())
    assert pager.pagerduty.routing_key == Interpolated((Reference("secret", "pager"),))
    assert json.loads(pager.pagerduty.pattern) == {
        "source": ["rollguard"],
        "detail-type": ["Rollguard Notification"],
        "detail": {"channel": ["pager"], "environment": ["prod"]},
    }
    assert (made["there"].topic_name, made["there"].topic_arn) == ("", "arn:aws:sns:eu-west-1:222222222222:t")
    assert made["chat"].slack.channel == "C0123ABCD"


def test_the_plan_is_the_same_whatever_the_order_of_files_and_keys(workspace: Any) -> None:
    workspace.policy(_named("other"), path="policies/sales/other.yaml")
    before = to_json(workspace.plan())
    text = (workspace.root / "policies/sales/other.yaml").read_text()
    (workspace.root / "policies/sales/other.yaml").unlink()
    workspace.write("policies/sales/other.yaml", "\n".join(_reversed_top_level(text)))
    assert to_json(workspace.plan()) == before


def _reversed_top_level(text: str) -> list[str]:
    blocks: list[list[str]] = []
    for line in text.splitlines():
        if not line.startswith((" ", "-")):
            blocks.append([])
        blocks[-1].append(line)
    return [line for block in reversed(blocks) for line in block]


def test_a_policy_moved_to_another_folder_keeps_everything_but_its_source(workspace: Any) -> None:
    before = to_json(workspace.plan())
    (workspace.root / "policies/sales/shop.yaml").unlink()
    workspace.policy(path="policies/elsewhere/shop.yaml")
    assert to_json(workspace.plan()).replace("policies/elsewhere/", "policies/sales/") == before


def test_a_fault_of_another_team_does_not_stop_a_stack_of_ours(workspace: Any) -> None:
    workspace.write("policies/payments/broken.yaml", "kind: [")
    workspace.policy(
        _named("other", application="other"),
        lambda data: data["spec"].update(trigger="nobody"),
        path="policies/payments/other.yaml",
    )
    assert plan(workspace.load(), "prod").value is None
    assert [guard.policy for guard in workspace.plan("prod", "sales").regions[0].guards] == ["shop"]


@pytest.mark.parametrize(
    ("name", "text"), [("started.txt.j2", "$nothing"), ("any.txt.j2", "{% if %}"), ("startet.txt.j2", "$headline")]
)
def test_a_broken_message_template_is_for_the_check_and_stops_no_stack(workspace: Any, name: str, text: str) -> None:
    before = workspace.plan()
    workspace.write(f"policies/sales/templates/{name}", text)
    assert [found.severity for found in workspace.diagnostics()] == ["error"]
    assert workspace.plan().regions == before.regions
    assert workspace.plan("prod", "foundation").regions[0].foundation == before.regions[0].foundation


def test_two_environments_of_one_account_cannot_make_one_application(workspace: Any) -> None:
    workspace.environments(lambda data: data["environments"]["staging"].update(account="222222222222"))
    workspace.policy(lambda data: data["spec"]["environments"].update(staging={}))
    assert workspace.found() == [
        "R054 application `shop` would be made by `prod` and by `staging`, which share account 222222222222 and eu-west-1"
    ]


def test_an_ecs_service_has_one_group(workspace: Any) -> None:
    slow = {"canary": {"percent": 10, "interval": "10m"}}
    workspace.policy(_codedeploy(**ECS, traffic=slow))
    workspace.policy(_named("other", **ECS, traffic=slow), path="policies/sales/other.yaml")
    assert workspace.found() == ["R055 ECS service `s` of cluster `c` is deployed by two groups"]


def test_without_environments_presets_and_triggers_are_still_looked_at(workspace: Any) -> None:
    workspace.write("policies/environments.yaml", "apiVersion: rollguard/v1\nkind: Environments\nenvironments: {}\n")
    workspace.policy(
        lambda data: data["spec"].update(trigger="a or c"),
        lambda data: data["spec"]["criteria"].append({"id": "p", "uses": "sqs/nothing"}),
    )
    codes = [found.split()[0] for found in workspace.found()]
    assert "P001" in codes and "R042" in codes


def test_a_plan_over_faulty_environments_says_their_faults(workspace: Any) -> None:
    workspace.write("policies/environments.yaml", "apiVersion: rollguard/v1\nkind: Environments\nenvironments: 5\n")
    checked = plan(workspace.load(), "prod")
    assert checked.value is None
    assert [found.span.path for found in checked.diagnostics] == ["policies/environments.yaml"]
