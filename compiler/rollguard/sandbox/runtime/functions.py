"""Lambda functions of the sandbox: the real code, with clients that see the sandbox's AWS as the function's role may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rollguard.failure import Failure
from rollguard.recorder import handler
from rollguard.recorder.settings import BUCKET, ENVIRONMENT, HANDLER
from rollguard.sandbox.aws import Resource
from rollguard.sandbox.runtime.clients import Called, Client, Operation
from rollguard.sandbox.runtime.permission import statements, trusts


class Unable(Exception):
    """The function cannot run as it stands; the text says why."""


@dataclass(frozen=True, slots=True)
class Functions:
    """`services` are the operations by service; `today` is the virtual time, `note` hears of every call, `log` of every log line."""

    resources: Sequence[Resource]
    services: Mapping[str, Mapping[str, Operation]]
    today: Callable[[], datetime]
    note: Callable[[Called], None]
    log: Callable[[str], None]

    def invoke(self, arn: str, event: Mapping[str, Any]) -> None:
        """Runs a function once. Raises whatever its code raises, and Unable where Lambda could not run it."""
        function = next((one for one in self.resources if one.kind == "function" and one.arn == arn), None)
        if function is None:
            raise Unable(f"`{arn}` does not exist")
        if function.members.get("Handler") != HANDLER:
            raise Unable(f"handler `{function.members.get('Handler')}` is not in the archive")
        role = str(function.members.get("Role", "")).rpartition("/")[2]
        if not trusts(self.resources, role, "lambda.amazonaws.com"):
            raise Unable(f"Lambda may not take the role `{role}`")
        variables = (function.members.get("Environment") or {}).get("Variables") or {}
        if BUCKET not in variables or ENVIRONMENT not in variables:
            raise Unable("KeyError: the function's environment lacks a variable")
        policy = statements(self.resources, role)

        def client(service: str) -> Client:
            if service not in self.services:
                raise Failure(f"the sandbox has no service `{service}`")
            return Client(service, self.services[service], policy, self.note)

        recorder = handler.recorder(
            client,
            variables[BUCKET],
            variables[ENVIRONMENT],
            clock=self.today,
            sleep=lambda _: None,
            write=self.log,
        )
        handler.run(recorder, event)
