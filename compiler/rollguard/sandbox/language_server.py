"""Makes Pulumi's language server, which runs the program in this process, end in order when the engine ends before the program."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import grpc
import pulumi
from pulumi.automation import _stack
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2

#: How long a program may take to notice that the engine has ended.
_SECONDS = 20.0


class _OrderlyLanguageServer(LanguageServer):
    """Says when a run has ended, and takes an engine that is gone for the end and not for an error."""

    under_way: threading.Semaphore

    def Run(self, request: language_pb2.RunRequest, context: grpc.ServicerContext) -> language_pb2.RunResponse:
        with self.under_way:
            try:
                response: language_pb2.RunResponse = super().Run(request, context)  # type: ignore[no-untyped-call]  # Pulumi's has no types
            except grpc.RpcError as error:
                response = language_pb2.RunResponse(error=str(error))
            return response


@contextmanager
def orderly_language_server() -> Iterator[None]:
    """Leaves the block only when the program has ended too.

    Pulumi's own server fails over its debug words to an engine that is gone, prints the traceback and leaves its event loop open.
    """
    real = pulumi.log.debug

    def debug(
        msg: str, resource: pulumi.Resource | None = None, stream_id: int | None = None, ephemeral: bool | None = None
    ) -> None:
        with suppress(grpc.RpcError):
            real(msg, resource, stream_id, ephemeral)

    under_way = threading.Semaphore()
    # Pulumi has no setting for it: `up` takes whatever bears this name in its module.
    names = vars(_stack)
    names["LanguageServer"] = type("LanguageServer", (_OrderlyLanguageServer,), {"under_way": under_way})
    pulumi.log.debug = debug
    try:
        yield
    finally:
        under_way.acquire(timeout=_SECONDS)
        names["LanguageServer"] = LanguageServer
        pulumi.log.debug = real
