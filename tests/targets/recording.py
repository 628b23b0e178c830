"""Run a Pulumi program without an engine and record every resource that it asks for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import mocks as pulumi_mocks
from pulumi.runtime import settings, stack
from pulumi.runtime.proto import resource_pb2

#: What marks a secret or an archive on the wire (Pulumi's resource protocol).
SIGNATURE = "4dabf18193072939515e22adb298388d"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
SECRET = "<secret>"


@dataclass(frozen=True)
class Resource:
    """`inputs` are as the provider gets them; a secret reads `<secret>`."""

    type: str
    name: str
    urn: str
    parent: str
    inputs: dict[str, Any]
    depends_on: tuple[str, ...]
    protect: bool
    retain_on_delete: bool
    delete_before_replace: bool
    ignore_changes: tuple[str, ...]
    secret_outputs: tuple[str, ...]
    provider: str


@dataclass
class Run:
    resources: list[Resource] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[Resource]:
        """All resources of a type, such as `MetricAlarm`."""
        return [one for one in self.resources if one.type.rsplit(":", 1)[-1] == kind]

    def guarding(self, kind: str) -> list[Resource]:
        """Those that the policies' own components made."""
        return [one for one in self.of(kind) if ":RollbackGuard$" in one.urn]

    def one(self, kind: str, name: str | None = None) -> Resource:
        found = [resource for resource in self.of(kind) if name is None or resource.name == name]
        assert len(found) == 1, f"{len(found)} resources {kind} {name or ''}: {[one.name for one in self.of(kind)]}"
        return found[0]


class _Monitor(pulumi_mocks.MockMonitor):
    """Answers as AWS would, from what it was asked for. `looked_up` holds what other stacks, parameters and CloudFormation say.

    Pulumi's own mock monitor starts an event loop in each of its threads and never closes it; nothing of that is needed here.
    """

    def __init__(self, run: Run, looked_up: Mapping[str, dict[str, Any]]) -> None:
        super().__init__(_NoMocks())
        self._run = run
        self._looked_up = looked_up

    def RegisterResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return resource_pb2.RegisterResourceResponse(urn=urn)
        inputs = json_format.MessageToDict(request.object)
        self._run.resources.append(
            Resource(
                type=request.type,
                name=request.name,
                urn=urn,
                parent=request.parent,
                inputs=_plain(inputs),
                depends_on=tuple(sorted(request.dependencies)),
                protect=request.protect,
                retain_on_delete=request.retainOnDelete,
                delete_before_replace=request.deleteBeforeReplace,
                ignore_changes=tuple(request.ignoreChanges),
                secret_outputs=tuple(request.additionalSecretOutputs),
                provider=request.provider,
            )
        )
        said = {**inputs, **answer(request.type.rsplit(":", 1)[-1], inputs)}
        # A bucket's id is its name, and what is set on it says so.
        id = inputs["bucket"] if request.type.startswith("aws:s3/bucket:") else f"{request.name}_id"
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id, object=_struct(said))

    def ReadResource(self, request: Any) -> Any:
        urn = self.make_urn(request.parent, request.type, request.name)
        self._run.calls.append((request.type, {"name": request.id}))
        answer = {"name": request.id, "outputs": self._looked_up[request.id], "secretOutputNames": []}
        return resource_pb2.ReadResourceResponse(urn=urn, properties=_struct(answer))

    def Invoke(self, request: Any) -> Any:
        args = json_format.MessageToDict(request.args)
        self._run.calls.append((request.tok, args))
        answer = resource_pb2.ResourceInvokeResponse()
        getattr(answer, "return").CopyFrom(_struct({**args, **self._looked_up[args["name"]]}))
        return answer

    def RegisterResourceOutputs(self, request: Any) -> Any:
        if "::pulumi:pulumi:Stack::" in request.urn:
            self._run.outputs.update(_plain(json_format.MessageToDict(request.outputs)))
        return empty_pb2.Empty()


class _NoMocks(pulumi_mocks.Mocks):
    """Never asked: the monitor answers itself."""

    def call(self, args: pulumi_mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise NotImplementedError

    def new_resource(self, args: pulumi_mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        raise NotImplementedError


def answer(kind: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What AWS adds to a resource: its ARN, and what else our resources read of one another."""
    account, region = "222222222222", inputs.get("region", "eu-west-1")
    if kind == "Key":
        key = "11111111-2222-3333-4444-555555555555"
        return {"arn": f"arn:aws:kms:{region}:{account}:key/{key}", "keyId": key}
    if kind == "Topic":
        return {"arn": f"arn:aws:sns:{region}:{account}:{inputs['name']}"}
    if kind == "Role":
        return {"arn": f"arn:aws:iam::{account}:role{inputs['path']}{inputs['name']}"}
    if kind == "CompositeAlarm":
        return {"arn": f"arn:aws:cloudwatch:{region}:{account}:alarm:{inputs['alarmName']}"}
    if kind == "Bucket":
        return {"arn": f"arn:aws:s3:::{inputs['bucket']}"}
    if kind == "Queue":
        return {
            "arn": f"arn:aws:sqs:{region}:{account}:{inputs['name']}",
            "url": f"https://sqs.{region}.amazonaws.com/{account}/{inputs['name']}",
        }
    if kind == "Function":
        return {"arn": f"arn:aws:lambda:{region}:{account}:function:{inputs['name']}"}
    if kind == "EventConnection":
        return {"arn": f"arn:aws:events:{region}:{account}:connection/{inputs['name']}/1111"}
    if kind == "EventApiDestination":
        return {"arn": f"arn:aws:events:{region}:{account}:api-destination/{inputs['name']}/2222"}
    if kind == "TopicSubscription":
        return {"pendingConfirmation": inputs["protocol"] == "email"}
    return {}


def _struct(value: Mapping[str, Any]) -> struct_pb2.Struct:
    return json_format.ParseDict(dict(value), struct_pb2.Struct())


def record(
    program: Callable[[], object],
    *,
    config: Mapping[str, str] | None = None,
    looked_up: Mapping[str, dict[str, Any]] | None = None,
    stack_name: str = "prod",
    keep: list[Run] | None = None,
) -> Run:
    """Everything that `program` registered, once all its outputs are resolved.

    Raises what the program raises; `keep` then holds what was recorded until there.
    """
    run = Run()
    if keep is not None:
        keep.append(run)
    logger = logging.Logger("pulumi")
    logger.addHandler(_Collect(run.log))
    monitor = _Monitor(run, looked_up or {})

    async def body() -> None:
        pulumi.runtime.set_mocks(monitor.mocks, "rollguard", stack_name, False, logger, monitor)
        settings.SETTINGS.outputs.clear()  # what a run that failed left behind
        settings.ROOT.set(None)  # `set_mocks` makes a stack of its own, and there may be only one
        pulumi.runtime.set_all_config(dict(config or {}), [])
        await stack.run_in_stack(lambda: (program(), None)[1])

    asyncio.run(body())
    return run


class _Collect(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.WARNING:
            self._lines.append(record.getMessage())


def _plain(value: Any) -> Any:
    """Inputs as people write them: whole numbers as integers, secrets hidden, archives as the names of their files."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == ARCHIVE:
            return {"hash": "", "files": sorted(value["assets"])}
        if SIGNATURE in value:
            return SECRET
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
