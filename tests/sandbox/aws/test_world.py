"""The world keeps what was created, hands it back, survives, tells drift, adopts after a death, and never stores a secret."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rollguard.failure import Failure
from rollguard.sandbox.aws import TYPES, UNKNOWN, Answer, Mark, Refusal, Scope, Secret, World, changes, foresee
from rollguard.sandbox.aws.resource_types import resource_type

Legal = Callable[..., dict[str, Any]]
Make = Callable[..., Answer]
Token = Callable[[str], str]

#: An order in which the legal inputs can be created, each on what came before.
ORDER = (
    "Key", "Alias", "Topic", "TopicPolicy", "TopicSubscription", "MetricAlarm", "CompositeAlarm", "Role", "RolePolicy",
    "Application", "DeploymentConfig", "DeploymentGroup", "SlackChannelConfiguration",
    "EventConnection", "EventApiDestination", "EventRule", "EventTarget", "LogGroup", "Queue", "QueuePolicy", "Function",
    "Bucket", "BucketVersioning", "BucketServerSideEncryptionConfiguration", "BucketPublicAccessBlock", "BucketPolicy",
    "BucketLifecycleConfiguration", "BucketObjectv2",
)  # fmt: skip

ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/rollguard_prod_lost-events"
BUCKET = "rollguard-prod-123456789012-eu-west-1"
IDS = {
    "Key": "00000000-0000-4000-8000-000000000001",
    "Alias": "alias/rollguard_prod",
    "Topic": ARN.format("sns", "rollguard_prod_oncall"),
    "TopicPolicy": ARN.format("sns", "rollguard_prod_oncall"),
    "TopicSubscription": ARN.format("sns", "rollguard_prod_oncall:00000000-0000-4000-8000-000000000002"),
    "MetricAlarm": "rollguard_prod_checkout-api_target-5xx",
    "CompositeAlarm": "rollguard_prod_checkout-api",
    "Role": "rollguard_prod_checkout-api",
    "RolePolicy": "rollguard_prod_checkout-api:codedeploy",
    "Application": "00000000-0000-4000-8000-000000000004:checkout",
    "DeploymentConfig": "rollguard_prod_ecs-canary-10pct-7m",
    "DeploymentGroup": "00000000-0000-4000-8000-000000000006",
    "SlackChannelConfiguration": "arn:aws:chatbot::123456789012:chat-configuration/slack-channel/rollguard_prod_releases",
    "EventConnection": "rollguard_prod_pager_pagerduty",
    "EventApiDestination": "rollguard_prod_pager_pagerduty",
    "EventRule": "rollguard_prod_deployments",
    "EventTarget": "rollguard_prod_deployments-recorder",
    "LogGroup": "/aws/lambda/rollguard_prod_recorder",
    "Queue": QUEUE,
    "QueuePolicy": QUEUE,
    "Function": "rollguard_prod_recorder",
    "Bucket": BUCKET,
    "BucketVersioning": BUCKET,
    "BucketServerSideEncryptionConfiguration": BUCKET,
    "BucketPublicAccessBlock": BUCKET,
    "BucketPolicy": BUCKET,
    "BucketLifecycleConfiguration": BUCKET,
    "BucketObjectv2": f"{BUCKET}/guards/checkout-api.json",
}


@pytest.fixture
def everything(make: Make) -> dict[str, Answer]:
    return {type: make(type) for type in ORDER}


def test_ids_are_those_of_the_real_provider(everything: dict[str, Answer]) -> None:
    assert {type: answer.id for type, answer in everything.items()} == IDS


def test_every_output_property_is_answered(everything: dict[str, Answer], token: Token) -> None:
    for type, answer in everything.items():
        assert set(resource_type(token(type)).outputs) <= set(answer.outputs), type
    alarm, group, topic = (everything[type].outputs for type in ("MetricAlarm", "DeploymentGroup", "Topic"))
    assert alarm["arn"] == ARN.format("cloudwatch", "alarm:rollguard_prod_checkout-api_target-5xx")
    assert alarm["actionsEnabled"] is True
    assert alarm["tagsAll"] == {"rollguard:policy": "checkout-api", "rollguard:environment": "prod"}
    assert group["arn"] == ARN.format("codedeploy", "deploymentgroup:checkout/checkout-api")
    assert (group["computePlatform"], group["deploymentGroupId"]) == ("ECS", IDS["DeploymentGroup"])
    assert (topic["owner"], topic["region"]) == ("123456789012", "eu-west-1")
    assert everything["Role"].outputs["arn"] == "arn:aws:iam::123456789012:role/rollguard_prod_checkout-api"
    assert "region" not in everything["Role"].outputs


def test_what_was_created_is_read_back_without_drift(
    everything: dict[str, Answer], world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    for type, answer in everything.items():
        read = world.read(token(type), answer.id, scope, legal(type))
        assert read is not None, type
        assert (read.inputs, read.outputs) == (answer.inputs, answer.outputs), type


def test_an_import_reads_inputs_that_differ_in_nothing_but_the_region(
    everything: dict[str, Answer], world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    for type, answer in everything.items():
        read = world.read(token(type), answer.id, scope)
        assert read is not None
        ours = {"region", "deletionWindowInDays", "enableKeyRotation"}
        assert [
            change for change in changes(token(type), read.inputs, legal(type)) if change.path[0] not in ours
        ] == [], type


def test_another_process_sees_the_same_world(everything: dict[str, Answer], world: World, tmp_path: Path) -> None:
    again = World(tmp_path / "state")
    assert again.resources() == world.resources()
    assert [resource.kind for resource in again.resources()] == sorted(
        ("role", "rolePolicy", "alarm", "alarm", "alias", "apiDestination", "application", "bucket", "bucketEncryption",
         "bucketLifecycle", "bucketPolicy", "bucketVersioning", "deploymentConfig", "deploymentGroup", "eventConnection", "eventRule",
         "eventTarget", "function", "key", "logGroup", "object", "publicAccessBlock", "queue", "queuePolicy", "slackChannel",
         "subscription", "topic", "topicPolicy"),
        key=lambda kind: (not kind.startswith("role"), kind),
    )  # fmt: skip


def test_the_file_is_readable_line_by_line(everything: dict[str, Answer], tmp_path: Path) -> None:
    text = (tmp_path / "state" / "world.json").read_text(encoding="utf-8")
    assert len(json.loads(text)["resources"]) == len(ORDER)
    assert sum(line.startswith('"123456789012/') for line in text.splitlines()) == len(ORDER)


def test_everything_can_be_deleted_and_only_the_key_stays(
    everything: dict[str, Answer], world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    for type in reversed(ORDER):
        world.delete(token(type), everything[type].id, scope, legal(type))
        world.delete(token(type), everything[type].id, scope, legal(type))
        assert world.read(token(type), everything[type].id, scope, legal(type)) is None
    assert [(left.kind, left.status["KeyState"], left.status["DeletionDate"]) for left in world.resources()] == [
        ("key", "PendingDeletion", "2026-12-24T12:00:00+00:00")
    ]


def test_a_hand_made_edit_of_the_file_is_drift(
    make: Make, world: World, scope: Scope, legal: Legal, token: Token, tmp_path: Path
) -> None:
    answer = make("MetricAlarm")
    file = tmp_path / "state" / "world.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"Threshold": 2', '"Threshold": 9'), encoding="utf-8")
    read = world.read(token("MetricAlarm"), answer.id, scope, legal("MetricAlarm"))
    assert read is not None
    assert [
        (change.path, change.before, change.after)
        for change in changes(token("MetricAlarm"), legal("MetricAlarm"), read.inputs)
    ] == [(("threshold",), 2, 9)]


def test_an_update_overwrites_and_leaves_the_alarms_state(
    make: Make, world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    answer = make("MetricAlarm")
    updated = world.update(
        token("MetricAlarm"), answer.id, legal("MetricAlarm", threshold=5, alarmDescription=None), scope
    )
    (alarm,) = world.resources()
    assert updated.outputs["threshold"] == 5
    assert alarm.members["Threshold"] == 5
    assert "AlarmDescription" not in alarm.members
    assert (alarm.status["StateValue"], alarm.status["StateReason"]) == (
        "INSUFFICIENT_DATA",
        "Unchecked: Initial alarm creation",
    )


def test_what_forces_a_new_resource_cannot_be_updated(
    make: Make, world: World, scope: Scope, legal: Legal, token: Token
) -> None:
    answer = make("Role")
    with pytest.raises(Refusal, match="`path` of role rollguard_prod_checkout-api cannot be changed in place"):
        world.update(token("Role"), answer.id, legal("Role", path="/team/"), scope)
    with pytest.raises(Refusal, match="role nobody does not exist"):
        world.update(token("Role"), "nobody", legal("Role"), scope)


def test_regions_and_accounts_are_kept_apart(make: Make, world: World, legal: Legal, token: Token) -> None:
    make("MetricAlarm")
    make("MetricAlarm", region="us-east-1")
    other = Scope("210987654321", "eu-west-1")
    world.create(token("MetricAlarm"), legal("MetricAlarm", region=None), other, Mark("rollguard/prod"))
    assert [(alarm.account, alarm.region, alarm.arn.split(":")[3]) for alarm in world.resources()] == [
        ("123456789012", "eu-west-1", "eu-west-1"),
        ("123456789012", "us-east-1", "us-east-1"),
        ("210987654321", "eu-west-1", "eu-west-1"),
    ]
    world.delete(
        token("MetricAlarm"), "rollguard_prod_checkout-api_target-5xx", other, legal("MetricAlarm", region="us-east-1")
    )
    assert len(world.resources()) == 3, "there is none of that account in us-east-1"


def test_roles_are_global(make: Make, world: World, token: Token) -> None:
    make("Role")
    elsewhere = Scope("123456789012", "us-east-1")
    assert world.read(token("Role"), "rollguard_prod_checkout-api", elsewhere) is not None


def test_after_a_death_everything_is_adopted_by_its_own_stack(
    everything: dict[str, Answer], make: Make, world: World
) -> None:
    before = world.resources()
    for type in ORDER:
        again = make(type, adopt=True)
        assert (again.adopted, again.id) == (True, everything[type].id), type
    assert [resource.key for resource in world.resources()] == [resource.key for resource in before]


def test_an_adopted_resource_gets_the_new_inputs(make: Make, world: World) -> None:
    make("MetricAlarm")
    assert make("MetricAlarm", adopt=True, threshold=7).outputs["threshold"] == 7
    assert world.resources()[0].members["Threshold"] == 7


@pytest.mark.parametrize(
    "other",
    [
        {"stack": "rollguard/staging"},
        {"tags": {"rollguard:policy": "other", "rollguard:environment": "prod"}},
        {"tags": None},
    ],
    ids=["another stack", "another policy", "no tags"],
)
def test_nobody_elses_resource_is_adopted(other: dict[str, Any], make: Make) -> None:
    make("MetricAlarm")
    with pytest.raises(Refusal, match="already exists"):
        make("MetricAlarm", adopt=True, **other)


def test_a_deployment_configuration_of_another_shape_is_not_adopted(make: Make) -> None:
    make("DeploymentConfig")
    with pytest.raises(Refusal, match="cannot be changed, only replaced by one of another name"):
        make("DeploymentConfig", adopt=True, trafficRoutingConfig={"type": "AllAtOnce"})


def test_a_secret_is_stored_as_a_hash_and_comes_back_as_a_secret(
    make: Make, world: World, scope: Scope, legal: Legal, token: Token, tmp_path: Path
) -> None:
    make("Topic")
    address = "https://events.example.com/integration/0123456789abcdef"
    inputs = legal("TopicSubscription", protocol="https", endpoint=Secret(address))
    answer = make("TopicSubscription", protocol="https", endpoint=Secret(address))
    assert answer.outputs["endpoint"] == Secret(address)
    assert address not in repr(answer)
    assert all(address not in file.read_text(encoding="utf-8") for file in (tmp_path / "state").iterdir())
    read = world.read(token("TopicSubscription"), answer.id, scope, inputs)
    assert read is not None
    assert read.inputs == inputs
    changed = world.read(token("TopicSubscription"), answer.id, scope, {**inputs, "rawMessageDelivery": True})
    assert changed is not None
    assert changed.inputs["endpoint"] == Secret(address), "another input drifted, the secret did not"
    assert make("TopicSubscription", protocol="https", endpoint=Secret(address)).id == answer.id, (
        "the same hash is the same endpoint"
    )


def test_two_worlds_hash_one_secret_differently(
    make: Make, legal: Legal, scope: Scope, token: Token, world: World, tmp_path: Path
) -> None:
    make("Topic")
    make("TopicSubscription", endpoint=Secret("oncall@example.com"))
    other = World(tmp_path / "other")
    other.create(token("Topic"), legal("Topic"), scope, Mark("s"))
    other.create(
        token("TopicSubscription"), legal("TopicSubscription", endpoint=Secret("oncall@example.com")), scope, Mark("s")
    )
    hashes = [
        next(r.members["Endpoint"] for r in one.resources() if r.kind == "subscription") for one in (world, other)
    ]
    assert hashes[0] != hashes[1]


def test_a_refused_command_changes_nothing(make: Make, world: World, tmp_path: Path) -> None:
    make("Topic")
    text = (tmp_path / "state" / "world.json").read_bytes()
    with pytest.raises(Refusal):
        make("DeploymentGroup")
    assert (tmp_path / "state" / "world.json").read_bytes() == text


def test_two_worlds_on_one_folder_lose_nothing(legal: Legal, scope: Scope, token: Token, tmp_path: Path) -> None:
    def fill(part: int) -> None:
        world = World(tmp_path / "state")
        for number in range(20):
            world.create(token("MetricAlarm"), legal("MetricAlarm", name=f"alarm_{part}_{number}"), scope, Mark("s"))

    threads = [threading.Thread(target=fill, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(World(tmp_path / "state").resources()) == 80


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"version": 2, "salt": "", "resources": {}}',
        '{"version": 1, "salt": "", "resources": {"x": {}}}',
    ],
)
def test_a_file_that_is_no_world_is_one_clear_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text(text, encoding="utf-8")
    with pytest.raises(Failure, match=r"`.*world\.json` is not a world of the sandbox \("):
        World(tmp_path)


def test_an_edit_by_hand_can_be_undone_until_a_command_overwrites_it(
    make: Make, legal: Legal, scope: Scope, token: Token, world: World
) -> None:
    made = make("MetricAlarm", threshold=1)
    (before,) = world.resources()
    world.edit(before, {**before.members, "Threshold": 99.0}, before.status)
    (edited,) = world.resources()
    assert (edited.members["Threshold"], edited.unedited) == (
        99.0,
        {"members": before.members, "status": before.status},
    )
    with pytest.raises(Failure, match="has changed meanwhile"):
        world.edit(before, {}, {})
    world.restore([edited])
    assert world.resources() == (before,)
    world.edit(before, {**before.members, "Threshold": 99.0}, before.status)
    world.update(token("MetricAlarm"), made.id, legal("MetricAlarm", threshold=2), scope)
    (updated,) = world.resources()
    assert (updated.members["Threshold"], updated.unedited) == (2, None)
    world.restore([updated])
    assert world.resources() == (updated,)


def test_an_alarm_of_somebody_else_can_be_assumed(make: Make, world: World, scope: Scope) -> None:
    world.assume_alarm("their-alarm", scope)
    world.assume_alarm("their-alarm", scope)
    make("CompositeAlarm", alarmRule="ALARM(their-alarm)")
    assert [(alarm.name, alarm.status["StateValue"]) for alarm in world.resources()] == [
        ("rollguard_prod_checkout-api", "INSUFFICIENT_DATA"),
        ("their-alarm", "OK"),
    ]


@pytest.mark.parametrize("type", ORDER)
def test_a_preview_knows_the_inputs_and_nothing_that_only_aws_knows(
    type: str, legal: Legal, scope: Scope, token: Token
) -> None:
    foreseen = foresee(token(type), legal(type), scope)
    assert changes(token(type), legal(type), {name: foreseen[name] for name in legal(type)}) == ()
    for name, source in resource_type(token(type)).outputs.items():
        if source in ("arn", "id") or str(source).startswith("status."):
            assert foreseen[name] == legal(type).get(name, UNKNOWN)


def test_a_preview_of_an_update_keeps_what_aws_gave(make: Make, legal: Legal, scope: Scope, token: Token) -> None:
    before = make("MetricAlarm").outputs
    after = foresee(token("MetricAlarm"), legal("MetricAlarm", threshold=3), scope, before)
    assert after == {**before, "threshold": 3}


def test_the_order_of_this_file_covers_every_type() -> None:
    assert {token.split(":")[2] for token in TYPES} == set(ORDER)
