"""Run a Pulumi program to its end without an engine: what remains is the time of the program itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
from pulumi.runtime import mocks, settings, stack


class Echo(mocks.Mocks):
    """Answers at once, with what it was asked for and the few outputs that programs read."""

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        return dict(args.args), None

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        answer = {"arn": f"arn:aws:made:::{args.name}", **args.inputs}
        if args.typ == "aws:sns/topicSubscription:TopicSubscription":
            answer["pendingConfirmation"] = False
        if args.typ == "aws:sqs/queue:Queue":
            answer["url"] = f"https://sqs.made/{args.name}"
        if args.typ == "aws:kms/key:Key":
            answer["keyId"] = "11111111-2222-3333-4444-555555555555"
        return f"{args.name}_id", answer


def run(program: Callable[[], object], monitor: Callable[[mocks.Mocks], mocks.MockMonitor] = mocks.MockMonitor) -> None:
    """Run a program as the stack `prod` of the project `rollguard`, until all its outputs are resolved."""

    async def body() -> None:
        echo = Echo()
        pulumi.runtime.set_mocks(echo, "rollguard", "prod", False, None, monitor(echo))
        settings.ROOT.set(None)  # `set_mocks` makes a stack of its own, and there may be only one
        await stack.run_in_stack(lambda: (program(), None)[1])

    asyncio.run(body())
