"""Resolve what only the deployment knows: outputs of other stacks, parameters, secrets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pulumi
import pulumi_aws as aws

from rollguard.language.references import SETTINGS
from rollguard.plan.model import EnvironmentPlan, Reference, Value
from rollguard.targets.once import once


class Values:
    """Turns plan values into Pulumi inputs, in one Region. Text that is known stays plain text."""

    def __init__(self, region: str, provider: pulumi.ProviderResource | None = None) -> None:
        self._region = region
        self._provider = provider

    def text(self, value: Value) -> pulumi.Input[str]:
        if isinstance(value, str):
            return value
        parts = [part if isinstance(part, str) else self._output(part) for part in value.parts]
        if len(parts) == 1:
            return parts[0]
        return pulumi.Output.concat(*parts)

    def optional(self, value: Value | None) -> pulumi.Input[str] | None:
        return None if value is None else self.text(value)

    def texts(self, values: Iterable[Value]) -> list[pulumi.Input[str]]:
        return [self.text(value) for value in values]

    def _output(self, reference: Reference) -> pulumi.Output[str]:
        if reference.kind == "secret":
            return _secret(reference.name)
        key = ("value", reference.kind, self._region, reference.stack, reference.name)
        make = {"output": self._stack_output, "ssm": self._parameter, "cfn": self._cloudformation_output}[
            reference.kind
        ]
        return once(key, lambda: make(reference))

    def _stack_output(self, reference: Reference) -> pulumi.Output[str]:
        stack = reference.stack
        # The prefix keeps it apart from a stack reference of the program that we are used in.
        made = once(("stack", stack), lambda: pulumi.StackReference(f"rollguard/{stack}", stack_name=stack))
        return made.get_output(reference.name).apply(lambda found: _as_text(found, reference, f"stack `{stack}`"))

    def _parameter(self, reference: Reference) -> pulumi.Output[str]:
        found = aws.ssm.get_parameter_output(name=reference.name, region=self._region, opts=self._invoke_options())
        # AWS marks no plain parameter as secret; a SecureString must stay one whatever the provider says.
        return found.apply(lambda one: pulumi.Output.secret(one.value) if one.type == "SecureString" else one.value)

    def _cloudformation_output(self, reference: Reference) -> pulumi.Output[str]:
        stack = reference.stack
        found = aws.cloudformation.get_stack_output(name=stack, region=self._region, opts=self._invoke_options())
        return found.outputs.apply(
            lambda outputs: _as_text(outputs.get(reference.name), reference, f"CloudFormation stack `{stack}`")
        )

    def _invoke_options(self) -> pulumi.InvokeOptions:
        return pulumi.InvokeOptions(provider=self._provider)


def secrets_in(value: Value) -> tuple[str, ...]:
    """Names of the secrets that a value needs."""
    if isinstance(value, str):
        return ()
    return tuple(part.name for part in value.parts if isinstance(part, Reference) and part.kind == "secret")


def require_secrets(plan: EnvironmentPlan) -> None:
    """Every secret that the plan needs is set. Raises `pulumi.RunError` naming all that are not."""
    channels = [one for region in plan.regions if region.foundation for one in region.foundation.channels]
    values = [subscription.endpoint for channel in channels for subscription in channel.subscriptions]
    values += [channel.pagerduty.routing_key for channel in channels if channel.pagerduty]
    needed = {name for value in values for name in secrets_in(value)}
    missing = sorted(name for name in needed if _configured(name) is None)
    if missing:
        raise pulumi.RunError(_not_set(missing))


def _secret(name: str) -> pulumi.Output[str]:
    found = _configured(name)
    if found is None:
        raise pulumi.RunError(_not_set([name]))
    return found


def _configured(name: str) -> pulumi.Output[str] | None:
    if name in SETTINGS:
        raise pulumi.RunError(
            f"`${{secret:{name}}}` cannot be used: `rollguard:{name}` is a setting of Rollguard; choose another name"
        )
    return pulumi.Config("rollguard").get_secret(name)


def _not_set(names: list[str]) -> str:
    commands = "\n".join(f"  pulumi config set --secret rollguard:{name}" for name in names)
    subject = (
        f"secret `{names[0]}` is" if len(names) == 1 else f"secrets {', '.join(f'`{name}`' for name in names)} are"
    )
    return f"{subject} not set for stack `{pulumi.get_stack()}`; set with:\n{commands}"


def _as_text(found: Any, reference: Reference, owner: str) -> str:
    if found is None:
        raise pulumi.RunError(f"{owner} has no output `{reference.name}`; check the name, or deploy that stack first")
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise pulumi.RunError(f"output `{reference.name}` of {owner} is not text, so it cannot stand in a policy")
    return f"{found:g}" if isinstance(found, float) else str(found)
