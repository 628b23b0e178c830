"""What stands in for values that only a real deployment knows: secrets, parameters, outputs of other stacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass

import pulumi

from rollguard.plan.model import EnvironmentPlan, Interpolated, PagerDuty, Reference, Subscription, Value


def placeholder(kind: str, name: str) -> str:
    """A value that says what it stands for; it looks like an ARN where the name ends like one."""
    if name.lower().endswith("arn"):
        return f"arn:aws:sandbox:::{kind}/{name}"
    return f"sandbox-{kind}-{name.strip('/').replace('/', '-')}"


def secret_placeholders(plan: EnvironmentPlan) -> dict[str, str]:
    """A placeholder for each secret that the plan needs, of the shape that its endpoint must have."""
    found: dict[str, str] = {}
    for holder in _inside(plan):
        if isinstance(holder, PagerDuty):
            found |= {name: f"sandbox-{name}" for name in _secrets(holder.routing_key)}
        elif isinstance(holder, Subscription):
            whole = isinstance(holder.endpoint, Interpolated) and len(holder.endpoint.parts) == 1
            for name in _secrets(holder.endpoint):
                found[name] = _endpoint(holder.protocol, name) if whole else f"sandbox-{name}"
    return found


def _secrets(value: Value) -> Iterator[str]:
    if isinstance(value, Interpolated):
        yield from (part.name for part in value.parts if isinstance(part, Reference) and part.kind == "secret")


def cloudformation_outputs(plan: EnvironmentPlan) -> tuple[tuple[str, str], ...]:
    """The CloudFormation outputs that the plan reads, as pairs of stack and output."""
    return tuple(
        sorted({(one.stack, one.name) for one in _inside(plan) if isinstance(one, Reference) and one.kind == "cfn"})
    )


def stood_in(plan: EnvironmentPlan) -> tuple[str, ...]:
    """All references of the plan that get a placeholder, as an author writes them, sorted."""
    return tuple(sorted({_written(one) for one in _inside(plan) if isinstance(one, Reference)}))


class _AbsentStack:
    """Stands in for `pulumi.StackReference`: the stacks that policies read are not in the sandbox's state."""

    def __init__(self, name: str, stack_name: str | None = None, opts: pulumi.ResourceOptions | None = None) -> None:
        self._stack = stack_name or name

    def get_output(self, name: str) -> pulumi.Output[str]:
        return pulumi.Output.from_input(placeholder("output", f"{self._stack}.{name}"))


@contextmanager
def absent_stacks() -> Iterator[None]:
    """Answers references to other stacks with placeholders for the time of the block."""
    real = pulumi.StackReference
    pulumi.StackReference = _AbsentStack  # type: ignore[assignment, misc]  # the engine would look for the stack in its own state
    try:
        yield
    finally:
        pulumi.StackReference = real  # type: ignore[misc]


def _endpoint(protocol: str, name: str) -> str:
    if protocol == "email":
        return f"{name}@sandbox.invalid"
    if protocol == "sqs":
        return f"arn:aws:sqs:eu-west-1:000000000000:sandbox-{name}"
    return f"https://sandbox.invalid/{name}"


def _written(reference: Reference) -> str:
    prefix = f"{reference.stack}." if reference.stack else ""
    return f"${{{reference.kind}:{prefix}{reference.name}}}"


def _inside(value: object) -> Iterator[object]:
    """The value and everything in it."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from _inside(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _inside(getattr(value, field.name))
