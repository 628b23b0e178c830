"""AWS's clients for code that runs in the sandbox's AWS: each call is checked against the API's model and the role's policies."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from rollguard.sandbox.aws import constraints, model
from rollguard.sandbox.runtime.permission import allowed

#: One call that succeeded or failed: (action, resource ARN, error code or empty).
Called = tuple[str, str, str]
Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What the stand-in does for an operation. `resources` are the ARNs that IAM asks about, `answer` makes the response.

    `action` is IAM's name of it, where that differs from `service:Operation`.
    """

    resources: Callable[[Parameters], list[str]]
    answer: Callable[[Parameters], dict[str, Any]]
    action: str = ""


class Client:
    """A client of one service for one role; operations are methods in botocore's spelling (`get_deployment`)."""

    def __init__(
        self,
        service: str,
        operations: Mapping[str, Operation],
        policy: tuple[Mapping[str, Any], ...],
        note: Callable[[Called], None],
    ) -> None:
        self._service = service
        self._operations = operations
        self._policy = policy
        self._note = note
        self._names = {xform_name(name): name for name in model.service(service)["operations"]}

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        name = self._names.get(method)
        if name is None:
            raise AttributeError(method)
        if name not in self._operations:
            raise NotImplementedError(f"the sandbox does not know {self._service}:{name}")
        return lambda **parameters: self._call(name, parameters)

    def get_paginator(self, method: str) -> Paginator:
        """A paginator whose one page is the whole answer."""
        return Paginator(getattr(self, method))

    def _call(self, name: str, parameters: Parameters) -> dict[str, Any]:
        operation = self._operations[name]
        broken = constraints.violations(self._service, name, _plain(parameters))
        if broken:
            raise ParamValidationError(report="; ".join(one.message for one in broken))
        action = operation.action or f"{self._service}:{name}"
        for resource in operation.resources(parameters):
            if not allowed(self._policy, action, resource):
                self._note((action, resource, "AccessDenied"))
                raise error(
                    "AccessDeniedException", f"not authorized to perform: {action} on resource: {resource}", name
                )
        try:
            answer = operation.answer(parameters)
        except ClientError as refused:
            self._note((action, operation.resources(parameters)[0], refused.response["Error"]["Code"]))
            raise
        self._note((action, operation.resources(parameters)[0], ""))
        return answer


class Paginator:
    """One page for all."""

    def __init__(self, call: Callable[..., dict[str, Any]]) -> None:
        self._call = call

    def paginate(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        yield self._call(**{key: value for key, value in parameters.items() if key != "PaginationConfig"})


def error(code: str, message: str, operation: str, status: int = 400) -> ClientError:
    """An error as botocore raises it."""
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)


def body(raw: bytes) -> io.BytesIO:
    """The body of a response, to be read once."""
    return io.BytesIO(raw)


def _plain(value: Any) -> Any:
    """Dates and bytes as the text that they are on the wire: the constraints are stated for that."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value
