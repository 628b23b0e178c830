"""AWS's refusals that depend on what else exists, in its words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from rollguard.sandbox.aws import Answer, Limits, Mark, Refusal, Scope, World

Legal = Callable[..., dict[str, Any]]
Make = Callable[..., Answer]
Token = Callable[[str], str]
CHILD = "rollguard_prod_checkout-api_target-5xx"
COMPOSITE = "rollguard_prod_checkout-api"


def refused(command: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as caught:
        command()
    return str(caught.value)


@pytest.fixture
def group(make: Make) -> Callable[..., Answer]:
    """Creates the legal deployment group on all that it needs."""
    for type in ("MetricAlarm", "CompositeAlarm", "Application", "DeploymentConfig"):
        make(type)

    def create(**changes: Any) -> Answer:
        return make("DeploymentGroup", **changes)

    return create


@pytest.mark.parametrize(
    ("type", "before", "code", "operation", "message"),
    [
        ("MetricAlarm", (), "AlreadyExists", "PutMetricAlarm", f'CloudWatch metric alarm "{CHILD}" already exists'),
        (
            "CompositeAlarm",
            ("MetricAlarm",),
            "AlreadyExists",
            "PutCompositeAlarm",
            f'CloudWatch composite alarm "{COMPOSITE}" already exists',
        ),
        (
            "Application",
            (),
            "ApplicationAlreadyExistsException",
            "CreateApplication",
            "Application already exists: checkout",
        ),
        (
            "DeploymentConfig",
            (),
            "DeploymentConfigAlreadyExistsException",
            "CreateDeploymentConfig",
            "Deployment configuration already exists: rollguard_prod_ecs-canary-10pct-7m",
        ),
        (
            "Role",
            (),
            "EntityAlreadyExists",
            "CreateRole",
            "Role with name rollguard_prod_checkout-api already exists.",
        ),
        (
            "Alias",
            ("Key",),
            "AlreadyExistsException",
            "CreateAlias",
            "An alias with the name arn:aws:kms:eu-west-1:123456789012:alias/rollguard_prod already exists",
        ),
        (
            "SlackChannelConfiguration",
            (),
            "ConflictException",
            "CreateSlackChannelConfiguration",
            "A Slack channel configuration with the name rollguard_prod_releases already exists",
        ),
    ],
)
def test_a_name_that_is_taken(
    type: str, before: tuple[str, ...], code: str, operation: str, message: str, make: Make
) -> None:
    for needed in before:
        make(needed)
    make(type)
    says = f"An error occurred ({code}) when calling the {operation} operation: {message}"
    assert refused(lambda: make(type)) == says


def test_alarms_of_both_kinds_share_one_name_space(make: Make) -> None:
    make("MetricAlarm", name=COMPOSITE)
    assert "already exists" in refused(lambda: make("CompositeAlarm", alarmRule="TRUE"))


def test_a_composite_needs_its_children(make: Make) -> None:
    assert refused(lambda: make("CompositeAlarm", alarmRule="ALARM(a) OR ALARM(b)")) == (
        "An error occurred (ValidationError) when calling the PutCompositeAlarm operation: "
        "Could not save the composite alarm as alarms [a, b] in the alarm rule do not exist"
    )


def test_a_child_in_another_region_does_not_count(make: Make) -> None:
    make("MetricAlarm", name="a")
    make("CompositeAlarm", alarmRule="ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a)")
    elsewhere = "ALARM(arn:aws:cloudwatch:us-east-1:123456789012:alarm:a)"
    assert "do not exist" in refused(lambda: make("CompositeAlarm", alarmName="other", alarmRule=elsewhere))


def test_a_child_cannot_go_while_a_composite_names_it(make: Make, world: World, scope: Scope, token: Token) -> None:
    child, parent = make("MetricAlarm"), make("CompositeAlarm")
    assert refused(lambda: world.delete(token("MetricAlarm"), child.id, scope)) == (
        "An error occurred (ValidationError) when calling the DeleteAlarms operation: "
        f"Cannot delete {CHILD} as there are composite alarm(s) depending on it."
    )
    world.delete(token("CompositeAlarm"), parent.id, scope)
    world.delete(token("MetricAlarm"), child.id, scope)
    assert world.resources() == ()


def test_composites_cannot_depend_on_each_other_in_a_circle(
    make: Make, world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    make("CompositeAlarm", alarmName="a", alarmRule="TRUE")
    make("CompositeAlarm", alarmName="b", alarmRule="ALARM(a)")
    make("CompositeAlarm", alarmName="c", alarmRule="ALARM(b)")
    circle = legal("CompositeAlarm", alarmName="a", alarmRule="NOT ALARM(c)")
    assert "its rule would depend on itself: a" in refused(
        lambda: world.update(token("CompositeAlarm"), "a", circle, scope)
    )
    assert "its rule would depend on itself: d" in refused(
        lambda: make("CompositeAlarm", alarmName="d", alarmRule="OK(d)")
    )


def test_an_alarm_acts_in_its_own_region(make: Make) -> None:
    action = "arn:aws:sns:us-east-1:123456789012:oncall"
    assert refused(lambda: make("MetricAlarm", alarmActions=[action])).endswith(
        "Invalid region us-east-1 specified. Only eu-west-1 is supported."
    )
    make("MetricAlarm", alarmActions=["arn:aws:sns:eu-west-1:123456789012:a-topic-that-is-not-there"])


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"appName": "shop"}, "ApplicationDoesNotExistException", "No application found for name: shop"),
        (
            {"deploymentConfigName": "mine"},
            "DeploymentConfigDoesNotExistException",
            "No Deployment Configuration found for name: mine",
        ),
        (
            {"deploymentConfigName": "CodeDeployDefault.OneAtATime"},
            "InvalidDeploymentConfigNameException",
            "The deployment configuration CodeDeployDefault.OneAtATime is for the compute platform Server, the application is for ECS",
        ),
        (
            {"alarmConfiguration": {"enabled": True, "alarms": [COMPOSITE, "gone"]}},
            "InvalidAlarmConfigException",
            "The alarms do not exist in eu-west-1: gone",
        ),
        (
            {"deploymentStyle": {"deploymentType": "IN_PLACE"}},
            "InvalidDeploymentStyleException",
            "For the compute platform ECS the deployment type must be BLUE_GREEN and the option WITH_TRAFFIC_CONTROL",
        ),
        (
            {"ecsService": None},
            "InvalidECSServiceException",
            "A deployment group of the compute platform ECS needs exactly one Amazon ECS service",
        ),
    ],
)
def test_a_group_needs_what_it_names(
    changes: dict[str, Any], code: str, message: str, group: Callable[..., Answer]
) -> None:
    says = f"An error occurred ({code}) when calling the CreateDeploymentGroup operation: {message}"
    assert refused(lambda: group(**changes)) == says


def test_a_disabled_alarm_list_is_not_looked_at(group: Callable[..., Answer]) -> None:
    assert group(alarmConfiguration={"enabled": False, "alarms": ["gone"]}).id


def test_a_predefined_configuration_exists_in_every_account(group: Callable[..., Answer]) -> None:
    assert group(deploymentConfigName="CodeDeployDefault.ECSCanary10Percent5Minutes").id


def test_a_group_exists_once_and_an_ecs_service_has_one_group(group: Callable[..., Answer]) -> None:
    group()
    assert "(ECSServiceMappingLimitExceededException)" in refused(lambda: group(deploymentGroupName="second"))
    other = {"clusterName": "shop", "serviceName": "other"}
    assert "(DeploymentGroupAlreadyExistsException)" in refused(lambda: group(ecsService=other))


def test_a_role_that_does_not_trust_codedeploy(group: Callable[..., Answer], make: Make) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    make("Role", assumeRolePolicy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    assert "(InvalidRoleException)" in refused(group)


def test_traffic_control_on_servers_needs_a_load_balancer(make: Make) -> None:
    make("Application", computePlatform="Server")
    style = {"deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
    none = dict.fromkeys(
        ("ecsService", "loadBalancerInfo", "alarmConfiguration", "blueGreenDeploymentConfig", "deploymentConfigName")
    )
    assert (
        "either no load balancer was specified in elbInfoList or no target group was specified in targetGroupInfoList."
        in refused(lambda: make("DeploymentGroup", deploymentStyle=style, **none))
    )


def test_a_group_cannot_move_to_another_application(
    group: Callable[..., Answer], make: Make, world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    made = group()
    make("Application", name="shop")
    moved = legal("DeploymentGroup", appName="shop")
    assert "(DeploymentGroupDoesNotExistException)" in refused(
        lambda: world.update(token("DeploymentGroup"), made.id, moved, scope)
    )
    renamed = world.update(
        token("DeploymentGroup"), made.id, legal("DeploymentGroup", deploymentGroupName="api"), scope
    )
    assert (renamed.id, renamed.outputs["arn"].rpartition(":")[2]) == (made.id, "checkout/api")


def test_a_configuration_in_use_cannot_go(
    group: Callable[..., Answer], world: World, scope: Scope, token: Token
) -> None:
    made = group()
    assert refused(lambda: world.delete(token("DeploymentConfig"), "rollguard_prod_ecs-canary-10pct-7m", scope)) == (
        "An error occurred (DeploymentConfigInUseException) when calling the DeleteDeploymentConfig operation: "
        "The deployment configuration is still in use. rollguard_prod_ecs-canary-10pct-7m: checkout/checkout-api"
    )
    world.delete(token("DeploymentGroup"), made.id, scope)
    world.delete(token("DeploymentConfig"), "rollguard_prod_ecs-canary-10pct-7m", scope)


def test_a_configuration_is_immutable(make: Make, world: World, scope: Scope, legal: Legal, token: Token) -> None:
    made = make("DeploymentConfig")
    wider = legal(
        "DeploymentConfig",
        trafficRoutingConfig={"type": "TimeBasedCanary", "timeBasedCanary": {"percentage": 20, "interval": 7}},
    )
    assert "Deployment configurations cannot be changed" in refused(
        lambda: world.update(token("DeploymentConfig"), made.id, wider, scope)
    )


def test_the_account_has_so_many_configurations(legal: Legal, world: World, scope: Scope, token: Token) -> None:
    def create(name: str) -> Answer:
        inputs = legal("DeploymentConfig", deploymentConfigName=name)
        return world.create(token("DeploymentConfig"), inputs, scope, Mark("s"), limits=Limits(deployment_configs=2))

    create("a")
    create("b")
    assert "(DeploymentConfigLimitExceededException)" in refused(lambda: create("c"))


def test_deleting_an_application_takes_its_groups_along(
    group: Callable[..., Answer], world: World, scope: Scope, token: Token
) -> None:
    group()
    application = next(resource for resource in world.resources() if resource.kind == "application")
    world.delete(token("Application"), application.id, scope)
    assert {resource.kind for resource in world.resources()} == {"alarm", "deploymentConfig"}


def test_renaming_an_application_takes_its_groups_along(
    group: Callable[..., Answer], world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    made = group()
    application = next(resource for resource in world.resources() if resource.kind == "application")
    world.update(token("Application"), application.id, legal("Application", name="shop"), scope)
    names = {resource.kind: resource.name for resource in world.resources()}
    assert (names["application"], names["deploymentGroup"]) == ("shop", "shop/checkout-api")
    assert world.read(token("DeploymentGroup"), made.id, scope) is not None


def test_a_role_with_policies_cannot_go(make: Make, world: World, scope: Scope, legal: Legal, token: Token) -> None:
    role = make("Role")
    make("RolePolicy")
    assert refused(lambda: world.delete(token("Role"), role.id, scope, legal("Role"))) == (
        "An error occurred (DeleteConflict) when calling the DeleteRole operation: Cannot delete entity, must delete policies first."
    )
    world.delete(token("Role"), role.id, scope, legal("Role", forceDetachPolicies=True))
    assert world.resources() == ()


def test_a_policy_needs_its_role(make: Make) -> None:
    assert refused(lambda: make("RolePolicy")) == (
        "An error occurred (NoSuchEntity) when calling the PutRolePolicy operation: "
        "The role with name rollguard_prod_checkout-api cannot be found."
    )


def test_the_inline_policies_of_a_role_share_one_quota(make: Make) -> None:
    make("Role")
    statement = {"Sid": "s" * 6000, "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    half = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    make("RolePolicy", name="one", policy=half)
    make("RolePolicy", name="one", policy=half)
    assert "Maximum policy size of 10240 bytes exceeded for role rollguard_prod_checkout-api" in refused(
        lambda: make("RolePolicy", name="two", policy=half)
    )


def test_a_topic_is_created_once_and_again_only_the_same(make: Make, world: World) -> None:
    assert make("Topic").id == make("Topic").id
    assert len(world.resources()) == 1
    assert refused(lambda: make("Topic", tags={"rollguard:environment": "staging"})) == (
        "An error occurred (InvalidParameter) when calling the CreateTopic operation: "
        "Invalid parameter: Tags Reason: Topic already exists with different tags"
    )


@pytest.mark.parametrize(
    ("type", "operation"), [("TopicPolicy", "SetTopicAttributes"), ("TopicSubscription", "Subscribe")]
)
def test_what_belongs_to_a_topic_needs_it(type: str, operation: str, make: Make) -> None:
    assert refused(lambda: make(type)) == (
        f"An error occurred (NotFound) when calling the {operation} operation: "
        "Topic does not exist: arn:aws:sns:eu-west-1:123456789012:rollguard_prod_oncall"
    )


def test_people_and_servers_confirm_their_subscriptions_queues_do_not(make: Make) -> None:
    make("Topic")
    queue = "arn:aws:sqs:eu-west-1:123456789012:alarms"
    assert make("TopicSubscription").outputs["pendingConfirmation"] is True
    assert (
        make("TopicSubscription", protocol="https", endpoint="https://example.com/x").outputs["pendingConfirmation"]
        is True
    )
    assert (
        make("TopicSubscription", protocol="sqs", endpoint=queue, rawMessageDelivery=True).outputs[
            "pendingConfirmation"
        ]
        is False
    )
    pager = {"protocol": "https", "endpoint": "https://events.example.com/k", "endpointAutoConfirms": True}
    assert make("TopicSubscription", **pager).outputs["pendingConfirmation"] is False


def test_a_topic_takes_its_policy_and_subscriptions_along(make: Make, world: World, scope: Scope, token: Token) -> None:
    topic = make("Topic")
    make("TopicPolicy")
    make("TopicSubscription")
    world.delete(token("Topic"), topic.id, scope)
    assert world.resources() == ()


def test_a_key_is_only_scheduled_for_deletion(
    make: Make, world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    key = make("Key")
    world.delete(token("Key"), key.id, scope, legal("Key", deletionWindowInDays=7))
    (left,) = world.resources()
    assert (left.status["KeyState"], left.status["DeletionDate"]) == ("PendingDeletion", "2026-12-01T12:00:00+00:00")
    assert refused(lambda: make("Alias")) == (
        f"An error occurred (KMSInvalidStateException) when calling the CreateAlias operation: {left.arn} is pending deletion."
    )
    assert make("Key", adopt=True).id != key.id, "a key that is going is never adopted"


def test_an_alias_needs_its_key(make: Make) -> None:
    assert refused(lambda: make("Alias", targetKeyId="nowhere")) == (
        "An error occurred (NotFoundException) when calling the CreateAlias operation: "
        "Key 'arn:aws:kms:eu-west-1:123456789012:key/nowhere' does not exist"
    )


def test_a_key_that_another_account_administers(make: Make) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert "The new key policy will not allow you to update the key policy in the future." in refused(
        lambda: make("Key", policy=policy)
    )
