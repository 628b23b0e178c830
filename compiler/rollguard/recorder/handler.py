"""The Lambda function: `handle(event, context)`. Clients are made once per process; the environment says which bucket is ours."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import boto3
from botocore.config import Config

from rollguard.recorder import times
from rollguard.recorder.delivery import Compose, Delivery, compose
from rollguard.recorder.incidents import Incidents
from rollguard.recorder.lookups import Lookups
from rollguard.recorder.routing import Recorder
from rollguard.recorder.settings import BUCKET, DEBUG, ENVIRONMENT
from rollguard.recorder.store import Store
from rollguard.recorder.telemetry import Telemetry

#: Incidents that the sweeper has in hand at a time. The clients of boto3 may be called by several threads; each has so many connections.
TOGETHER = 16
#: A look-up gives up within ten seconds, so that a slow service leaves time for the message; what is written gets longer.
ASKING = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=TOGETHER,
)
WRITING = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"total_max_attempts": 3, "mode": "standard"},
    max_pool_connections=TOGETHER,
)


def recorder(
    client: Callable[[str], Any],
    bucket: str,
    environment: str,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
    compose: Compose = compose,
    write: Callable[[str], None] | None = None,
    remaining: Callable[[], int] = lambda: 900_000,
    debug: bool = False,
    together: int = 1,
) -> Recorder:
    """The recorder over the clients that `client` gives by boto3's names of the services; the sandbox and the tests bring their own.

    `remaining` are the milliseconds that are left to the invocation. Of `together` above 1, the clients are called by so many threads.
    """

    def now() -> str:
        return clock().strftime(times.FORM)

    telemetry = Telemetry(environment, lambda: int(clock().timestamp() * 1000), debug=debug)
    if write is not None:
        telemetry.write = write
    incidents = Incidents(
        store=Store(client("s3"), bucket, sleep=sleep),
        lookups=Lookups(client("codedeploy"), client("cloudwatch"), now, remaining),
        delivery=Delivery(client("sns"), client("events"), compose),
        telemetry=telemetry,
        now=now,
    )
    return Recorder(incidents, sleep, remaining, together)


@lru_cache(maxsize=8)
def _client(service: str) -> Any:
    return boto3.client(service, config=ASKING if service in ("codedeploy", "cloudwatch") else WRITING)


def handle(event: Mapping[str, Any], context: Any) -> None:
    """Take in one event. Raises what could not be done, after everything possible was: Lambda then delivers the event again."""
    one = recorder(
        _client,
        os.environ[BUCKET],
        os.environ[ENVIRONMENT],
        remaining=context.get_remaining_time_in_millis,
        debug=bool(os.environ.get(DEBUG)),
        together=TOGETHER,
    )
    run(one, event)


def run(one: Recorder, event: Mapping[str, Any]) -> None:
    """One invocation: the metrics are written whatever happens. Raises as Recorder.handle does."""
    telemetry = one.incidents.telemetry
    try:
        one.handle(event)
    except Exception as error:
        telemetry.log("error", f"{type(error).__name__}: {error}", event=str(event.get("id"))[:128])
        raise
    finally:
        telemetry.flush()
