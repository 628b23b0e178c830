"""The stand-in as Pulumi's engine sees it: a gRPC resource provider for the package `aws` over the embedded world."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import metadata
from typing import NoReturn, Protocol

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from rollguard.sandbox import aws
from rollguard.sandbox.functions import invoke
from rollguard.sandbox.settings import ProviderSettings
from rollguard.sandbox.trail import Trail
from rollguard.sandbox.wire import from_wire, to_wire

#: The inputs that make a resource's name in AWS: while they stay, a replacement must go before its successor can come.
_IDENTITY = frozenset(
    {"name", "alarmName", "appName", "bucket", "configurationName", "deploymentConfigName", "deploymentGroupName", "key", "queueUrl",
     "role", "rule", "targetId"}
)  # fmt: skip

_KINDS = {
    "add": (provider_pb2.PropertyDiff.ADD, provider_pb2.PropertyDiff.ADD_REPLACE),
    "delete": (provider_pb2.PropertyDiff.DELETE, provider_pb2.PropertyDiff.DELETE_REPLACE),
    "update": (provider_pb2.PropertyDiff.UPDATE, provider_pb2.PropertyDiff.UPDATE_REPLACE),
}


class _OfAResource(Protocol):
    """What every request about one resource carries; `type` only since engines of 2025."""

    urn: str
    type: str


class StandInProvider(ResourceProviderServicer):
    """Serves all provider instances of a program from one port.

    The engine opens one connection per provider instance and says only in Configure which Region and account it is for: the connection's
    address tells the instances apart afterwards.
    """

    def __init__(self, world: aws.World, settings: ProviderSettings, trail: Trail) -> None:
        self._world = world
        self._trail = trail
        self._settings = settings
        self._scopes: dict[str, aws.Scope] = {}
        self._operations = threading.Lock()

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:
        return Empty()

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=False, accept_outputs=False)

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=metadata.version("pulumi-aws"))

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        return provider_pb2.GetSchemaResponse(
            schema=json.dumps({"name": "aws", "version": metadata.version("pulumi-aws")})
        )

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        old, new = from_wire(request.old_inputs), from_wire(request.news)
        changed = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, diffs=changed)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        stated = from_wire(request.args)
        region = stated.get("region")
        self._scopes[context.peer()] = aws.Scope(
            account=_allowed_account(stated.get("allowedAccountIds")) or self._settings.account,
            region=region if isinstance(region, str) and region != aws.UNKNOWN else self._settings.region,
        )
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, acceptResources=False, acceptOutputs=False
        )

    def Check(self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext) -> provider_pb2.CheckResponse:
        inputs = from_wire(request.news)
        place = self._place(inputs)
        try:
            faults = aws.check(_type(request), inputs, self._settings.limits)
        except aws.Refusal as refusal:
            _refuse(context, refusal, place)
        failures = [
            provider_pb2.CheckFailure(property=aws.spell(fault.path), reason=fault.message + place) for fault in faults
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext) -> provider_pb2.DiffResponse:
        old, new = from_wire(request.old_inputs), from_wire(request.news)
        found = aws.changes(_type(request), old, new)
        if not found:
            return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)
        replaces = sorted({str(change.path[0]) for change in found if change.replaces})
        names_stay = not any(change.path[0] in _IDENTITY for change in found)
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME,
            diffs=sorted({str(change.path[0]) for change in found}),
            replaces=replaces,
            deleteBeforeReplace=bool(replaces) and names_stay and not _IDENTITY.isdisjoint(new),
            hasDetailedDiff=True,
            detailedDiff={
                aws.spell(change.path): provider_pb2.PropertyDiff(
                    kind=_KINDS[change.kind][change.replaces], inputDiff=True
                )
                for change in found
            },
        )

    def Create(self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext) -> provider_pb2.CreateResponse:
        inputs, scope = from_wire(request.properties), self._scope(context)
        if request.preview:
            return provider_pb2.CreateResponse(properties=to_wire(aws.foresee(_type(request), inputs, scope)))
        mark = aws.Mark(stack=_stack(request.urn), urn=request.urn)
        try:
            with self._operation("create", request.urn, inputs):
                answer = self._world.create(
                    _type(request), inputs, scope, mark, limits=self._settings.limits, adopt=self._settings.adopt
                )
        except aws.Refusal as refusal:
            _refuse(context, refusal, self._place(inputs))
        return provider_pb2.CreateResponse(id=answer.id, properties=to_wire(answer.outputs))

    def Read(self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext) -> provider_pb2.ReadResponse:
        known = from_wire(request.inputs) or None
        scope = self._scope(context, from_wire(request.properties))
        try:
            answer = self._world.read(_type(request), request.id, scope, known)
        except aws.Refusal as refusal:
            _refuse(context, refusal, "")
        if answer is None:
            return provider_pb2.ReadResponse(id="")
        return provider_pb2.ReadResponse(
            id=answer.id, properties=to_wire(answer.outputs), inputs=to_wire(answer.inputs)
        )

    def Update(self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext) -> provider_pb2.UpdateResponse:
        inputs, before = from_wire(request.news), from_wire(request.olds)
        scope = self._scope(context, before)
        if request.preview:
            foreseen = aws.foresee(_type(request), inputs, scope)
            settled = {key: before[key] if value == aws.UNKNOWN and key not in inputs and key in before else value
                       for key, value in foreseen.items()}  # fmt: skip
            return provider_pb2.UpdateResponse(properties=to_wire(settled))
        try:
            with self._operation("update", request.urn, inputs):
                answer = self._world.update(_type(request), request.id, inputs, scope, limits=self._settings.limits)
        except aws.Refusal as refusal:
            _refuse(context, refusal, self._place(inputs))
        return provider_pb2.UpdateResponse(properties=to_wire(answer.outputs))

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        inputs = from_wire(request.old_inputs)
        try:
            with self._operation("delete", request.urn, inputs):
                self._world.delete(
                    _type(request), request.id, self._scope(context, from_wire(request.properties)), inputs or None
                )
        except aws.Refusal as refusal:
            _refuse(context, refusal, self._place(inputs))
        return Empty()

    def Invoke(self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext) -> provider_pb2.InvokeResponse:
        try:
            answer = invoke(request.tok, from_wire(request.args), self._scope(context), self._settings)
        except aws.Refusal as refusal:
            _refuse(context, refusal, "")
        return provider_pb2.InvokeResponse(**{"return": to_wire(answer)})

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        # What is under way takes milliseconds and is noted by the engine when it ends: there is nothing to cut short.
        return Empty()

    def _scope(self, context: grpc.ServicerContext, outputs: Mapping[str, object] | None = None) -> aws.Scope:
        """Where this call goes: the Region that the resource was made in, else the provider instance's."""
        scope = self._scopes.get(context.peer()) or aws.Scope(self._settings.account, self._settings.region)
        made_in = (outputs or {}).get("region")
        return aws.Scope(scope.account, made_in) if isinstance(made_in, str) and made_in != aws.UNKNOWN else scope

    def _place(self, inputs: Mapping[str, object]) -> str:
        """Whose policy a resource belongs to, as its tags say: ` (policy checkout-api, policies/payments/checkout-api.yaml)`."""
        tags = inputs.get("tags")
        policy = tags.get("rollguard:policy") if isinstance(tags, Mapping) else None
        if not isinstance(policy, str):
            return ""
        source = self._settings.sources.get(policy)
        return f" (policy `{policy}`, {source})" if source else f" (policy `{policy}`)"

    @contextmanager
    def _operation(self, verb: str, urn: str, inputs: Mapping[str, object]) -> Iterator[None]:
        """One change of the world at a time, written to the trail once it is done."""
        time.sleep(self._settings.pause)
        with self._operations:
            yield
            self._trail.note(verb, urn, inputs)


def _type(request: _OfAResource) -> str:
    return request.type or request.urn.split("::")[2].rpartition("$")[2]


def _stack(urn: str) -> str:
    """`project/stack` of `urn:pulumi:stack::project::type::name`."""
    stack, project, *_ = urn.removeprefix("urn:pulumi:").split("::")
    return f"{project}/{stack}"


def _allowed_account(stated: object) -> str:
    """The account of a provider's `allowedAccountIds` (a list that travels as JSON text), empty where none or several are allowed."""
    try:
        allowed = json.loads(stated) if isinstance(stated, str) else stated
    except ValueError:
        return ""
    return str(allowed[0]) if isinstance(allowed, list) and len(allowed) == 1 and isinstance(allowed[0], str) else ""


def _refuse(context: grpc.ServicerContext, refusal: aws.Refusal, place: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, f"{refusal}{place}")
    raise AssertionError("abort raises")
