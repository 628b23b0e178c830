"""What the stand-in provider answers to the engine's questions, without an engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub, add_ResourceProviderServicer_to_server

from rollguard.sandbox.aws import UNKNOWN, World
from rollguard.sandbox.provider import StandInProvider
from rollguard.sandbox.settings import ProviderSettings
from rollguard.sandbox.trail import Trail, read_trail
from rollguard.sandbox.wire import from_wire, to_wire

TOPIC = "aws:sns/topic:Topic"
CONFIG = "aws:codedeploy/deploymentConfig:DeploymentConfig"
CANARY = {
    "deploymentConfigName": "rollguard_prod_ecs-canary-10pct-7m",
    "computePlatform": "ECS",
    "trafficRoutingConfig": {"type": "TimeBasedCanary", "timeBasedCanary": {"percentage": 10, "interval": 7}},
}


class Engine:
    """Asks the provider as the engine does."""

    def __init__(self, stub: ResourceProviderStub) -> None:
        self.stub = stub

    def configure(self, **settings: str) -> None:
        self.stub.Configure(pb.ConfigureRequest(args=to_wire(settings), acceptSecrets=True))

    def create(self, type: str, name: str, inputs: dict[str, object], preview: bool = False) -> Any:
        return self.stub.Create(
            pb.CreateRequest(urn=urn(type, name), type=type, properties=to_wire(inputs), preview=preview)
        )

    def diff(self, type: str, old: Mapping[str, object], new: Mapping[str, object]) -> Any:
        return self.stub.Diff(
            pb.DiffRequest(
                urn=urn(type, "x"), type=type, id="x", old_inputs=to_wire(old), olds=to_wire(old), news=to_wire(new)
            )
        )

    def invoke(self, token: str, **arguments: object) -> dict[str, object]:
        answer = self.stub.Invoke(pb.InvokeRequest(tok=token, args=to_wire(arguments)))
        returned: Struct = getattr(answer, "return")
        return from_wire(returned)


def urn(type: str, name: str) -> str:
    return f"urn:pulumi:prod::rollguard::rollguard:index:RollbackGuard${type}::{name}"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    settings = ProviderSettings(
        folder=tmp_path,
        account="222222222222",
        region="eu-west-1",
        cfn_outputs=(("network", "AlbName"), ("network", "TopicArn")),
        sources={"orders": "policies/shop/orders.yaml"},
    )
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    provider = StandInProvider(World(tmp_path), settings, Trail(tmp_path / "trail.jsonl"))
    add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Engine(ResourceProviderStub(channel))
    server.stop(grace=None).wait()


def test_it_takes_secrets_wrapped_and_previews(engine: Engine) -> None:
    assert engine.stub.Handshake(pb.ProviderHandshakeRequest()).accept_secrets
    configured = engine.stub.Configure(pb.ConfigureRequest(acceptSecrets=True))
    assert (configured.acceptSecrets, configured.supportsPreview) == (True, True)


def test_faults_name_the_property_the_policy_and_its_file(engine: Engine) -> None:
    inputs = {"name": "no spaces", "tags": {"rollguard:policy": "orders"}}
    checked = engine.stub.Check(pb.CheckRequest(urn=urn(TOPIC, "x"), type=TOPIC, news=to_wire(inputs)))
    assert [fault.property for fault in checked.failures] == ["name"]
    assert checked.failures[0].reason.endswith(" (policy `orders`, policies/shop/orders.yaml)")


def test_what_is_not_known_yet_is_not_judged(engine: Engine) -> None:
    checked = engine.stub.Check(pb.CheckRequest(urn=urn(TOPIC, "x"), type=TOPIC, news=to_wire({"name": UNKNOWN})))
    assert list(checked.failures) == []


def test_a_preview_makes_nothing_and_keeps_unknown_what_only_aws_knows(engine: Engine, tmp_path: Path) -> None:
    answer = engine.create(TOPIC, "pager", {"name": "pager"}, preview=True)
    outputs = from_wire(answer.properties)
    assert (answer.id, outputs["name"], outputs["arn"]) == ("", "pager", UNKNOWN)
    assert World(tmp_path).resources() == ()
    assert read_trail(tmp_path / "trail.jsonl") == ()


def test_a_previewed_update_keeps_the_outputs_that_stay(engine: Engine) -> None:
    made = engine.create(TOPIC, "pager", {"name": "pager"})
    news = to_wire({"name": "pager", "displayName": UNKNOWN})
    answer = engine.stub.Update(
        pb.UpdateRequest(id=made.id, urn=urn(TOPIC, "pager"), type=TOPIC, olds=made.properties, news=news, preview=True)
    )
    outputs = from_wire(answer.properties)
    assert outputs["arn"] == "arn:aws:sns:eu-west-1:222222222222:pager"
    assert outputs["displayName"] == UNKNOWN


def test_equal_inputs_are_no_change(engine: Engine) -> None:
    assert engine.diff(CONFIG, CANARY, CANARY).changes == pb.DiffResponse.DIFF_NONE


def test_a_change_is_told_by_its_property_and_nothing_else(engine: Engine) -> None:
    found = engine.diff(TOPIC, {"name": "pager", "displayName": "a"}, {"name": "pager", "displayName": "b"})
    assert found.changes == pb.DiffResponse.DIFF_SOME
    assert {path: one.kind for path, one in found.detailedDiff.items()} == {"displayName": pb.PropertyDiff.UPDATE}
    assert (list(found.diffs), list(found.replaces), found.deleteBeforeReplace) == (["displayName"], [], False)


def test_a_new_name_makes_the_new_resource_before_the_old_one_goes(engine: Engine) -> None:
    found = engine.diff(TOPIC, {"name": "pager"}, {"name": "beeper"})
    assert {path: one.kind for path, one in found.detailedDiff.items()} == {"name": pb.PropertyDiff.UPDATE_REPLACE}
    assert (list(found.replaces), found.deleteBeforeReplace) == (["name"], False)


def test_a_deployment_configuration_never_changes_in_place(engine: Engine) -> None:
    slower = {
        **CANARY,
        "trafficRoutingConfig": {"type": "TimeBasedCanary", "timeBasedCanary": {"percentage": 10, "interval": 9}},
    }
    found = engine.diff(CONFIG, CANARY, slower)
    assert list(found.replaces) == ["trafficRoutingConfig"]
    assert found.deleteBeforeReplace  # the name is taken until the old one is gone


def test_a_resource_is_made_read_and_deleted_in_the_region_of_its_own(engine: Engine, tmp_path: Path) -> None:
    engine.configure(region="us-east-1", allowedAccountIds='["333333333333"]')
    made = engine.create(TOPIC, "pager", {"name": "pager"})
    (topic,) = World(tmp_path).resources()
    assert (topic.account, topic.region, topic.mark.stack) == ("333333333333", "us-east-1", "rollguard/prod")
    engine.configure(region="eu-west-1", allowedAccountIds='["333333333333"]')
    read = engine.stub.Read(pb.ReadRequest(id=made.id, urn=urn(TOPIC, "pager"), type=TOPIC, properties=made.properties))
    assert from_wire(read.properties)["arn"] == "arn:aws:sns:us-east-1:333333333333:pager"
    engine.stub.Delete(pb.DeleteRequest(id=made.id, urn=urn(TOPIC, "pager"), type=TOPIC, properties=made.properties))
    assert World(tmp_path).resources() == ()
    gone = engine.stub.Read(pb.ReadRequest(id=made.id, urn=urn(TOPIC, "pager"), type=TOPIC, properties=made.properties))
    assert gone.id == ""
    assert [one["operation"] for one in read_trail(tmp_path / "trail.jsonl")] == ["create", "delete"]


def test_look_ups_answer_for_the_providers_account_and_say_what_they_stand_for(engine: Engine) -> None:
    assert engine.invoke("aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == "222222222222"
    assert engine.invoke("aws:ssm/getParameter:getParameter", name="/shop/alb")["value"] == "sandbox-ssm-shop-alb"
    stack = engine.invoke("aws:cloudformation/getStack:getStack", name="network")
    assert stack["outputs"] == {
        "AlbName": "sandbox-cfn-network.AlbName",
        "TopicArn": "arn:aws:sandbox:::cfn/network.TopicArn",
    }


@pytest.mark.parametrize(
    ("token", "arguments", "words"),
    [
        ("aws:cloudformation/getStack:getStack", {"name": "other"}, "Stack with id other does not exist"),
        ("aws:ec2/getAmi:getAmi", {}, "the stand-in answers only aws:cloudformation/getStack:getStack, "),
    ],
)
def test_other_look_ups_are_refused_by_name(
    engine: Engine, token: str, arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        engine.invoke(token, **arguments)
    assert words in refused.value.details()


def test_a_second_resource_of_a_name_is_refused(engine: Engine) -> None:
    application = "aws:codedeploy/application:Application"
    engine.create(application, "first", {"name": "shop", "computePlatform": "ECS"})
    with pytest.raises(grpc.RpcError) as refused:
        engine.create(application, "second", {"name": "shop", "computePlatform": "ECS"})
    assert "(ApplicationAlreadyExistsException) when calling the CreateApplication operation" in refused.value.details()


def test_cancelling_cuts_nothing_short(engine: Engine) -> None:
    engine.stub.Cancel(Empty())
    assert engine.create(TOPIC, "pager", {"name": "pager"}).id
