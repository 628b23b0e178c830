"""The provider's own process: `python -m rollguard.sandbox.serve`.

The settings come as the first line on stdin, the port goes out as the only line on stdout. The process ends when stdin ends, so it cannot
outlive the run that started it, however that run dies; ^C does not reach it, so the engine can finish what is under way.
"""

from __future__ import annotations

import os
import sys
from concurrent import futures

import grpc
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from rollguard.sandbox.aws import World
from rollguard.sandbox.provider import StandInProvider
from rollguard.sandbox.settings import ProviderSettings
from rollguard.sandbox.trail import Trail

#: Larger than any state: gRPC's own limit of 4 MiB is below what the engine may send.
_LARGEST_MESSAGE = 400 * 1024 * 1024


def main() -> None:
    settings = ProviderSettings.from_json(sys.stdin.readline())
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16),
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ],
    )
    provider = StandInProvider(World(settings.folder), settings, Trail(settings.folder / "trail.jsonl"))
    add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    os.close(sys.stdout.fileno())
    sys.stdin.read()
    server.stop(grace=None)
    os._exit(0)


if __name__ == "__main__":
    main()
