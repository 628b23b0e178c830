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

#: Each call gives up within a few seconds, so that one slow service leaves time for the message.
CONFIG = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})


def recorder(
    client: Callable[[str], Any],
    bucket: str,
    environment: str,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    sleep: Callable[[float], None] = time.sleep,
    compose: Compose = compose,
    write: Callable[[str], None] | None = None,
    debug: bool = False,
) -> Recorder:
    """The recorder over the clients that `client` gives by boto3's names of the services. The sandbox and the tests bring their own."""

    def now() -> str:
        return clock().strftime(times.FORM)

    telemetry = Telemetry(environment, lambda: int(clock().timestamp() * 1000), debug=debug)
    if write is not None:
        telemetry.write = write
    incidents = Incidents(
        store=Store(client("s3"), bucket, sleep=sleep),
        lookups=Lookups(client("codedeploy"), client("cloudwatch"), now),
        delivery=Delivery(client("sns"), client("events"), compose),
        telemetry=telemetry,
        now=now,
    )
    return Recorder(incidents, sleep)


@lru_cache(maxsize=8)
def _client(service: str) -> Any:
    return boto3.client(service, config=CONFIG)


def handle(event: Mapping[str, Any], context: Any) -> None:
    """Take in one event. Raises what could not be done, after everything possible was: Lambda then delivers the event again."""
    one = recorder(_client, os.environ[BUCKET], os.environ[ENVIRONMENT], debug=bool(os.environ.get(DEBUG)))
    if context is not None:
        one.remaining = context.get_remaining_time_in_millis
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
